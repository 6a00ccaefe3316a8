"""What received intelligence reports hold back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_TABLE = "bureau_held_back"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        _TABLE,
        sa.Column("print", sa.String(length=64), nullable=False),
        sa.Column("giver", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=26), nullable=False),
        sa.Column("letter", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("print", "giver", "source"),
    )
    op.create_index("bureau_held_back_by_source", _TABLE, ["giver", "source"])
    op.create_index("bureau_held_back_by_letter", _TABLE, ["giver", "letter"])


def downgrade() -> None:
    """Take it out again."""
    op.drop_table(_TABLE)
