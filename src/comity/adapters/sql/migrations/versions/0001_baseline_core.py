"""The first schema, part one: ledger, runtime, exchange and identity as of version 0.1.

Written out rather than taken from the rooms: what they declare changes, what this version made does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _ledger()
    _runtime()
    _exchange_1()
    _exchange_2()
    _exchange_3()
    _exchange_4()
    _identity_1()
    _identity_2()


def downgrade() -> None:
    """Drop every table; what is in them goes with them."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _ledger() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=True),
        sa.Column("user", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("erased_rule", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("sequence"),
    )


def _runtime() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("argument", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.LargeBinary(), nullable=True),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("job_by_state", "job", ["state", "created_at"], unique=False)
    op.create_table(
        "request_answer",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("command_digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("pending", sa.String(length=26), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "request"),
    )
    op.create_index("ix_request_answer_answered_at", "request_answer", ["answered_at"], unique=False)


def _exchange_1() -> None:
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


def _exchange_2() -> None:
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
    op.create_table(
        "exchange_peer",
        sa.Column("node", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("frozen_reason", sa.String(length=120), nullable=True),
        sa.Column("kinds", sa.LargeBinary(), nullable=True),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("node"),
        sa.UniqueConstraint("fingerprint"),
    )


def _exchange_3() -> None:
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


def _exchange_4() -> None:
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


def _identity_1() -> None:
    op.create_table(
        "identity_account",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("user"),
    )
    op.create_table(
        "identity_approval",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("operation", sa.String(length=80), nullable=False),
        sa.Column("permission", sa.String(length=40), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("asker", sa.String(length=26), nullable=False),
        sa.Column("asker_user", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("command", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("identity_approval_waiting", "identity_approval", ["state", "authority", "id"], unique=False)
    op.create_table(
        "identity_authority",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("roles", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _identity_2() -> None:
    op.create_table(
        "identity_foundation",
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("profile", sa.String(length=12), nullable=False),
        sa.Column("decoy", sa.String(length=200), nullable=False),
        sa.Column("administrators_left", sa.BigInteger(), nullable=False),
        sa.Column("founded", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("party"),
    )
    op.create_table(
        "identity_grant",
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("account", "authority", "function"),
    )
    op.create_table(
        "identity_member",
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.PrimaryKeyConstraint("account", "authority"),
    )
    op.create_index("identity_member_by_authority", "identity_member", ["authority", "account"], unique=False)
    op.create_table(
        "identity_session",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_identity_session_account", "identity_session", ["account"], unique=False)


_TABLES = (
    "counter",
    "ledger_entry",
    "job",
    "request_answer",
    "exchange_frame",
    "exchange_holder",
    "exchange_inbox",
    "exchange_outbox",
    "exchange_peer",
    "exchange_receipt",
    "exchange_record",
    "exchange_statement",
    "exchange_stream",
    "identity_account",
    "identity_approval",
    "identity_authority",
    "identity_foundation",
    "identity_grant",
    "identity_member",
    "identity_session",
)
