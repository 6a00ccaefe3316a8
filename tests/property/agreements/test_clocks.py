"""Due times against an oracle that counts another way: none may be wrong in 100,000 random cases."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.clocks import Clock, State, Term, WorkWeek, due_of, last_instant, party_work_week, state_of
from comity.agreements.clocks.working_days import listed_work_week
from comity.bench.agreements.due_times import wrong_due_times
from comity.core.time import CivilDate, Instant

CASES = 100_000
SEED = 20261125


@pytest.mark.timeout(300)
def test_no_due_time_is_wrong_in_a_hundred_thousand_random_cases() -> None:
    assert wrong_due_times(random.Random(SEED), CASES) == []


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)),
    st.integers(1, 20),
    st.frozensets(st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31)), max_size=30),
)
def test_a_working_day_limit_never_ends_on_a_free_day_and_leaves_that_many_between(
    start: dt.date, count: int, free: frozenset[dt.date]
) -> None:
    week = listed_work_week(frozenset(each.isoformat() for each in free))

    due = due_of(Term(clock=Clock.WORKING, limit=f"P{count}D"), CivilDate(start.isoformat()), week)

    assert isinstance(due, str)
    end = dt.date.fromisoformat(due)
    assert week.works_on(end)
    walked = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(week.works_on, walked)) == count


@given(st.integers(0, 4 * 10**15), st.integers(-(10**13), 10**13), st.none() | st.integers(-(10**13), 10**13))
def test_a_clock_is_running_until_its_last_instant_and_over_after_it(due: int, off: int, done: int | None) -> None:
    at, acted = Instant(due + off), None if done is None else Instant(due + done)

    state = state_of(Instant(due), at, acted)

    known = acted is not None and acted <= at
    if known:
        assert state is (State.MET if done is not None and done <= 0 else State.LATE)
    else:
        assert state is (State.RUNNING if off <= 0 else State.OVER)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)))
def test_all_of_a_due_day_is_still_in_time(day: dt.date) -> None:
    due = CivilDate(day.isoformat())
    last = last_instant(due)

    assert state_of(due, last) is State.RUNNING
    assert state_of(due, Instant(last + 1)) is State.OVER
    assert state_of(due, Instant(last + 1), due) is State.MET


def test_at_once_has_no_due_time_and_is_over_until_it_is_done() -> None:
    term = Term(clock=Clock.AT_ONCE)

    due = due_of(term, Instant(0))

    assert due is None
    assert state_of(due, Instant(1)) is State.OVER
    assert state_of(due, Instant(1), Instant(1)) is State.MET


def test_notice_counts_backwards_from_the_end() -> None:
    notice = due_of(Term(clock=Clock.CALENDAR, limit="P4M", before=True), CivilDate("2028-06-30"))

    assert notice == "2028-02-29"


def test_days_off_differ_by_party() -> None:
    start = CivilDate("2026-04-30")  # a Thursday; 1 May is no holiday in Ireland, where the first Monday is
    two = Term(clock=Clock.WORKING, limit="P2D")

    assert due_of(two, start, party_work_week("DEU")) == "2026-05-05"
    assert due_of(two, start, party_work_week("IRL")) == "2026-05-05"
    assert due_of(two, start, party_work_week("DNK")) == "2026-05-04"
    assert isinstance(party_work_week("DEU"), WorkWeek)
