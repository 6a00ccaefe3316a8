"""Working days: the weekend and the public holidays of the party that must act.

A working day is any day but public holidays, Sundays and Saturdays (Reg (EEC, Euratom) 1182/71 Art 2(2)); the holidays
are those of the State concerned. National holidays count; those of a region or canton alone do not, since a national
bureau works on them. The tables come from the `holidays` package (decision 0025) and are recalled, not official lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import holidays

from comity.core.codes import CODES
from comity.core.time import CivilDate

SATURDAY: Final = 5
SUNDAY: Final = 6
UNION_WEEKEND: Final = frozenset({SATURDAY, SUNDAY})


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """Which weekdays (0 is Monday) are free, and whether a day is a public holiday."""

    weekend: frozenset[int]
    is_holiday: Callable[[dt.date], bool]

    def works_on(self, day: dt.date) -> bool:
        """Say whether it is a working day."""
        return day.weekday() not in self.weekend and not self.is_holiday(day)


def listed_work_week(days: frozenset[str], weekend: frozenset[int] = UNION_WEEKEND) -> WorkWeek:
    """Make a work week from a list of holidays (`YYYY-MM-DD`) that a party has published or a question asserts."""
    return WorkWeek(weekend, lambda day: day.isoformat() in days)


@lru_cache(maxsize=300)
def party_work_week(party: str) -> WorkWeek:
    """Return the work week of a party (ISO 3166 alpha-3); Saturday and Sunday alone where no table is known."""
    code = _alpha2(party)
    if code not in _supported():
        return WorkWeek(UNION_WEEKEND, lambda _day: False)
    weekend = frozenset(holidays.country_holidays(code).weekend)
    return WorkWeek(weekend, lambda day: day in _holidays_of(code, day.year))


def has_holiday_table(party: str) -> bool:
    """Say whether public holidays of the party are known here, so that its working days can be relied on."""
    return _alpha2(party) in _supported()


def add_working_days(day: CivilDate, count: int, week: WorkWeek) -> CivilDate:
    """Go `count` working days on (back, if negative) from a day, which itself does not count."""
    step = dt.timedelta(days=1 if count >= 0 else -1)
    at = dt.date.fromisoformat(day)
    left = abs(count)
    while left:
        at += step
        left -= week.works_on(at)
    return CivilDate(at.isoformat())


def _alpha2(party: str) -> str:
    entry = CODES.get(party)
    return (entry.alpha2 or "") if entry else ""


@lru_cache(maxsize=1)
def _supported() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=2048)
def _holidays_of(code: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays(code, years=year))
