"""What became of each own alert, act by act."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLE = "alert_history"


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


def downgrade() -> None:
    """Take it out again."""
    op.drop_table(_TABLE)
