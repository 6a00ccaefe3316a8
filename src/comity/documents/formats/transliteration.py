"""Letters as a zone writes them: ICAO Doc 9303-3, 8th edition (2021), section 6, tables A (Latin) and B (Cyrillic).

Capitals only; small letters are raised first. Where the standard leaves a choice, the first one here is the one
written, and each one is understood when names are compared. Of the Cyrillic table the general column is used, not its
national exceptions. Letters outside the tables lose their marks. Confidence high: compared by machine with the table.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from comity.core.errors import BadInput
from comity.core.text import nfc
from comity.documents.formats.check_digit import FILLER, LETTERS

_LATIN: Final = {
    "A": "ÀÁÂÃĀĂĄ",
    "C": "ÇĆĈĊČ",
    "D": "ÐĎĐ",
    "E": "ÈÉÊËĒĔĖĘĚ",
    "G": "ĜĞĠĢ",
    "H": "ĤĦ",
    "I": "ÌÍÎÏĨĪĬĮİ",
    "J": "Ĵ",
    "K": "Ķ",
    "L": "ĹĻĽĿŁ",
    "N": "ŃŅŇŊ",
    "O": "ÒÓÔÕŌŎŐ",
    "R": "ŔŖŘ",
    "S": "ŚŜŞŠ",
    "T": "ŢŤŦ",
    "U": "ÙÚÛŨŪŬŮŰŲ",
    "W": "Ŵ",
    "Y": "ÝŶŸ",
    "Z": "ŹŻŽ",
    "AE": "Æ",
    "TH": "Þ",
    "OE": "ØŒ",
    "IJ": "Ĳ",
    "SS": "ẞ",
}
_LATIN_CHOICES: Final = {
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Ñ": ("N", "NXX"),
    "Ö": ("OE", "O"),
    "Ü": ("UE", "UXX", "U"),
}
# By code point, because many of these letters look like Latin ones.
_CYRILLIC: Final = """\
A 0410
B 0411
C 04BA
CH 0427
D 0402 0414
DZ 0405 040F
E 0401 0415 042D
F 0424
G 0413 0490 0492
I 0406 0407 0418 0419
IA 042F
IE 0404 042A
IU 042E
J 0408
K 040C 041A
KH 0425
L 041B
LJ 0409
M 041C
N 041D
NJ 040A
O 041E
P 041F
R 0420
S 0421
SH 0428
SHCH 0429
T 0422
TS 0426
U 040E 0423 046A
V 0412
Y 042B 0474
Z 0417
ZH 0416
"""
_SOFT_SIGN: Final = "\u042c"


def _cyrillic() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {_SOFT_SIGN: ("",)}
    for line in _CYRILLIC.splitlines():
        written, *points = line.split()
        table |= {chr(int(point, 16)): (written,) for point in points}
    return table


SPELLINGS: Final = (
    {letter: (letter,) for letter in LETTERS}
    | {letter: (written,) for written, letters in _LATIN.items() for letter in letters}
    | _LATIN_CHOICES
    | _cyrillic()
)
"""Each capital with the ways in which a zone may write it."""

# Doc 9303-3 section 4.6: an apostrophe is left out, a hyphen becomes a filler, a comma parts components.
_OMITTED: Final = frozenset("'\u2018\u2019\u02bc\u02bb`\u00b4")
_PARTING: Final = frozenset("-,\u2010\u2011\u2012\u2013\u2014")


def spellings(text: str, field: str) -> tuple[tuple[str, ...], ...]:
    """Return for each character of a name how a zone may write it; a parting of components is one filler.

    Raises BadInput `mrz.digit-in-name` (Roman numerals are written as letters), `mrz.no-transliteration`.
    """
    written: list[tuple[str, ...]] = []
    for character in nfc(nfc(text).upper()):
        if character.isspace() or character in _PARTING:
            if written and written[-1] != (FILLER,):
                written.append((FILLER,))
        else:
            written.extend(_spell(character, field))
    while written and written[-1] == (FILLER,):
        written.pop()
    return tuple(written)


def transliterate(text: str, field: str = "$") -> str:
    """Write a name with the letters of a zone, components apart by one filler. Raises as `spellings`."""
    return "".join(ways[0] for ways in spellings(text, field))


def _spell(character: str, field: str) -> list[tuple[str, ...]]:
    known = SPELLINGS.get(character)
    if known:
        return [known]
    category = unicodedata.category(character)
    if character in _OMITTED or category[0] in "PM":
        return []
    if category[0] == "N":
        raise BadInput(
            "mrz.digit-in-name",
            "A name in a zone has letters only.",
            field=field,
            remedy="Write numerals of a name in Roman letters, such as III.",
        )
    apart = [part for part in unicodedata.normalize("NFKD", character) if part in SPELLINGS]
    if not apart:
        raise BadInput(
            "mrz.no-transliteration",
            "A letter of this name is in neither table of Doc 9303-3.",
            field=field,
            remedy="Give the name as the document's zone shows it.",
        )
    return [SPELLINGS[part] for part in apart]
