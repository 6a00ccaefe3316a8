"""Cases and messages of the bureau know their alert, their clock and their last day; answers of partners are kept.

What was there gets its columns from its body and from the alert. Going back drops answers, events and withdrawn cases.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHARED: Final[tuple[tuple[str, sa.types.TypeEngine[Any], str | None], ...]] = (
    ("alert_party", sa.String(length=12), ""),
    ("alert", sa.String(length=26), ""),
    ("erase_by", sa.String(length=10), ""),
    ("urgent", sa.Boolean(), "0"),
    ("since", sa.BigInteger(), "0"),
    ("due", sa.BigInteger(), None),
    ("ended", sa.BigInteger(), None),
)
_OF_CASES: Final = ("acknowledged", "answered")
_CASE_STATES: Final = {"returned": "draft", "answered": "sent", "filed": "sent"}
_MESSAGE_STATES: Final = {"answered": "acknowledged", "filed": "acknowledged"}
_NEW_IN_CASES: Final = ("officer", "bureau", "acknowledged", "answered", "filing", "events")
_NEW_IN_MESSAGES: Final = ("answered", "filing", "events")
_NEW_IN_HITS: Final = ("user", "at_once", "alert_ends", "details")
_IN_REPORTS: Final = (
    "lane",
    "conveyance",
    "consent",
    "check_reason",
    "route",
    "companions",
    "children",
    "document_user",
    "object_used",
    "objects_carried",
)
# Bodies are canonical JSON: sorted names, no white space, UTF-8.
_Body = dict[str, Any]


def upgrade() -> None:
    """Add columns and the table of answers, and fill the columns."""
    for table in ("bureau_case", "bureau_message"):
        for name, kind, default in _SHARED:
            column = sa.Column(name, kind, nullable=default is None, server_default=default)
            op.add_column(table, column)
    for name in _OF_CASES:
        op.add_column("bureau_case", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_table(
        "bureau_answer",
        sa.Column("sender_party", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("report", sa.String(length=26), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sender_party", "id"),
    )
    op.create_index("bureau_answer_by_report", "bureau_answer", ["report", "id"])
    _fill("bureau_case", _case_columns)
    _fill("bureau_message", _message_columns)
    for table in ("bureau_case", "bureau_message"):
        op.create_index(f"{table}_by_alert", table, ["alert_party", "alert"])
        op.create_index(f"{table}_by_end", table, ["erase_by"])


def downgrade() -> None:
    """Take the columns and the answers away; bodies lose what the older program cannot read."""
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM bureau_case WHERE state = 'withdrawn'"))
    _fill("bureau_case", lambda body, row: _older(body, row.state, _NEW_IN_CASES, _CASE_STATES))
    _fill("bureau_message", lambda body, row: _older(body, row.state, _NEW_IN_MESSAGES, _MESSAGE_STATES))
    _fill("alert_hit", lambda body, _row: _without(body, _NEW_IN_HITS))
    op.drop_table("bureau_answer")
    for table in ("bureau_case", "bureau_message"):
        op.drop_index(f"{table}_by_end", table)
        op.drop_index(f"{table}_by_alert", table)
        with op.batch_alter_table(table) as batch:
            for name in (*(name for name, *_ in _SHARED), *(_OF_CASES if table == "bureau_case" else ())):
                batch.drop_column(name)


def _fill(table: str, values: Callable[[_Body, Any], dict[str, object]]) -> None:
    """Set in each row what `values` says of its body; rows are few: what a bureau has in a year."""
    connection = op.get_bind()
    place = "ctid" if connection.dialect.name == "postgresql" else "rowid"
    update = f"UPDATE {{}} SET {{}} WHERE {place} = :place"  # noqa: S608 - our own names
    for row in connection.execute(sa.text(f"SELECT {place} AS place, * FROM {table}")).all():  # noqa: S608 - as above
        new = values(json.loads(row.body), row)
        sets = ", ".join(f"{name} = :{name}" for name in new)
        connection.execute(sa.text(update.format(table, sets)), {**new, "place": row.place})


def _case_columns(body: _Body, _row: object) -> dict[str, object]:
    found: int = body["report"]["found_at"]
    return {
        **_alert_columns(body["recipient"]["party"], body["report"]),
        "urgent": body["urgent"],
        "since": found,
        "due": body["due"],
        "ended": body["sent"],
    }


def _message_columns(body: _Body, _row: object) -> dict[str, object]:
    return {
        **_alert_columns(body["recipient"]["party"], body["report"]),
        "urgent": body["urgent"],
        "since": body["received"],
        "due": body["due"],
        "ended": None,
    }


def _alert_columns(party: str, report: _Body) -> dict[str, object]:
    """Name the alert; what belongs to it goes a year after its last day, or after the hit where it is gone."""
    alert = report["alert"]["id"]
    known = op.get_bind().execute(
        sa.text("SELECT delete_by FROM alert WHERE party = :party AND id = :id"), {"party": party, "id": alert}
    )
    ends = known.scalar() or (_EPOCH + timedelta(microseconds=report["found_at"])).date().isoformat()
    return {"alert_party": party, "alert": alert, "erase_by": _year_after(ends)}


def _year_after(day: str) -> str:
    last = date.fromisoformat(day)
    leap = (last.month, last.day) == (2, 29)
    return last.replace(year=last.year + 1, day=28 if leap else last.day).isoformat()


def _older(body: _Body, state: str, new: tuple[str, ...], states: dict[str, str]) -> dict[str, object]:
    body["state"] = states.get(state, state)
    for name in _IN_REPORTS:
        body["report"].pop(name, None)
    return {"state": body["state"], **_without(body, new)}


def _without(body: _Body, names: tuple[str, ...]) -> dict[str, object]:
    kept = {name: value for name, value in body.items() if name not in names}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return {"body": text.encode(), "schema": 1}
