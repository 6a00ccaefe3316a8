from __future__ import annotations

import datetime as dt

import pytest

from comity.core.errors import BadInput
from comity.core.time import (
    HOUR_US,
    CivilDate,
    Instant,
    PartialDate,
    Period,
    add_period,
    add_to_instant,
    age_on,
    date_of,
    days_between,
    earliest_day,
    end_of_day,
    format_instant,
    hours_between,
    instant_from_datetime,
    latest_day,
    parse_date,
    parse_instant,
    parse_partial_date,
    parse_period,
    partial_dates_agree,
    start_of_day,
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
        ("2026-11-25T10:20:30.123456Z", "2026-11-25T10:20:30.123456Z"),
        ("2026-11-25t10:20:30.5z", "2026-11-25T10:20:30.500000Z"),
        ("2026-11-25T01:20:30+02:30", "2026-11-24T22:50:30.000000Z"),
        ("2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000Z"),
        ("2026-11-25T10:20:30-00:00", "2026-11-25T10:20:30.000000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
    ],
)
def test_an_instant_is_read_with_its_offset_and_written_in_utc(text: str, canonical: str) -> None:
    assert format_instant(parse_instant(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25T10:20:30",
        "2026-11-25",
        "2026-11-25 10:20:30Z",
        "2026-11-25T10:20Z",
        "2026-11-25T10:20:30.Z",
        "2026-11-25T10:20:30.1234567Z",
        "2026-11-25T10:20:30,5Z",
        "2016-12-31T23:59:60Z",
        "2026-11-25T24:00:00Z",
        "2026-11-25T10:60:00Z",
        "2026-02-29T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "2026-11-25T10:20:30+24:00",
        "2026-11-25T10:20:30+01:60",
        "2026-11-25T10:20:30+0100",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00:00Z",
        "٢026-11-25T10:20:30Z",
        "2026-11-25T10:20:30Z\n",
        "",
    ],
)
def test_nonsense_is_no_instant(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_instant(text, field="$.at")

    assert (caught.value.code, caught.value.problems[0].field) == ("time.not-an-instant", "$.at")


def test_instants_beyond_the_calendar_cannot_be_written() -> None:
    for instant in (Instant(10**18), Instant(-(10**18)), Instant(10**30)):
        with pytest.raises(BadInput) as caught:
            format_instant(instant)
        assert caught.value.code == "time.out-of-range"


def test_a_datetime_needs_its_zone_to_become_an_instant() -> None:
    moment = dt.datetime(2026, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))

    assert instant_from_datetime(moment) == parse_instant("2026-01-01T00:00:00Z")
    with pytest.raises(ValueError, match="naive"):
        instant_from_datetime(dt.datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake that is refused


@pytest.mark.parametrize("text", ["2024-02-29", "0001-01-01", "9999-12-31"])
def test_real_days_are_dates(text: str) -> None:
    assert parse_date(text) == text


@pytest.mark.parametrize(
    "text", ["2023-02-29", "2023-2-1", "20230201", "2023-W05-1", "2023-00-01", "0000-01-01", "2023-02-01T00:00:00", ""]
)
def test_other_texts_are_no_dates(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_date(text)

    assert caught.value.code == "time.not-a-date"


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2023-01-31", "P1M", "2023-02-28"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2024-02-29", "P3Y", "2027-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2023-12-31", "P2M", "2024-02-29"),
        ("2023-12-20", "P15D", "2024-01-04"),
        ("2023-01-31", "P1M1D", "2023-03-01"),
        ("2023-11-30", "P1Y2M3D", "2025-02-02"),
        ("2023-01-01", "P2W", "2023-01-15"),
        ("2023-01-01", "P0D", "2023-01-01"),
    ],
)
def test_periods_are_counted_in_the_calendar_of_the_law(start: str, period: str, end: str) -> None:
    assert add_period(CivilDate(start), period) == end
    assert add_period(CivilDate(start), parse_period(period)) == end


@pytest.mark.parametrize("period", ["P9000Y", "P9999M", "P99999D"])
def test_a_period_beyond_the_calendar_is_refused(period: str) -> None:
    with pytest.raises(BadInput) as caught:
        add_period(CivilDate("9990-01-01"), period)

    assert caught.value.code == "time.out-of-range"


