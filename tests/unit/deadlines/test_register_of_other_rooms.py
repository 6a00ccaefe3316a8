"""The register shows what the work of other rooms has running: told from their own clocks, never kept twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.alerts.duties import REVIEWS
from comity.alerts.hits import Confirmation, record_hit
from comity.alerts.records import Action, AlertData, AlertRecord, Person
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.alerts.store import insert_alert
from comity.bureau import tables as bureau
from comity.bureau.commands import Send
from comity.bureau.duties import MESSAGES, REPORTS
from comity.bureau.letters import tables as letters
from comity.bureau.operations import OPERATIONS as BUREAU_OPERATIONS
from comity.bureau.projections import PROJECTIONS
from comity.core.codec import decode_own_as
from comity.core.errors import BadInput
from comity.core.ids import Owner
from comity.core.ports import Actor
from comity.core.time import DAY_US, HOUR_US, CivilDate, parse_instant
from comity.core.vocabulary import Function, Purpose, Role
from comity.deadlines import make_operations, store
from comity.deadlines.records import DeadlineFigures, DeadlinePage, DeadlineView, Standing
from comity.deadlines.rules import standing_of
from tests.support.house import House, actor, call, open_house

OFFICER = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
BUREAU = actor("FRA", "sirene-france", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-2")
CLERK = actor("FRA", "prefecture", Function.ALERT_OFFICER, role=Role.MIGRATION_AUTHORITY, name="synthetic-3")
GERMAN = Owner(party="DEU", authority="bundespolizei")
FRENCH = Owner(party="FRA", authority="prefecture")
JUDICIAL = Owner(party="FRA", authority="parquet")
REGISTER = make_operations((REPORTS, MESSAGES, REVIEWS))


def alert(number: int, owner: Owner, category: str, review: str = "2029-11-01") -> AlertRecord:
    return AlertRecord(
        id=f"01hzzzzzzzzzzzzzzzzzzzzz{number:02d}",
        owner=owner,
        category=category,
        version=1,
        data=AlertData(
            person=Person(surnames="SYNTHETIC", birth_date="1980-01-01"), reason="synthetic", action=Action.REFUSE_ENTRY
        ),
        entered=CivilDate("2023-11-01"),
        review_date=CivilDate(review),
        delete_by=CivilDate(review),
    )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A node of France at noon of 25 November 2026, with alerts of two parties."""
    with open_house(tmp_path, ALERT_TABLES, bureau.METADATA, letters.METADATA, store.METADATA) as opened:
        opened.projections = {kind: (project,) for kind, project in PROJECTIONS.items()}
        with opened.work(OFFICER) as work:
            for record in (
                alert(1, GERMAN, "REF"),
                alert(2, GERMAN, "ARR"),
                alert(3, FRENCH, "REF", "2027-03-25"),
                alert(4, FRENCH, "REF", "2027-03-26"),
                alert(5, JUDICIAL, "JUD", "2026-11-25"),
                alert(6, FRENCH, "REF", "2026-11-24"),
                alert(7, GERMAN, "REF", "2026-12-24"),
            ):
                work.change(*insert_alert(record, own=record.owner.party == "FRA"))
        yield opened


def hit(house: House, number: int) -> None:
    with house.work(OFFICER) as work:
        record_hit(
            work,
            Confirmation(
                alert=f"01hzzzzzzzzzzzzzzzzzzzzz{number:02d}",
                alert_owner=GERMAN,
                alert_version=1,
                place="frcqf-1",
                action_taken="referred",
                circumstances="synthetic circumstances",
            ),
        )


def page(house: House, who: Actor = BUREAU, **command: object) -> DeadlinePage:
    answer = house.runtime(REGISTER).run(call("deadline.list", command, purpose=Purpose.BORDERS), who)
    return decode_own_as(answer.body, DeadlinePage)


def listed(house: House, who: Actor = BUREAU, **command: object) -> list[tuple[str, Standing]]:
    return [(view.deadline.case_kind, view.standing) for view in page(house, who, **command).deadlines]


def test_a_hit_starts_the_twelve_hours_of_its_report_by_itself(house: House) -> None:
    hit(house, 1)

    (view,) = page(house, case_kind="hit-report").deadlines

    assert view.standing is Standing.DUE
    assert view.deadline.due_at == parse_instant("2026-11-26T00:00:00Z")
    assert (view.deadline.actor, view.deadline.rule) == ("FRA", "sirene.8.reply")


