"""One alert crosses a border under an agreement: entered, found, confirmed, reported, withdrawn, gone.

Two nodes in one process, everything real but the network: rooms, decision point, statements, frames, receipts.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from comity.agreements.decide import decide
from comity.agreements.identity import identity_bytes
from comity.agreements.load import canonical_bytes
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.registry import Registry
from comity.agreements.rulebook import Rulebook
from comity.alerts import OPERATIONS as ALERT_OPERATIONS
from comity.alerts.commands import DeleteAlert, EnterAlert
from comity.alerts.flag_receiver import FlagReceiver
from comity.alerts.flag_records import FLAG_KIND
from comity.alerts.receiver import AlertReceiver
from comity.alerts.records import ALERT_KIND, DeletionReason
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.bureau import tables as bureau_tables
from comity.bureau.commands import CasePage, Inbox, ListCases, ListInbox, Send
from comity.bureau.letters import tables as letter_tables
from comity.bureau.letters.consulting import PROJECTIONS as CONSULTING
from comity.bureau.letters.duties import LETTERS
from comity.bureau.letters.operations import OPERATIONS as LETTER_OPERATIONS
from comity.bureau.letters.receiver import LetterReceiver, LineReceiver
from comity.bureau.letters.reciprocity import OPERATIONS as RECIPROCITY_OPERATIONS
from comity.bureau.letters.records import LETTER_KIND, LINE_KIND
from comity.bureau.operations import OPERATIONS as BUREAU_OPERATIONS
from comity.bureau.projections import PROJECTIONS as BUREAU_PROJECTIONS
from comity.bureau.receiver import AnswerReceiver, HitReportReceiver
from comity.bureau.records import ANSWER_KIND, REPORT_KIND
from comity.core.codec import decode_as, encode
from comity.core.decision import Decision, Question
from comity.core.ids import AgreementId, NodeId
from comity.core.operation import AnyOperation
from comity.core.ports import Actor, Publication, Work
from comity.core.time import Instant
from comity.core.vocabulary import Function, Purpose, Role
from comity.crossings import store as crossings_store
from comity.crossings.operations import Around
from comity.crossings.operations import make_operations as crossing_operations
from comity.crossings.projections import PROJECTIONS as CROSSING_PROJECTIONS
from comity.crossings.records import (
    Action,
    Advice,
    Answer,
    Check,
    Confirm,
    Direction,
    Lane,
    Outcome,
    Safeguards,
)
from comity.crossings.records import (
    Identity as Person,
)
from comity.deadlines import make_operations as make_deadline_operations
from comity.deadlines import store as deadline_store
from comity.diplomacy import store as diplomacy_store
from comity.diplomacy.operations import make_operations as diplomacy_operations
from comity.diplomacy.receivers import make_receivers
from comity.diplomacy.records import Propose, Sign, Trust
from comity.diplomacy.registry import AgreementBook, load_registry
from comity.diplomacy.services import Services
from comity.diplomacy.signatures import accept_peering_signature, own_peering_signature
from comity.exchange import store as exchange_store
from comity.exchange.delivery import due, seal, settle
from comity.exchange.frame import Frame
from comity.exchange.inbox import FrameOutcome, Intake, accept
from comity.exchange.outbox import Sending, enqueue
from comity.exchange.peers import peer_actor
from comity.exchange.ports import Receiver
from comity.exchange.receipt import sign_receipt
from comity.exchange.records import Home, Profile
from comity.runtime.acts import Acts
from comity.screening.index.simple import SimpleIndex
from comity.screening.store import METADATA as SCREENING_TABLES
from tests.support.agreements import make_test_identity
from tests.support.alerts import grounds, person, refusal
from tests.support.house import House, actor, call, open_house

ANSWERED = Safeguards(
    fear_expressed=Answer.NO, child_or_age_unknown=Answer.NO, vulnerable=Answer.NO, interpreter=Answer.NO
)


class KeptBook(AgreementBook):
    """The streams of agreements, read once each: an agreement never changes."""

    def __init__(self, party: str) -> None:
        super().__init__(party)
        self._streams: dict[AgreementId, str] = {}

    def stream(self, work: Work, agreement: AgreementId) -> str:
        if agreement not in self._streams:
            self._streams[agreement] = super().stream(work, agreement)
        return self._streams[agreement]


@dataclass
class Node:
    """A node without network."""

    house: House
    services: Services
    operations: tuple[AnyOperation, ...]
    receivers: Mapping[str, Receiver]
    law: Rulebook = field(default_factory=Rulebook)
    """The law that decides beside the agreement; none, where a story is about the agreement alone."""
    kept: tuple[int, Registry] | None = None
    """The agreements in force since the last turn of any of them, as a running node keeps them."""
    book: KeptBook | None = None

    @property
    def party(self) -> str:
        return self.services.party

    @property
    def sending(self) -> Sending:
        self.book = self.book or KeptBook(self.services.party)
        return Sending(self.services.home, self.book)

    @property
    def acts(self) -> Acts:
        return Acts(self.house.works(), self.house.database.writer)

    def wire(self) -> None:
        """Set the decision point, the outbox and the projections as a running node has them."""
        self.house.decide = self._decide
        self.house.publish = self._publish
        rooms = (CROSSING_PROJECTIONS, BUREAU_PROJECTIONS, CONSULTING)
        kinds = {kind for room in rooms for kind in room}
        self.house.projections = {kind: tuple(room[kind] for room in rooms if kind in room) for kind in kinds}

    def _decide(self, question: Question, at: Instant, known_at: Instant) -> Decision:
        with self.house.database.works(self.house.clock, self.house.services()).open(
            _peering(self), Purpose.PEERING
        ) as work:
            epoch = diplomacy_store.epoch(work)
            if self.kept is None or self.kept[0] != epoch:
                self.kept = (epoch, load_registry(work))
            return decide(question, at, known_at, self.kept[1], self.law)

    def _publish(self, work: Work, publication: Publication) -> None:
        enqueue(work, publication, self.sending)

    def run(self, name: str, command: msgspec.Struct, who: Actor, purpose: str) -> bytes:
        declared = {each.name: each for each in self.operations}[name]
        if not declared.four_eyes:
            return self.house.runtime(self.operations).run(call(name, command, purpose=purpose), who).body
        with self.house.work(who, Purpose(purpose)) as work:
            return encode(declared.run(work, command))


def _peering(node: Node) -> Actor:
    return actor(node.party, "ministry", Function.TREATY_OFFICER, Function.ADMINISTRATOR, role=Role.NODE_OPERATOR)


@contextlib.contextmanager
def open_node(folder: Path, party: str, seed: int, around: Around | None = None) -> Iterator[Node]:
    folder.mkdir()
    identity, signer = make_test_identity(party, seed)
    home = Home(
        node=NodeId(identity.node), party=party, profile=Profile.EXERCISE, key=signer.key_id, suite=signer.suite
    )
    services = Services(identity=identity, home=home, signer=signer)
    rooms = (
        exchange_store.METADATA,
        diplomacy_store.METADATA,
        ALERT_TABLES,
        SCREENING_TABLES,
        crossings_store.METADATA,
        bureau_tables.METADATA,
        letter_tables.METADATA,
        deadline_store.METADATA,
    )
    with open_house(folder, *rooms) as house:
        node = Node(
            house=house,
            services=services,
            operations=(
                *diplomacy_operations(services),
                *ALERT_OPERATIONS,
                *crossing_operations(SimpleIndex(), around),
                *BUREAU_OPERATIONS,
                *LETTER_OPERATIONS,
                *RECIPROCITY_OPERATIONS,
                *make_deadline_operations((LETTERS,)),
            ),
            receivers={
                **make_receivers(services),
                ALERT_KIND: AlertReceiver(),
                FLAG_KIND: FlagReceiver(party),
                REPORT_KIND: HitReportReceiver(party),
                ANSWER_KIND: AnswerReceiver(party),
                LETTER_KIND: LetterReceiver(party),
                LINE_KIND: LineReceiver(party),
            },
        )
        node.wire()
        yield node


def deliver(sender: Node, receiver: Node) -> list[tuple[str, tuple[str, ...]]]:
    """Carry frames and receipts until nothing is due; return status and reasons of each item."""
    said: list[tuple[str, tuple[str, ...]]] = []
    for _ in range(20):
        with sender.house.works().open(_peering(sender), Purpose.PEERING) as work:
            to = exchange_store.get_peer(work, receiver.services.identity.node)
            batch = due(work, to, sender.sending).batch
        if batch is None:
            return said
        frame = seal(batch, to, sender.sending, sender.house.clock.now(), sender.services.signer)
        outcome = take(receiver, sender, frame)
        assert outcome.receipt is not None
        said += [(each.status.value, each.reasons) for each in outcome.receipt.outcomes]
        signed = sign_receipt(outcome.receipt, receiver.services.signer)
        with sender.house.work(peer_actor(to), Purpose.PEERING) as work:
            settle(work, signed, to, sender.sending)
        if outcome.receipt.outcomes[-1].status == "deferred":
            return said
    return said


def take(receiver: Node, sender: Node, frame: Frame) -> FrameOutcome:
    """Accept a frame whole and return the last outcome."""
    with receiver.house.works().open(_peering(receiver), Purpose.PEERING) as work:
        peer = exchange_store.get_peer(work, sender.services.identity.node)
    intake = Intake(receiver.services.home, dict(receiver.receivers))
    while True:
        outcome = receiver.acts.act(
            "exchange.accept", peer_actor(peer), Purpose.PEERING, lambda work: accept(work, frame, peer, intake)
        )
        if not outcome.more:
            return outcome


def befriend(one: Node, other: Node) -> None:
    for first, second in ((one, other), (other, one)):
        document = identity_bytes(second.services.identity).decode()
        first.run("peer.trust", Trust(document=document), _peering(first), "administration")
    for first, second in ((one, other), (other, one)):
        with first.house.work(_peering(first), Purpose.PEERING) as work:
            signed = own_peering_signature(work, second.services.identity.node, first.services)
        assert signed is not None
        with second.house.work(_peering(second), Purpose.PEERING) as work:
            accept_peering_signature(work, first.services.identity.node, signed, second.services)


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    with open_node(tmp_path / "fra", "FRA", 1) as france, open_node(tmp_path / "deu", "DEU", 2) as germany:
        yield france, germany


def agree(france: Node, germany: Node) -> None:
    befriend(france, germany)
    treaty = narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA"))
    document = canonical_bytes(treaty).decode()
    view = msgspec.json.decode(france.run("agreement.propose", Propose(document=document), _peering(france), "peering"))
    assert deliver(france, germany) == [("stored", ())]
    france.run("agreement.sign", Sign(agreement=view["agreement"]), _peering(france), "peering")
    assert deliver(france, germany) == [("stored", ())]
    germany.run("agreement.sign", Sign(agreement=view["agreement"]), _peering(germany), "peering")
    assert deliver(germany, france) == [("stored", ())]


def test_an_alert_is_entered_found_confirmed_reported_and_withdrawn(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    agree(france, germany)
    issuer = actor("DEU", "bundespolizei", Function.ALERT_OFFICER, role=Role.BORDER_GUARD)
    officer = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
    bureau = actor("FRA", "sirene-france", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU)
    german_bureau = actor("DEU", "sirene-deutschland", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU)
    question = Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Person(surnames="Synthetic-Alpha", forenames="Test Anna", birth_date="1980-02-03"),
        justification="synthetic: no document",
        case="synthetic-1",
    )
    entered = msgspec.json.decode(
        germany.run(
            "alert.enter",
            EnterAlert(
                category="REF", data=refusal(person("Synthetic-Alpha", nationalities=("UTO",))), grounds=grounds()
            ),
            issuer,
            "borders",
        )
    )
    assert deliver(germany, france) == [("stored", ())]

    advice = decode_as(france.run("crossing.check", question, officer, "borders"), Advice)
    (match,) = advice.matches
    france.run(
        "crossing.confirm",
        Confirm(
            check=advice.check,
            alert=match.alert.id,
            version=match.alert.version,
            place="frcqf-1",
            circumstances="synthetic circumstances",
            action_taken=Action.ENTRY_REFUSED,
            safeguards=ANSWERED,
        ),
        officer,
        "borders",
    )
    assert deliver(france, germany) == []
    (case,) = decode_as(france.run("bureau.drafts", ListCases(), bureau, "borders"), CasePage).cases
    france.run("bureau.send", Send(case=case.id, version=case.version), bureau, "borders")
    assert deliver(france, germany) == [("stored", ())]
    (message,) = decode_as(germany.run("bureau.inbox", ListInbox(), german_bureau, "borders"), Inbox).messages
    germany.run(
        "alert.delete",
        DeleteAlert(id=entered["id"], version=1, reason=DeletionReason.PURPOSE_ACHIEVED),
        issuer,
        "borders",
    )
    assert deliver(germany, france) == [("stored", ())]
    again = decode_as(france.run("crossing.check", question, officer, "borders"), Advice)

    assert message.report.alert.id == entered["id"]
    assert message.report.action_taken == "entry-refused"
    assert again.matches == ()
    assert again.outcome is not Outcome.POSSIBLE
