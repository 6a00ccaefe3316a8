"""The life of agreements: notices, their receipts, what a turn of force is about, and drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns; every version known so far was proposed."""
    op.create_table(
        "agreement_notice",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_agreement_notice_agreement", "agreement_notice", ["agreement"])
    op.create_table(
        "agreement_notice_receipt",
        sa.Column("notice", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("notice", "party"),
    )
    op.create_index("ix_agreement_notice_receipt_agreement", "agreement_notice_receipt", ["agreement"])
    op.add_column("agreement", sa.Column("proposed_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE agreement SET proposed_at = recorded_at")
    op.add_column("agreement_event", sa.Column("detail", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop them; what was suspended or ended by notice is forgotten."""
    op.drop_column("agreement_event", "detail")
    op.drop_column("agreement", "proposed_at")
    op.drop_table("agreement_notice_receipt")
    op.drop_table("agreement_notice")
