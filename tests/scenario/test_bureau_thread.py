"""A French hit on a Spanish alert: drafted from the check, corrected, sent, taken on, answered, filed, forgotten.

Two nodes in one process, everything real but the network.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.agreements.load import canonical_bytes
from comity.agreements.ready import load_instrument, narrow_parties
from comity.alerts.commands import DeleteAlert, EnterAlert
from comity.alerts.records import DeletionReason, WarningMark
from comity.bureau.commands import (
    Acknowledge,
    AnswerMessage,
    AskFigures,
    CasePage,
    CaseView,
    Edit,
    Figures,
    File,
    Inbox,
    ListByState,
    ListCases,
    ListInbox,
    ListQuestions,
    MessageView,
    Questions,
    ReadMessage,
    Reopen,
    Reply,
    Return,
    Send,
    ShowCase,
)
from comity.bureau.records import Act, Case, CaseState, FilingReason, Message, MessageState
from comity.bureau.retention import erase_due
from comity.core.codec import decode_as
from comity.core.ports import Actor
from comity.core.time import DAY_US, HOUR_US, CivilDate, date_of
from comity.core.vocabulary import Function, Purpose, Role
from comity.crossings.records import (
    Action,
    Advice,
    Check,
    Confirm,
    Direction,
    Document,
    Identity,
    Lane,
    Resolution,
)
from comity.diplomacy.records import Propose, Sign
from tests.scenario.test_alert_crosses_the_border import ANSWERED, Node, _peering, befriend, deliver, open_node
from tests.support.alerts import grounds, person, refusal
from tests.support.house import actor

OFFICER = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
FRENCH = actor("FRA", "sirene-france", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-2")
SPANISH = actor("ESP", "sirene-espana", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-3")
ISSUER = actor("ESP", "policia-nacional", Function.ALERT_OFFICER, role=Role.BORDER_GUARD, name="synthetic-4")
STORED = [("stored", ())]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    with contextlib.ExitStack() as stack:
        france = stack.enter_context(open_node(tmp_path / "fra", "FRA", 1))
        spain = stack.enter_context(open_node(tmp_path / "esp", "ESP", 3))
        befriend(france, spain)
        treaty = narrow_parties(load_instrument("schengen-sis"), ("ESP", "FRA"))
        proposal = Propose(document=canonical_bytes(treaty).decode())
        view = msgspec.json.decode(france.run("agreement.propose", proposal, _peering(france), "peering"))
        for signer, other in ((france, spain), (spain, france)):
            deliver(france, spain)
            signer.run("agreement.sign", Sign(agreement=view["agreement"]), _peering(signer), "peering")
            deliver(signer, other)
        yield france, spain


def run(node: Node, name: str, command: msgspec.Struct, who: Actor) -> bytes:
    return node.run(name, command, who, "borders")


def show(france: Node, case: str) -> CaseView:
    return decode_as(run(france, "bureau.show", ShowCase(case=case), FRENCH), CaseView)


def read(spain: Node, message: str) -> MessageView:
    return decode_as(run(spain, "bureau.read", ReadMessage(party="FRA", message=message), SPANISH), MessageView)


def enter(spain: Node, france: Node, *warnings: WarningMark) -> str:
    data = msgspec.structs.replace(refusal(person("Synthetic-Alpha", nationalities=("UTO",))), warnings=warnings)
    entered = run(spain, "alert.enter", EnterAlert(category="REF", data=data, grounds=grounds()), ISSUER)
    assert deliver(spain, france) == STORED
    return str(msgspec.json.decode(entered)["id"])


def confirm(france: Node) -> Resolution:
    question = Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames="Synthetic-Alpha", forenames="Test Anna", birth_date="1980-02-03"),
        document=Document(number="T0000001"),
    )
    advice = decode_as(run(france, "crossing.check", question, OFFICER), Advice)
    (match,) = advice.matches
    decision = Confirm(
        check=advice.check,
        alert=match.alert.id,
        version=match.alert.version,
        action_taken=Action.ENTRY_REFUSED,
        safeguards=ANSWERED,
    )
    return decode_as(run(france, "crossing.confirm", decision, OFFICER), Resolution)


def draft(france: Node) -> Case:
    (case,) = decode_as(run(france, "bureau.drafts", ListCases(), FRENCH), CasePage).cases
    return case


def reported(france: Node, spain: Node) -> tuple[Case, Message]:
    """Take a hit as far as the issuer's inbox."""
    confirm(france)
    case = draft(france)
    sent = decode_as(run(france, "bureau.send", Send(case=case.id, version=case.version), FRENCH), Case)
    assert deliver(france, spain) == STORED
    (message,) = decode_as(run(spain, "bureau.inbox", ListInbox(), SPANISH), Inbox).messages
    return sent, message


