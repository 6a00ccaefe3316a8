"""Passages that went unchecked and wait to be made good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_TABLE = "crossing_unchecked"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("crossing_unchecked_by_time", _TABLE, ["authority", "at"])
    op.create_index("crossing_unchecked_by_end", _TABLE, ["until"])


def downgrade() -> None:
    """Take it out again."""
    op.drop_table(_TABLE)
