"""Acceptance: one frame, judged whole in one work, in the order the house lays down.

sender trusted and not frozen -> signature and root -> clock -> continuity (a duplicate gets the same outcome again,
other bytes at a decided sequence freeze the peer) -> per item: canonical, header, kind and schema, version, decision,
subject. Positions, evidence and rows commit together; only then the receipt is signed and sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

from comity.core.codec import decode_as, encode
from comity.core.decision import Question, Stage
from comity.core.errors import BadInput, Refused
from comity.core.ids import RecordRef
from comity.core.ports import Guard, Insert, Row, Update, Work
from comity.exchange import store
from comity.exchange.erasure import erase_versions
from comity.exchange.frame import Frame, FrameItem, check_frame
from comity.exchange.peers import set_peer_state
from comity.exchange.ports import Applied, Item, Receiver, refused, stored
from comity.exchange.projection import field_names
from comity.exchange.receipt import Receipt
from comity.exchange.records import Home, ItemOutcome, Peer, PeerState, Status
from comity.exchange.rules import (
    SKEW_US,
    Step,
    check_decision,
    check_header,
    check_owner_signature,
    check_schema,
    check_signed_alone,
    next_step,
)
from comity.exchange.statement import Statement, read_statement

WITHHELD: Final = "exchange.withheld"
EQUIVOCATION: Final = "exchange.equivocation"


@unique
class Verdict(StrEnum):
    """What came of a frame as a whole."""

    DECIDED = "decided"
    """Its items have outcomes; the receipt says which."""
    GAP = "gap"
    """Items before it are missing; pull from `pull_from`."""
    REJECTED = "rejected"
    """It is not what its sender may send; nothing of it was kept."""
    FROZEN = "frozen"
    """Its sender contradicted itself; nothing more passes until a person decides."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What accepting needs beside the work: this node, and who receives which kind."""

    home: Home
    receivers: Mapping[str, Receiver]


@dataclass(frozen=True, slots=True)
class FrameOutcome:
    """What became of a frame.

    `receipt` is unsigned and stands only once the work has committed. `more` says that the frame goes on after what
    one work may take (a record came twice): commit, then accept the same frame again; the last receipt covers all.
    """

    verdict: Verdict
    receipt: Receipt | None = None
    more: bool = False
    pull_from: int | None = None
    code: str | None = None


def accept(work: Work, frame: Frame, sender: Peer, intake: Intake) -> FrameOutcome:
    """Judge a frame from the peer whose certificate the link saw, and put everything it changes into the work."""
    peer = store.get_peer(work, sender.node)
    if peer.state is not PeerState.TRUSTED:
        return FrameOutcome(Verdict.REJECTED, code=f"exchange.peer-{peer.state}")
    try:
        check_frame(frame, peer, intake.home.node)
    except Refused as error:
        work.record(rejected=error.code)
        return FrameOutcome(Verdict.REJECTED, code=error.code)
    if frame.header.issued > work.recorded_at + SKEW_US:
        return FrameOutcome(Verdict.REJECTED, code="exchange.clock-skew")
    return _Acceptance(work, frame, peer, intake).run()


