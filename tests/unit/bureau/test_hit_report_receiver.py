"""A partner's hit report lands in the inbox of the bureau whose State owns the alert, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.agreements.decide import decide
from comity.alerts.records import AlertRecord, HitRecord
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.alerts.store import erase_alert, insert_alert, insert_tombstone
from comity.bureau import store, tables
from comity.bureau.commands import Inbox, ListInbox, Send
from comity.bureau.letters import tables as letter_tables
from comity.bureau.operations import OPERATIONS
from comity.bureau.receiver import HitReportReceiver
from comity.bureau.records import AlertReference, HitReport, Message
from comity.bureau.rules import open_case
from comity.core.codec import decode_as
from comity.core.errors import BadInput
from comity.core.ids import NodeId, Owner, RecordId, RecordRef
from comity.core.ports import Delete
from comity.core.time import HOUR_US, CivilDate
from comity.core.vocabulary import Function, Purpose, Role
from comity.exchange.ports import Applied, Item
from comity.exchange.records import Peer, PeerCard, PeerState, Profile, Status
from comity.exchange.statement import Statement
from tests.support.agreements import schengen_registry
from tests.support.alerts import arrest, refusal
from tests.support.house import NOON, House, actor, call, open_house

GERMAN = Owner(party="DEU", authority="bundespolizei")
FRENCH_BUREAU = Owner(party="FRA", authority="sirene-france")
BUREAU = actor("DEU", "sirene-deutschland", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU)
PEER = Peer(
    card=PeerCard(
        node=NodeId("f" * 26),
        party="FRA",
        profile=Profile.EXERCISE,
        fingerprint="0" * 64,
        certificate="",
        addresses=(),
        keys=(),
    ),
    state=PeerState.TRUSTED,
)
REPORT = HitReport(
    case="01hzzzzzzzzzzzzzzzzzzzzz90",
    alert=AlertReference(id="01hzzzzzzzzzzzzzzzzzzzzz01", version=1, owner=GERMAN, category="REF"),
    found_at=NOON,
    place="frcqf-1",
    action_taken="referred",
)


def alert(number: int, category: str) -> AlertRecord:
    return AlertRecord(
        id=f"01hzzzzzzzzzzzzzzzzzzzzz{number:02d}",
        owner=GERMAN,
        category=category,
        version=1,
        data=refusal() if category == "REF" else arrest(),
        entered=CivilDate("2026-11-01"),
        review_date=CivilDate("2029-11-01"),
        delete_by=CivilDate("2029-11-01"),
    )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, ALERT_TABLES, tables.METADATA, letter_tables.METADATA) as opened:
        with opened.work(BUREAU) as work:
            for record in (alert(1, "REF"), alert(2, "ARR")):
                work.change(*insert_alert(record, own=True))
        yield opened


def item(report: HitReport, category: str = "REF", number: int = 90, *, tombstone: bool = False) -> Item:
    statement = Statement(
        agreement="0" * 64,
        clause="hit-report-ref",
        owner=FRENCH_BUREAU,
        operation="hit_report",
        category=category,
        purpose=Purpose.BORDERS,
        kind="hit-report",
        schema=1,
        id=f"01hzzzzzzzzzzzzzzzzzzzzz{number:02d}",
        version=1,
        previous=None,
        issued=NOON,
        expires=None,
        delete_by=None,
        classification="restricted",
        conditions=(),
        key="0" * 16,
        suite="ed25519",
        profile=Profile.EXERCISE,
        node=PEER.node,
        payload=None if tombstone else msgspec.to_builtins(report),
    )
    return Item(
        statement=statement, digest="0" * 64, own_signature=b"", peer=PEER, stream="schengen-sis", known_version=0
    )


def receive(house: House, received: Item) -> Applied:
    with house.work(BUREAU) as work:
        return HitReportReceiver("DEU").apply(work, received)


def inbox(house: House) -> tuple[Message, ...]:
    answer = house.runtime(OPERATIONS).run(call("bureau.inbox", ListInbox(), purpose="borders"), BUREAU)
    return decode_as(answer.body, Inbox).messages


def test_a_report_on_an_own_alert_lies_in_the_inbox_with_its_clock(house: House) -> None:
    outcome = receive(house, item(REPORT))

    (message,) = inbox(house)
    assert outcome.status is Status.STORED
    assert (message.sender, message.recipient, message.due) == (FRENCH_BUREAU, GERMAN, NOON + 12 * HOUR_US)


def test_arrest_reports_stand_first_without_a_number_of_hours(house: House) -> None:
    receive(house, item(REPORT))
    arrested = msgspec.structs.replace(REPORT, alert=AlertReference(id="01hzzzzzzzzzzzzzzzzzzzzz02"))
    receive(house, item(arrested, "ARR", 91))

    assert [(message.category, message.urgent, message.due is None) for message in inbox(house)] == [
        ("ARR", True, True),
        ("REF", False, False),
    ]


def test_a_report_that_crossed_the_alerts_end_is_still_taken(house: House) -> None:
    with house.work(BUREAU) as work:
        work.change(*erase_alert(alert(1, "REF")), insert_tombstone(alert(1, "REF"), 2, NOON, "withdrawn"))

    assert receive(house, item(REPORT)).status is Status.STORED
    assert inbox(house)[0].recipient == GERMAN


@pytest.mark.parametrize(
    ("report", "category", "reason"),
    [
        (
            msgspec.structs.replace(REPORT, alert=AlertReference(id="01hzzzzzzzzzzzzzzzzzzzzz77")),
            "REF",
            "hit-report.not-our-alert",
        ),
        (REPORT, "ARR", "hit-report.other-category"),
    ],
)
def test_a_report_on_anything_else_is_refused(house: House, report: HitReport, category: str, reason: str) -> None:
    outcome = receive(house, item(report, category))

    assert (outcome.status, outcome.reasons) == (Status.REFUSED, (reason,))
    assert inbox(house) == ()


def test_a_report_is_final(house: House) -> None:
    receive(house, item(REPORT))

    assert receive(house, item(REPORT)).reasons == ("hit-report.final",)


def test_a_field_outside_the_closed_list_is_refused(house: House) -> None:
    good = item(REPORT)
    payload = {**(good.statement.payload or {}), "asylum": "yes"}
    tampered = Item(
        statement=msgspec.structs.replace(good.statement, payload=payload),
        digest=good.digest,
        own_signature=b"",
        peer=PEER,
        stream=good.stream,
        known_version=0,
    )

    with pytest.raises(BadInput) as refusal_of_field:
        receive(house, tampered)

    assert refusal_of_field.value.code == "codec.unknown-field"


def test_a_recalled_report_leaves_the_inbox_and_the_snapshot(house: House) -> None:
    receive(house, item(REPORT))
    with house.work(BUREAU) as work:
        held = HitReportReceiver("DEU").snapshot(work)

    receive(house, item(REPORT, tombstone=True))

    with house.work(BUREAU) as work:
        assert held == (RecordRef(kind="hit-report", id="01hzzzzzzzzzzzzzzzzzzzzz90", version=1),)
        assert HitReportReceiver("DEU").snapshot(work) == ()
    assert inbox(house) == ()


def test_erasing_a_copy_that_is_not_there_is_no_error(house: House) -> None:
    with house.work(BUREAU) as work:
        ref = RecordRef(kind="hit-report", id="01hzzzzzzzzzzzzzzzzzzzzz99", version=1)
        HitReportReceiver("DEU").erase(work, FRENCH_BUREAU, ref)
        collected = work.conclude(None).changes

    assert {type(change) for change in collected} <= {Delete}
    assert inbox(house) == ()


def test_the_ready_agreement_lets_a_bureau_report_to_the_owner_of_the_alert(house: House) -> None:
    house.decide = lambda question, at, known_at: decide(question, at, known_at, schengen_registry())
    hit = HitRecord(
        id="01hzzzzzzzzzzzzzzzzzzzzz50",
        alert="01hzzzzzzzzzzzzzzzzzzzzz60",
        alert_owner=Owner(party="POL", authority="straz-graniczna"),
        alert_version=1,
        category="REF",
        found_by=GERMAN,
        found_at=NOON,
        place="defra-1",
        action_taken="referred",
    )
    case = open_case(RecordId("01hzzzzzzzzzzzzzzzzzzzzz51"), hit, NOON)
    with house.work(BUREAU) as work:
        store.add_case(work, case, CivilDate("2030-11-01"))

    house.runtime(OPERATIONS).run(call("bureau.send", Send(case=case.id, version=1), purpose="borders"), BUREAU)

    (publication,) = house.published
    assert publication.recipients == ("POL",)
