"""Tables of official lists: entries, imports, files on their way in, reports by row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _listing()
    op.create_table(
        "list_import",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("list_import_by_state", "list_import", ["party", "state", "updated_at"])
    op.create_table(
        "list_chunk",
        sa.Column("import", sa.String(length=26), nullable=False),
        sa.Column("file", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("import", "file", "number"),
    )
    op.create_table(
        "list_report",
        sa.Column("import", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("listing", sa.String(length=26), nullable=True),
        sa.PrimaryKeyConstraint("import", "number"),
    )


def downgrade() -> None:
    """Drop the tables; lists are imported anew from their publishers."""
    for table in ("list_report", "list_chunk", "list_import", "listing"):
        op.drop_table(table)


def _listing() -> None:
    op.create_table(
        "listing",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.String(length=80), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("listing_class", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("listing_by_source", "listing", ["party", "source", "source_id"], unique=True)
    op.create_index("listing_by_class", "listing", ["party", "listed", "id"])
