"""What a person sees of a peer's queue: what waits and why, what was refused, deferred, or put off by a suspension."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from comity.agreements.reasons import Code
from comity.core.codec import decode_as
from comity.core.ports import Row, Work
from comity.core.time import Instant
from comity.exchange import store, streams
from comity.exchange.again import COMES_BACK
from comity.exchange.put_off import count_put_off, first_put_off, is_put_off
from comity.exchange.records import Peer, QueueState, StreamPosition
from comity.exchange.segment import Head, Segment, read_picks
from comity.exchange.store import OUT, Place, RecordKey

PARKED: Final = "exchange.parked"


@dataclass(frozen=True, slots=True)
class QueueLine:
    """How many items of a stream are in which state, since when the first of them waits, and why."""

    peer: str
    stream: str
    state: QueueState
    count: int
    oldest: Instant
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unstored:
    """One item that a peer has not stored; `head` is None where nothing of it is known any more."""

    peer: str
    stream: str
    sequence: int
    head: Head | None
    state: QueueState
    reasons: tuple[str, ...]
    enqueued_at: Instant
    retry_at: Instant | None


def queue(work: Work, peer: Peer) -> tuple[QueueLine, ...]:
    """Return what waits, was refused, is deferred or put off for the peer, by stream; stored items are left out.

    A stream whose next item the peer cannot read shows `exchange.parked`.
    """
    return tuple(line for at in streams.positions(work, peer.node, OUT) for line in _lines(work, peer, at))


def _lines(work: Work, peer: Peer, at: StreamPosition) -> Iterator[QueueLine]:
    final = [row for row in _said(work, peer, at) if not _comes_back(row)]
    said = {state: [row for row in final if row.status == state.value] for state in QueueState}
    waits = count_put_off(work, peer).get(at.stream, 0)
    if waits:
        since = first_put_off(work, peer, at.stream)
        yield QueueLine(peer.node, at.stream, QueueState.PUT_OFF, waits, since, (Code.SUSPENDED.value,))
    for state in (QueueState.DEFERRED, QueueState.REFUSED):
        if said[state]:
            first = said[state][0]
            since = _enqueued(work, peer, at.stream, first.sequence)
            yield QueueLine(peer.node, at.stream, state, len(said[state]), since, _reasons(first))
    behind = at.received + len(said[QueueState.DEFERRED])
    count = _last(work, peer, at.stream) - behind
    if count > 0:
        head = streams.runs(work, peer.node, at.stream, behind, 1)[0]
        parked = peer.kinds is not None and head.reads not in peer.kinds
        since = Instant(head.enqueued_at)
        yield QueueLine(peer.node, at.stream, QueueState.WAITING, count, since, (PARKED,) if parked else ())


def _said(work: Work, peer: Peer, at: StreamPosition) -> list[Row]:
    table = store.exception_table
    query = select(table).where(table.c.direction == OUT, table.c.peer == peer.node, table.c.stream == at.stream)
    return list(work.read(query.where(table.c.epoch == at.epoch).order_by(table.c.sequence)))


def _last(work: Work, peer: Peer, stream: str) -> int:
    table = store.outbox_table
    query = select(func.max(table.c.first + table.c.count - 1).label("last"))
    return work.read(query.where(table.c.peer == peer.node, table.c.stream == stream))[0].last or 0


def _enqueued(work: Work, peer: Peer, stream: str, sequence: int) -> Instant:
    rows = streams.runs(work, peer.node, stream, sequence - 1, 1)
    return Instant(rows[0].enqueued_at) if rows else work.recorded_at


def unstored(work: Work, node: str | None, after: tuple[str, str, int] | None, limit: int) -> tuple[Unstored, ...]:
    """Return a page of what peers have not stored, in order of peer, stream and sequence, behind the place `after`."""
    found: list[Unstored] = []
    for peer in store.peers(work):
        if node is not None and peer.node != node:
            continue
        for at in streams.positions(work, peer.node, OUT):
            place = (peer.node, at.stream)
            if after is not None and place < after[:2]:
                continue
            start = after[2] if after is not None and place == after[:2] else 0
            found += _unstored_of(work, peer, at, (start, limit - len(found)))
            if len(found) >= limit:
                return tuple(found[:limit])
    return tuple(found)


def _unstored_of(work: Work, peer: Peer, at: StreamPosition, page: tuple[int, int]) -> list[Unstored]:
    start, most = page
    said = {row.sequence: row for row in _said(work, peer, at)}
    decided = [number for number in sorted(said) if start < number <= at.received]
    waiting = range(max(start, at.received) + 1, _last(work, peer, at.stream) + 1)[: max(0, most)]
    found: list[Unstored] = []
    for number in (*decided, *waiting):
        if len(found) >= most:
            break
        one = _one(work, peer, at.stream, number, said.get(number))
        if one is not None:
            found.append(one)
    return found


def _one(work: Work, peer: Peer, stream: str, sequence: int, said: Row | None) -> Unstored | None:
    """Return one item; None for one that a suspension stopped and that was lined up again, or replaced, since."""
    run = streams.runs(work, peer.node, stream, sequence - 1, 1)[0]
    place = Place(run.segment, read_picks(run.picks, run.count)[sequence - run.first])
    head = _head(work, place)
    state = QueueState.WAITING if said is None else QueueState(said.status)
    if said is not None and _comes_back(said):
        key = None if head is None else store.record_key(head.kind, head.id, head.owner)
        if key is not None and is_put_off(work, peer, key, place):
            state = QueueState.PUT_OFF
        elif key is None or _went_since(work, peer, (key, place), stream, sequence):
            return None
    parked = said is None and peer.kinds is not None and run.reads not in peer.kinds
    return Unstored(
        peer=peer.node,
        stream=stream,
        sequence=sequence,
        head=head,
        state=state,
        reasons=(PARKED,) if parked else _reasons(said),
        enqueued_at=Instant(run.enqueued_at),
        retry_at=None if said is None or said.retry_at is None else Instant(said.retry_at),
    )


def _comes_back(said: Row) -> bool:
    return said.status == QueueState.REFUSED.value and bool(COMES_BACK & set(_reasons(said)[:1]))


def _went_since(work: Work, peer: Peer, version: tuple[RecordKey, Place], stream: str, sequence: int) -> bool:
    """Say whether a stopped version was lined up again behind its sequence, or something newer of its record was."""
    key, place = version
    held = store.holders(work, (key,)).get(key, ())
    if not any(one.route.peer == peer.node and one.place == place for one in held):
        return True
    table = store.outbox_table
    later = select(table.c.picks, table.c.count).where(table.c.peer == peer.node, table.c.stream == stream)
    rows = work.read(later.where(table.c.first > sequence, table.c.segment == place.segment))
    return any(place.item in read_picks(row.picks, row.count) for row in rows)


def _head(work: Work, place: Place) -> Head | None:
    found = store.find_segment(work, place.segment)
    if found is None:
        return None
    segment: Segment = found[0]
    return segment.head(place.item)


def _reasons(said: Row | None) -> tuple[str, ...]:
    return () if said is None else decode_as(said.reasons, tuple[str, ...])
