from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from comity.agreements.decide import decide
from comity.agreements.law.compile import house_rulebook
from comity.agreements.registry import Registry, Standing
from comity.alerts import METADATA, OPERATIONS, Confirmation, expire, record_hit, store
from comity.alerts.commands import (
    AlertPage,
    AlertState,
    ChangeAlert,
    DeleteAlert,
    EnterAlert,
    ExtendAlert,
    ListAlerts,
    ShowAlert,
)
from comity.alerts.records import AlertData, AlertPayload, AlertRecord, AlertShown, DeletionReason, Grounds, HitRecord
from comity.core import codec
from comity.core.decision import Decision, Outcome, Question, Reason, Stage
from comity.core.errors import BadInput, Conflict, NotFound, NotPermitted, Refused
from comity.core.ports import Actor, RecordChanged
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Function, Role
from comity.runtime.run import Runtime
from tests.support.agreements import schengen_compiled
from tests.support.alerts import PASSPORT, arrest, grounds, person, refusal
from tests.support.categories import MINIMUM, grounds_for
from tests.support.house import House, actor, call, open_house

DAY_US = 86_400_000_000
OFFICER = actor("FRA", "court", Function.ALERT_OFFICER)
OTHER_AUTHORITY = actor("FRA", "police", Function.ALERT_OFFICER, name="synthetic-2")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as opened:
        yield opened


@pytest.fixture
def changed(house: House) -> list[RecordChanged]:
    seen: list[RecordChanged] = []
    house.projections = {kind: (lambda _work, change: seen.append(change),) for kind in ("alert", "hit")}
    return seen


@pytest.fixture
def runtime(house: House, changed: list[RecordChanged]) -> Iterator[Runtime]:
    opened = house.runtime(OPERATIONS)
    yield opened
    opened.close()


def ask(runtime: Runtime, operation: str, command: msgspec.Struct, who: Actor = OFFICER) -> bytes:
    return runtime.run(call(operation, command, purpose="police"), who).body


def act(runtime: Runtime, operation: str, command: msgspec.Struct, who: Actor = OFFICER) -> AlertState:
    return codec.decode_as(ask(runtime, operation, command, who), AlertState)


def enter(
    runtime: Runtime, data: AlertData | None = None, category: str = "ARR", given: Grounds | None = None
) -> AlertState:
    return act(runtime, "alert.enter", EnterAlert(category=category, data=data or arrest(), grounds=given or grounds()))


def show(runtime: Runtime, alert: str, who: Actor = OFFICER) -> AlertRecord:
    shown = codec.decode_as(ask(runtime, "alert.show", ShowAlert(id=alert), who), AlertShown)
    return AlertRecord(**{name: getattr(shown, name) for name in AlertRecord.__struct_fields__})


def test_an_entered_alert_is_kept_published_and_told_to_other_rooms(
    runtime: Runtime, house: House, changed: list[RecordChanged]
) -> None:
    state = enter(runtime)

    assert (state.notice_date, state.delete_by) == ("2031-07-25", "2031-11-25")
    assert show(runtime, state.id).data == arrest()
    (publication,) = house.published
    assert (publication.operation, publication.version, publication.delete_by) == ("enter", 1, "2031-11-25")
    assert isinstance(publication.payload, AlertPayload)
    assert [(change.id, change.version) for change in changed] == [(state.id, 1)]


def test_what_travels_holds_neither_grounds_nor_empty_fields(runtime: Runtime, house: House) -> None:
    enter(runtime, refusal(), "REF")

    payload = codec.decode(codec.encode(house.published[0].payload))

    assert isinstance(payload, dict)
    assert not {"grounds", "assessments", "documents", "offence", "warnings"} & payload.keys()
    assert payload["entered"] == "2026-11-25"


def test_an_unknown_field_is_refused(runtime: Runtime) -> None:
    command = codec.decode(codec.encode(EnterAlert(category="ARR", data=arrest(), grounds=grounds())))
    assert isinstance(command, dict)
    data = command["data"]
    assert isinstance(data, dict)
    data["religion"] = "synthetic"

    with pytest.raises(BadInput) as caught:
        runtime.run(call("alert.enter", command, purpose="police"), OFFICER)

    assert caught.value.code == "codec.unknown-field"


def test_a_refused_entry_leaves_nothing(runtime: Runtime, house: House) -> None:
    with pytest.raises(Refused) as caught:
        enter(runtime, given=grounds(warrant_present=False))

    assert caught.value.reasons == ("CONDITION_UNMET",)
    assert house.published == []
    with house.work(OFFICER) as work:
        assert work.read(select(func.count()).select_from(store.ALERT))[0][0] == 0


