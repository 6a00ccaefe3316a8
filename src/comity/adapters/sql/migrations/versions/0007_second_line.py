"""The second line: columns of the queue on referrals, rates of chance, written refusals, boards."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_DAY_US = 24 * 3600 * 1_000_000
_INDEXES = {
    "crossing_referral_by_sender": ["party", "authority", "user", "id"],
    "crossing_referral_by_day": ["party", "authority", "recorded_at"],
    "crossing_referral_by_expiry": ["state", "expires"],
}


def upgrade() -> None:
    """Add the columns and tables; what referrals hold already is kept, and all of it came from the counter."""
    with op.batch_alter_table("crossing_referral") as table:
        table.add_column(sa.Column("crossing_point", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("urgency", sa.String(length=16), nullable=False, server_default="enforcement"))
        table.add_column(sa.Column("user", sa.Text(), nullable=True))
        table.add_column(sa.Column("taken_by", sa.Text(), nullable=True))
        table.add_column(sa.Column("taken_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("expires", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    _fill(op.get_bind())
    for name, columns in _INDEXES.items():
        op.create_index(name, "crossing_referral", columns)
    _rate()
    _refusal()
    _board()


def downgrade() -> None:
    """Drop what was added; referrals keep what they held before."""
    for dropped in ("crossing_board", "crossing_refusal", "crossing_rate"):
        op.drop_table(dropped)
    for name in _INDEXES:
        op.drop_index(name, "crossing_referral")
    _strip(op.get_bind())
    with op.batch_alter_table("crossing_referral") as table:
        for column in ("version", "expires", "taken_at", "taken_by", "user", "urgency", "crossing_point"):
            table.drop_column(column)


def _fill(connection: sa.Connection) -> None:
    """Take sender and crossing point from the bodies; a referral lives as long as its check did: a day."""
    connection.execute(sa.text("UPDATE crossing_referral SET expires = recorded_at + :day"), {"day": _DAY_US})
    connection.exec_driver_sql("UPDATE crossing_referral SET state = 'erased' WHERE body IS NULL")
    for row in connection.exec_driver_sql("SELECT id, body FROM crossing_referral WHERE body IS NOT NULL").all():
        body = json.loads(row.body)
        connection.execute(
            sa.text('UPDATE crossing_referral SET crossing_point = :point, "user" = :user WHERE id = :id'),
            {"point": body["crossing_point"], "user": body["user"], "id": row.id},
        )


def _strip(connection: sa.Connection) -> None:
    """Bring bodies back to what the version before can read; those without a match it cannot, and they go."""
    kept = ("alert", "at", "check", "crossing_point", "owner", "reason", "referral", "user")
    connection.exec_driver_sql("UPDATE crossing_referral SET state = 'waiting'")
    for row in connection.exec_driver_sql("SELECT id, body FROM crossing_referral WHERE body IS NOT NULL").all():
        body = json.loads(row.body)
        if body.get("alert") is None:
            connection.execute(sa.text("DELETE FROM crossing_referral WHERE id = :id"), {"id": row.id})
            continue
        old = json.dumps({key: body[key] for key in kept}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        change = sa.text("UPDATE crossing_referral SET body = :body WHERE id = :id")
        connection.execute(change, {"body": old.encode(), "id": row.id})


def _rate() -> None:
    op.create_table(
        "crossing_rate",
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("crossing_point", sa.String(length=200), nullable=False),
        sa.Column("per_thousand", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("party", "authority", "crossing_point"),
        sqlite_with_rowid=False,
    )


def _refusal() -> None:
    op.create_table(
        "crossing_refusal",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("delete_by", sa.String(length=10), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_crossing_refusal_delete_by", "crossing_refusal", ["delete_by"])


def _board() -> None:
    op.create_table(
        "crossing_board",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("authority", sa.String(length=48), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("crossing_board_by_owner", "crossing_board", ["party", "authority", "id"])
    op.create_index("crossing_board_by_expiry", "crossing_board", ["expires"])
