"""What is read from the tables of the exchange as records, and the changes that keep them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select

from comity.core.codec import decode_as, decode_own_as, encode
from comity.core.errors import NotFound
from comity.core.hashing import DIGEST_BYTES
from comity.core.ids import Owner
from comity.core.ports import Insert, InsertMany, Row, Work
from comity.core.time import CivilDate, Instant
from comity.exchange.records import Peer, PeerCard, PeerState, StreamPosition
from comity.exchange.segment import Segment, open_segment, read_picks
from comity.exchange.tables import (
    IN,
    METADATA,
    OUT,
    TABLES,
    contradiction_table,
    exception_table,
    frame_table,
    holder_table,
    outbox_table,
    peer_table,
    receipt_table,
    record_table,
    route_table,
    segment_table,
    stream_table,
    version_table,
)

__all__ = [
    "IN",
    "METADATA",
    "OUT",
    "TABLES",
    "contradiction_table",
    "exception_table",
    "frame_table",
    "holder_table",
    "outbox_table",
    "peer_table",
    "receipt_table",
    "record_table",
    "route_table",
    "segment_table",
    "stream_table",
    "version_table",
]

PEER_SCHEMA = 1
MAX_RUN: Final = 1024
"""The most items of one segment and of one run of the outbox."""

_RECORD_BYTES: Final = 16
_AT_ONCE: Final = 128
_MANY: Final = 3
_PADDING: Final = bytes(_RECORD_BYTES)

RecordKey = bytes
"""16 bytes that name a record among all: a hash of kind, id, owner's party and authority."""


class Place(NamedTuple):
    """Where a statement lies: its segment, and which item of it."""

    segment: int
    item: int


class Route(NamedTuple):
    """By which way records go to a peer or come from one."""

    peer: str
    stream: str
    agreement: str
    clause: str


@dataclass(frozen=True, slots=True)
class Known:
    """The version of a foreign record that this node has decided on last."""

    record: RecordKey
    version: int
    tombstone: bool
    digest: bytes
    place: Place


@dataclass(frozen=True, slots=True)
class Holder:
    """What a peer was sent last of one own record, by which route."""

    record: RecordKey
    route: Route
    version: int
    digest: bytes
    tombstone: bool
    place: Place


def record_key(kind: str, record: str, owner: Owner) -> RecordKey:
    """Return what tells the record from all others."""
    named = f"{kind}\0{record}\0{owner.party}\0{owner.authority}"
    return blake2b(named.encode(), digest_size=_RECORD_BYTES).digest()


@lru_cache(maxsize=4096)
def route_id(route: Route) -> int:
    """Return the number of a route: 63 bits of a hash of what it says."""
    return int.from_bytes(blake2b("\0".join(route).encode(), digest_size=8).digest(), "big") >> 1


# --- peers -------------------------------------------------------------------------------------------------------


def peer_row(card: PeerCard, identity: bytes, state: PeerState, at: Instant) -> dict[str, object]:
    """Return the row of a peer that was never heard of."""
    return {
        "node": card.node,
        "party": card.party,
        "fingerprint": card.fingerprint,
        "state": state.value,
        "frozen_reason": None,
        "kinds": None,
        "identity": identity,
        "body": encode(card),
        "schema": PEER_SCHEMA,
        "updated_at": at,
    }


# Asked by every publication or frame; building the statements anew would take longer than running them.
_PEERS: Final = select(peer_table).order_by(peer_table.c.node)
_PEER: Final = select(peer_table).where(peer_table.c.node == bindparam("node"))
_ROUTES: Final = select(route_table)
_POSITIONS: Final = (
    select(stream_table.c.stream, stream_table.c.position, stream_table.c.epoch)
    .where(stream_table.c.peer == bindparam("peer"), stream_table.c.direction == bindparam("direction"))
    .order_by(stream_table.c.stream)
)
_DIGESTS: Final = select(segment_table.c.digests).where(segment_table.c.id == bindparam("id"))
_SEGMENT: Final = select(segment_table).where(segment_table.c.id == bindparam("id"))
_NAMES: Final = tuple(f"r{number}" for number in range(_AT_ONCE))
_HOLDERS: Final = select(holder_table).where(holder_table.c.record.in_([bindparam(name) for name in _NAMES]))
_RECORDS: Final = select(record_table).where(record_table.c.record.in_([bindparam(name) for name in _NAMES]))
_HOLDERS_OF_ONE: Final = select(holder_table).where(holder_table.c.record == bindparam("record"))
_ONE_RECORD: Final = select(record_table).where(record_table.c.record == bindparam("record"))


def peers(work: Work) -> tuple[Peer, ...]:
    """Return every peer ever trusted, whatever its state, by node id."""
    return tuple(map(_peer, work.read(_PEERS)))


