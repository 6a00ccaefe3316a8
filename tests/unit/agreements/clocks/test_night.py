from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.asked import gather_question
from comity.agreements.clocks.night import NightHours, after, counted, zone_named, zone_of_party
from comity.agreements.clocks.records import Clock
from comity.agreements.dues import Limit, reckon
from comity.agreements.terms import DueRule
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import BadInput
from comity.core.ids import Owner
from comity.core.time import HOUR_US, Instant, parse_instant

MINUTE_US = HOUR_US // 60
MIDNIGHT_TO_NINE = NightHours(since="00:00", until="09:00")
BERLIN = zone_named("Europe/Berlin")
# Around both changes of the clocks, and an ordinary night.
NEAR = [parse_instant(f"{day}T12:00:00Z") // MINUTE_US for day in ("2026-03-28", "2026-10-24", "2026-06-10")]
minutes = st.builds(lambda near, off: near + off, st.sampled_from(NEAR), st.integers(-2000, 2000))
spans = st.integers(0, 3000)
times = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.sampled_from((0, 30)))
nights = st.builds(NightHours, since=times, until=times).filter(lambda night: night.since != night.until)
zones = st.sampled_from([BERLIN, zone_named("America/New_York"), zone_named("Asia/Kolkata"), zone_named("UTC")])


def walked(start: int, end: int, night: NightHours, zone: zoneinfo.ZoneInfo) -> int:
    """Count minute by minute what a wall clock does not show as night."""
    count = 0
    for minute in range(start, end):
        wall = dt.datetime.fromtimestamp(minute * 60, zone).strftime("%H:%M")
        by_night = (
            night.since <= wall < night.until
            if night.since < night.until
            else wall >= night.since or wall < night.until
        )
        count += not by_night
    return count


@given(minutes, spans)
def test_what_counts_is_what_no_wall_clock_shows_as_night(start: int, span: int) -> None:
    found = counted(Instant(start * MINUTE_US), Instant((start + span) * MINUTE_US), MIDNIGHT_TO_NINE, BERLIN)

    assert found == walked(start, start + span, MIDNIGHT_TO_NINE, BERLIN) * MINUTE_US


@given(minutes, st.integers(0, 40 * 60), nights, zones)
def test_the_end_is_the_first_instant_at_which_so_much_has_counted(
    start: int, lasting: int, night: NightHours, zone: zoneinfo.ZoneInfo
) -> None:
    begun = Instant(start * MINUTE_US)

    end = after(begun, lasting * MINUTE_US, night, zone)

    assert counted(begun, end, night, zone) == lasting * MINUTE_US
    assert lasting == 0 or counted(begun, Instant(end - 1), night, zone) == lasting * MINUTE_US - 1


@given(minutes, spans, spans, nights, zones)
def test_spans_add_up(start: int, one: int, other: int, night: NightHours, zone: zoneinfo.ZoneInfo) -> None:
    first, middle, last = (Instant((start + more) * MINUTE_US) for more in (0, one, one + other))

    assert counted(first, last, night, zone) == counted(first, middle, night, zone) + counted(middle, last, night, zone)


@pytest.mark.parametrize(
    ("held", "let_go"),
    [
        ("2026-06-10T08:00:00Z", "2026-06-10T14:00:00Z"),
        ("2026-06-10T20:00:00Z", "2026-06-11T11:00:00Z"),
        # In the night of summer time the clocks lose an hour that does not count anyway.
        ("2026-03-28T22:00:00Z", "2026-03-29T12:00:00Z"),
        ("2026-10-24T21:00:00Z", "2026-10-25T13:00:00Z"),
        ("2026-06-11T00:30:00Z", "2026-06-11T13:00:00Z"),
    ],
)
def test_six_hours_but_for_those_between_midnight_and_nine(held: str, let_go: str) -> None:
    rule = DueRule(clock=Clock.HOURS, start="held_since", limit="PT6H", not_counted=MIDNIGHT_TO_NINE)
    begun = parse_instant(held)

    due = reckon(Limit.of(rule), {"held_since": begun, "at": begun, "actor.party": "DEU"}, "rule")

    assert due is not None
    assert due.instant == parse_instant(let_go)


def hours_held(at: str, party: str = "DEU", **facts: int | str) -> object:
    question = Question(
        stage=Stage.ACT,
        operation="detain",
        category="operation",
        purpose="pursuit",
        actor=Owner(party=party, authority="police"),
        facts=tuple(Fact(name=name, value=value) for name, value in facts.items()),
    )
    return gather_question(question, parse_instant(at)).get("hours_held")


def test_instants_count_whatever_number_is_asserted() -> None:
    since = parse_instant("2026-06-10T20:00:00Z")

    assert hours_held("2026-06-11T10:59:59Z", held_since=since, hours_held=1) == 5
    assert hours_held("2026-06-11T11:00:00Z", held_since=since, hours_held=1) == 6
    assert hours_held("2026-06-11T20:00:00Z", held_since=since, held_until=parse_instant("2026-06-10T21:00:00Z")) == 1
    assert hours_held("2026-06-10T19:00:00Z", held_since=since) == 0


def test_without_a_time_zone_nothing_is_counted() -> None:
    since = parse_instant("2026-06-10T20:00:00Z")

    assert hours_held("2026-06-11T11:00:00Z", "USA", held_since=since) is None
    assert hours_held("2026-06-11T11:00:00Z", "USA", held_since=since, time_zone="Nowhere/Nothing") is None
    assert hours_held("2026-06-11T11:00:00Z", "USA", held_since=since, time_zone="America/New_York") == 8
    assert hours_held("2026-06-11T11:00:00Z", "USA", hours_held=3) == 3


def test_a_name_that_is_no_zone_is_refused() -> None:
    for name in ("Nowhere/Nothing", "../../etc/passwd", "", "\x00"):
        with pytest.raises(BadInput):
            zone_named(name)
    assert zone_of_party("USA") is None
