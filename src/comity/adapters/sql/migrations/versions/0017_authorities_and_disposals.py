"""Signatures by the authorities inside one party, and what became of data once their agreement had ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLE = "agreement_signature"


def upgrade() -> None:
    """Make the authority a part of the key; it is empty between parties."""
    op.rename_table(_TABLE, "agreement_signature_old")
    _create(sa.Column("authority", sa.String(length=96), nullable=False))
    op.execute(
        "INSERT INTO agreement_signature (agreement, node, authority, party, schema, body, recorded_at) "
        "SELECT agreement, node, '', party, schema, body, recorded_at FROM agreement_signature_old"
    )
    op.drop_table("agreement_signature_old")
    op.create_table(
        "agreement_disposal",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("node", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("differing", sa.Integer(), nullable=True),
        sa.Column("parted_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", "direction"),
    )
    op.create_index("ix_agreement_disposal_agreement", "agreement_disposal", ["agreement"])


def downgrade() -> None:
    """Take it out again; signatures of authorities go."""
    op.drop_table("agreement_disposal")
    op.rename_table(_TABLE, "agreement_signature_new")
    _create(None)
    op.execute(
        "INSERT INTO agreement_signature (agreement, node, party, schema, body, recorded_at) "
        "SELECT agreement, node, party, schema, body, recorded_at FROM agreement_signature_new WHERE authority = ''"
    )
    op.drop_table("agreement_signature_new")


def _create(authority: sa.Column[str] | None) -> None:
    inside = () if authority is None else (authority,)
    op.create_table(
        _TABLE,
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("node", sa.String(length=26), nullable=False),
        *inside,
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agreement", "node", *(each.name for each in inside)),
    )
