"""The exchange in segments: one row for all statements of an act or a frame, small rows that point there.

What waited or was received in the old tables is not carried over: both sides greet with positions of nothing and send
again. No node that mattered ran before this version.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OLD = ("frame", "holder", "inbox", "outbox", "receipt", "record", "statement", "stream")


def upgrade() -> None:
    """Make the tables anew."""
    for name in _OLD:
        op.drop_table(f"exchange_{name}")
    _contradiction()
    _exception()
    _frame()
    _holder()
    _outbox()
    _receipt()
    _record()
    _route()
    _segment()
    _stream()
    _version()


def downgrade() -> None:
    """There is no way back: what was received since would be lost in silence."""
    raise NotImplementedError


def _contradiction() -> None:
    op.create_table(
        "exchange_contradiction",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=160), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("peer", "stream", "epoch", "sequence", "digest"),
    )


def _exception() -> None:
    op.create_table(
        "exchange_exception",
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=160), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("direction", "peer", "stream", "epoch", "sequence"),
    )


def _frame() -> None:
    op.create_table(
        "exchange_frame",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=160), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("first", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("peer", "stream", "epoch", "first"),
    )


def _holder() -> None:
    op.create_table(
        "exchange_holder",
        sa.Column("record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("route", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tombstone", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record", "route"),
        sqlite_with_rowid=False,
    )


def _outbox() -> None:
    op.create_table(
        "exchange_outbox",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=160), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("picks", sa.LargeBinary(), nullable=True),
        sa.Column("reads", sa.String(length=80), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("enqueued_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("peer", "stream", "first"),
    )


def _receipt() -> None:
    op.create_table(
        "exchange_receipt",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=160), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("exchange_receipt_range", "exchange_receipt", ["peer", "stream", "first"], unique=False)


def _record() -> None:
    op.create_table(
        "exchange_record",
        sa.Column("record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tombstone", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("route", sa.BigInteger(), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record"),
        sqlite_with_rowid=False,
    )


def _route() -> None:
    op.create_table(
        "exchange_route",
        sa.Column("id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=160), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("clause", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _segment() -> None:
    op.create_table(
        "exchange_segment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.Column("delete_by", sa.String(length=10), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("exchange_segment_delete_by", "exchange_segment", ["delete_by"], unique=False)


def _stream() -> None:
    op.create_table(
        "exchange_stream",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=160), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("held_reasons", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("peer", "stream", "direction"),
    )


def _version() -> None:
    op.create_table(
        "exchange_version",
        sa.Column("record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("record", "segment", "place"),
        sqlite_with_rowid=False,
    )