def test_the_decision_point_is_asked_with_fields_and_facts_and_its_no_stands(house: House) -> None:
    asked: list[Question] = []

    def deny(question: Question, _at: Instant, _known_at: Instant) -> Decision:
        asked.append(question)
        reason = Reason(code="NOT_BOUND", text="Synthetic.", basis="test")
        return Decision(outcome=Outcome.DENY, effect="deny", reasons=(reason,))

    house.decide = deny
    runtime = house.runtime(OPERATIONS)

    with pytest.raises(Refused) as caught:
        enter(runtime)

    runtime.close()
    assert (caught.value.code, caught.value.reasons) == ("agreement.not-bound", ("NOT_BOUND",))
    assert asked[0].stage is Stage.ACT
    assert {"person.surnames", "person.birth_date", "reason"} <= set(asked[0].fields)
    facts = {fact.name: fact.value for fact in asked[0].facts}
    assert {name for name, value in facts.items() if value} == {
        "warrant_present",
        "individual_decision",
        "existing_searched",
    }


def test_a_state_enters_one_alert_of_a_category_on_a_person(runtime: Runtime) -> None:
    enter(runtime)

    with pytest.raises(Conflict) as caught:
        act(
            runtime,
            "alert.enter",
            EnterAlert(category="ARR", data=arrest(person("synthetic ozturk")), grounds=grounds()),
            OTHER_AUTHORITY,
        )

    assert caught.value.reasons == ("ONE_PER_STATE",)
    enter(runtime, refusal(), "REF")


def test_a_deleted_or_corrected_alert_frees_its_subject(runtime: Runtime) -> None:
    first = enter(runtime, arrest(None, PASSPORT))
    act(runtime, "alert.change", ChangeAlert(id=first.id, version=1, data=arrest(person("Other"))))

    second = enter(runtime, arrest(None, PASSPORT))
    act(runtime, "alert.delete", DeleteAlert(id=second.id, version=1, reason=DeletionReason.WITHDRAWN))

    assert enter(runtime, arrest(None, PASSPORT)).version == 1


def test_a_change_makes_the_next_version_and_an_old_version_is_refused(
    runtime: Runtime, changed: list[RecordChanged]
) -> None:
    state = enter(runtime)
    new = msgspec.structs.replace(arrest(), reason="synthetic: corrected")

    assert act(runtime, "alert.change", ChangeAlert(id=state.id, version=1, data=new)).version == 2
    with pytest.raises(Conflict) as caught:
        act(runtime, "alert.change", ChangeAlert(id=state.id, version=1, data=arrest()))

    assert caught.value.code == "alert.changed-since"
    assert show(runtime, state.id).data.reason == "synthetic: corrected"
    assert [change.version for change in changed] == [1, 2]


def test_another_authority_of_the_party_may_not_touch_the_alert(runtime: Runtime) -> None:
    state = enter(runtime)
    deletion = DeleteAlert(id=state.id, version=1, reason=DeletionReason.WITHDRAWN)

    with pytest.raises(NotPermitted) as caught:
        act(runtime, "alert.delete", deletion, OTHER_AUTHORITY)

    assert caught.value.code == "alert.issuer-only"
    assert show(runtime, state.id, OTHER_AUTHORITY).grounds is None


def test_an_extension_needs_an_assessment_and_moves_both_dates(runtime: Runtime, house: House) -> None:
    state = enter(runtime)
    house.clock.move(4 * 365 * 86_400_000_000)
    without = ExtendAlert(id=state.id, version=1, until=CivilDate("2033-01-01"), assessment="ok")

    with pytest.raises(Refused) as caught:
        act(runtime, "alert.extend", without)
    extended = act(
        runtime, "alert.extend", msgspec.structs.replace(without, assessment="Still wanted; the trial is pending.")
    )

    assert caught.value.reasons == ("ASSESSMENT_NOT_RECORDED",)
    assert (extended.review_date, extended.delete_by) == ("2033-01-01", "2033-01-01")
    assert house.published[-1].operation == "extend"


