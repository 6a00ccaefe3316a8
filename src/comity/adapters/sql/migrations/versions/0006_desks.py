"""Crossing points, desks, cleared matches; checks say more of where and how they were asked.

Checks of the version before can be read as they are. Going back, what that version does not know is taken out of
questions and decisions, which are kept for a day; decisions that were undone go.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NEW_IN_DECISIONS = frozenset({"told", "obligations", "earlier"})
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
    op.create_table(
        "crossing_cleared",
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("alert_party", sa.String(length=12), nullable=False),
        sa.Column("alert", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expires", sa.String(length=10), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("party", "authority", "document", "alert_party", "alert"),
    )
    op.create_index(op.f("ix_crossing_cleared_expires"), "crossing_cleared", ["expires"])
    op.create_index("crossing_cleared_by_alert", "crossing_cleared", ["alert_party", "alert"])
    op.create_table(
        "identity_own",
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )


def downgrade() -> None:
    """Drop the tables, and what is new in kept questions."""
    op.drop_table("identity_own")
    op.drop_table("crossing_cleared")
    op.drop_table("crossing_desk")
    op.drop_table("crossing_point")
    connection = op.get_bind()
    _forget_news(connection)
    _forget_history(connection)


def _forget_history(connection: sa.Connection) -> None:
    names = ("check", "party", "alert", "verdict", "body")
    decisions = sa.table("crossing_resolution", *(sa.column(name) for name in names))
    connection.execute(sa.delete(decisions).where(decisions.c.verdict == "undone"))
    here = [decisions.c[name] == sa.bindparam(f"the_{name}") for name in ("check", "party", "alert")]
    change = sa.update(decisions).where(*here).values(body=sa.bindparam("content"))
    for row in connection.execute(sa.select(decisions).where(decisions.c.body.is_not(None))).all():
        kept = {name: value for name, value in json.loads(row.body).items() if name not in _NEW_IN_DECISIONS}
        key = {"the_check": row.check, "the_party": row.party, "the_alert": row.alert}
        connection.execute(change, {**key, "content": _text(kept)})


def _text(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _forget_news(connection: sa.Connection) -> None:
    checks = sa.table("crossing_check", sa.column("id"), sa.column("body"))
    change = sa.update(checks).where(checks.c.id == sa.bindparam("check")).values(body=sa.bindparam("content"))
    for row in connection.execute(sa.select(checks.c.id, checks.c.body).where(checks.c.body.is_not(None))).all():
        stored = json.loads(row.body)
        question = {name: value for name, value in stored["question"].items() if name in _KNOWN_BEFORE}
        kept = {**stored, "question": {**question, "zone": None}}
        connection.execute(change, {"check": row.id, "content": _text(kept)})
