"""From a notice to its effect, in the forms that real treaties use."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.life.clocks import effect_of, runs_out
from comity.agreements.life.records import Count, NoticeClock, Start
from comity.core.errors import BadInput
from comity.core.time import DAY_US, Instant, format_instant, parse_instant, start_of_day

SENT = parse_instant("2024-01-15T08:00:00Z")
RECEIVED = parse_instant("2024-01-15T09:00:00Z")


def on(clock: NoticeClock, received: str = "2024-01-31T17:30:00Z") -> str:
    moment = parse_instant(received)
    found = effect_of(clock, moment, moment)
    assert found is not None
    return format_instant(found)


def test_a_suspension_counts_from_the_moment_of_its_receipt() -> None:
    clock = NoticeClock(counted_from=Count.RECEIPT)

    assert effect_of(clock, SENT, RECEIVED) == RECEIVED
    assert effect_of(clock, SENT, None) is None
    assert effect_of(NoticeClock(counted_from=Count.SENDING), SENT, None) == SENT


@pytest.mark.parametrize(
    ("after", "starts", "expected"),
    [
        ("P30D", Start.THAT_DAY, "2024-03-01T00:00:00.000000Z"),
        (None, Start.THAT_DAY, "2024-01-31T00:00:00.000000Z"),
        (None, Start.NEXT_DAY, "2024-02-01T00:00:00.000000Z"),
        (None, Start.FIRST_OF_NEXT_MONTH, "2024-02-01T00:00:00.000000Z"),
        (None, Start.FIRST_OF_SECOND_MONTH, "2024-03-01T00:00:00.000000Z"),
        ("P12M", Start.END_OF_CALENDAR_YEAR, "2026-01-01T00:00:00.000000Z"),
        ("P1M", Start.THAT_DAY, "2024-02-29T00:00:00.000000Z"),
    ],
)
def test_the_forms_of_entry_into_force(after: str | None, starts: Start, expected: str) -> None:
    assert on(NoticeClock(counted_from=Count.RECEIPT, after=after, starts=starts)) == expected


def test_the_last_day_of_a_notice_is_in_force_to_its_end() -> None:
    clock = NoticeClock(counted_from=Count.SENDING, after="P6M")
    denounced = start_of_day("2024-01-01")  # type: ignore[arg-type]

    over = runs_out(clock, denounced, None)

    assert over == parse_instant("2024-07-02T00:00:00Z")


def test_hours_are_no_period_of_notice() -> None:
    with pytest.raises(BadInput) as refusal:
        effect_of(NoticeClock(counted_from=Count.SENDING, after="PT48H"), SENT, None)

    assert refusal.value.code == "time.not-a-date-period"


@given(st.integers(0, 40_000), st.integers(0, DAY_US - 1), st.integers(1, 36))
def test_months_of_notice_agree_with_an_independent_calendar(day: int, moment: int, months: int) -> None:
    """Oracle: step month by month with `datetime`, held to the month's last day."""
    sent = Instant(day * DAY_US + moment)
    start = dt.date(1970, 1, 1) + dt.timedelta(days=day)
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    expected = dt.date(year, month, min(start.day, last)) + dt.timedelta(days=1)

    over = runs_out(NoticeClock(counted_from=Count.SENDING, after=f"P{months}M"), sent, None)

    assert over == (expected - dt.date(1970, 1, 1)).days * DAY_US