def test_the_draft_says_all_that_the_check_knows_and_nothing_that_protects(nodes: tuple[Node, Node]) -> None:
    france, spain = nodes
    enter(spain, france)

    confirm(france)

    view = show(france, draft(france).id)
    report = view.case.report
    assert (report.place, report.direction, report.lane) == ("frcqf-1", "entry", "third-country")
    assert report.identity == "Synthetic-Alpha, Test Anna; 1980-02-03"
    assert report.documents == "passport T0000001"
    assert (view.stays, view.hindered) == ((), ())
    assert not {"fear", "asylum", "safeguards"} & set(msgspec.to_builtins(report))


def test_a_report_is_corrected_sent_taken_on_answered_and_filed(nodes: tuple[Node, Node]) -> None:
    france, spain = nodes
    enter(spain, france)
    confirm(france)
    case = draft(france)

    run(france, "bureau.edit", Edit(case=case.id, version=1, remarks="Held until 18:00.", clear=("lane",)), FRENCH)
    assert deliver(france, spain) == []
    run(france, "bureau.send", Send(case=case.id, version=2, circumstances="Synthetic."), FRENCH)
    assert deliver(france, spain) == STORED
    (message,) = decode_as(run(spain, "bureau.inbox", ListInbox(), SPANISH), Inbox).messages
    run(spain, "bureau.acknowledge", Acknowledge(party="FRA", message=message.id, version=1), SPANISH)
    text = AnswerMessage(party="FRA", message=message.id, version=2, text="Thank you.", closes=True)
    for node in nodes:
        node.house.clock.move(HOUR_US)
    run(spain, "bureau.answer", text, SPANISH)
    assert deliver(spain, france) == STORED * 2
    france.house.clock.move(HOUR_US)

    (answered,) = decode_as(run(france, "bureau.cases", ListByState(state=CaseState.ANSWERED), FRENCH), CasePage).cases
    filing = File(item=case.id, version=answered.version, reason=FilingReason.DEALT_WITH, note="Synthetic.")
    run(france, "bureau.file", filing, FRENCH)

    view = show(france, case.id)
    assert (message.report.remarks, message.report.lane) == ("Held until 18:00.", None)
    assert view.case.state is CaseState.FILED
    assert view.case.acknowledged is not None
    assert [event.act for event in view.thread] == [
        Act.OPENED,
        Act.EDITED,
        Act.SENT,
        Act.RECEIVED,
        Act.ANSWERED,
        Act.FILED,
    ]
    assert view.thread[4].text == "Thank you."
    assert read(spain, message.id).message.state is MessageState.ANSWERED


def test_an_answer_reopens_a_filed_case(nodes: tuple[Node, Node]) -> None:
    france, spain = nodes
    enter(spain, france)
    case, message = reported(france, spain)
    run(france, "bureau.file", File(item=case.id, version=2, reason=FilingReason.NOTHING_TO_DO), FRENCH)

    for number in (1, 2):
        text = AnswerMessage(party="FRA", message=message.id, version=number, text=f"Answer {number}.")
        run(spain, "bureau.answer", text, SPANISH)
        for node in nodes:
            node.house.clock.move(HOUR_US)
    assert deliver(spain, france) == STORED * 2

    view = show(france, case.id)
    assert (view.case.state, view.case.filing) == (CaseState.ANSWERED, None)
    assert [event.text for event in view.thread if event.act is Act.ANSWERED] == ["Answer 1.", "Answer 2."]