def test_hours_are_no_part_of_a_date() -> None:
    with pytest.raises(BadInput) as caught:
        add_period(CivilDate("2023-01-01"), "PT12H")

    assert caught.value.code == "time.not-a-date-period"


def test_periods_are_read_into_months_days_and_hours() -> None:
    assert parse_period("P1Y2M2W3D") == Period(months=14, days=17)
    assert parse_period("PT12H") == Period(hours=12)


@pytest.mark.parametrize(
    "text", ["P", "PT", "3Y", "P3", "P-1D", "P1.5Y", "PT5M", "P1DT", "P1DT2H", "p1d", "P1D ", "P1M1Y"]
)
def test_other_texts_are_no_periods(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_period(text)

    assert caught.value.code == "time.not-a-period"


def test_twelve_hours_are_elapsed_hours_also_on_the_night_the_clocks_change() -> None:
    before = parse_instant("2026-10-24T20:00:00+02:00")

    after = add_to_instant(before, "PT12H")

    assert format_instant(after) == "2026-10-25T06:00:00.000000Z"
    assert after == parse_instant("2026-10-25T07:00:00+01:00")
    assert hours_between(before, after) == 12


def test_calendar_periods_keep_the_time_of_day_of_an_instant() -> None:
    instant = parse_instant("2024-01-31T10:20:30.5Z")

    assert format_instant(add_to_instant(instant, "P1M")) == "2024-02-29T10:20:30.500000Z"
    assert add_to_instant(instant, Period(days=1)) == instant + 24 * HOUR_US


def test_only_whole_hours_count_in_either_direction() -> None:
    assert hours_between(Instant(0), Instant(HOUR_US * 2 - 1)) == 1
    assert hours_between(Instant(HOUR_US * 2 - 1), Instant(0)) == -1
    assert hours_between(Instant(0), Instant(0)) == 0


def test_a_day_lasts_to_its_last_microsecond() -> None:
    day = CivilDate("2026-11-25")

    assert format_instant(start_of_day(day)) == "2026-11-25T00:00:00.000000Z"
    assert format_instant(end_of_day(day)) == "2026-11-25T23:59:59.999999Z"
    assert date_of(end_of_day(day)) == day
    assert date_of(Instant(end_of_day(day) + 1)) == "2026-11-26"
    assert days_between(day, CivilDate("2026-12-01")) == 6
    assert days_between(CivilDate("2026-12-01"), day) == -6


@pytest.mark.parametrize("text", ["1980", "1980-02", "1980-02-29"])
def test_a_birth_date_may_be_known_in_part(text: str) -> None:
    assert parse_partial_date(text) == text


@pytest.mark.parametrize(
    "text", ["", "80", "1980-", "1980-13", "1980-00", "1981-02-29", "1980-02-", "1980-1", "0000", "1980-02-30x"]
)
def test_other_texts_are_no_birth_dates(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_partial_date(text)

    assert caught.value.code == "time.not-a-partial-date"


def test_partly_known_dates_agree_if_they_can_be_one_day() -> None:
    assert partial_dates_agree(PartialDate("1980"), PartialDate("1980-02-01"))
    assert partial_dates_agree(PartialDate("1980-02-01"), PartialDate("1980-02"))
    assert not partial_dates_agree(PartialDate("1980-02"), PartialDate("1980-03-01"))
    assert not partial_dates_agree(PartialDate("1980"), PartialDate("1981"))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1980", "1980-01-01", "1980-12-31"),
        ("1980-02", "1980-02-01", "1980-02-29"),
        ("1981-02", "1981-02-01", "1981-02-28"),
        ("1980-02-03", "1980-02-03", "1980-02-03"),
    ],
)
def test_a_partly_known_date_spans_the_days_it_can_mean(text: str, first: str, last: str) -> None:
    assert earliest_day(PartialDate(text)) == first
    assert latest_day(PartialDate(text)) == last


def test_age_counts_completed_years() -> None:
    born = CivilDate("2008-02-29")

    assert age_on(born, CivilDate("2026-02-28")) == 17
    assert age_on(born, CivilDate("2026-03-01")) == 18
    assert age_on(CivilDate("2008-05-01"), CivilDate("2026-05-01")) == 18
