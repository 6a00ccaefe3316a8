"""The exchange in segments: one row for all statements of an act or a frame, small rows that point there.

Each old statement becomes a segment of its own, each item of the old outbox and inbox a run of one. Frames keep their
signed headers for the items that they carried.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from comity.adapters.sql.migrations.carry_0014 import carry

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_RENAMED = ("frame", "holder", "outbox", "receipt", "record", "stream")
_INDEXES = ("exchange_frame_range", "exchange_holder_record", "exchange_outbox_state", "exchange_receipt_range")


def upgrade() -> None:
    """Make the new tables, carry over what the old ones hold, and drop those."""
    for index in _INDEXES:
        op.execute(f"DROP INDEX IF EXISTS {index}")
    for name in _RENAMED:
        op.rename_table(f"exchange_{name}", f"exchange_{name}_old")
    for make in (_contradiction, _exception, _frame, _holder, _outbox, _receipt, _record, _route, _segment, _stream):
        make()
    for make in (_version, _catch_up, _equality):
        make()
    carry(op.get_bind())
    for name in _RENAMED:
        op.drop_table(f"exchange_{name}_old")
    for name in ("inbox", "statement"):
        op.drop_table(f"exchange_{name}")


def downgrade() -> None:
    """Make the old tables again, empty: an older program greets with positions of nothing and is sent everything."""
    for name in _NEW:
        op.drop_table(f"exchange_{name}")
    _make_old()


_NEW = (
    "catch_up",
    "contradiction",
    "equality",
    "exception",
    "frame",
    "holder",
    "outbox",
    "receipt",
    "record",
    "route",
    "segment",
    "stream",
    "version",
)


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


def _catch_up() -> None:
    op.create_table(
        "exchange_catch_up",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.String(length=128), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("peer", "kind"),
    )


def _equality() -> None:
    op.create_table(
        "exchange_equality",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("equal", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Integer(), nullable=False),
        sa.Column("otherwise", sa.Integer(), nullable=False),
        sa.Column("repaired", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("peer"),
    )


def _make_old() -> None:
    """Make the tables as they were."""
    _old_1()
    _old_2()


def _old_1() -> None:
    op.create_table(
        "exchange_frame",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("exchange_frame_range", "exchange_frame", ["peer", "stream", "first"], unique=False)
    op.create_table(
        "exchange_holder",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tombstone", sa.Boolean(), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("clause", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("peer", "kind", "id", "authority"),
    )
    op.create_index("exchange_holder_record", "exchange_holder", ["kind", "id"], unique=False)
    op.create_table(
        "exchange_inbox",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("peer", "stream", "sequence"),
    )
    op.create_table(
        "exchange_outbox",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("enqueued_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=True),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("peer", "stream", "sequence"),
    )
    op.create_index("exchange_outbox_state", "exchange_outbox", ["state", "peer"], unique=False)


def _old_2() -> None:
    op.create_table(
        "exchange_receipt",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("exchange_receipt_range", "exchange_receipt", ["peer", "stream", "first"], unique=False)
    op.create_table(
        "exchange_record",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("owner_party", sa.String(length=16), nullable=False),
        sa.Column("owner_authority", sa.String(length=48), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tombstone", sa.Boolean(), nullable=False),
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "owner_party", "owner_authority"),
    )
    op.create_table(
        "exchange_statement",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("owner_party", sa.String(length=16), nullable=False),
        sa.Column("owner_authority", sa.String(length=48), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("delete_by", sa.String(length=10), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("own_signature", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("erased_rule", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("exchange_statement_record", "exchange_statement", ["kind", "id"], unique=False)
    op.create_index("ix_exchange_statement_delete_by", "exchange_statement", ["delete_by"], unique=False)
    op.create_table(
        "exchange_stream",
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("held_reasons", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("peer", "stream", "direction"),
    )
