"""A hit becomes the own bureau's draft; only the bureau sends it, to the issuing State and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts.hits import Confirmation, record_hit
from comity.alerts.records import Action, AlertData, AlertRecord, Person
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.alerts.store import insert_alert
from comity.bureau import tables
from comity.bureau.commands import Acknowledge, CasePage, Inbox, ListCases, ListInbox, Send, ShowCase
from comity.bureau.letters import tables as letter_tables
from comity.bureau.operations import OPERATIONS
from comity.bureau.projections import PROJECTIONS
from comity.bureau.records import Case, HitReport, MessageKind
from comity.core.codec import decode_as
from comity.core.decision import Decision, Outcome, Question, Reason
from comity.core.errors import Conflict, NotFound, NotPermitted, Refused
from comity.core.ids import Owner
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Function, Purpose, Role
from tests.support.house import House, actor, call, open_house

OFFICER = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
BUREAU = actor("FRA", "sirene-france", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-2")
OTHER_BUREAU = actor("ITA", "sirene-italia", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-3")
GERMAN = Owner(party="DEU", authority="bundespolizei")
FRENCH = Owner(party="FRA", authority="prefecture")


def alert(number: int, owner: Owner, category: str) -> AlertRecord:
    return AlertRecord(
        id=f"01hzzzzzzzzzzzzzzzzzzzzz{number:02d}",
        owner=owner,
        category=category,
        version=1,
        data=AlertData(
            person=Person(surnames="SYNTHETIC", birth_date="1980-01-01"), reason="synthetic", action=Action.REFUSE_ENTRY
        ),
        entered=CivilDate("2026-11-01"),
        review_date=CivilDate("2029-11-01"),
        delete_by=CivilDate("2029-11-01"),
    )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, ALERT_TABLES, tables.METADATA, letter_tables.METADATA) as opened:
        opened.projections = {kind: (project,) for kind, project in PROJECTIONS.items()}
        with opened.work(OFFICER) as work:
            for record in (alert(1, GERMAN, "REF"), alert(2, GERMAN, "ARR"), alert(3, FRENCH, "REF")):
                work.change(*insert_alert(record, own=record.owner.party == "FRA"))
        yield opened


def confirm(house: House, number: int, owner: Owner) -> None:
    with house.work(OFFICER) as work:
        record_hit(
            work,
            Confirmation(
                alert=f"01hzzzzzzzzzzzzzzzzzzzzz{number:02d}",
                alert_owner=owner,
                alert_version=1,
                place="frcqf-1",
                action_taken="referred",
                circumstances="synthetic circumstances",
            ),
        )


def drafts(house: House) -> tuple[Case, ...]:
    answer = house.runtime(OPERATIONS).run(call("bureau.drafts", ListCases(), purpose="borders"), BUREAU)
    return decode_as(answer.body, CasePage).cases


def inbox(house: House) -> Inbox:
    return decode_as(
        house.runtime(OPERATIONS).run(call("bureau.inbox", ListInbox(), purpose="borders"), BUREAU).body, Inbox
    )


def test_a_hit_on_another_states_alert_becomes_a_draft_of_the_own_bureau(house: House) -> None:
    confirm(house, 1, GERMAN)

    (case,) = drafts(house)

    assert (case.form, case.recipient, case.category) == ("G", GERMAN, "REF")
    assert house.published == []


def test_a_hit_on_an_own_alert_makes_no_form_but_a_note_at_home(house: House) -> None:
    confirm(house, 3, FRENCH)

    assert drafts(house) == ()
    (note,) = inbox(house).messages
    assert (note.kind, note.recipient) == (MessageKind.OWN_HIT, FRENCH)
    assert house.published == []


def test_drafts_stand_in_order_of_legal_urgency_and_page_by_key(house: House) -> None:
    confirm(house, 1, GERMAN)
    confirm(house, 2, GERMAN)
    runtime = house.runtime(OPERATIONS)

    first = decode_as(runtime.run(call("bureau.drafts", ListCases(limit=1), purpose="police"), BUREAU).body, CasePage)
    rest = decode_as(
        runtime.run(call("bureau.drafts", ListCases(limit=1, cursor=first.cursor), purpose="police"), BUREAU).body,
        CasePage,
    )

    assert [case.category for case in (*first.cases, *rest.cases)] == ["ARR", "REF"]
    assert rest.cursor is None


def test_only_the_bureau_sends_and_only_to_the_issuing_state(house: House) -> None:
    confirm(house, 1, GERMAN)
    (case,) = drafts(house)

    house.runtime(OPERATIONS).run(
        call("bureau.send", Send(case=case.id, version=1, remarks="call us"), purpose="borders"), BUREAU
    )

    (publication,) = house.published
    assert publication.recipients == ("DEU",)
    assert (publication.kind, publication.operation, publication.purpose) == (
        "hit-report",
        "hit_report",
        Purpose.BORDERS,
    )
    assert publication.owner == BUREAU.owner
    assert isinstance(publication.payload, HitReport)
    assert publication.payload.remarks == "call us"
    assert drafts(house) == ()


def test_the_officer_cannot_send(house: House) -> None:
    confirm(house, 1, GERMAN)
    (case,) = drafts(house)

    with pytest.raises(NotPermitted):
        house.runtime(OPERATIONS).run(call("bureau.send", Send(case=case.id, version=1), purpose="borders"), OFFICER)

    assert house.published == []


def test_a_draft_is_sent_once(house: House) -> None:
    confirm(house, 1, GERMAN)
    (case,) = drafts(house)
    runtime = house.runtime(OPERATIONS)
    runtime.run(call("bureau.send", Send(case=case.id, version=1), purpose="borders"), BUREAU)

    with pytest.raises(Conflict):
        runtime.run(call("bureau.send", Send(case=case.id, version=1), purpose="borders"), BUREAU)

    assert len(house.published) == 1


def test_what_no_agreement_covers_is_not_sent_and_stays_a_draft(house: House) -> None:
    def deny(_question: Question, _at: Instant, _known_at: Instant) -> Decision:
        reason = Reason(code="NOT_PARTY", text="Not a party.", basis="test")
        return Decision(outcome=Outcome.DENY, effect="deny", reasons=(reason,))

    confirm(house, 1, GERMAN)
    (case,) = drafts(house)
    house.decide = deny

    with pytest.raises(Refused) as refusal:
        house.runtime(OPERATIONS).run(call("bureau.send", Send(case=case.id, version=1), purpose="borders"), BUREAU)

    assert refusal.value.code == "agreement.not-party"
    assert house.published == []
    assert drafts(house) == (case,)


def test_a_case_of_another_party_is_not_there(house: House) -> None:
    confirm(house, 1, GERMAN)
    (case,) = drafts(house)

    with pytest.raises(NotFound):
        house.runtime(OPERATIONS).run(call("bureau.show", ShowCase(case=case.id), purpose="borders"), OTHER_BUREAU)


def test_a_message_is_taken_on_once_and_leaves_the_list(house: House) -> None:
    confirm(house, 3, FRENCH)
    (note,) = inbox(house).messages
    runtime = house.runtime(OPERATIONS)
    command = Acknowledge(party="FRA", message=note.id, version=1)

    runtime.run(call("bureau.acknowledge", command, purpose="borders"), BUREAU)

    assert inbox(house).messages == ()
    with pytest.raises(Conflict):
        runtime.run(call("bureau.acknowledge", msgspec.structs.replace(command, version=2), purpose="borders"), BUREAU)
