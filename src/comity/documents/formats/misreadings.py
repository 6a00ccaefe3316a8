"""Look-alikes that a camera or a tired eye takes for each other, named with their place and never repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from comity.documents.formats.check_digit import DIGITS, FILLER, LETTERS
from comity.documents.formats.layout import Check, Layout, Lines, Place, Span, checks_of, number_spans
from comity.documents.records import Misreading, Part

_DIGIT_FOR: Final = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
_LETTERS_FOR: Final = {
    digit: tuple(letter for letter, alike in _DIGIT_FOR.items() if alike == digit) for digit in _DIGIT_FOR.values()
}
MAX_MISREADINGS: Final = 20


def letter_spans(layout: Layout) -> Iterator[tuple[Part, Span]]:
    """Name the spans in which no digit may stand."""
    yield Part.DOCUMENT_CODE, layout.code
    yield Part.ISSUER, layout.issuer
    yield Part.NAMES, layout.names
    yield Part.NATIONALITY, layout.nationality
    yield Part.SEX, layout.sex


def digit_spans(layout: Layout, lines: Lines) -> Iterator[tuple[Part, Span]]:
    """Name the spans in which no letter may stand: dates and check digits."""
    yield Part.BIRTH_DATE, layout.birth
    yield Part.EXPIRY_DATE, layout.expiry
    for check in checks_of(layout, lines):
        yield check.part, check.at


def misplaced(layout: Layout, lines: Lines) -> Iterator[tuple[Part, Place, bool]]:
    """Find digits among letters and letters among digits: part, place, and whether a digit stands there."""
    for part, span in letter_spans(layout):
        yield from ((part, place, True) for place in span.places() if _at(lines, place) in DIGITS)
    for part, span in digit_spans(layout, lines):
        yield from ((part, place, False) for place in span.places() if _at(lines, place) in LETTERS)


def find_misreadings(layout: Layout, lines: Lines) -> tuple[Misreading, ...]:
    """Name the likely misreadings: first what cannot stand where it does, then what would explain a failing digit.

    Of the second kind only those with which the check digit would hold.
    """
    certain = [
        (part, place, other)
        for part, place, is_digit in misplaced(layout, lines)
        if (other := _counterpart(_at(lines, place), is_digit=is_digit))
    ]
    replaced = lines
    for _, place, other in certain:
        replaced = _replace(replaced, place, other)
    named = [
        msgspec.structs.replace(_possible(part, place, lines, other), certain=True, fits=_fits(layout, replaced, place))
        for part, place, other in certain
    ]
    possible = (_possible(part, place, lines, other) for part, place, other in _explaining(layout, replaced))
    return (*named, *possible)[:MAX_MISREADINGS]


def _explaining(layout: Layout, lines: Lines) -> Iterator[tuple[Part, Place, str]]:
    """Try each look-alike in number and optional data whose own check digit fails."""
    number, _, optional = number_spans(layout, lines)
    parts: Iterable[tuple[Part, tuple[Span, ...]]] = ((Part.NUMBER, number), (Part.OPTIONAL_DATA, optional))
    for part, spans in parts:
        for place in (place for span in spans for place in span.places()):
            own = _own_check(layout, lines, place)
            if own is None or own.holds(lines):
                continue
            for other in _look_alikes(_at(lines, place)):
                if _fits(layout, _replace(lines, place, other), place):
                    yield part, place, other


def _fits(layout: Layout, lines: Lines, place: Place) -> bool | None:
    own = _own_check(layout, lines, place)
    return own.holds(lines) if own else None


def _own_check(layout: Layout, lines: Lines, place: Place) -> Check | None:
    """Return the check digit of the part at this place; the composite one where the part has none."""
    return next((check for check in checks_of(layout, lines) if check.covers(place)), None)


def _counterpart(found: str, *, is_digit: bool) -> str | None:
    return _LETTERS_FOR.get(found, (None,))[0] if is_digit else _DIGIT_FOR.get(found)


def _look_alikes(found: str) -> tuple[str, ...]:
    if found == FILLER:
        return ()
    return _LETTERS_FOR.get(found, ()) if found in DIGITS else tuple(filter(None, (_DIGIT_FOR.get(found),)))


def _possible(part: Part, place: Place, lines: Lines, other: str) -> Misreading:
    line, column = place
    pair = "/".join(sorted((_at(lines, place), other)))
    return Misreading(part=part, line=line + 1, column=column + 1, pair=pair, certain=False, fits=True)


def _at(lines: Lines, place: Place) -> str:
    return lines[place[0]][place[1]]


def _replace(lines: Lines, place: Place, character: str) -> Lines:
    line, column = place
    text = lines[line]
    return (*lines[:line], text[:column] + character + text[column + 1 :], *lines[line + 1 :])
