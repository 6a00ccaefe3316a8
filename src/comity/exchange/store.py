"""Tables of the exchange, and what is read from them as records. Bodies of statements are erasable, headers stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    select,
)

from comity.core.codec import decode_as, encode
from comity.core.errors import NotFound
from comity.core.hashing import digest
from comity.core.ports import Insert, Row, Update, Work
from comity.core.time import Instant
from comity.exchange.records import Peer, PeerCard, PeerState, StreamPosition
from comity.exchange.statement import Statement

METADATA = MetaData()

IN = "in"
OUT = "out"

peer_table = Table(
    "exchange_peer",
    METADATA,
    Column("node", String(26), primary_key=True),
    Column("party", String(16), nullable=False),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("state", String(12), nullable=False),
    Column("frozen_reason", String(120)),
    Column("kinds", LargeBinary),
    # The signed identity document that was trusted, as it came.
    Column("identity", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

stream_table = Table(
    "exchange_stream",
    METADATA,
    Column("peer", String(26), primary_key=True),
    Column("stream", String(128), primary_key=True),
    Column("direction", String(3), primary_key=True),
    # Every sequence up to this one has its final outcome; the next frame starts behind it.
    Column("position", BigInteger, nullable=False),
    # Incoming only: why the item after `position` waits.
    Column("held_reasons", LargeBinary),
)

statement_table = Table(
    "exchange_statement",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("incoming", Boolean, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("id", String(128), nullable=False),
    Column("owner_party", String(16), nullable=False),
    Column("owner_authority", String(48), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("category", String(64), nullable=False),
    Column("agreement", String(64), nullable=False),
    Column("delete_by", String(10), index=True),
    Column("body", LargeBinary),
    # The owner's signature over this one statement, where the agreement demands it; evidence beside the frame's.
    Column("own_signature", LargeBinary),
    Column("erased_at", BigInteger),
    Column("erased_rule", String(120)),
    Index("exchange_statement_record", "kind", "id"),
)

outbox_table = Table(
    "exchange_outbox",
    METADATA,
    Column("peer", String(26), primary_key=True),
    Column("stream", String(128), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("priority", Integer, nullable=False),
    # The agreements' epoch at which the policy was asked; another one at transmission means: ask again.
    Column("epoch", BigInteger, nullable=False),
    Column("enqueued_at", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reasons", LargeBinary),
    Column("retry_at", BigInteger),
    Column("settled_at", BigInteger),
    Index("exchange_outbox_state", "state", "peer"),
)

holder_table = Table(
    "exchange_holder",
    METADATA,
    Column("peer", String(26), primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("authority", String(48), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("tombstone", Boolean, nullable=False),
    Column("stream", String(128), nullable=False),
    Column("agreement", String(64), nullable=False),
    Column("clause", String(128), nullable=False),
    Index("exchange_holder_record", "kind", "id"),
)

record_table = Table(
    "exchange_record",
    METADATA,
    Column("kind", String(64), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("owner_party", String(16), primary_key=True),
    Column("owner_authority", String(48), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("tombstone", Boolean, nullable=False),
    Column("peer", String(26), nullable=False),
    Column("stream", String(128), nullable=False),
)

inbox_table = Table(
    "exchange_inbox",
    METADATA,
    Column("peer", String(26), primary_key=True),
    Column("stream", String(128), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("status", String(12), nullable=False),
    Column("reasons", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)

frame_table = Table(
    "exchange_frame",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("peer", String(26), nullable=False),
    Column("stream", String(128), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    # Signed header: with the digests of the inbox it proves who sent what.
    Column("evidence", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Index("exchange_frame_range", "peer", "stream", "first"),
)

receipt_table = Table(
    "exchange_receipt",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("peer", String(26), nullable=False),
    Column("stream", String(128), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Index("exchange_receipt_range", "peer", "stream", "first"),
)

TABLES = tuple(METADATA.tables.values())

PEER_SCHEMA = 1

RecordKey = tuple[str, str, str, str]
"""Kind, id, owner's party, owner's authority."""


@dataclass(frozen=True, slots=True)
class Known:
    """The version of a foreign record that this node has decided on last."""

    version: int
    tombstone: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """What a peer was sent last of one own record, on which stream and under what."""

    peer: str
    version: int
    digest: str
    tombstone: bool
    stream: str
    agreement: str
    clause: str


def record_key(statement: Statement) -> RecordKey:
    """Return what tells the record from all others."""
    return (statement.kind, statement.id, statement.owner.party, statement.owner.authority)


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


# Asked by every publication; building the statements anew would take longer than running them.
_PEERS: Final = select(peer_table).order_by(peer_table.c.node)
_HOLDERS: Final = (
    select(holder_table)
    .where(
        holder_table.c.kind == bindparam("kind"),
        holder_table.c.id == bindparam("id"),
        holder_table.c.authority == bindparam("authority"),
    )
    .order_by(holder_table.c.peer)
)


def peers(work: Work) -> tuple[Peer, ...]:
    """Return every peer ever trusted, whatever its state, by node id."""
    return tuple(map(_peer, work.read(_PEERS)))


def find_peer(work: Work, node: str) -> Peer | None:
    """Return the peer of this node id, if it was ever trusted."""
    rows = work.read(select(peer_table).where(peer_table.c.node == node))
    return _peer(rows[0]) if rows else None


def get_peer(work: Work, node: str) -> Peer:
    """Return the peer, or raise `NotFound` `exchange.no-such-peer`."""
    found = find_peer(work, node)
    if found is None:
        raise NotFound("exchange.no-such-peer", "No such node was ever trusted here.", field="$.node")
    return found


def _peer(row: Row) -> Peer:
    return Peer(
        card=decode_as(row.body, PeerCard),
        state=PeerState(row.state),
        frozen_reason=row.frozen_reason,
        kinds=None if row.kinds is None else decode_as(row.kinds, tuple[str, ...]),
    )


# --- streams -----------------------------------------------------------------------------------------------------


def positions(work: Work, peer: str, direction: str) -> tuple[StreamPosition, ...]:
    """Return every stream with this peer in this direction and how far it is decided, by name."""
    table = stream_table
    query = select(table.c.stream, table.c.position).where(table.c.peer == peer, table.c.direction == direction)
    rows = work.read(query.order_by(table.c.stream))
    return tuple(StreamPosition(stream=row.stream, received=row.position) for row in rows)


def position(work: Work, peer: str, stream: str, direction: str) -> int | None:
    """Return how far the stream is decided; None where it does not exist yet."""
    table = stream_table
    query = select(table.c.position).where(
        table.c.peer == peer, table.c.stream == stream, table.c.direction == direction
    )
    rows = work.read(query)
    return rows[0].position if rows else None


def stream_key(peer: str, stream: str, direction: str) -> dict[str, object]:
    """Return the key of a stream's row."""
    return {"peer": peer, "stream": stream, "direction": direction}


