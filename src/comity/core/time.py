"""Instants, civil dates and periods. Nothing here reads a clock: time comes in as an argument.

An instant is a whole number of microseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX time). A civil
date is a day in the calendar of the law that speaks of it (ISO 8601-1 `YYYY-MM-DD`, proleptic Gregorian). Hours are
elapsed hours, so they are counted in UTC; years, months and days are counted in the calendar.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import Annotated, Final, NewType

import msgspec

from comity.core.errors import BadInput

Instant = NewType("Instant", int)
CivilDate = NewType("CivilDate", str)
PartialDate = NewType("PartialDate", str)

DateText = Annotated[CivilDate, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
"""A day in a command, whose form is told in helps and forms; whether the day exists, `parse_date` says."""

SECOND_US: Final = 1_000_000
HOUR_US: Final = 3_600 * SECOND_US
DAY_US: Final = 24 * HOUR_US

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))", re.ASCII
)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)
_PERIOD: Final = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(\d{1,5})H)?", re.ASCII
)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A length of time as law writes it: calendar months and days, or elapsed hours."""

    months: int = 0
    days: int = 0
    hours: int = 0


def parse_instant(text: str, *, field: str = "$") -> Instant:
    """Read an RFC 3339 date-time with its offset (`2026-11-25T10:20:30.5+01:00`), to the microsecond.

    Raises BadInput `time.not-an-instant` for a missing offset, an unreal date, an hour 24, a leap second, more than
    six fraction digits, or an instant outside the years 1 to 9999 of UTC.
    """
    found = _INSTANT.fullmatch(text)
    if not found:
        raise _not_an_instant(field)
    day, hour, minute, second, fraction, sign, offset_hours, offset_minutes = found.groups()
    shift = int(offset_hours or 0) * 60 + int(offset_minutes or 0)
    if int(offset_hours or 0) > 23 or int(offset_minutes or 0) > 59:  # noqa: PLR2004 - clock arithmetic
        raise _not_an_instant(field)
    try:
        local = dt.datetime.combine(
            dt.date.fromisoformat(day),
            dt.time(int(hour), int(minute), int(second), int((fraction or "0").ljust(6, "0"))),
            tzinfo=dt.UTC,
        )
        moment = local - dt.timedelta(minutes=-shift if sign == "-" else shift)
    except (ValueError, OverflowError):
        raise _not_an_instant(field) from None
    return Instant((moment - _EPOCH) // _MICROSECOND)


def format_instant(instant: Instant) -> str:
    """Write the one canonical form, `2026-11-25T10:20:30.123456Z`; raises BadInput outside the years 1 to 9999."""
    # isoformat, not strftime: that does not pad a year below 1000, and is four times slower.
    return f"{_moment(instant).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def instant_from_datetime(moment: dt.datetime) -> Instant:
    """Turn an aware datetime (of a certificate or a driver) into an instant; a naive one is a programmer's mistake."""
    if moment.tzinfo is None:
        message = "a naive datetime has no instant"
        raise ValueError(message)
    return Instant((moment - _EPOCH) // _MICROSECOND)


def parse_date(text: str, *, field: str = "$") -> CivilDate:
    """Read `YYYY-MM-DD`; raises BadInput `time.not-a-date` for another form or a day that does not exist."""
    _date(text, field)
    return CivilDate(text)


def date_of(instant: Instant) -> CivilDate:
    """Name the UTC day an instant falls in; raises BadInput outside the years 1 to 9999."""
    return _day(instant // DAY_US)


@lru_cache(maxsize=64)
def _day(number: int) -> CivilDate:
    """Name a day by its number; many instants in a row fall in the same few days."""
    return CivilDate(_moment(Instant(number * DAY_US)).date().isoformat())


def day_number(date: CivilDate) -> int:
    """Count the days from 1970-01-01 to a day; negative before it."""
    return _date(date, "$").toordinal() - _EPOCH.toordinal()


def start_of_day(date: CivilDate) -> Instant:
    """Give the first microsecond of a day in UTC."""
    return Instant(day_number(date) * DAY_US)


def end_of_day(date: CivilDate) -> Instant:
    """Give the last microsecond of a day in UTC: what ends on a day is in force through all of it."""
    return Instant(start_of_day(date) + DAY_US - 1)


def days_between(first: CivilDate, second: CivilDate) -> int:
    """Count the days from the first date to the second; negative if the second is earlier."""
    return (_date(second, "$") - _date(first, "$")).days


def parse_period(text: str, *, field: str = "$") -> Period:
    """Read an ISO 8601 period: `P3Y`, `P1M`, `P2W`, `P15D`, `P1Y6M`, or elapsed hours `PT12H`.

    Raises BadInput `time.not-a-period`; also for calendar units and hours in one period, whose order of
    application law does not say.
    """
    found = _PERIOD.fullmatch(text)
    if not found or text.endswith("T"):
        raise BadInput("time.not-a-period", "Expected an ISO 8601 period such as P3Y, P15D or PT12H.", field=field)
    years, months, weeks, days, hours = (int(part or 0) for part in found.groups())
    period = Period(months=years * 12 + months, days=weeks * 7 + days, hours=hours)
    if found[5] is not None and any(found.groups()[:4]):
        raise BadInput("time.not-a-period", "A period is either of the calendar or in hours.", field=field)
    return period


@lru_cache(maxsize=256)
def add_period(date: CivilDate, period: Period | str) -> CivilDate:
    """Add a calendar period: first the months, held to the last day of the month, then the days.

    31 January + P1M is 28 (29) February; 29 February + P3Y is 28 February. Raises BadInput
    `time.not-a-date-period` for hours, `time.out-of-range` beyond the year 9999.
    """
    if isinstance(period, str):
        period = parse_period(period)
    if period.hours:
        raise BadInput("time.not-a-date-period", "Hours are added to an instant, not to a date.")
    start = _date(date, "$")
    year, month0 = divmod(start.year * 12 + start.month - 1 + period.months, 12)
    try:
        moved = dt.date(year, month0 + 1, min(start.day, _days_in_month(year, month0 + 1)))
        return CivilDate((moved + dt.timedelta(days=period.days)).isoformat())
    except (ValueError, OverflowError):
        raise _out_of_range() from None


def add_to_instant(instant: Instant, period: Period | str) -> Instant:
    """Add a period to an instant: hours as elapsed time, calendar units to the UTC date at the same time of day.

    Raises as `add_period`; never `time.not-a-date-period`.
    """
    if isinstance(period, str):
        period = parse_period(period)
    if period.hours:
        return Instant(instant + period.hours * HOUR_US)
    day = date_of(instant)
    return Instant(start_of_day(add_period(day, period)) + (instant - start_of_day(day)))


def hours_between(first: Instant, second: Instant) -> int:
    """Count the whole hours elapsed from the first instant to the second; a begun hour does not count."""
    elapsed = second - first
    return elapsed // HOUR_US if elapsed >= 0 else -(-elapsed // HOUR_US)


def parse_partial_date(text: str, *, field: str = "$") -> PartialDate:
    """Read a date of birth as far as it is known: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.

    Raises BadInput `time.not-a-partial-date`.
    """
    found = _PARTIAL.fullmatch(text)
    year, month, day = (int(part) if part else 1 for part in found.groups()) if found else (0, 0, 0)
    try:
        dt.date(year, month, day)
    except ValueError:
        raise BadInput(
            "time.not-a-partial-date", "Expected a real date as YYYY-MM-DD, YYYY-MM or YYYY.", field=field
        ) from None
    return PartialDate(text)


def partial_dates_agree(one: PartialDate, other: PartialDate) -> bool:
    """Say whether two dates of birth can be the same day: the less exact one begins the other."""
    return one.startswith(other) or other.startswith(one)


def latest_day(date: PartialDate) -> CivilDate:
    """Give the last day a partly known date can mean: who is taken for the youngest is protected longest."""
    year, _, rest = date.partition("-")
    month, _, day = (rest or "12").partition("-")
    return CivilDate(f"{year}-{month}-{day or _days_in_month(int(year), int(month))}")


def earliest_day(date: PartialDate) -> CivilDate:
    """Give the first day a partly known date can mean."""
    return CivilDate(date + "-01" * (2 - date.count("-")))


def age_on(born: CivilDate, day: CivilDate) -> int:
    """Count completed years of age; a child born on 29 February completes its year on 1 March of a common year."""
    birth, when = _date(born, "$"), _date(day, "$")
    return when.year - birth.year - ((when.month, when.day) < (birth.month, birth.day))


def _date(text: str, field: str) -> dt.date:
    # fromisoformat alone also reads week dates and the basic form.
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput("time.not-a-date", "Expected a real date as YYYY-MM-DD.", field=field)


def _moment(instant: Instant) -> dt.datetime:
    try:
        return _EPOCH + dt.timedelta(microseconds=instant)
    except OverflowError:
        raise _out_of_range() from None


def _days_in_month(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _not_an_instant(field: str) -> BadInput:
    return BadInput(
        "time.not-an-instant",
        "Expected an RFC 3339 instant with offset, such as 2026-11-25T10:20:30Z.",
        field=field,
    )


def _out_of_range() -> BadInput:
    return BadInput("time.out-of-range", "Time is outside the years 1 to 9999.")
