"""Runs of searching again for whoever is crossing, and what they found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "crossing_rescreen",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_crossing_rescreen_expires", "crossing_rescreen", ["expires"])
    op.create_table(
        "crossing_rescreen_hit",
        sa.Column("run", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("earlier", sa.String(length=26), nullable=False),
        sa.Column("check", sa.String(length=26), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run", "number"),
    )
    for column in ("earlier", "check"):
        op.create_index(f"ix_crossing_rescreen_hit_{column}", "crossing_rescreen_hit", [column])


def downgrade() -> None:
    """Take them out again."""
    op.drop_table("crossing_rescreen_hit")
    op.drop_table("crossing_rescreen")
