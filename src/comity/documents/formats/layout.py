"""Where each part of a zone stands: ICAO Doc 9303 part 4 (TD3), 5 (TD1), 6 (TD2) and 7 (MRV-A, MRV-B), section 4.2.

Lines and columns count from 0 here; people are told from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from comity.documents.formats.check_digit import FILLER, check_digit
from comity.documents.records import Part, ZoneFormat

Lines = tuple[str, ...]
Place = tuple[int, int]


class Span(msgspec.Struct, frozen=True):
    """Columns `start` to before `stop` of one line."""

    line: int
    start: int
    stop: int

    def of(self, lines: Lines) -> str:
        """Cut the span out."""
        return lines[self.line][self.start : self.stop]

    def places(self) -> Iterator[Place]:
        """Name each position."""
        return ((self.line, column) for column in range(self.start, self.stop))


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The spans of one format; `composite_over` is what the composite check digit at `composite` is counted over."""

    count: int
    width: int
    first_letters: str
    code: Span
    issuer: Span
    names: Span
    number: Span
    number_check: Span
    nationality: Span
    birth: Span
    birth_check: Span
    sex: Span
    expiry: Span
    expiry_check: Span
    optional: tuple[Span, ...]
    optional_check: Span | None = None
    composite: Span | None = None
    composite_over: tuple[Span, ...] = ()
    long_number: bool = False


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check digit to be verified: over which spans, and where it stands. `may_be_filler` where all else is."""

    part: Part
    over: tuple[Span, ...]
    at: Span
    may_be_filler: bool = False

    def expected(self, lines: Lines) -> str:
        """Count the digit."""
        return check_digit("".join(span.of(lines) for span in self.over))

    def holds(self, lines: Lines) -> bool:
        """Say whether the digit that stands there is the one counted, or a filler after nothing but fillers."""
        found = self.at.of(lines)
        if self.may_be_filler and found == FILLER:
            return not any(span.of(lines).strip(FILLER) for span in self.over)
        return found == self.expected(lines)

    def covers(self, place: Place) -> bool:
        """Say whether a change at this place changes what the digit says."""
        return any(place in span.places() for span in (*self.over, self.at))


def _two_lines(width: int, first_letters: str, *, visa: bool) -> Layout:
    """Return the layout that all two-line formats share."""
    passport = width == _TD3_WIDTH and not visa
    optional = Span(1, 28, width if visa else width - (2 if passport else 1))
    return Layout(
        count=2,
        width=width,
        first_letters=first_letters,
        code=Span(0, 0, 2),
        issuer=Span(0, 2, 5),
        names=Span(0, 5, width),
        number=Span(1, 0, 9),
        number_check=Span(1, 9, 10),
        nationality=Span(1, 10, 13),
        birth=Span(1, 13, 19),
        birth_check=Span(1, 19, 20),
        sex=Span(1, 20, 21),
        expiry=Span(1, 21, 27),
        expiry_check=Span(1, 27, 28),
        optional=(optional,),
        optional_check=Span(1, 42, 43) if passport else None,
        composite=None if visa else Span(1, width - 1, width),
        composite_over=() if visa else (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, width - 1)),
        long_number=not visa and not passport,
    )


_TD3_WIDTH: Final = 44
_TD2_WIDTH: Final = 36

LAYOUTS: Final = {
    ZoneFormat.TD1: Layout(
        count=3,
        width=30,
        first_letters="ACI",
        code=Span(0, 0, 2),
        issuer=Span(0, 2, 5),
        names=Span(2, 0, 30),
        number=Span(0, 5, 14),
        number_check=Span(0, 14, 15),
        nationality=Span(1, 15, 18),
        birth=Span(1, 0, 6),
        birth_check=Span(1, 6, 7),
        sex=Span(1, 7, 8),
        expiry=Span(1, 8, 14),
        expiry_check=Span(1, 14, 15),
        optional=(Span(0, 15, 30), Span(1, 18, 29)),
        composite=Span(1, 29, 30),
        composite_over=(Span(0, 5, 30), Span(1, 0, 7), Span(1, 8, 15), Span(1, 18, 29)),
        long_number=True,
    ),
    ZoneFormat.TD2: _two_lines(_TD2_WIDTH, "ACI", visa=False),
    ZoneFormat.TD3: _two_lines(_TD3_WIDTH, "P", visa=False),
    ZoneFormat.MRV_A: _two_lines(_TD3_WIDTH, "V", visa=True),
    ZoneFormat.MRV_B: _two_lines(_TD2_WIDTH, "V", visa=True),
}
"""The layout of each format."""


def number_spans(layout: Layout, lines: Lines) -> tuple[tuple[Span, ...], Span, tuple[Span, ...]]:
    """Return where the document number stands, where its check digit, and where the optional data.

    A number of more than nine characters has a filler in the place of its check digit and goes on at the start of the
    optional data, with the check digit behind it and then a filler (Doc 9303-5 and 9303-6, section 4.2.4).
    """
    first, *others = layout.optional
    rest = first.of(lines).partition(FILLER)[0]
    goes_on = 1 < len(rest) < first.stop - first.start
    if not (layout.long_number and layout.number_check.of(lines) == FILLER and goes_on):
        return (layout.number,), layout.number_check, layout.optional
    check = first.start + len(rest) - 1
    after = Span(first.line, check + 2, first.stop)
    return (
        (layout.number, Span(first.line, first.start, check)),
        Span(first.line, check, check + 1),
        (after, *others),
    )


def checks_of(layout: Layout, lines: Lines) -> tuple[Check, ...]:
    """List the check digits of a zone, those of single parts before the composite one."""
    number, number_check, _ = number_spans(layout, lines)
    checks = [
        Check(part=Part.NUMBER, over=number, at=number_check),
        Check(part=Part.BIRTH_DATE, over=(layout.birth,), at=layout.birth_check),
        Check(part=Part.EXPIRY_DATE, over=(layout.expiry,), at=layout.expiry_check),
    ]
    if layout.optional_check:
        checks.append(
            Check(part=Part.OPTIONAL_DATA, over=layout.optional, at=layout.optional_check, may_be_filler=True)
        )
    if layout.composite:
        checks.append(Check(part=Part.COMPOSITE, over=layout.composite_over, at=layout.composite))
    return tuple(checks)
