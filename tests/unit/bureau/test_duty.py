"""Duty: hand-overs are accepted by name and by another person, and no duty passes without an alarm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts.store import METADATA as ALERT_TABLES
from comity.alerts.store import insert_alert
from comity.bureau import tables
from comity.bureau.commands import (
    Checklist,
    ListOutcomes,
    OutcomePage,
    Send,
    ShowCase,
    TellOfficer,
    Tick,
)
from comity.bureau.duty import alarms
from comity.bureau.duty import store as duty_store
from comity.bureau.duty.commands import (
    AcceptHandOver,
    AcknowledgeAlarm,
    Alarms,
    AskRoster,
    DropDuty,
    HandOvers,
    HandShiftOver,
    ListAlarms,
    ListHandOvers,
    PlanDuty,
    Roster,
)
from comity.bureau.duty.operations import OPERATIONS as DUTY_OPERATIONS
from comity.bureau.duty.records import Alarm, Duty, HandOver, Level, Turn
from comity.bureau.letters import store as letter_store
from comity.bureau.letters import tables as letter_tables
from comity.bureau.letters.records import Letter, LetterContent, LetterState
from comity.bureau.operations import OPERATIONS
from comity.bureau.projections import PROJECTIONS
from comity.bureau.records import Case, OutcomeWord, Told
from comity.core.codec import decode_as
from comity.core.errors import BadInput, Conflict, Refused
from comity.core.ids import RecordId
from comity.core.time import DAY_US, HOUR_US, Instant
from comity.core.vocabulary import Function, Purpose
from comity.deadlines import store as deadline_store
from comity.deadlines.records import Deadline, State
from tests.support.house import House, actor, call, open_house
from tests.unit.bureau.test_bureau_operations import BUREAU, GERMAN, OFFICER, alert, confirm, drafts

NEXT = msgspec.structs.replace(BUREAU, user="user-of-the-next-shift")
GUARD = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE, name="synthetic-9")
ALL = (*OPERATIONS, *DUTY_OPERATIONS)
REGISTERS = (duty_store.METADATA, deadline_store.METADATA)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, ALERT_TABLES, tables.METADATA, letter_tables.METADATA, *REGISTERS) as opened:
        opened.projections = {kind: (project,) for kind, project in PROJECTIONS.items()}
        with opened.work(OFFICER) as work:
            for record in (alert(1, GERMAN, "REF"), alert(2, GERMAN, "ARR")):
                work.change(*insert_alert(record, own=False))
        yield opened


def run(house: House, name: str, command: msgspec.Struct, who: object = BUREAU) -> bytes:
    return house.runtime(ALL).run(call(name, command, purpose="police"), who).body  # type: ignore[arg-type]  # an actor


def sweep(house: House) -> int:
    with house.work(BUREAU, Purpose.ADMINISTRATION) as work:
        return alarms.raise_alarms(work)


def standing(house: House) -> tuple[Alarm, ...]:
    return decode_as(run(house, "duty.alarms", ListAlarms()), Alarms).alarms


def test_what_is_due_at_once_raises_an_alarm_at_the_next_look_and_what_is_late_another(house: House) -> None:
    confirm(house, 1, GERMAN)
    confirm(house, 2, GERMAN)

    assert (sweep(house), sweep(house)) == (1, 0)
    (pressing,) = standing(house)
    house.clock.move(13 * HOUR_US)
    sweep(house)

    assert (pressing.level, pressing.told) == (Level.AT_ONCE, ())
    assert [each.level for each in standing(house)] == [Level.AT_ONCE, Level.OVERDUE]


@pytest.mark.parametrize(("state", "actor_of", "risen"), [("open", "FRA", 1), ("open", "DEU", 0), ("met", "FRA", 0)])
def test_a_deadline_that_stands_in_the_register_alone_is_not_missed_in_silence_either(
    house: House, state: str, actor_of: str, risen: int
) -> None:
    with house.work(BUREAU, Purpose.POLICE) as work:
        deadline = Deadline(
            id=work.new_id(),
            owner=BUREAU.owner,
            version=1,
            actor=actor_of,
            case_kind="surrender",
            case="synthetic",
            rule="surrender.17.decision@1",
            source="synthetic",
            began=work.at,
            due_at=Instant(work.at + HOUR_US),
            due_on=None,
            at_once=False,
            expiry="overdue",
            state=State(state),
        )
        work.change(*deadline_store.add(deadline))

    early = sweep(house)
    house.clock.move(2 * HOUR_US)

    assert (early, sweep(house), sweep(house)) == (0, risen, 0)
    assert [(one.case_kind, one.case, one.level) for one in standing(house)] == [
        ("deadline", deadline.id, Level.OVERDUE)
    ] * risen


def test_an_alarm_names_who_was_on_duty_and_is_acknowledged_by_name_once(house: House) -> None:
    for turn, name in ((Turn.DUTY, "Synthetic-Un"), (Turn.ESCALATION, "Synthetic-Deux")):
        planned = PlanDuty(
            turn=turn, name=name, contact="1-23", begins="2026-11-25T10:00:00Z", ends="2026-11-25T20:00:00+01:00"
        )
        run(house, "duty.plan", planned)
    confirm(house, 2, GERMAN)
    sweep(house)
    (risen,) = standing(house)
    seen = AcknowledgeAlarm(id=risen.id, version=1, name="Synthetic-Un", reason="The report goes out now.")

    run(house, "duty.acknowledge", seen)

    assert risen.told == ("Synthetic-Un (duty)",)
    assert (standing(house), sweep(house)) == ((), 0)
    with pytest.raises(Conflict):
        run(house, "duty.acknowledge", seen)


def test_the_roster_shows_who_is_on_duty_now_and_forgets_turns_long_over(house: House) -> None:
    first = PlanDuty(
        turn=Turn.DUTY, name="Synthetic-Un", contact="1", begins="2026-11-25T10:00:00Z", ends="2026-11-25T20:00:00Z"
    )
    later = msgspec.structs.replace(first, name="Synthetic-Deux", begins=first.ends, ends="2026-11-26T06:00:00Z")
    planned = [decode_as(run(house, "duty.plan", each), Duty) for each in (later, first)]

    roster = decode_as(run(house, "duty.roster", AskRoster()), Roster)
    left = decode_as(run(house, "duty.drop", DropDuty(id=planned[0].id)), Roster)

    assert [each.name for each in roster.turns] == ["Synthetic-Un", "Synthetic-Deux"]
    assert [each.name for each in roster.now] == ["Synthetic-Un"]
    assert [each.name for each in left.turns] == ["Synthetic-Un"]
    assert decode_as(run(house, "duty.roster", AskRoster(), GUARD), Roster).turns == ()
    with pytest.raises(BadInput):
        run(house, "duty.plan", msgspec.structs.replace(first, ends=first.begins))
    house.clock.move(500 * DAY_US)
    with house.work(BUREAU) as work:
        assert duty_store.drop_before(work, work.recorded_at, 10) == 1


def test_a_shift_is_handed_over_by_name_and_accepted_by_another_person(house: House) -> None:
    confirm(house, 2, GERMAN)
    sweep(house)
    given = HandShiftOver(name="Synthetic-Un", points=("Call the court at six.",))
    made = decode_as(run(house, "duty.hand-over", given), HandOver)
    taking = AcceptHandOver(id=made.id, version=1, name="Synthetic-Deux", question="Which court?")

    with pytest.raises(Refused) as own:
        run(house, "duty.accept", taking)
    accepted = decode_as(run(house, "duty.accept", taking, NEXT), HandOver)

    assert own.value.code == "duty.own-hand-over"
    assert made.figures is not None
    assert (made.figures.at_once, made.figures.overdue, made.figures.alarms) == (1, 0, 1)
    assert (accepted.accepted_by, accepted.accepted_user, accepted.question) == (
        "Synthetic-Deux",
        NEXT.user,
        "Which court?",
    )
    (listed,) = decode_as(run(house, "duty.hand-overs", ListHandOvers()), HandOvers).hand_overs
    assert listed == accepted
    with pytest.raises(Conflict):
        run(house, "duty.accept", taking, NEXT)
    at_the_post = decode_as(run(house, "duty.hand-over", HandShiftOver(name="Synthetic-Trois"), GUARD), HandOver)
    assert at_the_post.figures is None


def test_a_report_leaves_once_every_item_of_the_agreed_checklist_is_done_or_left_out_with_a_reason(
    house: House,
) -> None:
    with house.work(BUREAU) as work:
        agreed = Letter(
            id=RecordId("01hzzzzzzzzzzzzzzzzzzzzz99"),
            sender=GERMAN,
            recipient="FRA",
            category="REF",
            state=LetterState.ANSWERED,
            content=LetterContent(form="CHK", subject="Checklist", text="Passport copied\n\nPermit looked up\n"),
            since=work.recorded_at,
            user="",
            answered=work.recorded_at,
            answer="agreed",
        )
        letter_store.add(work, agreed, None)
    confirm(house, 1, GERMAN)
    (case,) = drafts(house)

    with pytest.raises(Refused) as open_items:
        run(house, "bureau.send", Send(case=case.id, version=1))
    run(house, "bureau.tick", Tick(case=case.id, version=1, item=1))
    left_out = Tick(case=case.id, version=2, item=2, deviation="The register does not answer tonight.")
    ticked = decode_as(run(house, "bureau.tick", left_out), Case)
    with pytest.raises(BadInput):
        run(house, "bureau.tick", Tick(case=case.id, version=3, item=3))
    shown = msgspec.json.decode(run(house, "bureau.show", ShowCase(case=case.id)))["checklist"]
    run(house, "bureau.send", Send(case=case.id, version=3))

    assert open_items.value.code == "bureau.checklist-open"
    assert msgspec.convert(shown, Checklist).items == ("Passport copied", "Permit looked up")
    assert [(each.item, each.deviation is None) for each in ticked.ticked] == [(1, True), (2, False)]
    assert len(house.published) == 1


def test_the_officer_and_nobody_else_learns_what_became_of_a_hit(house: House) -> None:
    confirm(house, 1, GERMAN)
    (case,) = drafts(house)
    telling = TellOfficer(item=case.id, outcome=OutcomeWord.REFUSAL_STANDS, text="The court upheld it.")

    run(house, "bureau.tell-officer", telling)
    told = decode_as(run(house, "bureau.tell-officer", telling), Told)

    asked = ListOutcomes()
    assert decode_as(run(house, "bureau.outcomes", asked, OFFICER), OutcomePage).outcomes == (told,)
    assert decode_as(run(house, "bureau.outcomes", asked, GUARD), OutcomePage).outcomes == ()
