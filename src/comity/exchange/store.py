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
from comity.core.ids import Owner
from comity.core.ports import Insert, InsertMany, Row, Work
from comity.core.time import CivilDate, Instant
from comity.exchange.records import Peer, PeerCard, PeerState
from comity.exchange.segment import Segment, open_segment
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

_RECORD_BYTES: Final = 16
_AT_ONCE: Final = 128
_MANY: Final = 3

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
_PEERS: Final = select(peer_table).order_by(peer_table.c.node).execution_options(kept=True)
_PEER: Final = select(peer_table).where(peer_table.c.node == bindparam("node")).execution_options(kept=True)
_ROUTES: Final = select(route_table)
SEGMENT: Final = select(segment_table).where(segment_table.c.id == bindparam("id"))
_NAMES: Final = tuple(f"r{number}" for number in range(_AT_ONCE))
_NONE: Final[dict[str, object]] = dict.fromkeys(_NAMES)
_BY_NAMES: Final = {"absent": {"record": _NAMES}}
_BY_RECORD: Final = {"absent": {"record": ("record",)}}
_HOLDERS: Final = (
    select(holder_table)
    .where(holder_table.c.record.in_([bindparam(name) for name in _NAMES]))
    .execution_options(**_BY_NAMES)
)
_RECORDS: Final = (
    select(record_table)
    .where(record_table.c.record.in_([bindparam(name) for name in _NAMES]))
    .execution_options(**_BY_NAMES)
)
_HOLDERS_OF_ONE: Final = (
    select(holder_table).where(holder_table.c.record == bindparam("record")).execution_options(**_BY_RECORD)
)
_ONE_RECORD: Final = (
    select(record_table).where(record_table.c.record == bindparam("record")).execution_options(**_BY_RECORD)
)


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
        kinds=None if row.kinds is None else _kinds(row.kinds),
    )


@lru_cache(maxsize=256)
def _kinds(body: bytes) -> tuple[str, ...]:
    return decode_own_as(body, tuple[str, ...])


@lru_cache(maxsize=256)
def _card(body: bytes) -> PeerCard:
    return decode_as(body, PeerCard)


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
    rows = work.read(SEGMENT, {"id": number})
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

    What is left of a list names nothing.
    """
    wanted = list(dict.fromkeys(keys))
    if len(wanted) < _MANY:
        return [row for key in wanted for row in work.read(one, {"record": key})]
    rows: list[Row] = []
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows += work.read(many, {**_NONE, **dict(zip(_NAMES, part, strict=False))})
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
