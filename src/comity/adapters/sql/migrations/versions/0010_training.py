"""Tables of exercises: what is run, who comes to the counter, what trainees did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "training_exercise",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("training_exercise_by_authority", "training_exercise", ["party", "authority", "id"])
    op.create_table(
        "training_traveller",
        sa.Column("exercise", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alert", sa.String(length=26), nullable=True),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("exercise", "number"),
    )
    op.create_index("training_traveller_by_alert", "training_traveller", ["alert"])
    op.create_table(
        "training_turn",
        sa.Column("exercise", sa.String(length=26), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("exercise", "user", "number"),
    )
    op.create_index("training_turn_by_user", "training_turn", ["user", "done"])


def downgrade() -> None:
    """Drop the tables; an exercise is held anew."""
    for table in ("training_turn", "training_traveller", "training_exercise"):
        op.drop_table(table)
