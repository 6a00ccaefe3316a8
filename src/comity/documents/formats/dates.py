"""Dates of a zone, YYMMDD: the century is chosen by a reference date, never by a clock (Doc 9303-3 section 4.8)."""

from __future__ import annotations

import re
from typing import Final

from comity.core.errors import BadInput
from comity.core.time import CivilDate, PartialDate, earliest_day, parse_date, parse_partial_date

EXPIRY_YEARS_BACK: Final = 50
"""An expiry date lies within the hundred years that begin so many before the reference date. House rule: Doc 9303
names no window, and no document is valid for fifty years."""

_BIRTH: Final = re.compile(r"(\d\d|<<)(0[1-9]|1[0-2]|<<)(0[1-9]|[12]\d|3[01]|<<)", re.ASCII)
_EXPIRY: Final = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
_UNKNOWN: Final = "<<"


def read_birth_date(printed: str, reference: CivilDate) -> tuple[PartialDate | None, bool]:
    """Return the date of birth as far as known, and whether what is printed can be one at all.

    The latest century in which the day exists and is not after the reference date. `<<` stands for an unknown year,
    month or day; without a year nothing is known that a partial date can say.
    """
    found = _BIRTH.fullmatch(printed)
    if not found:
        return None, False
    year, month, day = found.groups()
    if year == _UNKNOWN:
        return None, True
    tail = "" if month == _UNKNOWN else f"-{month}" + ("" if day == _UNKNOWN else f"-{day}")
    this_century = int(reference[:2])
    for century in (this_century, this_century - 1):
        born = _real(f"{century:02d}{year}{tail}")
        if born is not None and earliest_day(born) <= reference:
            return born, True
    return None, False


def read_expiry_date(printed: str, reference: CivilDate) -> CivilDate | None:
    """Return the expiry date in the window around the reference date; None if there is no such day."""
    found = _EXPIRY.fullmatch(printed)
    if not found:
        return None
    first = int(reference[:4]) - EXPIRY_YEARS_BACK
    year = first + (int(found[1]) - first) % 100
    try:
        return parse_date(f"{year:04d}-{found[2]}-{found[3]}")
    except BadInput:
        return None


def print_birth_date(born: PartialDate | None) -> str:
    """Write a date of birth as YYMMDD, fillers for what is not known."""
    return ((born or "")[2:].replace("-", "")).ljust(6, "<")


def print_expiry_date(date: CivilDate) -> str:
    """Write an expiry date as YYMMDD."""
    return date[2:].replace("-", "")


def _real(text: str) -> PartialDate | None:
    try:
        return parse_partial_date(text)
    except BadInput:
        return None
