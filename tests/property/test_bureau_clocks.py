"""Clocks of the bureau: elapsed hours whatever a wall clock shows, one order of urgency, sums that add up."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.tables import tables
from comity.bureau.clocks import URGENT, Duty, clock_of, due, erase_by, is_late, rank, times
from comity.bureau.forms import HIT_FORM
from comity.core.time import HOUR_US, CivilDate, Instant, days_between, instant_from_datetime

PARIS = ZoneInfo("Europe/Paris")
INSTANTS = st.integers(1_600_000_000_000_000, 2_000_000_000_000_000).map(Instant)
SPANS = st.integers(0, 400 * HOUR_US)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2090, 12, 31)).map(lambda day: CivilDate(day.isoformat()))


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    since, urgent = draw(INSTANTS), draw(st.booleans())
    ended = draw(st.none() | SPANS.map(lambda span: Instant(since + span)))
    return Duty(urgent, since, None if urgent else Instant(since + 12 * HOUR_US), ended)


@given(moment=st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1)), fold=st.sampled_from([0, 1]))  # noqa: DTZ001 - wall clock times, made aware below
def test_twelve_hours_are_elapsed_hours_also_through_the_nights_of_summer_time(moment: dt.datetime, fold: int) -> None:
    hit = moment.replace(tzinfo=PARIS, fold=fold)
    later = (hit.astimezone(dt.UTC) + dt.timedelta(hours=12)).astimezone(PARIS)

    assert due(HIT_FORM, "REF", instant_from_datetime(hit)) == instant_from_datetime(later)


@given(since=INSTANTS, category=st.sampled_from(sorted(tables().lists[URGENT])), waited=SPANS)
def test_what_is_due_at_once_never_becomes_hours(since: Instant, category: str, waited: int) -> None:
    clock = clock_of(
        Duty(urgent=True, since=since, due=due(HIT_FORM, category, since), ended=None), Instant(since + waited)
    )

    assert (clock.due, clock.overdue) == (None, False)
    assert clock.minutes == waited // 60_000_000


@given(duty=duties(), waited=SPANS)
def test_a_clock_stands_still_once_the_duty_is_done(duty: Duty, waited: int) -> None:
    now = Instant((duty.ended or duty.since) + waited)

    clock = clock_of(duty, now)

    if duty.ended is not None:
        assert clock == clock_of(duty, duty.ended)
    assert clock.overdue == is_late(duty, now)
    assert not (clock.urgent and clock.overdue)


@given(urgent=st.booleans(), other_urgent=st.booleans(), first=INSTANTS, second=INSTANTS)
def test_at_once_stands_first_then_what_is_due_sooner(
    urgent: bool,
    other_urgent: bool,
    first: Instant,
    second: Instant,
) -> None:
    one = rank(urgent=urgent, due_at=None if urgent else first)
    other = rank(urgent=other_urgent, due_at=None if other_urgent else second)

    if urgent != other_urgent:
        assert (one < other) == urgent
    elif not urgent:
        assert (one < other) == (first < second)


@given(done=st.lists(duties(), max_size=40))
def test_sums_cover_what_is_done_and_stand_in_order(done: list[Duty]) -> None:
    told = times(done)

    ended = [each for each in done if each.ended is not None]
    assert told.count == len(ended)
    assert told.late <= told.count
    if ended:
        assert told.median is not None
        assert told.ninth_tenth is not None
        assert told.longest is not None
        assert 0 <= told.median <= told.ninth_tenth <= told.longest


@given(day=DAYS)
def test_supplementary_information_goes_within_a_year_and_a_day_of_the_end(day: CivilDate) -> None:
    assert 365 <= days_between(day, erase_by(day)) <= 366
