"""From what a scanner types to the lines of a zone: line ends, lengths and characters; nothing is repaired.

A keyboard wedge may send CR, LF or both, blanks at line ends, or no line end at all. What cannot be a zone is refused
with line and column of each fault, never with what stands there.
"""

from __future__ import annotations

import re
from typing import Final

from comity.core.errors import BadInput, FieldProblem, problem_at
from comity.core.said import say
from comity.documents.formats.check_digit import ALPHABET
from comity.documents.formats.layout import LAYOUTS, Lines
from comity.documents.records import ZoneFormat

MAX_CHARS: Final = 400
"""More than any zone with blanks; what is longer is no zone and is not looked at."""
_MAX_PROBLEMS: Final = 20

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_ALLOWED: Final = frozenset(ALPHABET)
_LOOKS_LIKE_FILLER: Final = frozenset("\u2039\u00ab\u2329\u27e8\u3008\u300a\u02c2\uff1c\u1438\u276e\u2770\ufe64")
_RETYPE: Final = "Scan the document again, or type the zone as it is printed."


def read_lines(text: str, field: str) -> tuple[ZoneFormat, Lines]:
    """Return format and lines of a zone, or raise BadInput naming each place.

    `mrz.empty`, `mrz.too-long`, `mrz.illegal-character`, `mrz.lower-case`, `mrz.line-length` (also for a text whose
    length is that of no format).
    """
    if len(text) > MAX_CHARS:
        raise BadInput("mrz.too-long", "Longer than any machine-readable zone.", field=field, remedy=_RETYPE)
    pieces = tuple(piece for line in _LINE_END.split(text) if (piece := line.rstrip(" \t")))
    if not pieces:
        raise BadInput("mrz.empty", "There is no machine-readable zone.", field=field, remedy=_RETYPE)
    _require_characters(pieces, field)
    return _format_of(_lines_of(pieces, field))


def _require_characters(pieces: Lines, field: str) -> None:
    illegal = [
        _problem(field, place, _illegal_kind(character))
        for place, character in _characters(pieces)
        if character not in _ALLOWED and not _is_lower(character)
    ]
    if illegal:
        raise BadInput(
            "mrz.illegal-character",
            "A zone has capitals A-Z, digits and the filler < only.",
            problems=tuple(illegal[:_MAX_PROBLEMS]),
            remedy="Check that the scanner's keyboard layout is that of this computer, and scan again.",
        )
    lower = [place for place, character in _characters(pieces) if _is_lower(character)]
    if lower:
        raise BadInput(
            "mrz.lower-case",
            "A zone has capitals only.",
            problems=(_problem(field, lower[0], ("mrz.lower-case", "The first small letter stands here.")),),
            remedy="Switch Caps Lock off where the scanner types, and scan again.",
        )


def _lines_of(pieces: Lines, field: str) -> Lines:
    """Put the lines together where ends are missing, if each end that is there stands where a line ends."""
    whole = "".join(pieces)
    for layout in LAYOUTS.values():
        if len(whole) == layout.count * layout.width and all(len(piece) % layout.width == 0 for piece in pieces):
            return tuple(whole[start : start + layout.width] for start in range(0, len(whole), layout.width))
    width = _nearest_width(pieces)
    problems = tuple(
        problem_at(
            f"{field} line {number}",
            "mrz.line-length",
            say("This line has %(has)s characters where %(width)s belong.", has=len(piece), width=width),
        )
        for number, piece in enumerate(pieces, start=1)
        if len(piece) != width
    )
    count = problem_at(field, "mrz.line-length", say("There are %(count)s lines.", count=len(pieces)))
    raise BadInput(
        "mrz.line-length",
        "A zone has three lines of 30, two of 36 or two of 44 characters.",
        problems=problems[:_MAX_PROBLEMS] or (count,),
        remedy=_RETYPE,
    )


def _nearest_width(pieces: Lines) -> int:
    if len(pieces) > 2:  # noqa: PLR2004 - only TD1 has three lines
        return LAYOUTS[ZoneFormat.TD1].width
    longest = max(len(piece) for piece in pieces)
    widths = (LAYOUTS[ZoneFormat.TD2].width, LAYOUTS[ZoneFormat.TD3].width)
    return min(widths, key=lambda width: abs(width - longest))


def _format_of(lines: Lines) -> tuple[ZoneFormat, Lines]:
    """Name the format by size; a first letter V makes it a visa."""
    shapes = [
        name
        for name, layout in LAYOUTS.items()
        if (len(lines), len(lines[0])) == (layout.count, layout.width) and name is not ZoneFormat.TD1
    ]
    if not shapes:
        return ZoneFormat.TD1, lines
    document, visa = shapes
    return (visa if lines[0].startswith("V") else document), lines


def _characters(pieces: Lines) -> list[tuple[tuple[int, int], str]]:
    return [
        ((line, column), character)
        for line, piece in enumerate(pieces, start=1)
        for column, character in enumerate(piece, start=1)
    ]


def _is_lower(character: str) -> bool:
    return "a" <= character <= "z"


def _illegal_kind(character: str) -> tuple[str, str]:
    if character in _LOOKS_LIKE_FILLER:
        return "mrz.looks-like-filler", "This character looks like the filler < and is another one."
    if character.isspace():
        return "mrz.blank", "A blank stands inside the line."
    if character.isdigit():
        return "mrz.foreign-digit", "This is a digit, but none of 0 to 9."
    return "mrz.illegal-character", "This character cannot stand in a zone."


def _problem(field: str, place: tuple[int, int], kind: tuple[str, str]) -> FieldProblem:
    line, column = place
    code, message = kind
    return FieldProblem(field=f"{field} line {line} column {column}", code=code, message=message)
