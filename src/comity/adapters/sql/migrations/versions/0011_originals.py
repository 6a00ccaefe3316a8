"""Texts as they came, beside the records whose fields hold them in NFC."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "text_original",
        sa.Column("row", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("text_original_by_record", "text_original", ["kind", "id"])


def downgrade() -> None:
    """Drop the table; the fields keep the form that is searched and signed."""
    op.drop_table("text_original")
