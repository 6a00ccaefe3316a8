"""Civil dates as the index orders rows by them: birth year, then day and month in rising order.

So a date and the same date with day and month exchanged stand in one run of rows. Partial dates come first in their
year, month known before full dates; rows without any date come first of all.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from comity.core.errors import BadInput

FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2099
SLOTS: Final = LAST_YEAR - FIRST_YEAR + 2
"""Slot 0 for rows without date, then one for each year; years outside stand in the slot at that end."""
DAYS: Final = 13 * 32
KEYS: Final = SLOTS * DAYS
UNDATED: Final = 0

_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_MONTHS: Final = 12
_LONGEST_MONTH: Final = 31

# What a relation of dates is worth, in eighths of a bit: log2 of how often the same person's dates stand so over how
# often two persons' do (70 years; one date in a hundred exchanged, one misread, three in a hundred wrong in the year).
# An order of what is looked at and no more; the score proper comes later.
SAME_DAY: Final = 116
EXCHANGED: Final = 76
SAME_MONTH: Final = 78
ONLY_YEAR: Final = 49
OTHER_DIGIT: Final = 24
SAME_YEAR: Final = 8
NO_DATE: Final = 0
OTHER_DATE: Final = -40


class PartialDate(msgspec.Struct, frozen=True):
    """A date of which month and day, or only the day, may be unknown (0)."""

    year: int
    month: int = 0
    day: int = 0


class Run(msgspec.Struct, frozen=True):
    """A key whose rows are looked through, and what its date is worth: written the same way, and exchanged."""

    key: int
    same: int
    exchanged: int


def read_date(text: str) -> PartialDate:
    """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; days that a month lacks are read, since documents bear such dates.

    Raises `BadInput` for anything else.
    """
    match = _DATE.fullmatch(text)
    if match is not None:
        year, month, day = (int(part) if part else 0 for part in match.groups())
        if (not match[2] or 1 <= month <= _MONTHS) and (not match[3] or 1 <= day <= _LONGEST_MONTH):
            return PartialDate(year, month, day)
    raise BadInput(
        "screening.not-a-date",
        "This is not a date of birth.",
        field="$.birth_date",
        remedy="Write YYYY, YYYY-MM or YYYY-MM-DD, with month 01 to 12 and day 01 to 31.",
    )


def slot_of(year: int) -> int:
    """Return the place of a year."""
    return min(max(year, FIRST_YEAR), LAST_YEAR) - FIRST_YEAR + 1


def key_of(date: PartialDate | None) -> int:
    """Return the key under which a row of this date stands."""
    if date is None:
        return UNDATED
    low, high = sorted((date.month, date.day)) if date.day else (0, date.month)
    return slot_of(date.year) * DAYS + low * 32 + high


def is_day_first(date: PartialDate | None) -> bool:
    """Say whether the day is the smaller number, which tells a date from its exchanged twin under one key."""
    return date is not None and bool(date.day) and date.day < date.month


def runs_of(date: PartialDate) -> tuple[Run, ...]:
    """Return the keys to look through for a date.

    These are itself, dates of which less is known, and, for a full date, each that differs in one digit.
    """
    year = slot_of(date.year) * DAYS
    found = {year: Run(year, ONLY_YEAR, ONLY_YEAR)}
    if date.month:
        found[year + date.month] = Run(year + date.month, SAME_MONTH, SAME_MONTH)
    if not date.day:
        return tuple(found.values())
    found[key_of(date)] = Run(key_of(date), SAME_DAY, EXCHANGED)
    for other in _misread(date):
        found.setdefault(key_of(other), Run(key_of(other), OTHER_DIGIT, OTHER_DIGIT))
    return tuple(found.values())


def agreeing_runs(date: PartialDate) -> tuple[Run, ...]:
    """Return the keys of dates that agree with a full one as far as they are known; 1 January says the year only.

    In the order: itself, the month, the year, 1 January.
    """
    year = slot_of(date.year) * DAYS
    new_year = key_of(PartialDate(date.year, 1, 1))
    found = {key_of(date): Run(key_of(date), SAME_DAY, EXCHANGED)}
    found.setdefault(year + date.month, Run(year + date.month, SAME_MONTH, SAME_MONTH))
    found.setdefault(year, Run(year, ONLY_YEAR, ONLY_YEAR))
    found.setdefault(new_year, Run(new_year, ONLY_YEAR, ONLY_YEAR))
    return tuple(found.values())


def _misread(date: PartialDate) -> list[PartialDate]:
    """Return the dates that differ in one digit; of the year its last two digits only, since centuries are seen."""
    years = [date.year - date.year % 100 + other for other in _one_digit(date.year % 100)]
    found = [PartialDate(year, date.month, date.day) for year in years if FIRST_YEAR <= year <= LAST_YEAR]
    found += [PartialDate(date.year, month, date.day) for month in _one_digit(date.month) if 1 <= month <= _MONTHS]
    days = (day for day in _one_digit(date.day) if 1 <= day <= _LONGEST_MONTH)
    return found + [PartialDate(date.year, date.month, day) for day in days]


def _one_digit(number: int) -> list[int]:
    """Return the two-digit numbers that differ from this one in exactly one digit."""
    tens, units = divmod(number, 10)
    other_tens = [ten * 10 + units for ten in range(10) if ten != tens]
    return other_tens + [tens * 10 + unit for unit in range(10) if unit != units]
