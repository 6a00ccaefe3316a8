"""What the processes of a node share: only where its database is one that several of them can write."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the head, what changed, the latest groups and the leases."""
    if not _is_shared():
        return
    head = op.create_table(
        "store_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.String(length=26), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.bulk_insert(head, [{"id": 0, "node": None, "version": 0}])
    op.create_table(
        "store_change",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("overwritten", sa.BigInteger(), nullable=False),
        sa.Column("rewritten", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "store_group",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process", sa.String(length=32), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=True),
        sa.Column(
            "written_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")
        ),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "store_lease",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("process", sa.String(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """Take them out again."""
    if _is_shared():
        for name in ("store_lease", "store_group", "store_change", "store_head"):
            op.drop_table(name)


def _is_shared() -> bool:
    return op.get_bind().dialect.name == "postgresql"
