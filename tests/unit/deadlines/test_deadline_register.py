"""The register of deadlines: what runs, is due, is breached, per case and party; the law says how long, nobody else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.agreements.clocks.records import Silence
from comity.agreements.law.load import house_law
from comity.core.codec import decode_own_as
from comity.core.errors import BadInput, ComityError, Conflict, NotFound, NotPermitted, Refused
from comity.core.ports import Actor
from comity.core.time import HOUR_US, parse_instant
from comity.core.vocabulary import Function, Purpose, Role
from comity.deadlines import make_operations, store
from comity.deadlines.records import DeadlineFigures, DeadlinePage, DeadlineView, Erased, Standing
from comity.deadlines.rules import due_times, find_limit, read_beginning, standing_of
from tests.support.house import House, StandingClock, actor, call, open_house

BUREAU = actor("FRA", "sirene-france", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU)
OTHER = actor("ITA", "sirene-italia", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-2")
OFFICER = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE, name="synthetic-3")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, store.METADATA) as opened:
        yield opened


def do(house: House, name: str, **command: object) -> bytes:
    return ask(house, BUREAU, name, command)


def ask(house: House, who: Actor, name: str, command: object) -> bytes:
    return house.runtime(make_operations()).run(call(name, command, purpose=Purpose.POLICE), who).body


def start(house: House, rule: str, began: str, **more: object) -> DeadlineView:
    command = {"rule": rule, "case_kind": "report", "case": "case-1", "began": began, **more}
    return decode_own_as(do(house, "deadline.start", **command), DeadlineView)


def listed(house: House, **command: object) -> list[tuple[str, Standing]]:
    page = decode_own_as(do(house, "deadline.list", **command), DeadlinePage)
    return [(view.deadline.case, view.standing) for view in page.deadlines]


def test_twelve_hours_of_the_law_run_from_the_instant_of_the_request(house: House) -> None:
    view = start(house, "sirene.8.reply", "2026-11-25T11:00:00Z")

    assert view.deadline.due_at == parse_instant("2026-11-25T23:00:00Z")
    assert view.deadline.expiry == "overdue"
    assert view.deadline.rule.startswith("sirene.8.reply.running@")
    assert view.standing is Standing.DUE


def test_working_days_count_by_the_holidays_of_the_party_that_must_act(house: House) -> None:
    began = "2026-12-23"

    polish = start(house, "sis-data.error.notice", began, actor="POL")
    german = start(house, "sis-data.error.notice", began, actor="DEU")

    assert polish.deadline.due_on == "2026-12-29"
    assert german.deadline.due_on == "2026-12-28"


def test_at_once_has_no_hour_and_stays_due_until_it_is_done(house: House) -> None:
    view = start(house, "sirene.8.at-once", "2026-11-25T11:59:00Z")

    house.clock.move(90 * 24 * HOUR_US)

    assert (view.deadline.due_at, view.deadline.due_on, view.deadline.at_once) == (None, None, True)
    assert listed(house) == [("case-1", Standing.DUE)]


def test_what_is_not_done_in_time_is_breached_and_what_is_done_late_says_so(house: House) -> None:
    view = start(house, "sirene.8.reply", "2026-11-25T11:00:00Z")
    house.clock.move(12 * HOUR_US)

    assert listed(house, standing="breached") == [("case-1", Standing.BREACHED)]
    done = do(house, "deadline.meet", id=view.deadline.id, version=1)
    assert decode_own_as(done, DeadlineView).standing is Standing.MET_LATE


def test_what_was_done_in_time_is_met_however_late_it_is_noted(house: House) -> None:
    view = start(house, "sirene.8.reply", "2026-11-25T11:00:00Z")
    house.clock.move(48 * HOUR_US)

    done = do(house, "deadline.meet", id=view.deadline.id, version=1, done="2026-11-25T22:59:59Z")

    assert decode_own_as(done, DeadlineView).standing is Standing.MET


def test_figures_count_what_is_open_by_party(house: House) -> None:
    start(house, "sirene.8.reply", "2026-11-24T11:00:00Z")
    start(house, "sirene.8.reply", "2026-11-25T11:00:00Z", case="case-2")
    start(house, "sis-borders.28.decision-awaited", "2026-11-25", case="case-3", actor="ITA")
    gone = start(house, "sirene.8.reply", "2026-11-25T10:00:00Z", case="case-4")
    do(house, "deadline.cancel", id=gone.deadline.id, version=1, reason="mistaken")

    figures = decode_own_as(do(house, "deadline.figures"), DeadlineFigures)

    assert [(each.actor, each.running, each.due, each.breached) for each in figures.parties] == [
        ("FRA", 0, 1, 1),
        ("ITA", 1, 0, 0),
    ]
    assert figures.oldest_breach == parse_instant("2026-11-24T23:00:00Z")


def test_pages_go_by_due_time_with_what_is_at_once_first_and_lose_nothing(house: House, rng: random.Random) -> None:
    for number in range(23):
        hours = rng.randrange(48)
        rule = rng.choice(["sirene.8.reply", "sirene.8.at-once", "gdpr.33.breach"])
        began = f"2026-11-{23 + hours // 24}T{hours % 24:02}:00:00Z"
        start(house, rule, began, case=f"case-{number}")

    whole = decode_own_as(do(house, "deadline.list", limit=200), DeadlinePage).deadlines
    paged: list[DeadlineView] = []
    after: str | None = None
    while True:
        page = decode_own_as(do(house, "deadline.list", limit=5, after=after), DeadlinePage)
        paged += page.deadlines
        after = page.next
        if after is None:
            break

    assert tuple(paged) == whole
    assert len(whole) == 23
    assert [view.deadline.at_once for view in whole] == sorted((v.deadline.at_once for v in whole), reverse=True)


@pytest.mark.parametrize("standing", [Standing.RUNNING, Standing.DUE, Standing.BREACHED])
def test_the_list_by_standing_agrees_with_the_rule_on_each_deadline(house: House, standing: Standing) -> None:
    for hour in range(24):
        start(house, "sirene.8.reply", f"2026-11-{24 + hour % 2}T{hour:02}:00:00Z", case=f"a{hour}")
        start(house, "gdpr.33.breach", f"2026-11-24T{hour:02}:30:00Z", case=f"b{hour}")
    clock: StandingClock = house.clock

    everything = decode_own_as(do(house, "deadline.list", limit=200), DeadlinePage).deadlines
    expected = [v.deadline.case for v in everything if standing_of(v.deadline, clock.now()) is standing]

    assert [case for case, _ in listed(house, standing=standing.value, limit=200)] == expected
    assert expected


@pytest.mark.parametrize(
    ("command", "refusal", "code"),
    [
        ({"rule": "sirene.8.never-heard-of", "began": "2026-11-25T11:00:00Z"}, NotFound, "deadline.unknown-rule"),
        ({"rule": "sis-police.24.not-flaggable", "began": "2026-11-25T11:00:00Z"}, BadInput, "deadline.no-limit"),
        ({"rule": "police-treaty.50.sender-period", "began": "2026-11-25"}, BadInput, "deadline.no-limit"),
        ({"rule": "sirene.8.reply", "began": "2026-11-25"}, BadInput, "deadline.needs-instant"),
        ({"rule": "sirene.8.reply", "began": "2026-11-25T11:00:00"}, BadInput, "time.not-an-instant"),
        ({"rule": "sirene.8.reply", "began": "2020-01-01T00:00:00Z"}, Refused, "deadline.not-law-then"),
        ({"rule": "ch.50.access", "began": "2026-11-25"}, Refused, "deadline.not-bound"),
        ({"rule": "sirene.8.reply", "began": "2026-11-25T11:00:00Z", "actor": "USA"}, Refused, "deadline.not-bound"),
        ({"rule": "sirene.8.reply", "began": "2026-11-25T11:00:00Z", "actor": "ZZZ"}, BadInput, "codes.unknown-party"),
    ],
)
def test_a_deadline_that_no_law_sets_is_refused(
    house: House, command: dict[str, object], refusal: type[ComityError], code: str
) -> None:
    with pytest.raises(refusal) as refused:
        do(house, "deadline.start", case_kind="report", case="case-1", **command)

    assert refused.value.code == code


def test_a_deadline_is_met_once_and_on_its_newest_version(house: House) -> None:
    view = start(house, "sirene.8.reply", "2026-11-25T11:00:00Z")

    with pytest.raises(Conflict) as stale:
        do(house, "deadline.meet", id=view.deadline.id, version=7)
    do(house, "deadline.meet", id=view.deadline.id, version=1)
    with pytest.raises(Conflict) as again:
        do(house, "deadline.cancel", id=view.deadline.id, version=2, reason="withdrawn")

    assert (stale.value.code, again.value.code) == ("deadline.changed-since", "deadline.not-open")


@pytest.mark.parametrize(
    ("rule", "silence"),
    [
        ("sirene.8.reply", Silence.BREACH),
        ("sirene.8.at-once", Silence.BREACH),
        ("sis-data.error.notice", Silence.BREACH),
        ("sis-retention.arrest", Silence.REVIEW),
        ("sis-retention.purpose-achieved", Silence.DELETION),
        ("entry-exit.93-1.fifteen-years", Silence.CEILING),
        ("police-treaty.14.twelve-hours", Silence.STOP),
    ],
)
def test_silence_has_its_own_meaning_in_each_rule(rule: str, silence: Silence) -> None:
    assert find_limit(house_law(), rule).silence is silence


@pytest.mark.parametrize("done", ["2026-11-25T10:59:59Z", "2026-11-25T12:00:01Z"])
def test_nothing_was_done_before_it_began_or_after_now(house: House, done: str) -> None:
    view = start(house, "sirene.8.reply", "2026-11-25T11:00:00Z")

    with pytest.raises(BadInput) as refused:
        do(house, "deadline.meet", id=view.deadline.id, version=1, done=done)

    assert refused.value.code == "deadline.done-when"


def test_the_register_of_one_authority_is_closed_to_another(house: House) -> None:
    view = start(house, "sirene.8.reply", "2026-11-25T11:00:00Z")

    with pytest.raises(NotFound):
        ask(house, OTHER, "deadline.meet", {"id": view.deadline.id, "version": 1})
    with pytest.raises(NotPermitted):
        ask(house, OFFICER, "deadline.list", {})
    assert decode_own_as(ask(house, OTHER, "deadline.list", {}), DeadlinePage).deadlines == ()


def test_what_was_done_with_goes_after_three_years_and_what_is_open_stays(house: House) -> None:
    done = start(house, "sirene.8.reply", "2026-11-25T11:00:00Z", case="done")
    start(house, "sirene.8.reply", "2026-11-25T11:00:00Z", case="open")
    do(house, "deadline.meet", id=done.deadline.id, version=1)

    house.clock.move((3 * 365 - 1) * 24 * HOUR_US)
    early = decode_own_as(do(house, "deadline.erase-done"), Erased)
    house.clock.move(4 * 24 * HOUR_US)
    late = decode_own_as(do(house, "deadline.erase-done"), Erased)

    assert (early.erased, late.erased, late.more) == (0, 1, False)
    assert listed(house) == [("open", Standing.BREACHED)]


def test_every_rule_with_a_limit_of_its_own_can_run_on_the_register(house: House) -> None:
    own = [rule for rule in house_law() if rule.due is not None and (rule.due.limit or "P").startswith("P")]

    for rule in own:
        found = find_limit(house_law(), rule.id)
        due_at, due_on = due_times(found.due, read_beginning("2026-11-25T11:00:00Z", found.due), "FRA")
        assert due_at is None or due_on is None

    assert len(own) >= 100