def test_filing_a_message_is_undone(nodes: tuple[Node, Node]) -> None:
    france, spain = nodes
    enter(spain, france)
    _, message = reported(france, spain)
    filing = File(item=message.id, party="FRA", version=1, reason=FilingReason.AUTHORITY_TOLD)

    run(spain, "bureau.file", filing, SPANISH)
    filed = read(spain, message.id)
    run(spain, "bureau.reopen", Reopen(item=message.id, party="FRA", version=2), SPANISH)

    assert (filed.message.state, filed.clock.ended is not None) == (MessageState.FILED, True)
    assert read(spain, message.id).message.state is MessageState.ACKNOWLEDGED


def test_the_first_officer_is_asked_and_replies(nodes: tuple[Node, Node]) -> None:
    france, spain = nodes
    enter(spain, france)
    confirm(france)
    case = draft(france)

    run(france, "bureau.return", Return(case=case.id, version=1, text="Which gate?"), FRENCH)
    stranger = msgspec.structs.replace(OFFICER, user="user-of-another")
    nobody = decode_as(run(france, "bureau.questions", ListQuestions(), stranger), Questions)
    (asked,) = decode_as(run(france, "bureau.questions", ListQuestions(), OFFICER), Questions).questions
    run(france, "bureau.reply", Reply(case=asked.case, version=asked.version, text="Gate 4."), OFFICER)

    assert nobody.questions == ()
    assert asked.text == "Which gate?"
    assert draft(france).events[-1].text == "Gate 4."


def test_a_report_that_was_no_hit_is_taken_back_everywhere(nodes: tuple[Node, Node]) -> None:
    france, spain = nodes
    enter(spain, france)
    case, _ = reported(france, spain)

    run(france, "bureau.return", Return(case=case.id, version=2, text="A brother.", not_a_hit=True), FRENCH)
    assert deliver(france, spain) == STORED

    view = show(france, case.id)
    assert (view.case.state, view.case.report.identity) == (CaseState.WITHDRAWN, None)
    assert decode_as(run(spain, "bureau.inbox", ListInbox(all=True), SPANISH), Inbox).messages == ()


def test_terrorism_makes_the_duty_immediate_on_both_sides_and_no_hours_stand_for_it(nodes: tuple[Node, Node]) -> None:
    france, spain = nodes
    enter(spain, france, WarningMark.TERRORISM)

    case, message = reported(france, spain)
    spain.house.clock.move(3 * HOUR_US)
    clock = read(spain, message.id).clock

    assert (case.urgent, case.due, message.urgent, message.due) == (True, None, True, None)
    assert (clock.urgent, clock.due, clock.minutes, clock.overdue) == (True, None, 180, False)


def test_figures_tell_what_is_overdue_and_nothing_of_a_person(nodes: tuple[Node, Node]) -> None:
    france, spain = nodes
    enter(spain, france)
    reported(france, spain)
    spain.house.clock.move(13 * HOUR_US)

    body = run(spain, "bureau.figures", AskFigures(), SPANISH)
    figures = decode_as(body, Figures)

    assert (figures.overdue, figures.waiting_at_once) == (1, 0)
    assert {tally.state: tally.count for tally in figures.messages}["new"] == 1
    assert b"ynthetic" not in body


def test_supplementary_information_goes_a_year_after_the_alert_ended(nodes: tuple[Node, Node]) -> None:
    france, spain = nodes
    alert = enter(spain, france)
    case, message = reported(france, spain)
    standing = (show(france, case.id).erase_by, read(spain, message.id).erase_by)
    run(spain, "alert.delete", DeleteAlert(id=alert, version=1, reason=DeletionReason.PURPOSE_ACHIEVED), ISSUER)
    assert deliver(spain, france) == STORED

    ended = (show(france, case.id).erase_by, read(spain, message.id).erase_by)
    for node in nodes:
        node.house.clock.move(366 * DAY_US)
        with node.house.work(FRENCH, Purpose.ADMINISTRATION) as work:
            erased = erase_due(work, date_of(work.recorded_at))
        assert erased == 1
        with node.house.work(FRENCH, Purpose.ADMINISTRATION) as work:
            assert erase_due(work, date_of(work.recorded_at)) == 0

    assert standing == (CivilDate("2030-11-25"),) * 2
    assert ended == (CivilDate("2027-11-25"),) * 2
