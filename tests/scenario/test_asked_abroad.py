"""An officer's check asks the issuer of a passport under a treaty of questions: protection first, answers for minutes.

Two nodes in one process; everything is real but the network, which `test_questions` has.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from comity.adapters.blind_psi import PsiAsker, PsiOwner
from comity.agreements.load import canonical_bytes
from comity.agreements.provisions import Protection
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.records import Agreement, Clause
from comity.agreements.sourced import Confidence, Sourced
from comity.agreements.vocabulary import Mode
from comity.alerts.commands import EnterAlert
from comity.alerts.objects import AlertObject, Identifier, IdentifierKind, IssuedDocument, ObjectStatus, ObjectType
from comity.core.codec import decode_as
from comity.core.errors import ComityError, Refused
from comity.core.ids import NodeId
from comity.core.time import SECOND_US
from comity.core.vocabulary import Function, Purpose, Role
from comity.crossings import store as crossings_store
from comity.crossings.abroad.asking import ExchangeAbroad
from comity.crossings.abroad.blind import Blind
from comity.crossings.abroad.blind_records import BlindHit, BlindRow, BlindView, LookUpBlind
from comity.crossings.abroad.finder import AlertFinder
from comity.crossings.abroad.keys import AlertKeys, keys_of
from comity.crossings.abroad.records import AnswersAbroad, AskAbroad, AskedState, Fear
from comity.crossings.board_records import Traveller
from comity.crossings.operations import Around
from comity.crossings.records import Advice, Check, CheckView, Direction, Document, Identity, Lane, Outcome, ShowCheck
from comity.diplomacy.modes import ModeBook
from comity.diplomacy.records import Propose, Sign
from comity.exchange import store as exchange_store
from comity.exchange.modes.answering import Answering, answer_question
from comity.exchange.modes.asking import Asking
from comity.exchange.modes.blind_letters import TOPIC as BLIND_TOPIC
from comity.exchange.modes.blinding import BlindSets
from comity.exchange.modes.looking import BlindLooker
from comity.exchange.modes.records import Said
from comity.exchange.modes.tally import Tally
from comity.exchange.records import Home, Peer, Profile
from comity.node.peer_acts import PeerActs
from comity.runtime.acts import Acts
from comity.screening.index.simple import SimpleIndex
from tests.scenario.test_alert_crosses_the_border import Node, _peering, befriend, deliver, open_node
from tests.support.agreements import make_test_identity
from tests.support.categories import grounds_for, thing
from tests.support.house import StandingClock, actor

STOLEN, CLEAN = "LZ000001", "LZ000002"
GUARD = actor("AUS", "border-force", Function.FIRST_LINE)


@dataclass
class Direct:
    """A broker without a network: the other node answers at once, or is silent."""

    to: Node | None = None
    asker: Node | None = None
    silent: bool = False
    asked: int = 0
    tally: Tally = field(default_factory=lambda: Tally(100))

    sets: BlindSets | None = None

    def ask(self, peer: Peer, topic: str, body: bytes, within_s: float) -> Future[bytes]:
        del peer, within_s
        self.asked += 1
        answer: Future[bytes] = Future()
        if self.silent or self.to is None or self.asker is None:
            return answer
        if topic == BLIND_TOPIC:
            return self._blind(body, known(self.to, self.asker))
        answer.set_result(answer_question(answering(self.to, self.tally), known(self.to, self.asker), body))
        return answer

    def _blind(self, body: bytes, asker: Peer) -> Future[bytes]:
        answer: Future[bytes] = Future()
        assert self.sets is not None
        try:
            answer.set_result(self.sets.answer(asker, body))
        except ComityError as error:
            answer.set_exception(error)
        return answer


def known(node: Node, other: Node) -> Peer:
    with node.house.works().open(_peering(node), Purpose.PEERING) as work:
        return exchange_store.get_peer(work, other.services.identity.node)


def answering(node: Node, tally: Tally) -> Answering:
    return Answering(
        home=node.services.home,
        signer=node.services.signer,
        clock=node.house.clock,
        terms=ModeBook(node.party),
        acts=PeerActs(Acts(node.house.works(), node.house.database.writer)),
        finders={"document_status": AlertFinder(SimpleIndex(), node.party)},
        tally=tally,
    )


@dataclass
class Post:
    """Australia asks, New Zealand issued the passport."""

    australia: Node
    zealand: Node
    broker: Direct

    def check(self, number: str, nationality: str | None = "NZL") -> Advice:
        command = Check(
            direction=Direction.ENTRY,
            crossing_point="synthetic-1",
            lane=Lane.THIRD_COUNTRY,
            identity=Identity(surnames="Synthetic-Alpha", nationality=nationality),
            document=Document(country="NZL", number=number),
        )
        return decode_as(self.australia.run("crossing.check", command, GUARD, "borders"), Advice)

    def ask(self, check: str, fear: Fear) -> AnswersAbroad:
        command = AskAbroad(check=check, party="NZL", fear_expressed=fear)
        return decode_as(self.australia.run("crossing.ask-abroad", command, GUARD, "borders"), AnswersAbroad)

    def show(self, check: str) -> Advice:
        view = self.australia.run("crossing.show", ShowCheck(check=check), GUARD, "borders")
        return decode_as(view, CheckView).advice


@contextlib.contextmanager
def post(folder: Path, treaty: Agreement) -> Iterator[Post]:
    with contextlib.ExitStack() as stack:
        broker = Direct()
        asking = _asking("AUS", 1, broker)
        blind = Blind(BlindLooker(asking, PsiAsker), asking)
        around = Around(abroad=ExchangeAbroad(asking), blind=blind)
        australia = stack.enter_context(open_node(folder / "aus", "AUS", 1, around))
        zealand = stack.enter_context(open_node(folder / "nzl", "NZL", 2))
        broker.to, broker.asker = zealand, australia
        befriend(australia, zealand)
        document = canonical_bytes(treaty).decode()
        body = australia.run("agreement.propose", Propose(document=document), _peering(australia), "peering")
        view = msgspec.json.decode(body)
        deliver(australia, zealand)
        for one, other in ((australia, zealand), (zealand, australia)):
            one.run("agreement.sign", Sign(agreement=view["agreement"]), _peering(one), "peering")
            deliver(one, other)
        issuer = actor("NZL", "internal-affairs", Function.ALERT_OFFICER, role=Role.POLICE)
        entered = EnterAlert(category="OBJ", data=thing(passport()), grounds=grounds_for("OBJ"))
        zealand.run("alert.enter", entered, issuer, "police")
        yield Post(australia, zealand, broker)


def _asking(party: str, seed: int, broker: Direct) -> Asking:
    identity, signer = make_test_identity(party, seed)
    home = Home(
        node=NodeId(identity.node), party=party, profile=Profile.EXERCISE, key=signer.key_id, suite=signer.suite
    )
    return Asking(
        home=home, signer=signer, clock=StandingClock(), terms=ModeBook(party), broker=broker, patience_s=0.05
    )


def passport() -> AlertObject:
    return AlertObject(
        type=ObjectType.ISSUED_DOCUMENT,
        document=IssuedDocument.PASSPORT,
        status=ObjectStatus.STOLEN,
        identifiers=(Identifier(kind=IdentifierKind.DOCUMENT_NUMBER, value=STOLEN, country="NZL"),),
    )


def treaty(level: str | None = None, mode: Mode = Mode.QUERY) -> Agreement:
    """The ready instrument between two of its parties, at a level of protection where one is named."""
    agreement = narrow_parties(load_instrument("apec-rms"), ("AUS", "NZL"))
    clauses = tuple(
        msgspec.structs.replace(each, mode=msgspec.structs.replace(each.mode, value=mode)) if asks(each) else each
        for each in agreement.clauses
    )
    agreement = msgspec.structs.replace(agreement, clauses=clauses)
    if level is None:
        return agreement
    leaf = Sourced(value=level, source="test", confidence=Confidence.SYNTHETIC)
    return msgspec.structs.replace(agreement, protection=Protection(level=leaf))  # type: ignore[arg-type]  # a level


def asks(clause: Clause) -> bool:
    return clause.id == "ask-issuer"


@pytest.fixture
def full_trust(tmp_path: Path) -> Iterator[Post]:
    with post(tmp_path, treaty("full_trust")) as here:
        yield here


@pytest.fixture
def ordinary(tmp_path: Path) -> Iterator[Post]:
    with post(tmp_path, treaty()) as here:
        yield here


def test_in_full_trust_the_issuer_answers_during_the_check(full_trust: Post) -> None:
    stolen, clean = full_trust.check(STOLEN), full_trust.check(CLEAN)

    (answer,) = stolen.answers
    assert (stolen.outcome, stolen.sentence.code, answer.said) == (Outcome.REFER, "check.hit-abroad", Said.HIT)
    assert {line.field: line.value for line in answer.records[0]} == {
        "document.number": STOLEN,
        "document.issuer": "NZL",
        "document.type": "passport",
        "document.status": "stolen",
    }
    assert "human-confirms-hit" in stolen.obligations
    assert [(each.said, each.records) for each in clean.answers] == [(Said.NOTHING_TOLD, ())]
    assert [each.state for each in (*stolen.abroad, *clean.abroad)] == [AskedState.ANSWERED] * 2


def test_the_answer_is_shown_for_minutes_and_is_stored_with_no_check(full_trust: Post) -> None:
    advice = full_trust.check(STOLEN)

    house = full_trust.australia.house
    with house.works().open(GUARD, Purpose.BORDERS) as work:
        stored = crossings_store.get_check(work, GUARD.owner, advice.check)
    at_once = full_trust.show(advice.check)
    house.clock.move(601 * SECOND_US)
    later = full_trust.show(advice.check)

    assert at_once == advice
    assert stored.advice.answers == later.answers == ()
    assert stored.advice.outcome is later.outcome is not Outcome.REFER


def test_a_silent_issuer_makes_the_advice_unknown_and_holds_up_nothing(full_trust: Post) -> None:
    full_trust.broker.silent = True

    advice = full_trust.check(CLEAN)

    assert [(each.state, each.reason) for each in advice.abroad] == [(AskedState.SILENT, "link.silent")]
    assert (advice.outcome, advice.answers) == (Outcome.UNKNOWN, ())
    assert "UNKNOWN_NOT_VALID" in [reason.code for reason in advice.reasons]


def test_outside_full_trust_no_state_hears_of_its_national_before_somebody_asked_about_fear(ordinary: Post) -> None:
    advice = ordinary.check(STOLEN)
    before = ordinary.broker.asked
    refused = [code_of(ordinary, advice.check, fear) for fear in (Fear.UNKNOWN, Fear.YES)]
    unasked = ordinary.broker.asked
    answered = ordinary.ask(advice.check, Fear.NO)

    assert [(each.state, each.reason) for each in advice.abroad] == [(AskedState.CHECK_FIRST, "protection.check-first")]
    assert advice.outcome is Outcome.UNKNOWN
    assert refused == ["rights.fear-expressed"] * 2
    assert before == unasked == 0
    assert [each.said for each in answered.answers] == [Said.HIT]
    shown = ordinary.show(advice.check)
    assert (shown.outcome, [each.state for each in shown.abroad]) == (Outcome.REFER, [AskedState.ANSWERED])


def code_of(here: Post, check: str, fear: Fear) -> str:
    with pytest.raises(Refused) as refused:
        here.ask(check, fear)
    return refused.value.code


def test_without_a_treaty_nobody_is_asked(tmp_path: Path) -> None:
    with open_node(tmp_path / "aus", "AUS", 1, Around(abroad=ExchangeAbroad(_asking("AUS", 1, Direct())))) as alone:
        here = Post(alone, alone, Direct())

        assert here.check(STOLEN).abroad == ()


def test_under_a_blind_clause_a_list_is_looked_up_and_the_owner_learns_nobody(tmp_path: Path) -> None:
    with post(tmp_path, treaty(mode=Mode.BLIND)) as here:
        zealand = here.zealand
        keys = AlertKeys("NZL")
        here.broker.sets = sets = BlindSets(
            answering(zealand, here.broker.tally), {"document_status": keys}, lambda: PsiOwner(())
        )
        travellers = [
            Traveller(document=Document(country="NZL", number=number)) for number in (CLEAN, "lz 000-001", "X")
        ]
        nameless = Traveller(identity=Identity(surnames="Synthetic-Alpha"))
        command = LookUpBlind(persons=(*travellers, nameless))

        def look() -> BlindView:
            return decode_as(here.australia.run("crossing.look-up-blind", command, GUARD, "borders"), BlindView)

        early = look()
        acts = Acts(zealand.house.works(), zealand.house.database.writer)
        sets.refresh(lambda read: acts.view(_peering(zealand), Purpose.PEERING, read))
        later = look()

        assert [(each.state, each.reason) for each in early.asked] == [(AskedState.SILENT, "blind.preparing")]
        assert early.rows == ()
        assert [each.state for each in later.asked] == [AskedState.ANSWERED]
        assert later.rows == (BlindRow(row=2, hits=(BlindHit(party="NZL", category="document_status"),)),)
        assert later.looked_up == 3


def test_owner_and_asker_write_the_key_of_a_person_alike() -> None:
    written = Identity(surnames="Müller - Test", forenames="ANNA", birth_date="1980-02-03")
    read = Identity(surnames="MULLER TEST", forenames="Anna", birth_date="1980-02-03")

    assert list(keys_of(written, None)) == list(keys_of(read, None)) != []
    assert list(keys_of(Identity(surnames="Test", birth_date="1980"), None)) == []