def test_a_hit_on_an_arrest_alert_is_due_at_once_and_has_no_hour(house: House) -> None:
    hit(house, 2)
    house.clock.move(30 * DAY_US)

    (view,) = page(house, case_kind="hit-report").deadlines

    assert (view.deadline.at_once, view.deadline.due_at, view.standing) == (True, None, Standing.DUE)


def test_a_report_that_is_not_sent_in_time_is_breached_and_stays_so_when_it_leaves_late(house: House) -> None:
    hit(house, 1)
    house.clock.move(13 * HOUR_US)
    (before,) = page(house, case_kind="hit-report").deadlines

    send = Send(case=before.deadline.case, version=before.deadline.version)
    house.runtime(BUREAU_OPERATIONS).run(call("bureau.send", send, purpose=Purpose.BORDERS), BUREAU)
    (after,) = page(house, case_kind="hit-report").deadlines

    assert (before.standing, after.standing) == (Standing.BREACHED, Standing.MET_LATE)


def test_reviews_are_shown_from_the_day_of_the_warning_four_months_before(house: House) -> None:
    assert [(v.deadline.due_on, v.standing) for v in page(house, case_kind="review").deadlines] == [
        ("2026-11-24", Standing.BREACHED),
        ("2026-11-25", Standing.DUE),
        ("2027-03-25", Standing.RUNNING),
    ]

    house.clock.move(DAY_US)

    assert page(house, case_kind="review").deadlines[-1].deadline.due_on == "2027-03-26"


def test_an_authority_sees_the_reviews_of_its_own_alerts_and_no_case_of_the_bureau(house: House) -> None:
    hit(house, 1)

    seen = page(house, CLERK).deadlines

    assert {view.deadline.owner.authority for view in seen} == {"prefecture"}
    assert {view.deadline.case_kind for view in seen} == {"review"}


def test_figures_count_every_room_and_agree_with_the_list(house: House) -> None:
    hit(house, 1)
    hit(house, 2)
    answer = house.runtime(REGISTER).run(call("deadline.figures", {}, purpose=Purpose.BORDERS), BUREAU)
    figures = decode_own_as(answer.body, DeadlineFigures)

    counted = dict.fromkeys((Standing.RUNNING, Standing.DUE, Standing.BREACHED), 0)
    for _, standing in listed(house, limit=200):
        counted[standing] += 1

    (france,) = figures.parties
    assert (france.running, france.due, france.breached) == tuple(counted.values())
    assert figures.oldest_breach == parse_instant("2026-11-24T23:59:59.999999Z")


def test_pages_over_all_rooms_lose_nothing_and_stand_in_one_order(house: House) -> None:
    for number in (1, 2, 7):
        hit(house, number)
    command = {"rule": "gdpr.33.breach", "case_kind": "breach", "case": "b1", "began": "2026-11-25T11:00:00Z"}
    house.runtime(REGISTER).run(call("deadline.start", command, purpose=Purpose.BORDERS), BUREAU)

    whole = page(house, limit=200).deadlines
    paged: list[DeadlineView] = []
    after: str | None = None
    while True:
        part = page(house, limit=2, after=after)
        paged += part.deadlines
        after = part.next
        if after is None:
            break

    assert tuple(paged) == whole
    assert [view.deadline.case_kind for view in whole].count("review") == 3
    assert whole[0].deadline.at_once
    assert len(whole) == 7


@pytest.mark.parametrize("standing", [Standing.RUNNING, Standing.DUE, Standing.BREACHED])
def test_the_list_by_standing_agrees_with_the_rule_whatever_room_it_is_of(house: House, standing: Standing) -> None:
    hit(house, 1)
    hit(house, 2)
    house.clock.move(2 * HOUR_US)
    hit(house, 7)
    everything = page(house, limit=200).deadlines

    expected = [v.deadline.id for v in everything if standing_of(v.deadline, house.clock.now()) is standing]

    assert [view.deadline.id for view in page(house, standing=standing.value).deadlines] == expected


def test_a_cursor_that_is_none_is_refused(house: House) -> None:
    with pytest.raises(BadInput):
        page(house, after="2-x-y")
