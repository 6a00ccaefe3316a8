"""The first schema, part two: the rooms above the exchange as of version 0.1.

Written out rather than taken from the rooms: what they declare changes, what this version made does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _diplomacy()
    _alerts_1()
    _alerts_2()
    _screening()
    _crossings_1()
    _crossings_2()
    _bureau()
    _oversight()


def downgrade() -> None:
    """Drop every table; what is in them goes with them."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _diplomacy() -> None:
    op.create_table(
        "agreement",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("lineage", sa.String(length=96), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("peering", sa.Boolean(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_agreement_lineage", "agreement", ["lineage"], unique=False)
    op.create_table(
        "agreement_event",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.String(length=8), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("ix_agreement_event_agreement", "agreement_event", ["agreement"], unique=False)
    op.create_table(
        "agreement_signature",
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("node", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agreement", "node"),
    )


def _alerts_1() -> None:
    op.create_table(
        "alert",
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("review_date", sa.String(length=10), nullable=False),
        sa.Column("delete_by", sa.String(length=10), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("party", "id"),
    )
    op.create_index("alert_by_deletion", "alert", ["delete_by"], unique=False)
    op.create_index("alert_by_id", "alert", ["id", "party"], unique=False)
    op.create_table(
        "alert_hit",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("alert_party", sa.String(length=12), nullable=False),
        sa.Column("alert", sa.String(length=26), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alert_hit_by_alert", "alert_hit", ["alert_party", "alert"], unique=False)
    op.create_table(
        "alert_subject",
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("party", "category", "subject"),
    )
    op.create_index("alert_subject_by_alert", "alert_subject", ["party", "id"], unique=False)


def _alerts_2() -> None:
    op.create_table(
        "alert_tombstone",
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("party", "id"),
    )


def _screening() -> None:
    op.create_table(
        "screening_entry",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("expires", sa.String(length=10), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "party", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "screening_key",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("key", "kind", "party", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("screening_key_by_record", "screening_key", ["kind", "party", "id"], unique=False)


def _crossings_1() -> None:
    op.create_table(
        "crossing_check",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("crossing_check_by_expiry", "crossing_check", ["erased", "expires"], unique=False)
    op.create_table(
        "crossing_referral",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("check", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "crossing_referral_by_state", "crossing_referral", ["party", "authority", "state", "id"], unique=False
    )
    op.create_index("ix_crossing_referral_check", "crossing_referral", ["check"], unique=False)


def _crossings_2() -> None:
    op.create_table(
        "crossing_resolution",
        sa.Column("check", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("alert", sa.String(length=26), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("check", "party", "alert"),
    )


def _bureau() -> None:
    op.create_table(
        "bureau_case",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("hit", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("bureau_case_by_hit", "bureau_case", ["hit"], unique=False)
    op.create_index("bureau_case_by_rank", "bureau_case", ["party", "state", "rank", "id"], unique=False)
    op.create_table(
        "bureau_message",
        sa.Column("sender_party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("recipient_party", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sender_party", "id"),
    )
    op.create_index(
        "bureau_message_by_rank", "bureau_message", ["recipient_party", "state", "rank", "id"], unique=False
    )


def _oversight() -> None:
    op.create_table(
        "search_log",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_search_log_recorded_at", "search_log", ["recorded_at"], unique=False)
    op.create_index("ix_search_log_user", "search_log", ["user"], unique=False)
    op.create_table(
        "search_log_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("memory_bytes", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_search_log_key_made", "search_log_key", ["made"], unique=False)


_TABLES = (
    "agreement",
    "agreement_event",
    "agreement_signature",
    "alert",
    "alert_hit",
    "alert_subject",
    "alert_tombstone",
    "screening_entry",
    "screening_key",
    "crossing_check",
    "crossing_referral",
    "crossing_resolution",
    "bureau_case",
    "bureau_message",
    "search_log",
    "search_log_key",
)
