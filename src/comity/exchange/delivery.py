"""Delivery: turning queues into frames and receipts into outcomes. Synchronous; an adapter drives it over a link.

A stream goes strictly in sequence. Its position is the last item with a final outcome; whatever comes behind it is
sent, and sent again, until the receiver has said so. A deferred item holds its stream and no other.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import bindparam, select

from comity.agreements.compile import SIGN_STATEMENT
from comity.core.codec import decode_own_as, encode
from comity.core.errors import Refused
from comity.core.hashing import digest
from comity.core.ports import Delete, Guard, Insert, Row, Signer, Update, Work
from comity.core.time import SECOND_US, Instant
from comity.exchange import store, streams
from comity.exchange.again import note_put_off
from comity.exchange.frame import (
    Frame,
    FrameHeader,
    Route,
    head_frame,
    seal_frame,
    write_frame,
)
from comity.exchange.outbox import Sending
from comity.exchange.packing import Batch, is_parked, take, unpacked
from comity.exchange.receipt import Receipt, SignedReceipt, check_receipt, write_receipt
from comity.exchange.records import ItemOutcome, Peer, PeerState, Status, StreamPosition
from comity.exchange.rules import stream_rank
from comity.exchange.segment import FrameItem
from comity.exchange.store import OUT
from comity.ledger.merkle import root_of

_RUNS_AT_ONCE: Final = 64
_WISH: Final = SIGN_STATEMENT.encode()

# Asked for every frame; building the statements anew would take longer than running them.
_RECEIPT: Final = select(store.receipt_table.c.digest).where(store.receipt_table.c.digest == bindparam("digest"))
_LAST: Final = (
    select((store.outbox_table.c.first + store.outbox_table.c.count - 1).label("last"))
    .where(store.outbox_table.c.peer == bindparam("peer"), store.outbox_table.c.stream == bindparam("stream"))
    .order_by(store.outbox_table.c.first.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Due:
    """What a peer can be sent now; `next_at` is when a deferred item may be tried again, if nothing is due before.

    `more`: something may be due behind the batch.
    """

    batch: Batch | None
    next_at: Instant | None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """How many items a receipt settled, by outcome."""

    stored: int
    refused: int
    deferred: int


class _Conditions(msgspec.Struct):
    """The one part of a statement that tells whether it is signed alone."""

    conditions: tuple[str, ...]


class Sent(NamedTuple):
    """A span of a life of a stream, and the root over its items."""

    stream: str
    epoch: int
    first: int
    last: int
    root: str


class Waiting(NamedTuple):
    """A stream with something to send: its urgency, since when its first item waits, and where it stands."""

    rank: int
    since: int
    at: StreamPosition


def due(work: Work, peer: Peer, sending: Sending, sent: Mapping[str, int] | None = None) -> Due:
    """Return the next batch for the peer, most urgent stream first.

    `sent` says by stream up to which sequence frames are under way on this link already. Policy is asked again where
    agreements changed since an item was enqueued; what may no longer go, and what was erased meanwhile, goes as its
    digest only. An item of a kind or schema that the peer cannot read parks its stream.
    """
    now = store.get_peer(work, peer.node)
    if now.state is not PeerState.TRUSTED:
        return Due(None, None)
    waiting: list[tuple[Waiting, list[Row]]] = []
    later: list[Instant] = []
    for at in streams.positions(work, peer.node, OUT):
        after = max(at.received, (sent or {}).get(at.stream, 0))
        rows = streams.runs(work, peer.node, at.stream, after, _RUNS_AT_ONCE)
        if not rows:
            continue
        retry_at = _retry_at(work, peer, at)
        if retry_at is not None and retry_at > work.recorded_at:
            later.append(retry_at)
        elif not is_parked(rows[0].reads, now) and (retry_at is None or after == at.received):
            here = StreamPosition(stream=at.stream, received=after, epoch=at.epoch)
            waiting.append((Waiting(stream_rank(at.stream), rows[0].enqueued_at, here), rows))
    if not waiting:
        return Due(None, min(later, default=None))
    for (_, _, at), rows in sorted(waiting, key=lambda each: each[0][:2]):
        digests, pieces = take(work, now, at.received, rows, sending)
        if digests:
            batch = Batch(at.stream, at.epoch, at.received + 1, tuple(digests), b"".join(pieces))
            # One stream alone waited, and all that is known of it is taken.
            last = rows[-1].first + rows[-1].count - 1
            whole = len(waiting) == 1 and not later and batch.last == last and len(rows) < _RUNS_AT_ONCE
            return Due(batch, None, more=not whole)
    return Due(None, min(later, default=None))


def seal(batch: Batch, peer: Peer, sending: Sending, issued: Instant, signer: Signer) -> Frame:
    """Sign a batch as one frame, and each statement on its own that its agreement wants so."""
    route = Route(sender=sending.home.node, receiver=peer.node, stream=batch.stream, epoch=batch.epoch)
    items = [_signed_alone(item, signer) for item in batch.items]
    return seal_frame(route, batch.first, items, issued, signer)


def sealed(batch: Batch, peer: Peer, sending: Sending, issued: Instant, signer: Signer) -> tuple[Sent, bytes]:
    """Return what `seal` is about and its bytes, without taking apart what needs no signature of its own."""
    if _WISH in batch.body:
        frame = seal(batch, peer, sending, issued, signer)
        return _sent(frame.header), write_frame(frame)
    route = Route(sender=sending.home.node, receiver=peer.node, stream=batch.stream, epoch=batch.epoch)
    header = head_frame(route, batch.first, batch.digests, issued, signer)
    return _sent(header), Frame(header, signer.sign(encode(header)), ()).signed_header + batch.body


def _sent(header: FrameHeader) -> Sent:
    return Sent(header.stream, header.epoch, header.first, header.last, header.root)


def settle(work: Work, signed: SignedReceipt, peer: Peer, sending: Sending) -> Settled:
    """Take a receipt in: outcomes to their items, the stream forward, the receipt to the evidence.

    A receipt seen before changes nothing. Raises `Refused` where it is not by the peer or not about what was sent
    (`exchange.wrong-root`), as `check_receipt` does.
    """
    return settle_all(work, (signed,), peer, sending)


def settle_all(
    work: Work, receipts: Sequence[SignedReceipt], peer: Peer, sending: Sending, roots: Container[Sent] = ()
) -> Settled:
    """Take in several receipts of one peer, in the order in which they came; see `settle`.

    `roots` is what this link knows that it sent; whatever else a receipt is about is looked up.
    """
    reached: dict[str, StreamPosition] = {at.stream: at for at in streams.positions(work, peer.node, OUT)}
    start = dict(reached)
    counts = dict.fromkeys(Status, 0)
    for signed in receipts:
        check_receipt(signed, peer, sending.home.node, work.recorded_at)
        receipt = signed.receipt
        if Sent(receipt.stream, receipt.epoch, receipt.first, receipt.last, receipt.root) not in roots:
            _check_sent(work, peer, receipt)
        at = reached.get(receipt.stream)
        if at is not None and at.epoch == receipt.epoch:
            _except(work, peer, receipt, at)
            note_put_off(work, peer, at, receipt.exceptions)
            reached[receipt.stream] = _advanced(at, receipt)
        _keep(work, peer, signed)
        for status, count in _counts(receipt).items():
            counts[status] += count
    for stream, at in reached.items():
        _move(work, peer, start[stream], at)
    last = receipts[-1].receipt
    work.record(
        peer=peer.node, stream=last.stream, last=last.decided, **{status.value: n for status, n in counts.items()}
    )
    return Settled(counts[Status.STORED], counts[Status.REFUSED], counts[Status.DEFERRED])


def rewind(work: Work, peer: Peer, received: Iterable[StreamPosition]) -> None:
    """Go on behind what the peer says it has durably received, where that is less than we had settled.

    So a peer that was restored from a backup gets what it lost. Streams it does not name it has nothing of. A peer that
    has more than we ever sent shows that we were restored: the stream begins its next life, in which our sequences
    count anew, so that nobody takes us for one who says two things under one number.
    """
    reached = {at.stream: at for at in received}
    for ours in streams.positions(work, peer.node, OUT):
        theirs = reached.get(ours.stream, StreamPosition(stream=ours.stream, received=0, epoch=ours.epoch))
        if theirs.epoch > ours.epoch or (
            theirs.epoch == ours.epoch and theirs.received > last_sequence(work, peer.node, ours.stream)
        ):
            begun = StreamPosition(stream=ours.stream, received=ours.received, epoch=theirs.epoch + 1)
            _move(work, peer, ours, begun)
            work.record(peer=peer.node, restarted=ours.stream, epoch=begun.epoch)
        elif theirs.epoch == ours.epoch and theirs.received < ours.received:
            _move(work, peer, ours, theirs)
            work.record(peer=peer.node, rewound=ours.stream, to=theirs.received)


def pull(work: Work, peer: Peer, stream: str, following: int) -> None:
    """Answer a pull: go on from sequence `following` of this one stream."""
    ours = streams.position(work, peer.node, stream, OUT)
    if ours is not None and following <= ours.received:
        _move(work, peer, ours, StreamPosition(stream=stream, received=following - 1, epoch=ours.epoch))


def last_sequence(work: Work, peer: str, stream: str) -> int:
    """Return the last sequence that was ever lined up on a stream."""
    rows = work.read(_LAST, {"peer": peer, "stream": stream})
    return rows[0].last if rows else 0


def sent_items(work: Work, peer: str, stream: str, span: tuple[int, int]) -> list[FrameItem]:
    """Return the items of a span of an outgoing stream as they are now; shorter where not all were lined up."""
    first, last = span
    rows = streams.runs(work, peer, stream, first - 1, last - first + 1)
    return [item for sequence, item in unpacked(work, first - 1, rows) if sequence <= last]


def _retry_at(work: Work, peer: Peer, at: StreamPosition) -> Instant | None:
    """Return when the deferred head of a stream may be tried again; None where it is not deferred."""
    following = (at.received + 1, at.received + 1)
    row = streams.exceptions(work, OUT, peer.node, at, following).get(at.received + 1)
    return None if row is None or row.retry_at is None else Instant(row.retry_at)


def _signed_alone(item: FrameItem, signer: Signer) -> FrameItem:
    # The word is looked for before the statement is read: few are signed alone, and a frame holds many.
    if item.body is None or _WISH not in item.body:
        return item
    if SIGN_STATEMENT not in decode_own_as(item.body, _Conditions).conditions:
        return item
    return FrameItem(item.digest, item.body, signer.sign(item.body))


def _check_sent(work: Work, peer: Peer, receipt: Receipt) -> None:
    digests = streams.sent_digests(work, peer.node, receipt.stream, (receipt.first, receipt.last))
    if len(digests) != receipt.last - receipt.first + 1 or root_of(digests).hex() != receipt.root:
        raise Refused("exchange.wrong-root", "The receipt is not about what was sent.", field="$.root")


def _counts(receipt: Receipt) -> dict[Status, int]:
    other = {status: sum(said.status is status for said in receipt.exceptions) for status in Status}
    other[Status.STORED] = receipt.decided - receipt.first + 1 - len(receipt.exceptions)
    return other


def _except(work: Work, peer: Peer, receipt: Receipt, at: StreamPosition) -> None:
    """Keep the outcomes that are not `stored`; what is no longer deferred is so no more."""
    span = (receipt.first, receipt.decided)
    kept = streams.exceptions(work, OUT, peer.node, at, span)
    said = {outcome.sequence: outcome for outcome in receipt.exceptions}
    for sequence in kept:
        work.change(Delete(store.exception_table, _exception_key(peer, at, sequence)))
    for outcome in said.values():
        work.change(Insert(store.exception_table, _exception_row(peer, at, outcome, work.recorded_at)))


def _exception_key(peer: Peer, at: StreamPosition, sequence: int) -> dict[str, object]:
    return {"direction": OUT, "peer": peer.node, "stream": at.stream, "epoch": at.epoch, "sequence": sequence}


def _exception_row(peer: Peer, at: StreamPosition, outcome: ItemOutcome, now: Instant) -> dict[str, object]:
    final = outcome.status is not Status.DEFERRED
    wait = (outcome.retry_after_s or 0) * SECOND_US
    return {
        **_exception_key(peer, at, outcome.sequence),
        "status": outcome.status.value,
        "reasons": encode(outcome.reasons),
        "retry_at": None if final else now + wait,
        "recorded_at": now,
    }


def _advanced(at: StreamPosition, receipt: Receipt) -> StreamPosition:
    """Return where the stream stands after a receipt: behind the last final outcome, if that follows on."""
    deferred = receipt.exceptions and receipt.exceptions[-1].status is Status.DEFERRED
    final = receipt.decided - 1 if deferred else receipt.decided
    if final > at.received >= receipt.first - 1:
        return StreamPosition(stream=at.stream, received=final, epoch=at.epoch)
    return at


def _keep(work: Work, peer: Peer, signed: SignedReceipt) -> None:
    receipt = signed.receipt
    raw = write_receipt(signed)
    name = digest(raw)
    if not work.read(_RECEIPT, {"digest": name}):
        row = {
            "digest": name,
            "peer": peer.node,
            "stream": receipt.stream,
            "first": receipt.first,
            "last": receipt.last,
            "body": raw,
            "recorded_at": work.recorded_at,
        }
        work.change(Insert(store.receipt_table, row))


def _move(work: Work, peer: Peer, ours: StreamPosition, to: StreamPosition) -> None:
    if ours == to:
        return
    key = streams.stream_key(peer.node, ours.stream, OUT)
    expect = {"position": ours.received, "epoch": ours.epoch}
    values = {"position": to.received, "epoch": to.epoch}
    work.change(Guard(store.stream_table, key, expect), Update(store.stream_table, key, values))
