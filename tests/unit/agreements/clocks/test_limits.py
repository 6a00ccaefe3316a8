"""Limits as rules write them: what a clock does not count is refused with its place."""

import pytest

from comity.agreements.clocks import Clock, Term, due_of, party_work_week
from comity.agreements.clocks.due import parse_limit
from comity.agreements.clocks.working_days import has_holiday_table
from comity.core.errors import BadInput
from comity.core.time import CivilDate, parse_instant


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("P1M", Clock.HOURS),
        ("PT12H", Clock.CALENDAR),
        ("PT12H", Clock.WORKING),
        ("P1M", Clock.WORKING),
        ("PT0S", Clock.HOURS),
        ("P0D", Clock.CALENDAR),
        ("PT1H", Clock.AT_ONCE),
        ("P1D", Clock.AT_ONCE),
        ("", Clock.HOURS),
        ("twelve hours", Clock.HOURS),
        ("-P1D", Clock.CALENDAR),
    ],
)
def test_a_limit_that_its_clock_does_not_count_is_refused(text: str, clock: Clock) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_limit(text, clock)

    assert refusal.value.code in {"clock.not-a-limit", "time.not-a-period"}
    assert refusal.value.problems[0].field == "$.limit"


def test_working_days_are_not_counted_without_the_week_of_the_party_that_acts() -> None:
    with pytest.raises(BadInput) as refusal:
        due_of(Term(clock=Clock.WORKING, limit="P2D"), CivilDate("2026-03-06"))

    assert refusal.value.code == "clock.no-work-week"


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2024-02-29", "P3Y", "2027-02-28"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2026-10-31", "P4M", "2027-02-28"),
        ("2023-08-29", "P3Y1D", "2026-08-30"),
    ],
)
def test_months_end_with_the_month_where_the_day_is_missing(start: str, limit: str, due: str) -> None:
    assert due_of(Term(clock=Clock.CALENDAR, limit=limit), CivilDate(start)) == due


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-29T00:30:00+01:00", "2026-03-29T13:30:00+02:00"),  # the night that loses an hour
        ("2026-10-25T00:30:00+02:00", "2026-10-25T11:30:00+01:00"),  # the night that gains one
    ],
)
def test_twelve_hours_are_elapsed_hours_on_the_nights_of_summer_time(start: str, due: str) -> None:
    assert due_of(Term(clock=Clock.HOURS, limit="PT12H"), parse_instant(start)) == parse_instant(due)


def test_a_day_given_to_a_clock_of_hours_begins_at_its_first_instant() -> None:
    due = due_of(Term(clock=Clock.HOURS, limit="PT48H"), CivilDate("2026-03-01"))

    assert due == parse_instant("2026-03-03T00:00:00Z")


def test_a_party_without_a_table_has_weekends_only_and_says_so() -> None:
    week = party_work_week("EUE")

    assert not has_holiday_table("EUE")
    assert has_holiday_table("CHE")
    assert due_of(Term(clock=Clock.WORKING, limit="P2D"), CivilDate("2026-03-06"), week) == "2026-03-10"


def test_a_party_whose_weekend_is_another_one_has_that_one() -> None:
    assert 4 in party_work_week("IRN").weekend
