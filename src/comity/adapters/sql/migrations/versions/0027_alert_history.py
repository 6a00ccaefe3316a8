"""What became of each own alert, act by act; and an index of what a bureau still has to do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLE = "alert_history"
_BUREAU = {"bureau_case": "party", "bureau_message": "recipient_party"}
_OPEN = sa.text("ended IS NULL")


def upgrade() -> None:
    """Begin it: what was done before is in the ledger alone."""
    op.create_table(
        _TABLE,
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("erase_by", sa.String(length=10), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("party", "id", "version"),
    )
    op.create_index("alert_history_by_erasure", _TABLE, ["erase_by"])
    for table, party in _BUREAU.items():
        op.create_index(
            f"{table}_open", table, [party, "urgent", "due", "since"], sqlite_where=_OPEN, postgresql_where=_OPEN
        )


def downgrade() -> None:
    """Take it out again."""
    for table in _BUREAU:
        op.drop_index(f"{table}_open", table)
    op.drop_table(_TABLE)
