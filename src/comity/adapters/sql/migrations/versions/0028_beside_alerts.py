"""What stands beside alerts: pictures, subjects of copies, what is held back or refused, vetting, waiting, links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_PARTY = sa.String(length=12)
_ID = sa.String(length=26)
_DIGEST = sa.String(length=64)
_TABLES = (
    "alert_picture",
    "alert_known",
    "alert_held",
    "alert_refusal",
    "alert_vetting",
    "alert_waiting",
    "alert_link_hidden",
)


def upgrade() -> None:
    """Begin them empty: who is the subject of a copy is noted from its next version on."""
    op.create_index("alert_subject_by_subject", "alert_subject", ["subject"])
    op.create_table(
        "alert_picture",
        sa.Column("party", _PARTY, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("sha256", _DIGEST, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("party", "id", "sha256"),
    )
    op.create_table(
        "alert_known",
        sa.Column("subject", _DIGEST, nullable=False),
        sa.Column("party", _PARTY, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("subject", "party", "id"),
    )
    op.create_index("alert_known_by_alert", "alert_known", ["party", "id"])
    _create_decided()
    op.create_table(
        "alert_waiting",
        sa.Column("id", _ID, nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("erase_by", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alert_waiting_by_erasure", "alert_waiting", ["erase_by"])
    op.create_table(
        "alert_link_hidden",
        sa.Column("party", _PARTY, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("party", "id"),
    )


def _create_decided() -> None:
    op.create_table(
        "alert_held",
        sa.Column("party", _PARTY, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("erase_by", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("party", "id"),
    )
    op.create_index("alert_held_by_state", "alert_held", ["state", "since"])
    op.create_table(
        "alert_refusal",
        sa.Column("party", _PARTY, nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("party", "category"),
    )
    op.create_table(
        "alert_vetting",
        sa.Column("party", _PARTY, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("party", "id"),
    )
    op.create_index("alert_vetting_by_state", "alert_vetting", ["state", "since"])


def downgrade() -> None:
    """Take them out again."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("alert_subject_by_subject", "alert_subject")
