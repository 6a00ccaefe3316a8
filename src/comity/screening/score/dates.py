"""Dates of birth as evidence: what relation two statements stand in, and what chance gives that relation anyway."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from enum import StrEnum, unique
from math import log2
from typing import Annotated, Final

import msgspec

from comity.core.errors import BadInput
from comity.core.personal import Personal
from comity.screening.model.records import Dates

_STATEMENT: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_EARLIEST: Final = 1850
_MONTHS: Final = 12
_DAYS_OF_YEAR: Final = 365.25
_NEAR_YEARS: Final = 2
_TENTHS, _MILLIONTHS, _TEN_THOUSANDTHS, _THOUSANDTHS = 10.0, 1e6, 1e4, 1000.0
_NEIGHBOURS: Final = 26
"""Dates that differ from a given one in one digit and are dates at all, about."""


@unique
class DateRelation(StrEnum):
    """How two statements of a date of birth stand to each other, nearest first."""

    SAME = "same-date"
    NEW_YEAR = "same-new-year"
    SWAPPED = "day-and-month-swapped"
    MONTH = "same-month"
    YEAR = "same-year-as-far-as-known"
    WITHIN = "within-the-years-given"
    DIGIT = "one-digit-differs"
    SAME_YEAR = "same-year-other-day"
    NEAR_YEAR = "years-apart-by-two-at-most"
    DIFFERS = "differs"


APART: Final = (DateRelation.DIGIT, DateRelation.SAME_YEAR, DateRelation.NEAR_YEAR, DateRelation.DIFFERS)
"""How two statements stand of which one must be wrong."""


class BirthDate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One statement of a date of birth: from a year, to a year where it is a range, month and day where known."""

    year: Annotated[int, Personal]
    month: Annotated[int, Personal] = 0
    day: Annotated[int, Personal] = 0
    until: Annotated[int, Personal] = 0

    @property
    def is_new_year(self) -> bool:
        """1 January, which registers write for a year alone."""
        return self.month == 1 and self.day == 1


def parse_birth_date(text: str, *, field: str = "$.birth_date", latest_year: int | None = None) -> BirthDate:
    """Read `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or a range of years `YYYY/YYYY`.

    Raises `BadInput`: `date.unreadable`, `date.impossible` (no such day, before 1850, range turned round),
    `date.future` past `latest_year` where that is given.
    """
    first, slash, second = text.strip().partition("/")
    start = _read(first, field)
    until = _read(second, field).year if slash else 0
    if until and until < start.year:
        raise BadInput("date.impossible", "A range of years ends before it begins.", field=field)
    if latest_year is not None and max(start.year, until) > latest_year:
        raise BadInput("date.future", "A date of birth lies in the past.", field=field)
    if until:
        return BirthDate(year=start.year, until=until)
    return start


def _read(text: str, field: str) -> BirthDate:
    found = _STATEMENT.fullmatch(text.strip())
    if found is None:
        raise BadInput(
            "date.unreadable",
            "A date of birth cannot be read.",
            field=field,
            remedy="Write YYYY, YYYY-MM, YYYY-MM-DD, or YYYY/YYYY for a range of years.",
        )
    year, month, day = (int(part or 0) for part in found.groups())
    known = year >= _EARLIEST and (found[2] is None or 1 <= month <= _MONTHS)
    if not known or (found[3] is not None and not 1 <= day <= monthrange(year, month)[1]):
        raise BadInput("date.impossible", "There is no such date of birth.", field=field)
    return BirthDate(year=year, month=month, day=day)


def relate(one: BirthDate, other: BirthDate) -> DateRelation:
    """Return how two statements stand to each other."""
    if one.until or other.until:
        return _relate_range(one, other)
    if one.year != other.year:
        return _relate_years(one, other)
    if not one.month or not other.month:
        return DateRelation.YEAR
    if not one.day or not other.day:
        return DateRelation.MONTH if one.month == other.month else DateRelation.SAME_YEAR
    return _relate_days(one, other)


def _relate_days(one: BirthDate, other: BirthDate) -> DateRelation:
    """Relate two full dates of one year; 1 January may stand for the year alone."""
    if (one.month, one.day) == (other.month, other.day):
        return DateRelation.NEW_YEAR if one.is_new_year else DateRelation.SAME
    if one.is_new_year or other.is_new_year:
        return DateRelation.YEAR
    if (one.month, one.day) == (other.day, other.month):
        return DateRelation.SWAPPED
    return DateRelation.DIGIT if _one_digit(one, other) else DateRelation.SAME_YEAR


def _relate_range(one: BirthDate, other: BirthDate) -> DateRelation:
    meet = one.year <= (other.until or other.year) and other.year <= (one.until or one.year)
    if meet:
        return DateRelation.WITHIN
    apart = max(one.year, other.year) - min(one.until or one.year, other.until or other.year)
    return DateRelation.NEAR_YEAR if apart <= _NEAR_YEARS else DateRelation.DIFFERS


def _relate_years(one: BirthDate, other: BirthDate) -> DateRelation:
    if one.day and other.day and _one_digit(one, other):
        return DateRelation.DIGIT
    return DateRelation.NEAR_YEAR if abs(one.year - other.year) <= _NEAR_YEARS else DateRelation.DIFFERS


def _one_digit(one: BirthDate, other: BirthDate) -> bool:
    first, second = (f"{date.year:04}{date.month:02}{date.day:02}" for date in (one, other))
    return sum(mine != theirs for mine, theirs in zip(first, second, strict=True)) == 1


class DateWeights:
    """Bits of every relation under one model.

    `same` is how often two statements about one person stand in a relation, `chance` how often those of two persons
    do: one year in so many, one day in 365, a share of them twins or namesakes. The weight is log2 of their quotient.
    """

    def __init__(self, dates: Dates) -> None:
        self._same = {DateRelation(name): count / _TEN_THOUSANDTHS for name, count in dates.same.items()}
        self._year = _TENTHS / dates.years
        self._chance = self._chances(dates)

    def weight(self, relation: DateRelation, one: BirthDate, other: BirthDate, statements: int = 1) -> float:
        """Return the bits; `statements` is how many pairs of dates the best was chosen from, each a further chance."""
        chance = self._chance[relation]
        if relation is DateRelation.WITHIN:
            years = max(one.until - one.year, other.until - other.year) + 1
            chance = min(0.9, chance * years)
        if statements > 1:
            chance = min(0.95, chance * statements)
        return log2(self._same[relation] / chance)

    def bits(self, relation: DateRelation) -> float:
        """Return the bits of a relation that no range of years is part of, of one pair of statements."""
        return log2(self._same[relation] / self._chance[relation])

    def shares(self, relation: DateRelation) -> tuple[float, float]:
        """Return how often two persons' statements stand so, and how often one person's do."""
        return self._chance[relation], self._same[relation]

    def _chances(self, dates: Dates) -> Mapping[DateRelation, float]:
        year = self._year
        day = year / _DAYS_OF_YEAR
        kin = dates.kin / _MILLIONTHS
        return {
            DateRelation.SAME: day + kin,
            DateRelation.NEW_YEAR: year * dates.new_year / _THOUSANDTHS + kin,
            DateRelation.SWAPPED: day,
            DateRelation.MONTH: year / _MONTHS,
            DateRelation.YEAR: year,
            DateRelation.WITHIN: year,
            DateRelation.DIGIT: day * _NEIGHBOURS,
            DateRelation.SAME_YEAR: year,
            DateRelation.NEAR_YEAR: year * 2 * _NEAR_YEARS,
            DateRelation.DIFFERS: 1.0 - year * (1 + 2 * _NEAR_YEARS),
        }
