"""Letters that requests for entry wait for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_TABLE = "bureau_consultation"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        _TABLE,
        sa.Column("waiting", sa.String(length=26), nullable=False),
        sa.Column("alert_party", sa.String(length=12), nullable=False),
        sa.Column("alert", sa.String(length=26), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("letter", sa.String(length=26), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("waiting", "alert_party", "alert"),
    )
    op.create_index("bureau_consultation_by_alert", _TABLE, ["alert_party", "alert"])
    op.create_index("bureau_consultation_by_letter", _TABLE, ["letter"])


def downgrade() -> None:
    """Take it out again."""
    op.drop_table(_TABLE)