@dataclass(slots=True)
class _Acceptance:
    """One pass over one authentic frame."""

    work: Work
    frame: Frame
    peer: Peer
    intake: Intake
    outcomes: list[ItemOutcome] = field(default_factory=list)
    _known: dict[store.RecordKey, store.Known] = field(default_factory=dict)
    _touched: set[store.RecordKey] = field(default_factory=set)

    def run(self) -> FrameOutcome:
        header = self.frame.header
        found = store.position(self.work, self.peer.node, header.stream, store.IN)
        position = found or 0
        if header.first > position + 1:
            return FrameOutcome(Verdict.GAP, pull_from=position + 1)
        earlier = self._earlier(position)
        for sequence, row in earlier.items():
            if row.digest != self.frame.items[sequence - header.first].digest.hex():
                return self._freeze(sequence)
            self.outcomes.append(_repeated(row))
        decided, more = self._judge_new(max(header.first, position + 1))
        if len(self.outcomes) > len(earlier):
            self._advance(found, decided)
            self._tell(decided)
        return FrameOutcome(Verdict.DECIDED, receipt=self._receipt(), more=more)

    def _earlier(self, position: int) -> dict[int, Row]:
        header = self.frame.header
        if header.first > position:
            return {}
        span = (header.first, min(header.last, position))
        rows = store.inbox_rows(self.work, self.peer.node, header.stream, span)
        return dict(sorted(rows.items()))

    def _freeze(self, sequence: int) -> FrameOutcome:
        set_peer_state(self.work, self.peer, PeerState.FROZEN, EQUIVOCATION)
        self.work.change(self._evidence())
        self.work.record(frozen=self.peer.node, reason=EQUIVOCATION, stream=self.frame.header.stream, sequence=sequence)
        return FrameOutcome(Verdict.FROZEN, code=EQUIVOCATION)

    def _judge_new(self, start: int) -> tuple[int, bool]:
        """Judge the items from sequence `start` on; return the last one decided for good, and whether to go on."""
        header = self.frame.header
        items = self.frame.items[start - header.first :]
        read = [_read(item) for item in items]
        keys = [store.record_key(statement) for statement in read if isinstance(statement, Statement)]
        self._known = store.known_records(self.work, keys)
        decided = start - 1
        for sequence, (item, statement) in enumerate(zip(items, read, strict=True), start):
            if isinstance(statement, Statement) and store.record_key(statement) in self._touched:
                return decided, True
            said = statement if isinstance(statement, Applied) else self._judge(item, statement)
            self.outcomes.append(_outcome(sequence, said))
            if said.status is Status.DEFERRED:
                return decided, False
            self.work.change(self._inbox_row(sequence, item, said))
            decided = sequence
            if said.turns:
                return decided, decided < header.last
        return decided, False

    def _judge(self, item: FrameItem, statement: Statement) -> Applied:
        known = self._known.get(store.record_key(statement), store.Known(0, tombstone=False))
        receiver = self.intake.receivers.get(statement.kind)
        failed = (
            check_header(statement, self.peer, self.intake.home, self.work.recorded_at)
            or check_owner_signature(statement, item.body or b"", item.signature, self.peer)
            or check_schema(statement.schema, None if receiver is None else receiver.schemas)
        )
        if failed is not None or receiver is None:
            return failed or refused("exchange.kind-unknown")
        step = next_step(
            statement.version,
            tombstone=statement.tombstone,
            known_version=known.version,
            known_tombstone=known.tombstone,
        )
        if step is Step.SKIP:
            return stored()
        if step is Step.APPLY:
            said = self._put_to(receiver, item, statement, known)
            if said.status is not Status.STORED:
                return said
            self._keep(item, statement, known)
            return said
        self._keep(item, statement, known)
        return stored()

    def _put_to(self, receiver: Receiver, item: FrameItem, statement: Statement, known: store.Known) -> Applied:
        """Ask the agreement, then the subject.

        A tombstone is not asked about: no policy may keep a withdrawn record.
        """
        if statement.payload is not None:
            names = field_names(statement.payload)
            decision = self.work.decide(self._question(statement, names))
            denied = check_decision(decision, names) or check_signed_alone(decision, item.signature)
            if denied is not None:
                return denied
        handed = Item(
            statement=statement,
            digest=item.digest.hex(),
            own_signature=item.signature,
            peer=self.peer,
            stream=self.frame.header.stream,
            known_version=0 if known.tombstone else known.version,
        )
        try:
            return receiver.apply(self.work, handed)
        except (BadInput, Refused) as error:
            return refused(error.code)

    def _question(self, statement: Statement, names: tuple[str, ...]) -> Question:
        return Question(
            stage=Stage.RECEIPT,
            operation=statement.operation,
            category=statement.category,
            purpose=statement.purpose,
            actor=statement.owner,
            owner=statement.owner,
            sender=self.peer.party,
            receiver=self.intake.home.party,
            fields=names,
            agreement=statement.agreement_id,
        )

    def _keep(self, item: FrameItem, statement: Statement, known: store.Known) -> None:
        """Keep the statement and move the record to its version."""
        kind, record, party, authority = key = store.record_key(statement)
        self._touched.add(key)
        place = {"kind": kind, "id": record, "owner_party": party, "owner_authority": authority}
        now = {
            "version": statement.version,
            "digest": item.digest.hex(),
            "tombstone": statement.tombstone,
            "peer": self.peer.node,
            "stream": self.frame.header.stream,
        }
        if statement.tombstone:
            erase_versions(self.work, key)
        if known.version:
            expect: dict[str, object] | None = {"version": known.version}
            self.work.change(Update(store.record_table, place, now))
        else:
            expect = None
            self.work.change(Insert(store.record_table, {**place, **now}))
        self.work.change(
            Guard(store.record_table, place, expect),
            store.insert_statement(
                statement, item.body or b"", item.digest.hex(), incoming=True, own_signature=item.signature
            ),
        )
        self.work.record(RecordRef(kind=kind, id=record, version=statement.version))

    def _inbox_row(self, sequence: int, item: FrameItem, said: Applied) -> Insert:
        row = {
            "peer": self.peer.node,
            "stream": self.frame.header.stream,
            "sequence": sequence,
            "digest": item.digest.hex(),
            "status": said.status.value,
            "reasons": encode(said.reasons),
            "recorded_at": self.work.recorded_at,
        }
        return Insert(store.inbox_table, row)

    def _advance(self, found: int | None, decided: int) -> None:
        """Move the stream to its last decided item, and note why the next one waits."""
        key = store.stream_key(self.peer.node, self.frame.header.stream, store.IN)
        last = self.outcomes[-1] if self.outcomes else None
        held = encode(last.reasons) if last is not None and last.status is Status.DEFERRED else None
        now = {"position": max(decided, found or 0), "held_reasons": held}
        if found is None:
            self.work.change(Guard(store.stream_table, key, None), Insert(store.stream_table, {**key, **now}))
        else:
            expect = {"position": found}
            self.work.change(Guard(store.stream_table, key, expect), Update(store.stream_table, key, now))
        if decided > (found or 0) and not store.has_evidence(self.work, self.frame.signed_header):
            self.work.change(self._evidence())

    def _evidence(self) -> Insert:
        header = self.frame.header
        span = (header.first, header.last)
        return store.evidence(self.peer.node, header.stream, span, self.frame.signed_header, self.work.recorded_at)

    def _tell(self, decided: int) -> None:
        header = self.frame.header
        counts = {status.value: sum(said.status is status for said in self.outcomes) for status in Status}
        self.work.record(
            peer=self.peer.node, stream=header.stream, first=header.first, decided=decided, root=header.root, **counts
        )

    def _receipt(self) -> Receipt:
        header = self.frame.header
        return Receipt(
            sender=header.sender,
            receiver=header.receiver,
            stream=header.stream,
            first=header.first,
            last=header.last,
            root=header.root,
            outcomes=tuple(self.outcomes),
            recorded=self.work.recorded_at,
            key=self.intake.home.key,
            suite=self.intake.home.suite,
        )


def _read(item: FrameItem) -> Statement | Applied:
    """Return the statement, or the refusal of what is none."""
    if item.body is None:
        return refused(WITHHELD)
    try:
        return read_statement(item.body)
    except BadInput as error:
        return refused(error.code)


def _repeated(row: Row) -> ItemOutcome:
    return ItemOutcome(
        sequence=row.sequence, status=Status(row.status), reasons=decode_as(row.reasons, tuple[str, ...])
    )


def _outcome(sequence: int, said: Applied) -> ItemOutcome:
    return ItemOutcome(sequence=sequence, status=said.status, reasons=said.reasons, retry_after_s=said.retry_after_s)
