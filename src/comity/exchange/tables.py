"""Tables of the exchange.

Content lies in segments, one row for all statements of an act or of a frame; everything else is small and points there.
Outcomes are kept for exceptions only: what a stream's position covers and no exception names was stored.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()

IN: Final = "in"
OUT: Final = "out"

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
    Column("stream", String(160), primary_key=True),
    Column("direction", String(3), primary_key=True),
    # Every sequence up to this one has its final outcome; the next frame starts behind it.
    Column("position", BigInteger, nullable=False),
    # Which life of the stream the sequences count in; a sender that was restored from a backup begins a new one.
    Column("epoch", BigInteger, nullable=False),
    # Incoming only: why the item after `position` waits.
    Column("held_reasons", LargeBinary),
)

segment_table = Table(
    "exchange_segment",
    METADATA,
    # Grows with time, so that segments are added at the edge.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("incoming", Boolean, nullable=False),
    Column("count", Integer, nullable=False),
    # 32 bytes for each item: what was said stays provable when it is erased.
    Column("digests", LargeBinary, nullable=False),
    # The items as a frame carries them; see `comity.exchange.segment`.
    Column("items", LargeBinary, nullable=False),
    # The first day after which some content in it must be gone; None when none of it must by itself.
    Column("delete_by", String(10)),
    Column("recorded_at", BigInteger, nullable=False),
    Index("exchange_segment_delete_by", "delete_by"),
)

outbox_table = Table(
    "exchange_outbox",
    METADATA,
    Column("peer", String(26), primary_key=True),
    Column("stream", String(160), primary_key=True),
    # A run of consecutive sequences, all of one segment, kind and epoch.
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("segment", BigInteger, nullable=False),
    # Which items of the segment, two bytes each; None: all in order.
    Column("picks", LargeBinary),
    # `kind@schema`, as hellos name what can be read.
    Column("reads", String(80), nullable=False),
    # The agreements' epoch at which the policy was asked; another one at transmission means: ask again.
    Column("epoch", BigInteger, nullable=False),
    Column("enqueued_at", BigInteger, nullable=False),
)

exception_table = Table(
    "exchange_exception",
    METADATA,
    Column("direction", String(3), primary_key=True),
    Column("peer", String(26), primary_key=True),
    Column("stream", String(160), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    # Refused for good, or deferred until `retry_at` (outgoing only).
    Column("status", String(12), nullable=False),
    Column("reasons", LargeBinary, nullable=False),
    Column("retry_at", BigInteger),
    Column("recorded_at", BigInteger, nullable=False),
)

route_table = Table(
    "exchange_route",
    METADATA,
    # A hash of what stands beside it.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("peer", String(26), nullable=False),
    Column("stream", String(160), nullable=False),
    Column("agreement", String(64), nullable=False),
    Column("clause", String(128), nullable=False),
)

holder_table = Table(
    "exchange_holder",
    METADATA,
    # A hash of kind, id and owner: ids come in many lengths, and this is the largest table.
    Column("record", LargeBinary(16), primary_key=True),
    Column("route", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("tombstone", Boolean, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("segment", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    info={"late": ("record",)},
    sqlite_with_rowid=False,
)

put_off_table = Table(
    "exchange_put_off",
    METADATA,
    # A version that its peer has not got because the agreement is suspended: lined up again when that is over.
    Column("record", LargeBinary(16), primary_key=True),
    Column("route", BigInteger, primary_key=True, autoincrement=False),
    Column("peer", String(26), nullable=False, index=True),
    Column("segment", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    # The agreements' epoch at which it was last asked whether it may go; -1: not yet.
    Column("epoch", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)

record_table = Table(
    "exchange_record",
    METADATA,
    Column("record", LargeBinary(16), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("tombstone", Boolean, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    # The route by which it came.
    Column("route", BigInteger, nullable=False),
    Column("segment", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    info={"late": ("record",)},
    sqlite_with_rowid=False,
)

version_table = Table(
    "exchange_version",
    METADATA,
    # Where earlier versions of a record lie, so that all of them can be erased.
    Column("record", LargeBinary(16), primary_key=True),
    Column("segment", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

frame_table = Table(
    "exchange_frame",
    METADATA,
    Column("peer", String(26), primary_key=True),
    Column("stream", String(160), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    # The sequences that one act decided; a frame that was decided in several acts has several rows.
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("segment", BigInteger, nullable=False),
    # Signed header: with the digests of the segment it proves who sent what.
    Column("evidence", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)

contradiction_table = Table(
    "exchange_contradiction",
    METADATA,
    # What a frozen peer said a second time under one number, with its signature: beside the first frame, the proof.
    Column("peer", String(26), primary_key=True),
    Column("stream", String(160), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary(32), primary_key=True),
    Column("evidence", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)

receipt_table = Table(
    "exchange_receipt",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("peer", String(26), nullable=False),
    Column("stream", String(160), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Index("exchange_receipt_range", "peer", "stream", "first"),
)

catch_up_table = Table(
    "exchange_catch_up",
    METADATA,
    # How far a peer was offered the own records of a kind, under the agreements as they stood at this epoch.
    Column("peer", String(26), primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("after", String(128), nullable=False),
    Column("done", Boolean, nullable=False),
)

equality_table = Table(
    "exchange_equality",
    METADATA,
    # The last comparison with a peer: when, whether a new one is wanted, and by how many records the sides differed.
    Column("peer", String(26), primary_key=True),
    Column("checked_at", BigInteger, nullable=False),
    Column("wanted", Boolean, nullable=False),
    Column("equal", Boolean, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("extra", Integer, nullable=False),
    Column("otherwise", Integer, nullable=False),
    Column("repaired", Integer, nullable=False),
)

TABLES = tuple(METADATA.tables.values())
