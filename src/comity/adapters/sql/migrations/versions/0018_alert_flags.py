"""Flags by which a State does not take an alert's action: its own, and what others tell of its alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "alert_flag",
        sa.Column("alert_party", sa.String(length=12), nullable=False),
        sa.Column("alert", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("alert_party", "alert", "party"),
    )
    op.create_index("alert_flag_by_id", "alert_flag", ["id", "party"])


def downgrade() -> None:
    """Take it out again."""
    op.drop_table("alert_flag")