def find_peer(work: Work, node: str) -> Peer | None:
    """Return the peer of this node id, if it was ever trusted."""
    rows = work.read(_PEER, {"node": node})
    return _peer(rows[0]) if rows else None


def get_peer(work: Work, node: str) -> Peer:
    """Return the peer, or raise `NotFound` `exchange.no-such-peer`."""
    found = find_peer(work, node)
    if found is None:
        raise NotFound("exchange.no-such-peer", "No such node was ever trusted here.", field="$.node")
    return found


def _peer(row: Row) -> Peer:
    return Peer(
        card=_card(row.body),
        state=PeerState(row.state),
        frozen_reason=row.frozen_reason,
        kinds=None if row.kinds is None else decode_own_as(row.kinds, tuple[str, ...]),
    )


@lru_cache(maxsize=256)
def _card(body: bytes) -> PeerCard:
    return decode_as(body, PeerCard)


# --- streams -----------------------------------------------------------------------------------------------------


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


# --- segments ----------------------------------------------------------------------------------------------------


def segment_id(work: Work) -> int:
    """Return a number for a new segment, larger than that of one made a millisecond ago; unique by chance."""
    chance = int.from_bytes(work.random(3), "big") >> 3
    return (work.recorded_at // 1000) << 21 | chance


def insert_segment(
    work: Work, number: int, content: tuple[bytes, bytes, int], *, incoming: bool, delete_by: CivilDate | None
) -> Insert:
    """Return the change that stores digests, items and their count as a segment."""
    digests, items, count = content
    row = {
        "id": number,
        "incoming": incoming,
        "count": count,
        "digests": digests,
        "items": items,
        "delete_by": delete_by,
        "recorded_at": work.recorded_at,
    }
    return Insert(segment_table, row)


def find_segment(work: Work, number: int) -> tuple[Segment, Row] | None:
    """Return a segment, opened, with its row."""
    rows = work.read(_SEGMENT, {"id": number})
    if not rows:
        return None
    (row,) = rows
    return open_segment(row.digests, row.items, row.count), row


# --- records and holders -----------------------------------------------------------------------------------------


def routes(work: Work) -> dict[int, Route]:
    """Return every route ever used, by its number."""
    return {row.id: Route(row.peer, row.stream, row.agreement, row.clause) for row in work.read(_ROUTES)}


def insert_routes(wanted: Iterable[Route]) -> InsertMany:
    """Return the change that keeps routes."""
    rows = [(route_id(route), *route) for route in wanted]
    return InsertMany(route_table, ("id", "peer", "stream", "agreement", "clause"), rows, absent_only=True)


def holders(work: Work, keys: Sequence[RecordKey]) -> dict[RecordKey, list[Holder]]:
    """Return who was ever sent which version of these own records; records that nobody holds are left out."""
    rows = _by_record(work, keys, _HOLDERS_OF_ONE, _HOLDERS)
    if not rows:
        return {}
    named = routes(work)
    found: dict[RecordKey, list[Holder]] = {}
    for row in rows:
        place = Place(row.segment, row.place)
        holder = Holder(row.record, named[row.route], row.version, row.digest, bool(row.tombstone), place)
        found.setdefault(row.record, []).append(holder)
    return found


def known_records(work: Work, keys: Sequence[RecordKey]) -> dict[RecordKey, Known]:
    """Return what is known of these foreign records; unknown ones are left out."""
    rows = _by_record(work, keys, _ONE_RECORD, _RECORDS)
    return {
        row.record: Known(row.record, row.version, bool(row.tombstone), row.digest, Place(row.segment, row.place))
        for row in rows
    }


def _by_record(work: Work, keys: Sequence[RecordKey], one: object, many: object) -> list[Row]:
    """Read rows by record: few one by one, many in lists of a fixed length, so that the statement is always the same.

    Padding names no record: its hash is of nothing.
    """
    wanted = list(dict.fromkeys(keys))
    if len(wanted) < _MANY:
        return [row for key in wanted for row in work.read(one, {"record": key})]
    rows: list[Row] = []
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        part += [_PADDING] * (_AT_ONCE - len(part))
        rows += work.read(many, dict(zip(_NAMES, part, strict=True)))
    return rows


def insert_versions(places: Iterable[tuple[RecordKey, Place]]) -> InsertMany:
    """Return the change that remembers where earlier versions lie."""
    rows = [(record, *place) for record, place in places]
    return InsertMany(version_table, ("record", "segment", "place"), rows, absent_only=True)


def version_places(work: Work, record: RecordKey) -> tuple[Place, ...]:
    """Return where earlier versions of a record lie."""
    table = version_table
    rows = work.read(select(table.c.segment, table.c.place).where(table.c.record == record))
    return tuple(Place(row.segment, row.place) for row in rows)


# --- exceptions --------------------------------------------------------------------------------------------------


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
