"""Tables of listed travel bans: who enters them, and which alert stands for which listing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "list_designation",
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("party", "source"),
    )
    op.create_table(
        "list_ban",
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("listing", sa.String(length=26), nullable=False),
        sa.Column("listing_version", sa.Integer(), nullable=False),
        sa.Column("alert", sa.String(length=26), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("party", "listing"),
    )
    op.create_index("list_ban_by_alert", "list_ban", ["party", "alert"], unique=True)


def downgrade() -> None:
    """Drop the tables; the alerts themselves stay."""
    for table in ("list_ban", "list_designation"):
        op.drop_table(table)
