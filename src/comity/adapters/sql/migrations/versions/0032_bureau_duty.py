"""Rosters, hand-overs and alarms; and what an officer is told of a hit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "bureau_duty",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("bureau_duty_by_end", "bureau_duty", ["authority", "ends"])
    op.create_table(
        "bureau_hand_over",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("bureau_hand_over_by_time", "bureau_hand_over", ["authority", "at"])
    op.create_table(
        "bureau_alarm",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_kind", sa.String(length=16), nullable=False),
        sa.Column("case_party", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_kind", "case_party", "case_id", "level", name="bureau_alarm_once"),
    )
    op.create_index("bureau_alarm_open", "bureau_alarm", ["open", "at"])
    op.create_table(
        "bureau_outcome",
        sa.Column("hit", sa.String(length=26), nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("erase_by", sa.String(length=10), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hit"),
    )
    op.create_index("bureau_outcome_by_officer", "bureau_outcome", ["officer", "at"])
    op.create_index("bureau_outcome_by_end", "bureau_outcome", ["erase_by"])


def downgrade() -> None:
    """Take them out again."""
    for table in ("bureau_outcome", "bureau_alarm", "bureau_hand_over", "bureau_duty"):
        op.drop_table(table)
