"""Letters between bureaux over the exchange: each form held to its table, one clock at both ends, no silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.agreements.clocks.records import Silence
from comity.agreements.law.compile import house_rulebook
from comity.agreements.load import canonical_bytes
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.rulebook import Rulebook
from comity.alerts.commands import AlertState, EnterAlert
from comity.alerts.records import Action, AlertData
from comity.alerts.waiting import EnterWaiting, ListWaiting, WaitAlert, WaitingPage
from comity.alerts.waiting import Waiting as WaitingRequest
from comity.bureau.commands import AskWaiting, Waiting
from comity.bureau.letters.commands import (
    AddNote,
    AddRemark,
    AnswerLetter,
    AskReciprocity,
    CloseLetter,
    LetterPage,
    LetterView,
    ListLetters,
    Reciprocity,
    SendLetter,
    ShowLetter,
    TakeOnLetter,
    WithdrawLetter,
)
from comity.bureau.letters.consulting import ConsultationPage, ListConsultations
from comity.bureau.letters.records import Attachment, Details, Letter, LetterState, LineAct
from comity.core.codec import decode_as, encode
from comity.core.errors import BadInput, Conflict, NotFound, Refused
from comity.core.time import DAY_US, HOUR_US, SECOND_US
from comity.core.vocabulary import Function, Role
from comity.crossings.records import Action as CounterAction
from comity.crossings.records import Advice, Check, Confirm, Direction, Document, Identity, Lane, Safeguards
from comity.crossings.records import Outcome as CheckOutcome
from comity.deadlines.records import DeadlinePage, ListDeadlines, Standing
from comity.diplomacy.notices import Complete
from comity.diplomacy.records import Propose, Sign
from tests.scenario.test_alert_crosses_the_border import Node, _peering, agree, befriend, deliver, open_node
from tests.support.alerts import arrest, grounds, person, refusal
from tests.support.house import actor

ISSUER = actor("FRA", "prefecture", Function.ALERT_OFFICER, role=Role.MIGRATION_AUTHORITY)
COURT = actor("FRA", "court", Function.ALERT_OFFICER, role=Role.JUDICIAL_AUTHORITY)
FRENCH = actor("FRA", "sirene-france", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-2")
GERMAN = actor("DEU", "sirene-deutschland", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-3")
STORED = [("stored", ())]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    with open_node(tmp_path / "fra", "FRA", 1) as france, open_node(tmp_path / "deu", "DEU", 2) as germany:
        agree(france, germany)
        france.law = germany.law = house_rulebook()
        yield france, germany


def enter(nodes: tuple[Node, Node], category: str = "REF") -> AlertState:
    france, germany = nodes
    data = arrest() if category == "ARR" else refusal(person(nationalities=("UTO",)))
    who, purpose = (COURT, "police") if category == "ARR" else (ISSUER, "borders")
    entered = france.run("alert.enter", EnterAlert(category=category, data=data, grounds=grounds()), who, purpose)
    assert deliver(france, germany) == STORED
    return decode_as(entered, AlertState)


def send(node: Node, who: object, form: str, alert: AlertState | None, to: str, **more: object) -> Letter:
    command = SendLetter(
        form=form, recipient=to, subject="Synthetic subject", text="Synthetic text.", alert=alert.id if alert else None
    )
    command = msgspec.structs.replace(command, **more)
    return decode_as(node.run("letter.send", command, who, "police"), Letter)  # type: ignore[arg-type]  # an actor


def show(node: Node, who: object, letter: Letter) -> LetterView:
    command = ShowLetter(party=letter.sender.party, letter=letter.id)
    return decode_as(node.run("letter.show", command, who, "police"), LetterView)  # type: ignore[arg-type]  # an actor


def answer(node: Node, who: object, letter: Letter, said: str, version: int = 1) -> Letter:
    command = AnswerLetter(party=letter.sender.party, letter=letter.id, version=version, said=said, text="So it is.")
    return decode_as(node.run("letter.answer", command, who, "police"), Letter)  # type: ignore[arg-type]  # an actor


FILE = Attachment(name="synthetic.pdf", type="application/pdf", content="c3ludGhldGlj")
ERROR = Details(wrong_field="birth date", evidence="The passport shows another day.", correct_value="1981-02-03")


def test_a_letter_is_taken_on_by_name_answered_and_closed_and_both_ends_see_who_waits(
    nodes: tuple[Node, Node],
) -> None:
    france, germany = nodes
    alert = enter(nodes)
    sent = send(germany, GERMAN, "L", alert, "FRA", details=Details(description="No scar on the left hand."))
    assert deliver(germany, france) == STORED

    (waiting,) = decode_as(france.run("letter.list", ListLetters(), FRENCH, "police"), LetterPage).letters
    assert (waiting.letter.content.form, waiting.waits_for) == ("L", "FRA")
    assert waiting.clock.due == waiting.letter.since + 12 * HOUR_US
    counted = decode_as(france.run("bureau.waiting", AskWaiting(), FRENCH, "police"), Waiting)
    assert (counted.at_once, counted.overdue) == (0, 0)

    taken = TakeOnLetter(party="DEU", letter=sent.id, version=1, officer="Duty officer Synthetic-Un")
    france.run("letter.take-on", taken, FRENCH, "police")
    france.run("letter.note", AddNote(party="DEU", letter=sent.id, text="Telephoned the prefecture."), FRENCH, "police")
    france.house.clock.move(SECOND_US)
    remark = AddRemark(party="DEU", letter=sent.id, text="We ask the prefecture.", officer="Synthetic-Un")
    france.run("letter.remark", remark, FRENCH, "police")
    france.house.clock.move(SECOND_US)
    answered = answer(france, FRENCH, sent, "other-person", version=2)
    assert deliver(france, germany) == STORED * 3
    view = show(germany, GERMAN, sent)

    assert view.letter.taken_on_by == "Duty officer Synthetic-Un"
    assert [line.content.act for line in view.lines] == [LineAct.RECEIPT, LineAct.REMARK, LineAct.ANSWER]
    assert (view.letter.state, view.letter.answer, view.prompt, view.waits_for) == (
        LetterState.ANSWERED,
        "other-person",
        "tell-apart",
        "DEU",
    )
    assert LineAct.NOTE in {line.content.act for line in show(france, FRENCH, sent).lines}
    closing = CloseLetter(party="DEU", letter=sent.id, version=view.letter.version, text="Told apart.")
    germany.run("letter.close", closing, GERMAN, "police")
    assert deliver(germany, france) == STORED
    assert show(france, FRENCH, sent).letter.state is LetterState.CLOSED
    assert answered.version == 3
    with pytest.raises(Refused):
        france.run("letter.remark", remark, FRENCH, "police")


def test_what_concerns_an_arrest_is_due_at_once_and_stands_first(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    ordinary, pressing = enter(nodes), enter(nodes, "ARR")
    send(germany, GERMAN, "M", ordinary, "FRA")
    send(germany, GERMAN, "EXT", pressing, "FRA", details=Details(step="hearing-set"))
    gone = send(germany, GERMAN, "EXT", pressing, "FRA", details=Details(step="surrendered"))
    deliver(germany, france)

    page = decode_as(france.run("letter.list", ListLetters(), FRENCH, "police"), LetterPage).letters
    counted = decode_as(france.run("bureau.waiting", AskWaiting(), FRENCH, "police"), Waiting)

    assert [(each.letter.content.form, each.clock.urgent) for each in page] == [
        ("EXT", True),
        ("EXT", True),
        ("M", False),
    ]
    assert counted.at_once == 2
    assert show(france, FRENCH, gone).prompt == "delete-alert"
    assert show(germany, GERMAN, gone).prompt is None


def test_silence_on_a_permit_consultation_is_no_objection_after_ten_days(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    asked = Details(permit_kind="residence-permit", why="Family life, ten years of residence.")
    sent = send(germany, GERMAN, "O", enter(nodes), "FRA", details=asked)
    deliver(germany, france)
    before = show(germany, GERMAN, sent)

    germany.house.clock.move(11 * DAY_US)
    after = show(germany, GERMAN, sent)

    assert (before.silence_counts, before.prompt) == (False, None)
    assert sent.due_on == "2026-12-05"
    assert (after.silence_counts, after.prompt, after.letter.silence) == (
        True,
        "silence-no-objection",
        Silence.NO_OBJECTION,
    )


def test_another_purpose_is_a_new_request_to_the_issuer(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    alert = enter(nodes)
    asked = Details(other_purpose="serious-crime", why="Suspect in a case of trafficking.")
    sent = send(germany, GERMAN, "I", alert, "FRA", details=asked)
    deliver(germany, france)
    answer(france, FRENCH, sent, "refused")
    deliver(france, germany)

    assert show(germany, GERMAN, sent).prompt == "may-not-use"
    with pytest.raises(BadInput) as refused:
        send(germany, GERMAN, "I", alert, "FRA", details=Details(why="because"))
    assert [problem.field for problem in refused.value.problems] == ["$.details.other_purpose"]


def test_wrong_data_are_told_in_two_working_days_and_disputed_after_two_months(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    alert = enter(nodes)
    told = send(germany, GERMAN, "J", alert, "FRA", details=ERROR, evidence_at="2026-11-23T09:00:00Z")
    settled = send(germany, GERMAN, "J", alert, "FRA", details=ERROR, evidence_at="2026-11-25T09:00:00Z")
    deliver(germany, france)
    answer(france, FRENCH, told, "not-wrong")
    answer(france, FRENCH, settled, "corrected")
    deliver(france, germany)

    germany.house.clock.move(70 * DAY_US)
    listed = decode_as(
        germany.run("deadline.list", ListDeadlines(case_kind="letter"), GERMAN, "police"), DeadlinePage
    ).deadlines

    standing = {
        (each.deadline.case, each.deadline.rule.partition("@")[0].split(".")[2]): each.standing for each in listed
    }
    assert standing == {
        (told.id, "notice"): Standing.MET,
        (told.id, "dispute"): Standing.BREACHED,
        (settled.id, "notice"): Standing.MET,
        (settled.id, "dispute"): Standing.MET,
    }
    assert show(germany, GERMAN, told).prompt == "tell-supervisors"
    assert show(france, FRENCH, settled).prompt == "correct-alert"


MISFITS: tuple[tuple[str, dict[str, object], str], ...] = (
    ("B", {}, "letter.unknown-form"),
    ("J", {"details": ERROR}, "letter.evidence-when"),
    ("L", {"details": Details(description="x", right="access")}, "letter.detail-not-open"),
    ("A", {}, "letter.alert-not-found"),
    ("EXT", {"details": Details(step="surrendered")}, "letter.other-category"),
    ("L", {"details": Details(description="x"), "recipient": "DEU"}, "letter.own-party"),
    ("Q", {"details": Details(description="x", victim_consent=False)}, "agreement.consent-required"),
    ("M", {"attachments": (FILE,) * 6}, "letter.too-many-files"),
    ("M", {"attachments": (msgspec.structs.replace(FILE, content="A" * 801_000),)}, "letter.files-too-large"),
)


def test_a_letter_that_does_not_fit_its_form_is_refused_and_nothing_leaves(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    alert = enter(nodes)

    for form, more, code in MISFITS:
        with pytest.raises((BadInput, NotFound, Refused)) as refused:
            send(germany, GERMAN, form, alert, "FRA", **more)
        assert refused.value.code == code

    assert deliver(germany, france) == []


def test_files_travel_with_a_letter(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes

    sent = send(germany, GERMAN, "M", enter(nodes), "FRA", attachments=(FILE,))

    assert deliver(germany, france) == STORED
    assert show(france, FRENCH, sent).letter.content.attachments == (FILE,)


def test_a_letter_taken_back_is_erased_at_both_ends_and_an_answered_one_stays(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    alert = enter(nodes)
    first, second = (send(germany, GERMAN, "M", alert, "FRA") for _ in range(2))
    deliver(germany, france)
    answer(france, FRENCH, second, "noted")
    deliver(france, germany)

    germany.run("letter.withdraw", WithdrawLetter(party="DEU", letter=first.id, version=1), GERMAN, "police")
    assert deliver(germany, france) == STORED
    with pytest.raises(NotFound):
        show(france, FRENCH, first)
    with pytest.raises(Refused):
        germany.run("letter.withdraw", WithdrawLetter(party="DEU", letter=second.id, version=2), GERMAN, "police")
    with pytest.raises(Conflict):
        answer(france, FRENCH, second, "noted")


def test_requests_for_police_information_need_an_agreement_of_their_own_and_reciprocity_is_counted(
    nodes: tuple[Node, Node],
) -> None:
    france, germany = nodes
    request = Details(legal_ground="Criminal code, synthetic section 1", why="Homicide inquiry.", direct_access=True)
    with pytest.raises(Refused):
        send(germany, GERMAN, "REQ", None, "FRA", details=request, urgent=True)
    sign(nodes, "police-information")

    urgent = send(germany, GERMAN, "REQ", None, "FRA", details=request, urgent=True)
    indirect = msgspec.structs.replace(request, direct_access=None)
    later = send(germany, GERMAN, "REQ", None, "FRA", details=indirect, urgent=True)
    plain = send(germany, GERMAN, "REQ", None, "FRA", details=indirect)
    report = Details(
        handling="H1",
        source_grade="B",
        content_grade="2",
        nature="opinion",
        person_role="contact",
        onward="with-consent",
    )
    send(germany, GERMAN, "INT", None, "FRA", details=report)
    assert deliver(germany, france) == STORED * 4
    france.house.clock.move(9 * HOUR_US)
    germany.house.clock.move(9 * HOUR_US)
    answer(france, FRENCH, urgent, "provided")
    answer(france, FRENCH, plain, "refused")
    assert deliver(france, germany) == STORED * 2
    germany.house.clock.move(8 * DAY_US)

    (both,) = decode_as(germany.run("letter.reciprocity", AskReciprocity(), GERMAN, "police"), Reciprocity).partners
    ours = both.ours

    assert urgent.due_at == urgent.since + 8 * HOUR_US
    assert (later.due_on, plain.due_on) == ("2026-11-28", "2026-12-02")
    assert (both.party, both.form) == ("FRA", "REQ")
    assert (ours.asked, ours.answered, ours.late, ours.refused, ours.overdue) == (3, 2, 1, 1, 1)
    assert both.theirs.asked == 0
    assert b"Homicide" not in encode(both)


def sign(nodes: tuple[Node, Node], instrument: str, parties: tuple[str, str] = ("DEU", "FRA")) -> str:
    france, germany = nodes
    treaty = canonical_bytes(narrow_parties(load_instrument(instrument), parties)).decode()
    made = msgspec.json.decode(france.run("agreement.propose", Propose(document=treaty), _peering(france), "peering"))
    deliver(france, germany)
    for node, other in ((france, germany), (germany, france)):
        node.run("agreement.sign", Sign(agreement=made["agreement"]), _peering(node), "peering")
        deliver(node, other)
    return str(made["agreement"])


def test_a_red_notice_is_a_request_and_a_political_one_neither_leaves_nor_is_acted_on(
    nodes: tuple[Node, Node],
) -> None:
    france, germany = nodes
    sign(nodes, "interpol-channel")
    fraud = Details(colour="red", offence="Fraud", description="Synthetic-Alpha, born 1980", warrant="SYN-1")
    sent = send(germany, GERMAN, "NOTICE", None, "FRA", details=fraud)
    political = msgspec.structs.replace(fraud, offence="Insult of the president")
    with pytest.raises(Refused) as refused:
        send(germany, GERMAN, "NOTICE", None, "FRA", details=political)
    germany.law = Rulebook()
    unlawful = send(germany, GERMAN, "NOTICE", None, "FRA", details=political)
    assert deliver(germany, france) == STORED * 2

    shown = show(france, FRENCH, sent)
    answer(france, FRENCH, sent, "will-locate-only")
    deliver(france, germany)

    assert refused.value.code == "agreement.purpose-forbidden"
    assert (shown.prompt, shown.letter.category, shown.waits_for) == ("notice-red", "INTERPOL", "FRA")
    assert show(france, FRENCH, unlawful).prompt == "notice-character"
    assert show(germany, GERMAN, sent).letter.answer == "will-locate-only"


def test_a_document_hit_is_confirmed_by_its_issuer_at_once_and_by_nobody_else(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    sign(nodes, "interpol-channel")
    found = Details(document_issuer="FRA", document_number="SYN123456", found_as="stolen")

    sent = send(germany, GERMAN, "DOC", None, "FRA", details=found, category="SLTD")
    assert deliver(germany, france) == STORED
    answer(france, FRENCH, sent, "recovered")
    deliver(france, germany)

    assert sent.at_once
    assert show(germany, GERMAN, sent).prompt == "document-not-confirmed"
    foreign = msgspec.structs.replace(found, document_issuer="ITA")
    with pytest.raises(BadInput) as refused:
        send(germany, GERMAN, "DOC", None, "FRA", details=foreign, category="SLTD")
    assert refused.value.code == "letter.issuer-only"


SERIOUS = msgspec.structs.replace(grounds(), serious_crime=True, procedure_pending=True)
WATCHER = actor("DEU", "polizei", Function.ALERT_OFFICER, role=Role.POLICE, name="synthetic-4")


def wait_behind(germany: Node, category: str, data: AlertData) -> WaitingRequest:
    command = WaitAlert(category=category, data=data, grounds=SERIOUS)
    return decode_as(germany.run("alert.wait", command, WATCHER, "police"), WaitingRequest)


def requests(germany: Node) -> tuple[WaitingRequest, ...]:
    return decode_as(germany.run("alert.waiting", ListWaiting(), WATCHER, "police"), WaitingPage).waiting


def due(germany: Node) -> list[tuple[str, str | None, str | None]]:
    asked = germany.run("letter.consultations", ListConsultations(), GERMAN, "police")
    return [(one.form, one.letter, one.answer) for one in decode_as(asked, ConsultationPage).consultations]


def consult(nodes: tuple[Node, Node], form: str, alert: AlertState, details: Details, said: str) -> Letter:
    """Germany's bureau writes the letter that is due, and France's answers it."""
    france, germany = nodes
    sent = send(germany, GERMAN, form, alert, "FRA", details=details)
    assert deliver(germany, france) == STORED
    answer(france, FRENCH, sent, said)
    assert deliver(france, germany) == STORED
    return sent


@pytest.mark.parametrize(("said", "enters"), [("yours-goes-first", True), ("ours-goes-first", False)])
def test_a_request_that_waits_opens_the_bureaus_letter_and_its_answer_ends_the_waiting_or_not(
    nodes: tuple[Node, Node], said: str, *, enters: bool
) -> None:
    _, germany = nodes
    alert = enter(nodes, "ARR")
    watched = AlertData(person=person(), reason="synthetic: a network", action=Action.DISCREET_CHECK)
    waiting = wait_behind(germany, "DIS", watched)
    assert due(germany) == [("E", None, None)]

    details = Details(own_category="DIS", why="The person leads a network.")
    sent = consult(nodes, "E", alert, details, said)

    assert due(germany) == [("E", sent.id, said)]
    assert show(germany, GERMAN, sent).prompt == ("enter-waiting" if enters else "keep-waiting")
    assert [bool(one.behind) for one in requests(germany)] == [not enters]
    entering = EnterWaiting(id=waiting.id)
    if enters:
        germany.run("alert.enter-waiting", entering, WATCHER, "police")
        assert (requests(germany), due(germany)) == ((), [])
    else:
        with pytest.raises(Refused):
            germany.run("alert.enter-waiting", entering, WATCHER, "police")


@pytest.mark.parametrize(("said", "next_due"), [("other-person", "L"), ("same-person", "E")])
def test_somebody_described_alike_is_asked_about_and_the_same_person_is_consulted_about(
    nodes: tuple[Node, Node], said: str, next_due: str
) -> None:
    _, germany = nodes
    alert = enter(nodes, "ARR")
    sought = AlertData(
        person=person(birth_place="Synthetic-Ville"), reason="synthetic: a witness", action=Action.REPORT_RESIDENCE
    )
    wait_behind(germany, "JUD", sought)
    assert due(germany) == [("L", None, None)]

    consult(nodes, "L", alert, Details(description="No scar on the left hand."), said)

    ((form, letter, heard),) = due(germany)
    assert (form, letter is None, heard) == (next_due, said == "same-person", None if said == "same-person" else said)
    assert [bool(one.behind) for one in requests(germany)] == [said != "other-person"]


@pytest.fixture
def neighbours(tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    """Switzerland and Austria under their police treaty alone, once it is in force."""
    with open_node(tmp_path / "che", "CHE", 1) as che, open_node(tmp_path / "aut", "AUT", 2) as aut:
        befriend(che, aut)
        made = sign((che, aut), "bilateral-police-cooperation", ("AUT", "CHE"))
        for node, other in ((che, aut), (aut, che)):
            node.run("agreement.complete", Complete(agreement=made), _peering(node), "peering")
            deliver(node, other)
        for node in (che, aut):
            node.house.clock.move(120 * DAY_US)
        yield che, aut


def test_a_treaty_between_few_carries_requests_and_answers_between_central_offices(
    neighbours: tuple[Node, Node],
) -> None:
    che, aut = neighbours
    fedpol, vienna = (
        actor(party, office, Function.BUREAU_OFFICER, role=Role.POLICE, name=office)
        for party, office in (("CHE", "fedpol"), ("AUT", "bmi"))
    )
    needs = Details(legal_ground="Article 7 of the treaty", why="Series of burglaries.", reserved=False)

    sent = send(che, fedpol, "BIL", None, "AUT", details=needs)
    assert set(deliver(che, aut)) == set(STORED)
    answer(aut, vienna, sent, "provided")
    assert set(deliver(aut, che)) == set(STORED)

    assert show(che, fedpol, sent).letter.answer == "provided"
    assert (sent.category, sent.rule) == ("information", None)
    for form, details in (("REQ", Details(legal_ground="x", why="y")), ("NOTICE", Details(colour="blue"))):
        with pytest.raises((Refused, BadInput)):
            send(che, fedpol, form, None, "AUT", details=details)


REPORTED = Details(document_issuer="ITA", document_number="YA 123-4567", found_as="stolen")


def shown_paper(france: Node, country: str = "ITA") -> Advice:
    question = Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames="Bearer", birth_date="1990-01-02"),
        document=Document(number="YA1234567", country=country),
    )
    return decode_as(france.run("crossing.check", question, PATROL, "borders"), Advice)


@pytest.mark.parametrize(
    ("said", "category"), [("confirmed", "N-DOCOK"), ("recovered", None), ("cannot-tell", "N-DOC")]
)
def test_a_document_named_in_a_notice_is_a_hint_until_its_issuer_says_what_it_counts_for(
    nodes: tuple[Node, Node], said: str, category: str | None
) -> None:
    france, germany = nodes
    sign(nodes, "interpol-channel")
    reported = msgspec.structs.replace(REPORTED, document_issuer="DEU")
    notice = send(germany, GERMAN, "SLTD", None, "FRA", details=reported)
    assert deliver(germany, france) == STORED

    hint = shown_paper(france, "DEU")
    refusing = Confirm(
        check=hint.check,
        alert=hint.matches[0].alert.id,
        version=1,
        action_taken=CounterAction.ENTRY_REFUSED,
        safeguards=msgspec.convert(dict.fromkeys(Safeguards.__struct_fields__, "no"), Safeguards),
    )
    with pytest.raises(Refused) as refused:
        france.run("crossing.confirm", refusing, PATROL, "borders")
    asked = send(france, FRENCH, "DOC", None, "DEU", details=reported, category="SLTD")
    deliver(france, germany)
    answer(germany, GERMAN, asked, said)
    deliver(germany, france)
    settled = shown_paper(france, "DEU")
    germany.run("letter.close", CloseLetter(party="DEU", letter=notice.id, version=1, text="Done."), GERMAN, "police")
    deliver(germany, france)

    assert [(one.category, one.alert.kind) for one in hint.matches] == [("N-DOC", "listing")]
    assert (hint.sentence.code, hint.outcome) == ("notice.document", CheckOutcome.REFER)
    assert refused.value.code == "crossing.action-not-given"
    assert [one.category for one in settled.matches] == ([category] if category else [])
    assert shown_paper(france, "DEU").matches == ()


def test_a_document_of_another_country_is_not_the_one_that_a_notice_names_and_a_notice_names_a_persons_document_too(
    nodes: tuple[Node, Node],
) -> None:
    france, germany = nodes
    sign(nodes, "interpol-channel")
    send(germany, GERMAN, "SLTD", None, "FRA", details=REPORTED)
    person_of = msgspec.structs.replace(NAMED, colour="blue", document_issuer="ESP", document_number="YA1234567")
    send(germany, GERMAN, "NOTICE", None, "FRA", details=person_of)
    assert deliver(germany, france) == STORED * 2

    assert [one.category for one in shown_paper(france).matches] == ["N-DOC"]
    assert shown_paper(france, "PRT").matches == ()
    assert [one.category for one in shown_paper(france, "ESP").matches] == ["N-BLUE"]


NAMED = Details(
    colour="red", offence="Fraud", description="Synthetic", surnames="Synthetic-Noticed", birth_date="1975-05-06"
)
PATROL = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE, name="synthetic-5")


def met(france: Node) -> Advice:
    question = Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames="Synthetic-Noticed", birth_date="1975-05-06"),
        justification="synthetic: no document",
        case="synthetic-1",
    )
    return decode_as(france.run("crossing.check", question, PATROL, "borders"), Advice)


def test_whom_a_red_notice_names_is_found_at_the_counter_and_nobody_can_arrest_on_it(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    sign(nodes, "interpol-channel")
    green, political = (
        msgspec.structs.replace(NAMED, colour="green"),
        msgspec.structs.replace(NAMED, offence="Insult of the president"),
    )
    sent = send(germany, GERMAN, "NOTICE", None, "FRA", details=NAMED)
    assert deliver(germany, france) == STORED

    advice = met(france)
    (match,) = advice.matches
    arrest_on_it = Confirm(
        check=advice.check,
        alert=match.alert.id,
        version=1,
        action_taken=CounterAction.ARRESTED,
        safeguards=msgspec.convert(dict.fromkeys(Safeguards.__struct_fields__, "no"), Safeguards),
    )
    with pytest.raises(Refused) as refused:
        france.run("crossing.confirm", arrest_on_it, PATROL, "borders")
    germany.run("letter.close", CloseLetter(party="DEU", letter=sent.id, version=1, text="Done."), GERMAN, "police")
    assert deliver(germany, france) == STORED
    gone = met(france)
    germany.law = Rulebook()
    send(germany, GERMAN, "NOTICE", None, "FRA", details=political)
    send(germany, GERMAN, "NOTICE", None, "FRA", details=green)
    assert deliver(germany, france) == STORED * 2

    assert (advice.sentence.code, match.category, advice.outcome) == ("notice.red", "N-RED", CheckOutcome.REFER)
    assert refused.value.code == "crossing.action-not-given"
    assert gone.matches == ()
    assert [one.category for one in met(france).matches] == ["N-GREEN"]
