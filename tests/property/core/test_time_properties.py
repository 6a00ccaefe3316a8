from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from comity.core.time import (
    CivilDate,
    Instant,
    Period,
    add_period,
    date_of,
    end_of_day,
    format_instant,
    instant_from_datetime,
    parse_date,
    parse_instant,
    start_of_day,
)

OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
MOMENTS = st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 12, 31), timezones=OFFSETS)  # noqa: DTZ001 - bounds are naive
DATES = st.dates(dt.date(1, 1, 1), dt.date(9000, 1, 1)).map(lambda day: CivilDate(day.isoformat()))


@given(MOMENTS)
def test_instants_survive_writing_and_reading_under_any_offset(moment: dt.datetime) -> None:
    instant = instant_from_datetime(moment)

    assert parse_instant(moment.isoformat()) == instant
    assert parse_instant(format_instant(instant)) == instant
    assert start_of_day(date_of(instant)) <= instant <= end_of_day(date_of(instant))


@given(MOMENTS, MOMENTS)
def test_canonical_texts_sort_as_their_instants_do(one: dt.datetime, other: dt.datetime) -> None:
    first, second = instant_from_datetime(one), instant_from_datetime(other)

    assert (format_instant(first) < format_instant(second)) == (first < second)


@given(DATES, st.integers(0, 600), st.integers(0, 400))
def test_longer_periods_never_end_earlier(date: CivilDate, months: int, days: int) -> None:
    end = add_period(date, Period(months=months, days=days))

    assert parse_date(end) == end >= date
    assert add_period(date, Period(months=months + 1, days=days)) >= end
    assert add_period(date, Period(months=months, days=days + 1)) > end


@given(DATES)
def test_a_day_holds_24_hours_in_utc(date: CivilDate) -> None:
    assert end_of_day(date) - start_of_day(date) == 86_400_000_000 - 1
    assert date_of(Instant(start_of_day(date))) == date
