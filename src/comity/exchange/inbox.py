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
from comity.core.errors import Refused
from comity.core.ids import RecordRef
from comity.core.ports import Guard, Insert, Row, Update, Work
from comity.exchange import store, streams
from comity.exchange.frame import Frame, FrameHeader, check_frame
from comity.exchange.intake import WITHHELD, Intake, Read, read_items
from comity.exchange.judging import Judge
from comity.exchange.keeping import Keeping
from comity.exchange.peers import set_peer_state
from comity.exchange.ports import Applied
from comity.exchange.receipt import Receipt
from comity.exchange.records import ItemOutcome, Peer, PeerState, Status, StreamPosition
from comity.exchange.rules import SKEW_US
from comity.exchange.store import IN

__all__ = ["EQUIVOCATION", "WITHHELD", "FrameOutcome", "Intake", "Verdict", "accept"]

EQUIVOCATION: Final = "exchange.equivocation"


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
    if read is None or peer.card != sender.card:
        # The peer's keys have changed since the items were read.
        read = read_items(frame, peer)
    return _Acceptance(work, frame, peer, intake, read).run()


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
    _refs: tuple[RecordRef, ...] = ()

    def run(self) -> FrameOutcome:
        header = self.frame.header
        found = streams.position(self.work, self.peer.node, header.stream, IN)
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
        digests = streams.frame_digests(self.work, self.peer.node, at, span)
        for sequence, name in digests.items():
            if name != self.frame.items[sequence - header.first].digest:
                return sequence
        said = streams.exceptions(self.work, IN, self.peer.node, at, span)
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
        known = store.known_records(self.work, [each.key for each in items if each.statement is not None])
        judge = Judge(self.work, self.peer, header.stream, self.intake)
        kept = Keeping(self.work, self.peer.node, header.stream, store.segment_id(self.work))
        more = False
        for sequence, each in enumerate(items, start):
            if each.key in kept.touched and each.statement is not None:
                more = True
                break
            said, news = judge.judge(each, known.get(each.key))
            if said.status is not Status.STORED:
                self.exceptions.append(_outcome(sequence, said))
            if said.status is Status.DEFERRED:
                break
            if news and each.statement is not None:
                kept.keep(each, each.statement, known.get(each.key))
            else:
                kept.pass_over(each)
            self._decided = sequence
            if said.turns:
                # What comes behind is judged by what is in force after this.
                more = sequence < header.last
                break
        if kept:
            kept.conclude()
            self._note_frame(kept.segment, start, at)
        self._refs = tuple(kept.refs)
        return more

    def _note_frame(self, segment: int, first: int, at: StreamPosition) -> None:
        """Note which items of the stream lie in the segment, and which of them were refused."""
        work = self.work
        refused_now = [said for said in self.exceptions if said.status is Status.REFUSED and said.sequence >= first]
        work.change(*(Insert(store.exception_table, self._exception_row(at, said)) for said in refused_now))
        row = {
            "peer": self.peer.node,
            "stream": at.stream,
            "epoch": at.epoch,
            "first": first,
            "last": self._decided,
            "segment": segment,
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
        key = streams.stream_key(self.peer.node, at.stream, IN)
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
            # What came behind this frame and is decided too is said by the receipts of later frames.
            decided=min(self._said, header.last),
            exceptions=tuple(self.exceptions),
            recorded=self.work.recorded_at,
            key=self.intake.home.key,
            suite=self.intake.home.suite,
        )


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
