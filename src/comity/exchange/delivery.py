"""Delivery: turning queues into frames and receipts into outcomes. Synchronous; an adapter drives it over a link.

A stream goes strictly in sequence. Its position is the last item with a final outcome; whatever comes behind it is
sent, and sent again, until the receiver has said so. A deferred item holds its stream and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from comity.agreements.compile import SIGN_STATEMENT
from comity.core.codec import decode_as, encode
from comity.core.errors import Refused
from comity.core.hashing import Digest, digest, digest_to_bytes
from comity.core.ports import Guard, Insert, Row, Signer, Update, Work
from comity.core.time import SECOND_US, Instant
from comity.exchange import store
from comity.exchange.frame import FULL_FRAME_BYTES, MAX_ITEMS, Frame, FrameItem, Route, frame_root, seal_frame
from comity.exchange.outbox import Sending, may_still_go, transmit_question
from comity.exchange.receipt import SignedReceipt, check_receipt, write_receipt
from comity.exchange.records import ItemOutcome, Peer, PeerState, QueueState, Status, StreamPosition
from comity.exchange.statement import Statement, read_statement

PARKED: Final = "exchange.parked"


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes next to a peer: consecutive items of one stream from sequence `first` on."""

    stream: str
    first: int
    items: tuple[FrameItem, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """What a peer can be sent now; `next_at` is when a deferred item may be tried again, if nothing is due before."""

    batch: Batch | None
    next_at: Instant | None


@dataclass(frozen=True, slots=True)
class Settled:
    """How many items a receipt settled, by outcome."""

    stored: int
    refused: int
    deferred: int


def due(work: Work, peer: Peer, sending: Sending) -> Due:
    """Return the next batch for the peer, most urgent stream first.

    Policy is asked again where agreements changed since an item was enqueued; what may no longer go, and what was
    erased meanwhile, goes as its digest only. An item of a kind or schema that the peer cannot read parks its stream.
    """
    if store.get_peer(work, peer.node).state is not PeerState.TRUSTED:
        return Due(None, None)
    heads: list[tuple[int, Instant, str, tuple[Row, ...]]] = []
    later: list[Instant] = []
    for at in store.positions(work, peer.node, store.OUT):
        rows = store.outbox_rows(work, peer.node, at.stream, at.received, MAX_ITEMS)
        if not rows:
            continue
        head = rows[0]
        if head.retry_at is not None and head.retry_at > work.recorded_at:
            later.append(Instant(head.retry_at))
        elif not _is_parked(head, peer):
            heads.append((head.priority, Instant(head.enqueued_at), at.stream, rows))
    if not heads:
        return Due(None, min(later, default=None))
    _, _, stream, rows = min(heads, key=lambda head: head[:3])
    items = tuple(_items(work, peer, rows, sending))
    return Due(Batch(stream, rows[0].sequence, items), None)


def seal(batch: Batch, peer: Peer, sending: Sending, issued: Instant, signer: Signer) -> Frame:
    """Sign a batch as one frame, and each statement on its own that its agreement wants so."""
    route = Route(sender=sending.home.node, receiver=peer.node, stream=batch.stream)
    items = [_signed_alone(item, signer) for item in batch.items]
    return seal_frame(route, batch.first, items, issued, signer)


def settle(work: Work, signed: SignedReceipt, peer: Peer, sending: Sending) -> Settled:
    """Take a receipt in: outcomes to their items, the stream forward, the receipt to the evidence.

    A receipt seen before changes nothing. Raises `Refused` where it is not by the peer or not about what was sent
    (`exchange.wrong-root`), as `check_receipt` does.
    """
    check_receipt(signed, peer, sending.home.node)
    receipt = signed.receipt
    span = receipt.last - receipt.first + 1
    rows = store.outbox_rows(work, peer.node, receipt.stream, receipt.first - 1, span)
    items = [FrameItem(digest_to_bytes(Digest(row.digest)), None) for row in rows]
    if len(rows) != span or frame_root(items) != receipt.root:
        raise Refused("exchange.wrong-root", "The receipt is not about what was sent.", field="$.root")
    for row, outcome in zip(rows, receipt.outcomes, strict=False):
        work.change(_settled(row, outcome, work.recorded_at))
    _advance(work, peer, signed)
    counts = {status: sum(said.status is status for said in receipt.outcomes) for status in Status}
    work.record(peer=peer.node, stream=receipt.stream, **{status.value: count for status, count in counts.items()})
    return Settled(counts[Status.STORED], counts[Status.REFUSED], counts[Status.DEFERRED])


def rewind(work: Work, peer: Peer, received: Iterable[StreamPosition]) -> None:
    """Go on behind what the peer says it has durably received, where that is less than we had settled.

    So a peer that was restored from a backup gets what it lost. Streams it does not name it has nothing of. A peer that
    has more than we know of is sent the same again and answers as before.
    """
    reached = {at.stream: at.received for at in received}
    for ours in store.positions(work, peer.node, store.OUT):
        theirs = reached.get(ours.stream, 0)
        if theirs < ours.received:
            _move(work, peer, ours.stream, ours.received, theirs)
            work.record(peer=peer.node, rewound=ours.stream, to=theirs)


def pull(work: Work, peer: Peer, stream: str, following: int) -> None:
    """Answer a pull: go on from sequence `following` of this one stream."""
    ours = store.position(work, peer.node, stream, store.OUT)
    if ours is not None and following <= ours:
        _move(work, peer, stream, ours, following - 1)


@dataclass(frozen=True, slots=True)
class QueueLine:
    """What a person sees of a peer's queue: how many items of a stream are in which state, and why the first waits."""

    peer: str
    stream: str
    state: QueueState
    count: int
    oldest: Instant
    reasons: tuple[str, ...]


def queue(work: Work, peer: Peer) -> tuple[QueueLine, ...]:
    """Return what waits, was refused or is deferred for the peer, by stream; stored items are left out.

    A stream whose next item the peer cannot read shows `exchange.parked`.
    """
    table = store.outbox_table
    query = (
        select(table.c.stream, table.c.state, func.count().label("count"), func.min(table.c.sequence).label("first"))
        .where(table.c.peer == peer.node, table.c.state != QueueState.STORED.value)
        .group_by(table.c.stream, table.c.state)
        .order_by(table.c.stream, table.c.state)
    )
    return tuple(_line(work, peer, row) for row in work.read(query))


def _line(work: Work, peer: Peer, row: Row) -> QueueLine:
    head = store.outbox_rows(work, peer.node, row.stream, row.first - 1, 1)[0]
    reasons = decode_as(head.reasons, tuple[str, ...]) if head.reasons else ()
    state = QueueState(row.state)
    if state is QueueState.WAITING and _is_parked(head, peer):
        reasons = (PARKED,)
    return QueueLine(peer.node, row.stream, state, row.count, Instant(head.enqueued_at), reasons)


def _is_parked(row: Row, peer: Peer) -> bool:
    if peer.kinds is None or row.body is None:
        return False
    statement = read_statement(row.body)
    return f"{statement.kind}@{statement.schema}" not in peer.kinds


def _items(work: Work, peer: Peer, rows: tuple[Row, ...], sending: Sending) -> Iterator[FrameItem]:
    epoch = sending.agreements.epoch(work)
    size = 0
    for row in rows:
        if size and _is_parked(row, peer):
            return
        item = _item(work, peer, row, epoch, sending)
        size += len(item.body or item.digest)
        if size > FULL_FRAME_BYTES and size > len(item.body or b""):
            return
        yield item


def _item(work: Work, peer: Peer, row: Row, epoch: int, sending: Sending) -> FrameItem:
    withheld = FrameItem(digest_to_bytes(Digest(row.digest)), None)
    if row.body is None:
        return withheld
    if row.epoch != epoch:
        statement = read_statement(row.body)
        if not statement.tombstone and not _still_allowed(work, statement, peer, sending):
            return withheld
    return FrameItem(withheld.digest, row.body)


def _still_allowed(work: Work, statement: Statement, peer: Peer, sending: Sending) -> bool:
    return may_still_go(work.decide(transmit_question(statement, peer, sending.home)), statement)


def _signed_alone(item: FrameItem, signer: Signer) -> FrameItem:
    # The word is looked for before the statement is read: few are signed alone, and a frame holds many.
    if item.body is None or SIGN_STATEMENT.encode() not in item.body:
        return item
    if SIGN_STATEMENT not in read_statement(item.body).conditions:
        return item
    return FrameItem(item.digest, item.body, signer.sign(item.body))


def _settled(row: Row, outcome: ItemOutcome, now: Instant) -> Update:
    key = {"peer": row.peer, "stream": row.stream, "sequence": row.sequence}
    final = outcome.status is not Status.DEFERRED
    wait = (outcome.retry_after_s or 0) * SECOND_US
    values = {
        "state": QueueState(outcome.status.value).value,
        "reasons": encode(outcome.reasons) if outcome.reasons else None,
        "retry_at": None if final else now + wait,
        "settled_at": now if final else None,
    }
    return Update(store.outbox_table, key, values)


def _advance(work: Work, peer: Peer, signed: SignedReceipt) -> None:
    receipt = signed.receipt
    final = [said.sequence for said in receipt.outcomes if said.status is not Status.DEFERRED]
    ours = store.position(work, peer.node, receipt.stream, store.OUT) or 0
    if final and final[-1] > ours >= receipt.first - 1:
        _move(work, peer, receipt.stream, ours, final[-1])
    raw = write_receipt(signed)
    name = digest(raw)
    if not work.read(select(store.receipt_table.c.digest).where(store.receipt_table.c.digest == name)):
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


def _move(work: Work, peer: Peer, stream: str, ours: int, to: int) -> None:
    key = store.stream_key(peer.node, stream, store.OUT)
    work.change(Guard(store.stream_table, key, {"position": ours}), Update(store.stream_table, key, {"position": to}))
