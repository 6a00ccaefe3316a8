"""Letters between bureaux, and the lines of their threads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended IS NULL")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "bureau_letter",
        sa.Column("sender_party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("recipient_party", sa.String(length=12), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("alert_party", sa.String(length=12), nullable=True),
        sa.Column("alert", sa.String(length=26), nullable=True),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("erase_by", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sender_party", "id"),
    )
    op.create_index("bureau_letter_by_rank", "bureau_letter", ["state", "rank", "id"])
    op.create_index("bureau_letter_by_alert", "bureau_letter", ["alert_party", "alert"])
    op.create_index("bureau_letter_by_end", "bureau_letter", ["erase_by"])
    op.create_index(
        "bureau_letter_open",
        "bureau_letter",
        ["recipient_party", "urgent", "due", "since"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "bureau_letter_line",
        sa.Column("sender_party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("letter_party", sa.String(length=12), nullable=False),
        sa.Column("letter", sa.String(length=26), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sender_party", "id"),
    )
    op.create_index("bureau_letter_line_by_letter", "bureau_letter_line", ["letter_party", "letter", "id"])


def downgrade() -> None:
    """Take both out again."""
    op.drop_table("bureau_letter_line")
    op.drop_table("bureau_letter")
