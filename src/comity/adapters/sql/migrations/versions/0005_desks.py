"""Crossing points and desks; checks say more of where and how they were asked.

Checks of the version before can be read as they are. Going back, what that version does not know is taken out of the
questions kept for a day.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KNOWN_BEFORE = frozenset({"direction", "crossing_point", "lane", "identity", "document", "justification"})


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "crossing_point",
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("party", "authority", "code"),
    )
    op.create_table(
        "crossing_desk",
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account", "party", "authority"),
    )
    op.create_index(op.f("ix_crossing_desk_expires"), "crossing_desk", ["expires"])


def downgrade() -> None:
    """Drop the tables, and what is new in kept questions."""
    op.drop_table("crossing_desk")
    op.drop_table("crossing_point")
    _forget_news(op.get_bind())


def _forget_news(connection: sa.Connection) -> None:
    checks = sa.table("crossing_check", sa.column("id"), sa.column("body"))
    change = sa.update(checks).where(checks.c.id == sa.bindparam("check")).values(body=sa.bindparam("content"))
    for row in connection.execute(sa.select(checks.c.id, checks.c.body).where(checks.c.body.is_not(None))).all():
        stored = json.loads(row.body)
        question = {name: value for name, value in stored["question"].items() if name in _KNOWN_BEFORE}
        text = json.dumps({**stored, "question": {**question, "zone": None}}, ensure_ascii=False, separators=(",", ":"))
        connection.execute(change, {"check": row.id, "content": text.encode()})
