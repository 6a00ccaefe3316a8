"""Versions that peers have not got because the agreement is suspended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "exchange_put_off",
        sa.Column("record", sa.LargeBinary(length=16), nullable=False),
        sa.Column("route", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("peer", sa.String(length=26), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", "route"),
    )
    op.create_index("ix_exchange_put_off_peer", "exchange_put_off", ["peer"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("exchange_put_off")
