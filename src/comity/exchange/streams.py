"""How far each stream is decided and what travelled in it, read from the tables of the exchange."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select

from comity.core.hashing import DIGEST_BYTES
from comity.core.ports import Row, Work
from comity.exchange.records import StreamPosition
from comity.exchange.segment import read_picks
from comity.exchange.tables import exception_table, frame_table, outbox_table, segment_table, stream_table

MAX_RUN: Final = 1024
"""The most items of one segment and of one run of the outbox."""

# Asked for every frame; building the statements anew would take longer than running them.
_POSITIONS: Final = (
    select(stream_table.c.stream, stream_table.c.position, stream_table.c.epoch)
    .where(stream_table.c.peer == bindparam("peer"), stream_table.c.direction == bindparam("direction"))
    .order_by(stream_table.c.stream)
)
_DIGESTS: Final = select(segment_table.c.digests).where(segment_table.c.id == bindparam("id"))


def positions(work: Work, peer: str, direction: str) -> tuple[StreamPosition, ...]:
    """Return every stream with this peer in this direction and how far it is decided, by name."""
    rows = work.read(_POSITIONS, {"peer": peer, "direction": direction})
    return tuple(StreamPosition(stream=row.stream, received=row.position, epoch=row.epoch) for row in rows)


def position(work: Work, peer: str, stream: str, direction: str) -> StreamPosition | None:
    """Return how far the stream is decided; None where it does not exist yet."""
    return next((at for at in positions(work, peer, direction) if at.stream == stream), None)


def stream_key(peer: str, stream: str, direction: str) -> dict[str, object]:
    """Return the key of a stream's row."""
    return {"peer": peer, "stream": stream, "direction": direction}


_EXCEPTIONS: Final = select(exception_table).where(
    exception_table.c.direction == bindparam("direction"),
    exception_table.c.peer == bindparam("peer"),
    exception_table.c.stream == bindparam("stream"),
    exception_table.c.epoch == bindparam("epoch"),
    exception_table.c.sequence >= bindparam("first"),
    exception_table.c.sequence <= bindparam("last"),
)


def exceptions(work: Work, direction: str, peer: str, at: StreamPosition, span: tuple[int, int]) -> dict[int, Row]:
    """Return the items of a stream that were not stored, by sequence, both ends of the span included."""
    named = {"direction": direction, "peer": peer, "stream": at.stream, "epoch": at.epoch}
    rows = work.read(_EXCEPTIONS, {**named, "first": span[0], "last": span[1]})
    return {row.sequence: row for row in rows}


def frame_digests(work: Work, peer: str, at: StreamPosition, span: tuple[int, int]) -> dict[int, bytes]:
    """Return the digests of decided items of an incoming stream by sequence, both ends included."""
    first, last = span
    table = frame_table
    query = (
        select(table.c.first, table.c.last, segment_table.c.digests)
        .join(segment_table, segment_table.c.id == table.c.segment)
        .where(
            table.c.peer == peer,
            table.c.stream == at.stream,
            table.c.epoch == at.epoch,
            table.c.first > first - MAX_RUN,
            table.c.first <= last,
        )
    )
    found: dict[int, bytes] = {}
    for row in work.read(query):
        for number in range(max(first, row.first), min(last, row.last) + 1):
            start = (number - row.first) * DIGEST_BYTES
            found[number] = row.digests[start : start + DIGEST_BYTES]
    return found


_HOLDING_RUN: Final = (
    select(outbox_table.c.first)
    .where(
        outbox_table.c.peer == bindparam("peer"),
        outbox_table.c.stream == bindparam("stream"),
        outbox_table.c.first <= bindparam("next"),
        outbox_table.c.first + outbox_table.c.count > bindparam("next"),
    )
    .order_by(outbox_table.c.first.desc())
    .limit(1)
)
_RUNS: Final = (
    select(outbox_table)
    .where(
        outbox_table.c.peer == bindparam("peer"),
        outbox_table.c.stream == bindparam("stream"),
        outbox_table.c.first >= bindparam("from"),
    )
    .order_by(outbox_table.c.first)
    .limit(bindparam("most"))
)


def runs(work: Work, peer: str, stream: str, after: int, most: int) -> list[Row]:
    """Return at most `most` runs of an outgoing stream, in order, from the one that holds sequence `after` + 1 on."""
    named: dict[str, object] = {"peer": peer, "stream": stream}
    holding = work.read(_HOLDING_RUN, {**named, "next": after + 1})
    if not holding:
        return []
    return list(work.read(_RUNS, {**named, "from": holding[0].first, "most": most}))


def sent_digests(work: Work, peer: str, stream: str, span: tuple[int, int]) -> list[bytes]:
    """Return the digests of a span of an outgoing stream, in order; fewer where not all were lined up."""
    first, last = span
    found: list[bytes] = []
    for row in runs(work, peer, stream, first - 1, last - first + 1):
        if row.first > last:
            break
        segment = work.read(_DIGESTS, {"id": row.segment})
        if not segment:
            break
        names = segment[0].digests
        places = read_picks(row.picks, row.count)
        inside = places[max(0, first - row.first) : last + 1 - row.first]
        found += [names[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES] for place in inside]
    return found
