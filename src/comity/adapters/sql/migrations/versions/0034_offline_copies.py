"""Copies for offline use at crossing points: devices, copies, and what each holds until its end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty."""
    op.create_table(
        "offline_device",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("crossing_point", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "offline_copy",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("crossing_point", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("report_private", sa.LargeBinary(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("last_check", sa.String(length=64), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_offline_copy_ends", "offline_copy", ["ends"])
    op.create_table(
        "offline_copy_record",
        sa.Column("copy", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("copy", "kind", "party", "id"),
    )
    op.create_index("offline_copy_record_by_record", "offline_copy_record", ["kind", "party", "id"])


def downgrade() -> None:
    """Take them out again."""
    for table in ("offline_copy_record", "offline_copy", "offline_device"):
        op.drop_table(table)