# --- statements, records, holders --------------------------------------------------------------------------------


def insert_statement(
    statement: Statement, raw: bytes, name: str, *, incoming: bool, own_signature: bytes = b""
) -> Insert:
    """Return the change that stores a statement under its digest."""
    row = {
        "digest": name,
        "incoming": incoming,
        "kind": statement.kind,
        "id": statement.id,
        "owner_party": statement.owner.party,
        "owner_authority": statement.owner.authority,
        "version": statement.version,
        "category": statement.category,
        "agreement": statement.agreement,
        "delete_by": statement.delete_by,
        "body": raw,
        "own_signature": own_signature or None,
    }
    return Insert(statement_table, row)


def erase_statement(name: str, at: Instant, rule: str) -> Update:
    """Return the change that erases a statement's content and keeps its header and digest as evidence."""
    return Update(statement_table, {"digest": name}, {"body": None, "erased_at": at, "erased_rule": rule})


def stored_digests(work: Work, names: Iterable[str]) -> frozenset[str]:
    """Return which of these statements are stored already."""
    column = statement_table.c.digest
    return frozenset(row.digest for row in work.read(select(column).where(column.in_(tuple(names)))))


def holders(work: Work, kind: str, record: str, authority: str) -> tuple[Holder, ...]:
    """Return every peer that was ever sent the own record, by node id."""
    rows = work.read(_HOLDERS, {"kind": kind, "id": record, "authority": authority})
    return tuple(
        Holder(row.peer, row.version, row.digest, row.tombstone, row.stream, row.agreement, row.clause) for row in rows
    )


def known_records(work: Work, keys: Iterable[RecordKey]) -> dict[RecordKey, Known]:
    """Return what is known of these foreign records; unknown ones are left out."""
    table = record_table
    ids = tuple({key[1] for key in keys})
    rows = work.read(select(table).where(table.c.id.in_(ids))) if ids else ()
    return {(row.kind, row.id, row.owner_party, row.owner_authority): Known(row.version, row.tombstone) for row in rows}


def evidence(peer: str, stream: str, span: tuple[int, int], header: bytes, at: Instant) -> Insert:
    """Return the change that keeps a frame's signed header."""
    first, last = span
    row = {
        "digest": digest(header),
        "peer": peer,
        "stream": stream,
        "first": first,
        "last": last,
        "evidence": header,
        "recorded_at": at,
    }
    return Insert(frame_table, row)


def has_evidence(work: Work, header: bytes) -> bool:
    """Say whether this signed header is kept already: a frame may be accepted in several works."""
    column = frame_table.c.digest
    return bool(work.read(select(column).where(column == digest(header))))


def inbox_rows(work: Work, peer: str, stream: str, span: tuple[int, int]) -> dict[int, Row]:
    """Return the decided items of an incoming stream by sequence, both ends included."""
    table = inbox_table
    query = select(table).where(table.c.peer == peer, table.c.stream == stream, table.c.sequence.between(*span))
    return {row.sequence: row for row in work.read(query)}


def outbox_rows(work: Work, peer: str, stream: str, after: int, limit: int) -> tuple[Row, ...]:
    """Return the next items of an outgoing stream with their statements' bodies, in order."""
    out, said = outbox_table, statement_table
    query = (
        select(out, said.c.body)
        .join(said, said.c.digest == out.c.digest)
        .where(out.c.peer == peer, out.c.stream == stream, out.c.sequence > after)
        .order_by(out.c.sequence)
        .limit(limit)
    )
    return tuple(work.read(query))
