"""What a person sees of a peer's queue: what waits and why, what was refused, what is deferred until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from comity.core.codec import decode_as
from comity.core.ports import Row, Work
from comity.core.time import Instant
from comity.exchange import store, streams
from comity.exchange.records import Peer, QueueState, StreamPosition
from comity.exchange.segment import Head, Segment, read_picks
from comity.exchange.store import OUT

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
    """Return what waits, was refused or is deferred for the peer, by stream; stored items are left out.

    A stream whose next item the peer cannot read shows `exchange.parked`.
    """
    return tuple(line for at in streams.positions(work, peer.node, OUT) for line in _lines(work, peer, at))


def _lines(work: Work, peer: Peer, at: StreamPosition) -> Iterator[QueueLine]:
    said = {state: [row for row in _said(work, peer, at) if row.status == state.value] for state in QueueState}
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
    sequences = [number for number in sorted(said) if start < number <= at.received]
    last = _last(work, peer, at.stream)
    sequences += range(max(start, at.received) + 1, last + 1)[: max(0, most)]
    return [_one(work, peer, at.stream, number, said.get(number)) for number in sequences[: max(0, most)]]


def _one(work: Work, peer: Peer, stream: str, sequence: int, said: Row | None) -> Unstored:
    run = streams.runs(work, peer.node, stream, sequence - 1, 1)[0]
    state = QueueState.WAITING if said is None else QueueState(said.status)
    parked = said is None and peer.kinds is not None and run.reads not in peer.kinds
    return Unstored(
        peer=peer.node,
        stream=stream,
        sequence=sequence,
        head=_head(work, run, sequence),
        state=state,
        reasons=(PARKED,) if parked else _reasons(said),
        enqueued_at=Instant(run.enqueued_at),
        retry_at=None if said is None or said.retry_at is None else Instant(said.retry_at),
    )


def _head(work: Work, run: Row, sequence: int) -> Head | None:
    found = store.find_segment(work, run.segment)
    if found is None:
        return None
    segment: Segment = found[0]
    return segment.head(read_picks(run.picks, run.count)[sequence - run.first])


def _reasons(said: Row | None) -> tuple[str, ...]:
    return () if said is None else decode_as(said.reasons, tuple[str, ...])
