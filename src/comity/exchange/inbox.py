"""Accept: judging what a peer sent, item by item, trusting nothing that it says about itself.

Checks in order: the peer and its frame, continuity, then for each item canonical bytes, owner, key, schema, version,
agreement, subject. The change set stores the items as one segment, their subjects, and how far the stream is decided;
the receipt is given only after its commit, so that a duplicate is answered as the first time and nothing is applied
twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

from comity.core.codec import decode_as, encode
from comity.core.decision import Question, Stage
from comity.core.errors import BadInput, Refused
from comity.core.ids import RecordRef
from comity.core.ports import Guard, Insert, InsertMany, Row, Update, Work
from comity.core.time import CivilDate
from comity.exchange import store
from comity.exchange.erasure import WITHDRAWN_RULE, erase_places
from comity.exchange.frame import Frame, FrameHeader, check_frame
from comity.exchange.intake import WITHHELD, Intake, Read, read_items
from comity.exchange.peers import set_peer_state
from comity.exchange.ports import Applied, Item, Receiver, refused, stored
from comity.exchange.receipt import Receipt
from comity.exchange.records import ItemOutcome, Peer, PeerState, Status, StreamPosition
from comity.exchange.rules import (
    SKEW_US,
    Step,
    check_decision,
    check_header,
    check_own_signature,
    check_schema,
    check_signed_alone,
    next_step,
)
from comity.exchange.segment import ItemKind, earliest, write_part
from comity.exchange.statement import Statement
from comity.exchange.store import IN, Known, Place, RecordKey, Route

__all__ = ["EQUIVOCATION", "WITHHELD", "FrameOutcome", "Intake", "Verdict", "accept"]

EQUIVOCATION: Final = "exchange.equivocation"
_NAMED: Final = 16
_RECORD_COLUMNS: Final = ("record", "version", "tombstone", "digest", "route", "segment", "place")


@unique
class Verdict(StrEnum):
    """What became of a frame as a whole."""

    DECIDED = "decided"
    """Its items have outcomes; the receipt says which."""
    GAP = "gap"
    """Items before it are missing; pull from `pull_from`."""
    REJECTED = "rejected"
    """It is not what its sender may send; nothing of it was kept."""
    FROZEN = "frozen"
    """Its sender contradicted itself; nothing more passes until a person decides."""


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


def accept(
    work: Work, frame: Frame, sender: Peer, intake: Intake, read: tuple[Read, ...] | None = None
) -> FrameOutcome:
    """Judge a frame from the peer whose certificate the link saw, and put everything it changes into the work.

    `read` is what `read_items` made of it before, if that was done.
    """
    peer = store.get_peer(work, sender.node)
    if peer.state is not PeerState.TRUSTED:
        return FrameOutcome(Verdict.REJECTED, code=f"exchange.peer-{peer.state}")
    try:
        check_frame(frame, peer, intake.home.node, work.recorded_at)
    except Refused as error:
        work.record(rejected=error.code)
        return FrameOutcome(Verdict.REJECTED, code=error.code)
    if frame.header.issued > work.recorded_at + SKEW_US:
        return FrameOutcome(Verdict.REJECTED, code="exchange.clock-skew")
    return _Acceptance(work, frame, peer, intake, read or read_items(frame, peer)).run()


@dataclass(slots=True)
class _Kept:
    """What goes into the segment: the items, and of which records they are the present version."""

    number: int
    parts: list[bytes] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    days: set[CivilDate] = field(default_factory=set)


@dataclass(slots=True)
class _Acceptance:
    """One pass over one authentic frame."""

    work: Work
    frame: Frame
    peer: Peer
    intake: Intake
    read: tuple[Read, ...]
    exceptions: list[ItemOutcome] = field(default_factory=list)
    _decided: int = 0
    _known: dict[RecordKey, Known] = field(default_factory=dict)
    _touched: set[RecordKey] = field(default_factory=set)
    _fresh: list[tuple[object, ...]] = field(default_factory=list)
    _refs: list[RecordRef] = field(default_factory=list)
    _routes: dict[Route, int] = field(default_factory=dict)
    _earlier: list[tuple[RecordKey, Place]] = field(default_factory=list)
    _gone: set[Place] = field(default_factory=set)

    def run(self) -> FrameOutcome:
        header = self.frame.header
        found = store.position(self.work, self.peer.node, header.stream, IN)
        if found is not None and header.epoch < found.epoch:
            return FrameOutcome(Verdict.REJECTED, code="exchange.stream-over")
        at = _standing(found, header)
        if header.first > at.received + 1:
            return FrameOutcome(Verdict.GAP, pull_from=at.received + 1)
        contradicted = self._repeat(at)
        if contradicted is not None:
            return self._freeze(contradicted)
        first = max(header.first, at.received + 1)
        self._decided = first - 1
        more = self._judge_new(first, at)
        if self._said >= first:
            self._advance(found, at, first)
            self._tell()
        return FrameOutcome(Verdict.DECIDED, receipt=self._receipt(), more=more)

    @property
    def _said(self) -> int:
        """The last sequence that has an outcome, be it deferred."""
        last = self.exceptions[-1] if self.exceptions else None
        return self._decided + (last is not None and last.status is Status.DEFERRED)

    def _repeat(self, at: StreamPosition) -> int | None:
        """Answer what was decided before as it was then; return the sequence at which the peer now says otherwise."""
        header = self.frame.header
        if header.first > at.received:
            return None
        span = (header.first, min(header.last, at.received))
        digests = store.frame_digests(self.work, self.peer.node, at, span)
        for sequence, name in digests.items():
            if name != self.frame.items[sequence - header.first].digest:
                return sequence
        said = store.exceptions(self.work, IN, self.peer.node, at, span)
        self.exceptions.extend(_repeated(row) for _, row in sorted(said.items()))
        return None

    def _freeze(self, sequence: int) -> FrameOutcome:
        header = self.frame.header
        set_peer_state(self.work, self.peer, PeerState.FROZEN, EQUIVOCATION)
        self.work.change(
            Insert(
                store.contradiction_table,
                {
                    "peer": self.peer.node,
                    "stream": header.stream,
                    "epoch": header.epoch,
                    "sequence": sequence,
                    "digest": self.frame.items[sequence - header.first].digest,
                    "evidence": self.frame.signed_header,
                    "recorded_at": self.work.recorded_at,
                },
            )
        )
        self.work.record(frozen=self.peer.node, reason=EQUIVOCATION, stream=header.stream, sequence=sequence)
        return FrameOutcome(Verdict.FROZEN, code=EQUIVOCATION)

    def _judge_new(self, start: int, at: StreamPosition) -> bool:
        """Judge the items from sequence `start` on until one is deferred; return whether to go on in another work."""
        header = self.frame.header
        items = self.read[start - header.first :]
        self._known = store.known_records(self.work, [each.key for each in items if each.statement is not None])
        kept = _Kept(store.segment_id(self.work))
        more = False
        for sequence, each in enumerate(items, start):
            if each.key in self._touched and each.statement is not None:
                more = True
                break
            said = self._judge(each, kept)
            if said.status is not Status.STORED:
                self.exceptions.append(_outcome(sequence, said))
            if said.status is Status.DEFERRED:
                break
            if len(kept.parts) == sequence - start:
                kept.parts.append(write_part(ItemKind.WITHHELD, each.item.digest, b""))
            kept.digests.append(each.item.digest)
            self._decided = sequence
            if said.turns:
                # What comes behind is judged by what is in force after this.
                more = sequence < header.last
                break
        if kept.digests:
            self._store(kept, start, at)
        return more

    def _judge(self, read: Read, kept: _Kept) -> Applied:
        """Return the say on one item, and keep it where it is stored and new."""
        statement = read.statement
        if statement is None:
            return read.refusal or refused("exchange.unreadable")
        known = self._known.get(read.key)
        receiver = self.intake.receivers.get(statement.kind)
        failed = (
            check_header(statement, self.peer, self.intake.home, self.work.recorded_at)
            or check_own_signature(statement, read.item.signature, read.signed_by, self.peer)
            or check_schema(statement.schema, None if receiver is None else receiver.schemas)
        )
        if failed is not None or receiver is None:
            return failed or refused("exchange.kind-unknown")
        step = next_step(
            statement.version,
            tombstone=statement.payload is None,
            known_version=known.version if known else 0,
            known_tombstone=known.tombstone if known else False,
            follows=known is not None and statement.previous == known.digest.hex(),
        )
        if step is Step.SKIP:
            return _replayed(read, statement, known)
        if step is Step.APPLY:
            said = self._put_to(receiver, read, statement, known)
            if said.status is not Status.STORED:
                return said
            self._keep(read, statement, known, kept)
            return said
        self._keep(read, statement, known, kept)
        return stored()

    def _put_to(self, receiver: Receiver, read: Read, statement: Statement, known: Known | None) -> Applied:
        """Ask the agreement, then the subject.

        A tombstone is not asked about: no policy may keep a withdrawn record.
        """
        if statement.payload is not None:
            decision = self.work.decide(self._question(statement, read.names))
            denied = check_decision(decision, read.names) or check_signed_alone(decision, read.item.signature)
            if denied is not None:
                return denied
        handed = Item(
            statement=statement,
            digest=read.item.digest.hex(),
            own_signature=read.item.signature,
            peer=self.peer,
            stream=self.frame.header.stream,
            known_version=0 if known is None or known.tombstone else known.version,
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

    def _keep(self, read: Read, statement: Statement, known: Known | None, kept: _Kept) -> None:
        """Keep the statement and move the record to its version."""
        key, item = read.key, read.item
        self._touched.add(key)
        place = Place(kept.number, len(kept.parts))
        kept.parts.append(write_part(ItemKind.STATEMENT, item.body or b"", item.signature))
        tombstone = statement.payload is None
        if statement.delete_by is not None and not tombstone:
            kept.days.add(statement.delete_by)
        row = (key, statement.version, tombstone, item.digest, self._route(statement), *place)
        if known is None:
            # No guard: the primary key refuses a second first version, and its act runs again.
            self._fresh.append(row)
        else:
            self._replace(known, row)
        if tombstone:
            self._forget(key, known)
        if len(self._refs) < _NAMED:
            self._refs.append(RecordRef(kind=statement.kind, id=statement.id, version=statement.version))

    def _route(self, statement: Statement) -> int:
        route = Route(self.peer.node, self.frame.header.stream, statement.agreement, statement.clause)
        number = self._routes.get(route)
        if number is None:
            number = self._routes[route] = store.route_id(route)
        return number

    def _replace(self, known: Known, row: tuple[object, ...]) -> None:
        key = {"record": known.record}
        values = dict(zip(_RECORD_COLUMNS[1:], row[1:], strict=True))
        self.work.change(
            Guard(store.record_table, key, {"version": known.version}), Update(store.record_table, key, values)
        )
        if not values["tombstone"]:
            self._earlier.append((known.record, known.place))

    def _forget(self, key: RecordKey, known: Known | None) -> None:
        """Erase every stored version of a withdrawn record."""
        if known is not None:
            self._gone |= {known.place, *store.version_places(self.work, key)}

    def _store(self, kept: _Kept, first: int, at: StreamPosition) -> None:
        """Put the items decided for good into the work."""
        work = self.work
        content = (b"".join(kept.digests), b"".join(kept.parts), len(kept.digests))
        work.change(store.insert_segment(work, kept.number, content, incoming=True, delete_by=earliest(kept.days)))
        if self._fresh:
            work.change(InsertMany(store.record_table, _RECORD_COLUMNS, self._fresh))
        if self._routes:
            work.change(store.insert_routes(self._routes))
        if self._earlier:
            work.change(store.insert_versions(self._earlier))
        if self._gone:
            erase_places(work, self._gone, WITHDRAWN_RULE)
        refused_now = [said for said in self.exceptions if said.status is Status.REFUSED and said.sequence >= first]
        work.change(*(Insert(store.exception_table, self._exception_row(at, said)) for said in refused_now))
        row = {
            "peer": self.peer.node,
            "stream": at.stream,
            "epoch": at.epoch,
            "first": first,
            "last": self._decided,
            "segment": kept.number,
            "evidence": self.frame.signed_header,
            "recorded_at": work.recorded_at,
        }
        work.change(Insert(store.frame_table, row))

    def _exception_row(self, at: StreamPosition, said: ItemOutcome) -> dict[str, object]:
        return {
            "direction": IN,
            "peer": self.peer.node,
            "stream": at.stream,
            "epoch": at.epoch,
            "sequence": said.sequence,
            "status": said.status.value,
            "reasons": encode(said.reasons),
            "retry_at": None,
            "recorded_at": self.work.recorded_at,
        }

    def _advance(self, found: StreamPosition | None, at: StreamPosition, first: int) -> None:
        """Move the stream to its last decided item, and note why the next one waits."""
        key = store.stream_key(self.peer.node, at.stream, IN)
        last = self.exceptions[-1] if self.exceptions else None
        held = encode(last.reasons) if last is not None and last.status is Status.DEFERRED else None
        now = {"position": max(self._decided, first - 1), "epoch": at.epoch, "held_reasons": held}
        if found is None:
            self.work.change(Guard(store.stream_table, key, None), Insert(store.stream_table, {**key, **now}))
            return
        expect = {"position": found.received, "epoch": found.epoch}
        self.work.change(Guard(store.stream_table, key, expect), Update(store.stream_table, key, now))
        if at.epoch > found.epoch:
            self.work.record(stream_begun_anew=at.stream, epoch=at.epoch)

    def _tell(self) -> None:
        header = self.frame.header
        said = [each.status for each in self.exceptions]
        self.work.record(
            *self._refs,
            peer=self.peer.node,
            stream=header.stream,
            first=header.first,
            decided=self._decided,
            root=header.root,
            refused=said.count(Status.REFUSED),
            deferred=said.count(Status.DEFERRED),
        )

    def _receipt(self) -> Receipt:
        header = self.frame.header
        return Receipt(
            sender=header.sender,
            receiver=header.receiver,
            stream=header.stream,
            epoch=header.epoch,
            first=header.first,
            last=header.last,
            root=header.root,
            decided=self._said,
            exceptions=tuple(self.exceptions),
            recorded=self.work.recorded_at,
            key=self.intake.home.key,
            suite=self.intake.home.suite,
        )


def _replayed(read: Read, statement: Statement, known: Known | None) -> Applied:
    """Answer a version that is not news: a replay is stored without effect, other bytes under its number are not."""
    if known is not None and statement.version == known.version and read.item.digest != known.digest:
        return refused("exchange.version-conflict")
    return stored()


def _standing(found: StreamPosition | None, header: FrameHeader) -> StreamPosition:
    """Return how far the stream is decided in the life that a frame belongs to.

    A stream's next life goes on where its first frame says; its first life begins at 1.
    """
    if found is not None and header.epoch == found.epoch:
        return found
    start = 0 if found is None and header.epoch == 1 else header.first - 1
    return StreamPosition(stream=header.stream, received=start, epoch=header.epoch)


def _repeated(row: Row) -> ItemOutcome:
    return ItemOutcome(
        sequence=row.sequence, status=Status(row.status), reasons=decode_as(row.reasons, tuple[str, ...])
    )


def _outcome(sequence: int, said: Applied) -> ItemOutcome:
    return ItemOutcome(sequence=sequence, status=said.status, reasons=said.reasons, retry_after_s=said.retry_after_s)
