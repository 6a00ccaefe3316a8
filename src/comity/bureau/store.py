"""Tables of the bureau: cases and inbox, each with a `rank` that orders a page by legal urgency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select

from comity.bureau.records import SCHEMA, Case, CaseState, Message, MessageKind, MessageState
from comity.bureau.rules import rank
from comity.core.codec import decode_as, encode
from comity.core.errors import BadInput, NotFound
from comity.core.ports import Delete, Guard, Insert, Row, Update, Work

METADATA: Final = sa.MetaData()

BUREAU_CASE: Final = sa.Table(
    "bureau_case",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("rank", sa.BigInteger, nullable=False),
    sa.Column("hit", sa.String(26), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("bureau_case_by_rank", "party", "state", "rank", "id"),
    sa.Index("bureau_case_by_hit", "hit"),
)

BUREAU_MESSAGE: Final = sa.Table(
    "bureau_message",
    METADATA,
    sa.Column("sender_party", sa.String(12), primary_key=True),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("recipient_party", sa.String(12), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("rank", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("bureau_message_by_rank", "recipient_party", "state", "rank", "id"),
)
"""The sender's party stands in the key, so that no party can occupy another's ids."""


def case_or_none(work: Work, party: str, case: str) -> Case | None:
    """Return a case of the party, or None."""
    columns = BUREAU_CASE.c
    rows = work.read(sa.select(columns.body).where(columns.id == case, columns.party == party))
    return decode_as(bytes(rows[0].body), Case) if rows else None


def get_case(work: Work, party: str, case: str) -> Case:
    """Return a case of the party; raises `NotFound`."""
    found = case_or_none(work, party, case)
    if found is None:
        raise NotFound("bureau.case-not-found", "The bureau has no such case.", field="$.case")
    return found


def add_case(work: Work, case: Case) -> None:
    """Add a new case."""
    work.change(Insert(BUREAU_CASE, {"id": case.id, "party": case.party, "hit": case.hit, **_case_columns(case)}))


def replace_case(work: Work, old: Case, new: Case) -> None:
    """Put `new` in the place of `old`, guarded by the version read."""
    key = {"id": old.id}
    work.change(Guard(BUREAU_CASE, key, {"version": old.version}), Update(BUREAU_CASE, key, _case_columns(new)))


def drafts(work: Work, party: str, cursor: str | None, limit: int) -> tuple[tuple[Case, ...], str | None]:
    """Return a page of drafts, most urgent first, and the cursor of the next one."""
    columns = BUREAU_CASE.c
    query = sa.select(columns.id, columns.rank, columns.body).where(
        columns.party == party, columns.state == str(CaseState.DRAFT)
    )
    rows = work.read(_after(query, columns.rank, columns.id, cursor).limit(limit + 1))
    cases = tuple(decode_as(bytes(row.body), Case) for row in rows[:limit])
    return cases, _cursor(rows[limit - 1]) if len(rows) > limit else None


def find_message(work: Work, sender: str, message: str) -> Message | None:
    """Return what the sender's party sent under this id, or None."""
    columns = BUREAU_MESSAGE.c
    rows = work.read(sa.select(columns.body).where(columns.sender_party == sender, columns.id == message))
    return decode_as(bytes(rows[0].body), Message) if rows else None


def add_message(work: Work, message: Message) -> None:
    """Add a new message."""
    key = {"sender_party": message.sender.party, "id": message.id}
    work.change(
        Insert(
            BUREAU_MESSAGE,
            {
                **key,
                "recipient_party": message.recipient.party,
                "kind": str(message.kind),
                **_message_columns(message),
            },
        )
    )


def replace_message(work: Work, old: Message, new: Message) -> None:
    """Put `new` in the place of `old`, guarded by the version read."""
    key = {"sender_party": old.sender.party, "id": old.id}
    work.change(
        Guard(BUREAU_MESSAGE, key, {"version": old.version}), Update(BUREAU_MESSAGE, key, _message_columns(new))
    )


def inbox(
    work: Work, party: str, *, everything: bool, cursor: str | None, limit: int
) -> tuple[tuple[Message, ...], str | None]:
    """Return a page of the party's inbox, most urgent first, and the cursor of the next one."""
    columns = BUREAU_MESSAGE.c
    query = sa.select(columns.id, columns.rank, columns.body).where(columns.recipient_party == party)
    if not everything:
        query = query.where(columns.state == str(MessageState.NEW))
    rows = work.read(_after(query, columns.rank, columns.id, cursor).limit(limit + 1))
    messages = tuple(decode_as(bytes(row.body), Message) for row in rows[:limit])
    return messages, _cursor(rows[limit - 1]) if len(rows) > limit else None


def received(work: Work, message: str | None = None) -> Sequence[Row]:
    """Return sender and id of every message that a peer's statement brought, or of those with one id."""
    columns = BUREAU_MESSAGE.c
    query = sa.select(columns.sender_party, columns.id).where(columns.kind == str(MessageKind.HIT_REPORT))
    if message is not None:
        query = query.where(columns.id == message)
    return work.read(query.order_by(columns.id, columns.sender_party))


def erase_message(work: Work, sender: str, message: str) -> None:
    """Remove a message; none is no error."""
    work.change(Delete(BUREAU_MESSAGE, {"sender_party": sender, "id": message}))


def _after(
    query: Select[tuple[str, int, bytes]],
    rank_column: ColumnElement[int],
    id_column: ColumnElement[str],
    cursor: str | None,
) -> Select[tuple[str, int, bytes]]:
    query = query.order_by(rank_column, id_column)
    if cursor is None:
        return query
    number, _, last = cursor.partition(":")
    if not (number.isascii() and number.isdigit() and last):
        raise BadInput("bureau.cursor", "This is not a cursor of this list.", field="$.cursor", remedy="Start again.")
    return query.where(sa.or_(rank_column > int(number), sa.and_(rank_column == int(number), id_column > last)))


def _cursor(row: Row) -> str:
    return f"{row.rank}:{row.id}"


def _case_columns(case: Case) -> dict[str, object]:
    return {
        "state": str(case.state),
        "rank": rank(urgent=case.urgent, due_at=case.due),
        "version": case.version,
        "schema": SCHEMA,
        "body": encode(case),
    }


def _message_columns(message: Message) -> dict[str, object]:
    return {
        "state": str(message.state),
        "rank": rank(urgent=message.urgent, due_at=message.due),
        "version": message.version,
        "schema": SCHEMA,
        "body": encode(message),
    }
