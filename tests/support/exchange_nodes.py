"""Two made-up nodes on real storage, without a network: keys, cards, a receiver of notes, a switchable policy."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, select

from comity.adapters.keys_file import FileSigner
from comity.core.codec import encode, from_json_value
from comity.core.decision import Decision, Outcome, Question, Reason, Stage
from comity.core.ids import AgreementId, Owner, RecordRef
from comity.core.ports import Delete, Insert, Publication, RecordChanged, Update, Urgency, Work
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Purpose
from comity.exchange import store, streams
from comity.exchange.delivery import due, last_sequence, seal, settle
from comity.exchange.frame import Frame, read_frame, write_frame
from comity.exchange.inbox import FrameOutcome, Intake, Verdict, accept
from comity.exchange.outbox import Sending, enqueue
from comity.exchange.peers import peer_actor, trust_peer
from comity.exchange.ports import Applied, Item, Receiver, deferred, refused, stored
from comity.exchange.queue import unstored
from comity.exchange.receipt import SignedReceipt, sign_receipt
from comity.exchange.records import Address, Home, Peer, PeerCard, PeerKey, PeerState, Profile
from comity.exchange.segment import open_segment
from comity.exchange.signing import node_id
from comity.exchange.witness.tables import METADATA as WITNESS_TABLES
from comity.node.peer_acts import PeerActs
from comity.runtime.acts import Acts
from tests.support.house import NOON, House, actor, open_house

TREATY = AgreementId(sha256(b"synthetic treaty").hexdigest())
LINEAGE = "synthetic-notes"
METADATA = MetaData()
note_table = Table(
    "test_note",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("party", String(3), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("applied", Integer, nullable=False),
)


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    text: str
    secret: str | None = None


class NoteReceiver:
    """Takes notes in; refuses the text `bad`, defers the text `later` until told otherwise. Counts each application."""

    schemas = (1,)

    def __init__(self) -> None:
        self.patient = True

    def apply(self, work: Work, item: Item) -> Applied:
        said = item.statement
        key = {"id": said.id, "party": said.owner.party}
        found = work.read(select(note_table).where(note_table.c.id == said.id, note_table.c.party == said.owner.party))
        if said.payload is None:
            work.change(Delete(note_table, key))
            self._emit(work, item, None)
            return stored()
        note = from_json_value(said.payload, Note)
        if note.text == "bad":
            return refused("note.bad")
        if note.text == "later" and self.patient:
            return deferred("note.later", 0)
        values = {"version": said.version, "body": encode(note), "applied": found[0].applied + 1 if found else 1}
        work.change(Update(note_table, key, values) if found else Insert(note_table, {**key, **values}))
        self._emit(work, item, note)
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        rows = work.read(select(note_table).order_by(note_table.c.id))
        return tuple(RecordRef(kind="note", id=row.id, version=row.version) for row in rows)

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        work.change(Delete(note_table, {"id": ref.id, "party": owner.party}))

    def _emit(self, work: Work, item: Item, note: Note | None) -> None:
        said = item.statement
        work.emit(
            RecordChanged(kind="note", id=said.id, owner=said.owner, version=said.version, record=note, from_peer=True)
        )


@dataclass
class Policy:
    """A decision point in one treaty: which receivers may see which fields of category `NOTE`, at both ends."""

    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known: bool = True
    obligations: tuple[str, ...] = ()
    asked: list[Question] = field(default_factory=list)
    number: int = 1
    suspended: bool = False
    ended: bool = False

    def decide(self, question: Question, at: Instant, known_at: Instant) -> Decision:
        del at, known_at
        self.asked.append(question)
        if self.suspended or self.ended:
            return _said(Outcome.DENY, "NOT_IN_FORCE", ())
        if question.stage is Stage.RECEIPT and not self.known:
            return _said(Outcome.DENY, "UNKNOWN_AGREEMENT", ())
        allowed = self.fields.get(question.receiver or "", ())
        if question.category != "NOTE" or not allowed:
            return _said(Outcome.DENY, "NOT_BOUND", ())
        passing = tuple(n for n in question.fields if n in allowed)
        return _said(Outcome.PERMIT, "BOUND_AND_AUTHORISED", passing, self.obligations)

    def epoch(self, work: Work) -> int:
        del work
        return self.number

    def over(self, work: Work) -> dict[str, frozenset[str] | None]:
        del work
        return {TREATY: None} if self.ended else {}

    def stream(self, work: Work, agreement: AgreementId) -> str:
        del work, agreement
        return LINEAGE


def _said(outcome: Outcome, code: str, fields: tuple[str, ...], obligations: tuple[str, ...] = ()) -> Decision:
    reason = Reason(code=code, text="Test.", basis="test")
    permitted = outcome is Outcome.PERMIT
    return Decision(
        outcome=outcome,
        effect="allow" if permitted else "deny",
        reasons=(reason,),
        clauses=("notes.1",) if permitted else (),
        fields=fields,
        obligations=obligations,
        agreement=TREATY,
    )


def signer_of(word: str) -> FileSigner:
    return FileSigner(sha256(word.encode()).digest())


def home_of(party: str, signer: FileSigner, profile: Profile = Profile.EXERCISE) -> Home:
    node = node_id(signer.suite, signer.public_key)
    return Home(node=node, party=party, profile=profile, key=signer.key_id, suite=signer.suite)


def card_of(home: Home, signer: FileSigner, *, port: int = 1, certificate: str = "", fingerprint: str = "") -> PeerCard:
    key = PeerKey(id=signer.key_id, suite=signer.suite, public=signer.public_key, valid_from=Instant(0))
    return PeerCard(
        node=home.node,
        party=home.party,
        profile=home.profile,
        fingerprint=fingerprint or sha256(home.node.encode()).hexdigest(),
        certificate=certificate,
        addresses=(Address(host="127.0.0.1", port=port),),
        keys=(key,),
    )


@dataclass
class Node:
    """One node as the exchange sees it."""

    house: House
    home: Home
    signer: FileSigner
    policy: Policy
    receiver: NoteReceiver = field(default_factory=NoteReceiver)
    others: dict[str, Receiver] = field(default_factory=dict)

    @property
    def sending(self) -> Sending:
        return Sending(self.home, self.policy)

    @property
    def intake(self) -> Intake:
        return Intake(self.home, {"note": self.receiver, **self.others})

    @property
    def acts(self) -> PeerActs:
        return PeerActs(Acts(self.house.works(), self.house.database.writer))

    @property
    def card(self) -> PeerCard:
        return card_of(self.home, self.signer)

    def trust(self, card: PeerCard) -> None:
        with self.house.work(actor(self.home.party)) as work:
            trust_peer(work, card, b"synthetic identity", self.home)

    def peer(self, node: str) -> Peer:
        with self.house.works().open(actor(self.home.party), Purpose.PEERING) as work:
            return store.get_peer(work, node)

    def peers(self) -> tuple[Peer, ...]:
        with self.house.works().open(actor(self.home.party), Purpose.PEERING) as work:
            return store.peers(work)

    def publish(self, record: str, version: int, text: str | None, **more: object) -> None:
        """Publish a note (None: a tombstone)."""
        secret, older = more.get("secret"), more.get("older", ())
        payload = None if text is None else Note(text=text, secret=str(secret) if secret else None)
        publication = Publication(
            kind="note",
            id=record,
            owner=Owner(party=self.home.party, authority="police"),
            category="NOTE",
            operation="delete" if text is None else "enter",
            purpose=Purpose.BORDERS,
            version=version,
            schema=int(str(more.get("schema", 1))),
            payload=payload,
            older=older if isinstance(older, tuple) else (),
            urgency=Urgency(str(more.get("urgency", "ordinary"))),
            issued=self.house.clock.now(),
            delete_by=CivilDate(str(more["delete_by"])) if "delete_by" in more else None,
        )
        with self.house.work(actor(self.home.party)) as work:
            enqueue(work, publication, self.sending)

    def next_frame(self, receiver: Node) -> Frame | None:
        """Return the next frame for the receiver, as read from its bytes."""
        peer = self.peer(receiver.home.node)
        batch = self.acts.view(peer, lambda work: due(work, peer, self.sending)).batch
        if batch is None:
            return None
        return read_frame(write_frame(seal(batch, peer, self.sending, self.house.clock.now(), self.signer)))

    def take(self, frame: Frame, sender: Node) -> FrameOutcome:
        """Accept a frame whole, commit, and return the last outcome."""
        peer = self.peer(sender.home.node)
        while True:
            outcome = self.acts.act("exchange.accept", peer, lambda work: accept(work, frame, peer, self.intake))
            if not outcome.more:
                return outcome

    def sign(self, outcome: FrameOutcome) -> SignedReceipt:
        assert outcome.receipt is not None
        return sign_receipt(outcome.receipt, self.signer)

    def settle(self, signed: SignedReceipt, receiver: Node) -> None:
        peer = self.peer(receiver.home.node)
        self.acts.act("exchange.settle", peer, lambda work: settle(work, signed, peer, self.sending))

    def notes(self) -> dict[str, tuple[int, str, int]]:
        """Return version, text and number of applications of each note held."""
        with self.house.works().open(peer_actor(Peer(card=self.card, state=_TRUSTED)), Purpose.PEERING) as work:
            rows = work.read(select(note_table))
        return {row.id: (row.version, msgspec.json.decode(row.body)["text"], row.applied) for row in rows}

    def statements(self) -> list[dict[str, object]]:
        """Return every item of every stored segment: digest, what is known of its record, body and what erased it."""
        found: list[dict[str, object]] = []
        for row in self.rows(store.segment_table):
            segment = open_segment(bytes(row["digests"]), bytes(row["items"]), int(str(row["count"])))  # type: ignore[call-overload]
            for place in range(segment.count):
                item, head, erased = segment.item(place), segment.head(place), segment.erased(place)
                found.append(
                    {
                        "digest": item.digest.hex(),
                        "id": head.id if head else None,
                        "version": head.version if head else None,
                        "body": item.body,
                        "own_signature": item.signature,
                        "erased_rule": erased.rule if erased else None,
                        "incoming": row["incoming"],
                    }
                )
        return [one for one in found if one["id"] is not None]

    def said_of(self, receiver: Node) -> list[tuple[str, tuple[str, ...]]]:
        """Return state and reasons of every item lined up for the receiver, in order of stream and sequence."""
        peer = self.peer(receiver.home.node)
        with self.house.works().open(actor(self.home.party), Purpose.PEERING) as work:
            open_ones = {(one.stream, one.sequence): one for one in unstored(work, peer.node, None, 10_000)}
            ends = [
                (at.stream, last_sequence(work, peer.node, at.stream))
                for at in streams.positions(work, peer.node, store.OUT)
            ]
        said: list[tuple[str, tuple[str, ...]]] = []
        for stream, last in ends:
            for sequence in range(1, last + 1):
                one = open_ones.get((stream, sequence))
                said.append((one.state.value, one.reasons) if one else ("stored", ()))
        return said

    def rows(self, table: Table) -> list[dict[str, object]]:
        with self.house.works().open(actor(self.home.party), Purpose.PEERING) as work:
            return [dict(row._mapping) for row in work.read(select(table))]


_TRUSTED = PeerState.TRUSTED


def deliver(sender: Node, receiver: Node, frames: int = 50) -> list[FrameOutcome]:
    """Carry frames and receipts until nothing is due; return what became of each frame."""
    outcomes: list[FrameOutcome] = []
    for _ in range(frames):
        frame = sender.next_frame(receiver)
        if frame is None:
            return outcomes
        outcome = receiver.take(frame, sender)
        outcomes.append(outcome)
        if outcome.verdict is not Verdict.DECIDED:
            return outcomes
        sender.settle(receiver.sign(outcome), receiver)
        assert outcome.receipt is not None
        if outcome.receipt.outcomes[-1].status == "deferred":
            return outcomes
    return outcomes


@contextlib.contextmanager
def open_node(
    folder: Path, party: str, policy: Policy, profile: Profile = Profile.EXERCISE, tables: MetaData | None = None
) -> Iterator[Node]:
    """Open a node with its own storage, and more tables where a test has some; its decision point is `policy`."""
    folder.mkdir(exist_ok=True)
    signer = signer_of(f"synthetic key of {party}")
    more = (tables,) if tables is not None else ()
    with open_house(folder, METADATA, store.METADATA, WITNESS_TABLES, *more) as house:
        house.decide = policy.decide
        yield Node(house=house, home=home_of(party, signer, profile), signer=signer, policy=policy)


@contextlib.contextmanager
def two_nodes(folder: Path) -> Iterator[tuple[Node, Node]]:
    """Open FRA, which may send notes' texts to DEU, and DEU; they trust each other."""
    law = {"DEU": ("text",), "FRA": ("text",)}
    with (
        open_node(folder / "fra", "FRA", Policy(dict(law))) as fra,
        open_node(folder / "deu", "DEU", Policy(dict(law))) as deu,
    ):
        fra.trust(deu.card)
        deu.trust(fra.card)
        yield fra, deu


__all__ = ["LINEAGE", "METADATA", "NOON", "TREATY", "Node", "Note", "NoteReceiver", "Policy", "deliver", "two_nodes"]