def test_a_second_extension_of_a_check_needs_another_authority(house: House) -> None:
    house.decide = by_law
    runtime = house.runtime(OPERATIONS)
    who = actor("FRA", "police", Function.ALERT_OFFICER, role=Role.POLICE)
    command = EnterAlert(category="DIS", data=MINIMUM["DIS"], grounds=grounds_for("DIS"))
    state = act(runtime, "alert.enter", command, who)
    first = ExtendAlert(
        id=state.id, version=1, until=CivilDate("2027-11-26"), assessment="The case goes on, as was shown."
    )
    house.clock.move(300 * DAY_US)
    act(runtime, "alert.extend", msgspec.structs.replace(first, until=CivilDate("2028-05-01")), who)
    again = msgspec.structs.replace(first, version=2, until=CivilDate("2028-09-01"))

    refused = []
    for agreed_by in (None, "police", " - "):
        with pytest.raises(Refused) as caught:
            act(runtime, "alert.extend", msgspec.structs.replace(again, agreed_by=agreed_by), who)
        refused.append(caught.value.reasons)
    act(runtime, "alert.extend", msgspec.structs.replace(again, agreed_by="Prosecutor Synthetic, S-12"), who)

    assert refused == [("CONDITION_UNMET",)] * 3
    kept = show(runtime, state.id, who).assessments
    assert [each.agreed_by for each in kept] == [None, "Prosecutor Synthetic, S-12"]
    runtime.close()


def by_law(question: Question, at: Instant, known_at: Instant) -> Decision:
    """Decide as a node of a party to the Schengen agreement does, with the law of the house."""
    registry = Registry.of([Standing(schengen_compiled(), Instant(0))])
    return decide(question, at, known_at, registry, house_rulebook())


def test_a_deletion_erases_the_person_and_keeps_the_evidence(
    runtime: Runtime, house: House, changed: list[RecordChanged]
) -> None:
    state = enter(runtime)

    gone = act(runtime, "alert.delete", DeleteAlert(id=state.id, version=1, reason=DeletionReason.PURPOSE_ACHIEVED))

    assert (gone.deleted, gone.version) == (True, 2)
    assert (house.published[-1].payload, house.published[-1].version) == (None, 2)
    assert (changed[-1].record, changed[-1].version) == (None, 2)
    with pytest.raises(NotFound):
        show(runtime, state.id)
    with house.work(OFFICER) as work:
        assert work.read(select(store.SUBJECT)) == []
        (tombstone,) = work.read(select(store.TOMBSTONE))
        assert (tombstone.version, tombstone.reason) == (2, "purpose_achieved")


def test_an_alert_goes_by_itself_when_its_last_day_has_passed(
    runtime: Runtime, house: House, changed: list[RecordChanged]
) -> None:
    state = enter(runtime, refusal(), "REF")
    enter(runtime)
    house.clock.move((3 * 365 + 1) * DAY_US)  # 2029-11-25 is the last day; 2028 is a leap year

    with house.work(OFFICER) as work:
        assert expire(work) == 0
    house.clock.move(DAY_US)
    with house.work(OFFICER) as work:
        assert expire(work) == 1

    with house.work(OFFICER) as work:
        assert expire(work) == 0
        assert [row.reason for row in work.read(select(store.TOMBSTONE))] == ["review_expired"]
    assert (house.published[-1].id, house.published[-1].payload) == (state.id, None)
    assert changed[-1].record is None


def test_of_many_entries_of_one_person_at_one_moment_one_stands(runtime: Runtime, house: House) -> None:
    def attempt(_number: int) -> str:
        try:
            return enter(runtime).id
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(attempt, range(6)))

    assert answers.count("alert.one-per-state") == 5
    with house.work(OFFICER) as work:
        assert work.read(select(func.count()).select_from(store.ALERT))[0][0] == 1


def test_a_list_pages_by_key_and_hides_what_may_not_be_seen(house: House, runtime: Runtime) -> None:
    entered = [enter(runtime, arrest(person(f"Synthetic {n}"))).id for n in range(5)]

    first = codec.decode_as(ask(runtime, "alert.list", ListAlerts(limit=3)), AlertPage)
    second = codec.decode_as(ask(runtime, "alert.list", ListAlerts(limit=3, after=first.next)), AlertPage)

    assert [alert.id for alert in (*first.alerts, *second.alerts)] == sorted(entered)
    assert second.next is None
    with pytest.raises(BadInput):
        ask(runtime, "alert.list", ListAlerts(after="nonsense"))


def test_a_hit_is_recorded_on_the_version_that_was_compared(
    runtime: Runtime, house: House, changed: list[RecordChanged]
) -> None:
    state = enter(runtime)
    confirmation = Confirmation(
        alert=state.id, alert_owner=state.owner, alert_version=1, place="UTO-PORT", action_taken="arrested"
    )

    with house.work(OFFICER) as work:
        hit = record_hit(work, confirmation)
    with house.work(OFFICER) as work, pytest.raises(Conflict):
        record_hit(work, msgspec.structs.replace(confirmation, alert_version=2))

    with house.work(OFFICER) as work:
        (row,) = work.read(select(store.HIT.c.body))
        assert store.hit_of(row) == hit
    assert isinstance(changed[-1].record, HitRecord)
