"""What Doc 9303 allows in a zone whose characters were read: codes, dates, number, names. Flaws, never repairs."""

from __future__ import annotations

import re
from typing import Final

from comity.core.codes import CODES, NationalityCode, PartyKind, party_of_nationality
from comity.core.time import CivilDate, PartialDate, earliest_day
from comity.documents.records import Flaw, Part, ZoneCode

WITHDRAWN: Final = frozenset({"ANT", "NTZ"})
"""Codes that ISO withdrew and that documents may still show (Doc 9303-3 section 5 part F); the house has none."""

_PRINTED_DIFFERENTLY: Final = {"D": "DEU"}
_PART_3: Final = "ICAO Doc 9303-3"
SAYINGS: Final = {
    "mrz.digit-among-letters": ("A digit stands where only letters may.", f"{_PART_3} section 4.3"),
    "mrz.letter-among-digits": ("A letter stands where only digits may.", f"{_PART_3} section 4.3"),
    "mrz.document-code": ("No document of this size has such a code.", "ICAO Doc 9303-4 to 9303-7 section 4.2"),
    "mrz.unknown-code": ("Not the code of a State, organisation or nationality.", f"{_PART_3} section 5"),
    "mrz.number-missing": ("The document number is nothing but fillers.", "ICAO Doc 9303-4 to 9303-7 section 4.2"),
    "mrz.birth-date-impossible": ("There is no such day, or not in the past.", f"{_PART_3} section 4.8"),
    "mrz.expiry-date-impossible": ("There is no such day.", f"{_PART_3} section 4.8"),
    "mrz.expiry-before-birth": ("The document expired before its holder was born.", f"{_PART_3} section 4.8"),
    "mrz.sex": ("Sex is M, F or a filler.", "ICAO Doc 9303-4 to 9303-7 section 4.2"),
    "mrz.name-missing": ("There is no name.", f"{_PART_3} section 4.6"),
    "mrz.name-separators": (
        "Fillers part names other than one by one, and once by two between the identifiers.",
        f"{_PART_3} section 4.6",
    ),
}
"""Each flaw: what it says, and its source."""

_NAMES: Final = re.compile(r"[^<]+(<[^<]+)*(<<[^<]+(<[^<]+)*)?")


def flaw(code: str, part: Part, place: tuple[int, int]) -> Flaw:
    """Say what is wrong at a place (counted from 0)."""
    text, basis = SAYINGS[code]
    return Flaw(code=code, text=text, basis=basis, part=part, line=place[0] + 1, column=place[1] + 1)


def code_of(printed: str) -> ZoneCode:
    """Read the code of an issuer or nationality; `D` is DEU here."""
    text = printed.rstrip("<")
    code = _PRINTED_DIFFERENTLY.get(text, text)
    entry = CODES.get(code)
    party = party_of_nationality(NationalityCode(code)) if entry else None
    return ZoneCode(printed=text, code=code if entry else None, party=party)


def is_known(code: ZoneCode) -> bool:
    """Say whether Doc 9303 has the code, be it withdrawn."""
    return code.code is not None or code.printed in WITHDRAWN


def is_specimen(code: ZoneCode) -> bool:
    """Say whether the code is that of Utopia."""
    return code.code is not None and CODES[code.code].kind is PartyKind.SPECIMEN


def is_document_code(printed: str, first_letters: str) -> bool:
    """Say whether a document of this size may have this code; V is kept for visas, as first letter."""
    return printed[0] in first_letters and printed[1] != "V"


def are_names_well_parted(printed: str) -> bool:
    """Say whether a name field, without the fillers at its end, has components and at most two identifiers."""
    return _NAMES.fullmatch(printed) is not None


def expires_before_birth(born: PartialDate | None, expires: CivilDate | None) -> bool:
    """Say whether the document ended before the first day on which its holder can have been born."""
    return born is not None and expires is not None and expires < earliest_day(born)
