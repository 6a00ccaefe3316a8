"""Protection orders and victims of trafficking, each person a digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin them empty."""
    op.create_table(
        "protection_order",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("protected", sa.String(length=64), nullable=False),
        sa.Column("against", sa.String(length=64), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("protection_order_by_pair", "protection_order", ["protected", "against"])
    op.create_index("protection_order_by_end", "protection_order", ["until"])
    op.create_table(
        "victim",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("reflection_until", sa.String(length=10), nullable=False),
        sa.Column("erase_by", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("victim_by_subject", "victim", ["subject"])
    op.create_index("victim_by_erasure", "victim", ["erase_by"])


def downgrade() -> None:
    """Take them out again."""
    op.drop_table("victim")
    op.drop_table("protection_order")
