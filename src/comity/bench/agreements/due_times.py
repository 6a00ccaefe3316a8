"""Due times beside an oracle that counts another way: nights of summer time, leap days, month ends, holidays."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable
from typing import Final

from comity.agreements.clocks import Clock, Term, due_of, party_work_week
from comity.agreements.clocks.working_days import listed_work_week
from comity.bench.agreements import clock_oracle as oracle
from comity.bench.harness import Measure, Setting
from comity.bench.records import Figure, measured
from comity.core.time import CivilDate, instant_from_datetime

_WRONG: Final = "dues.wrong"
_SEED: Final = 20261125
_ZONES: Final = (
    "Europe/Berlin",
    "Europe/Lisbon",
    "Europe/Athens",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)
_DAYS: Final = tuple(f"P{number}D" for number in (1, 2, 7, 10, 14, 15, 30, 45, 60, 90))
_LONGER: Final = ("P2W", "P4W", *(f"P{number}M" for number in (1, 2, 3, 4, 6, 9)), "P3Y1D", "P1Y6M")
_LIMITS: Final = (*_DAYS, *_LONGER, *(f"P{number}Y" for number in (1, 3, 4, 5, 10, 15)))
_PARTIES: Final[dict[str, Callable[[int], set[dt.date]]]] = {
    "DEU": oracle.german_holidays,
    "POL": oracle.polish_holidays,
    "FRA": oracle.french_holidays,
}
_LATE_IN_MONTH: Final = 31


def wrong_due_times(dice: random.Random, count: int) -> list[str]:
    """Return what was reckoned otherwise than the oracle did, in `count` cases made by chance."""
    checks = (_hours, _calendar, _working)
    return [wrong for case in range(count) if (wrong := checks[case % len(checks)](dice)) is not None]


def _run(setting: Setting) -> Iterable[Figure]:
    count = setting.at_scale(10_000, 100_000)
    wrong = wrong_due_times(random.Random(_SEED), count)
    yield measured(_WRONG, len(wrong), "cases", goal=0, beside={"cases": count, "seed": _SEED})


def _day(dice: random.Random) -> dt.date:
    """Any day, but often one of those where counting goes wrong."""
    day = dt.date(2018, 1, 1) + dt.timedelta(days=dice.randrange(365 * 14))
    kind = dice.randrange(4)
    if kind == 0:
        return dt.date(dice.choice((2020, 2024, 2028)), 2, 29)
    if kind == 1:
        return day.replace(day=1) - dt.timedelta(days=1)
    if kind == 2:  # noqa: PLR2004 - the third kind: around holidays and month ends
        return day.replace(month=dice.choice((4, 5, 12)), day=dice.choice((1, 24, 30)))
    return day


def _hours(dice: random.Random) -> str | None:
    night = _day(dice) if dice.randrange(2) else dt.date(dice.randrange(2018, 2032), dice.choice((3, 10)), 31)
    if night.day == _LATE_IN_MONTH:
        night -= dt.timedelta(days=(night.weekday() + 1) % 7)  # the Sunday on which summer time begins or ends
    start = dt.datetime.combine(night, dt.time(), dt.UTC) - dt.timedelta(minutes=dice.randrange(36 * 60))
    hours, minutes = dice.choice((1, 8, 12, 24, 48, 72)), dice.choice((0, 30))
    term = Term(clock=Clock.HOURS, limit=f"PT{hours}H{minutes}M" if minutes else f"PT{hours}H")
    due = due_of(term, instant_from_datetime(start))
    expected = instant_from_datetime(oracle.elapsed(start, hours, minutes, dice.choice(_ZONES)))
    return None if due == expected else f"{start} {term.limit}"


def _calendar(dice: random.Random) -> str | None:
    day, limit = _day(dice), dice.choice(_LIMITS)
    due = due_of(Term(clock=Clock.CALENDAR, limit=limit), CivilDate(day.isoformat()))
    expected = oracle.calendar_day(day, *oracle.read(limit)).isoformat()
    return None if due == expected else f"{day} {limit}"


def _working(dice: random.Random) -> str | None:
    day, count = _day(dice), dice.choice((1, 2, 3, 5, 10))
    if dice.randrange(2):
        party = dice.choice(sorted(_PARTIES))
        week = party_work_week(party)
        free: set[dt.date] = set().union(*(_PARTIES[party](year) for year in range(day.year, day.year + 2)))
    else:
        free = {day + dt.timedelta(days=dice.randrange(12)) for _ in range(dice.randrange(5))}
        week = listed_work_week(frozenset(each.isoformat() for each in free))
    due = due_of(Term(clock=Clock.WORKING, limit=f"P{count}D"), CivilDate(day.isoformat()), week)
    expected = oracle.working_day(day, count, free).isoformat()
    return None if due == expected else f"{day} P{count}D working"


MEASURE = Measure((_WRONG,), _run)
