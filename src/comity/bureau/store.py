"""What is read from the tables of the bureau as records, and the changes that keep them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select

from comity.bureau.clocks import Duty, duty_of_case, duty_of_message, rank
from comity.bureau.letters.tables import BUREAU_LETTER
from comity.bureau.records import (
    ANSWER_SCHEMA,
    STORED_SCHEMA,
    Answer,
    Case,
    CaseState,
    Message,
    MessageKind,
    MessageState,
)
from comity.bureau.tables import BUREAU_ANSWER, BUREAU_CASE, BUREAU_MESSAGE
from comity.core.codec import decode_as, encode
from comity.core.errors import BadInput, NotFound
from comity.core.ports import Delete, Guard, Insert, Row, Update, Work
from comity.core.time import CivilDate, Instant

_Query: TypeAlias = Select[Any]
"""A page of cases or messages: their columns differ, and paging asks for none of them by type."""

ALL: Final = 10_000
"""More than a bureau has open in one state."""

_CASE: Final = sa.select(
    BUREAU_CASE.c.id,
    BUREAU_CASE.c.rank,
    BUREAU_CASE.c.body,
    BUREAU_CASE.c.state,
    BUREAU_CASE.c.acknowledged,
    BUREAU_CASE.c.answered,
)


def case_or_none(work: Work, party: str, case: str) -> Case | None:
    """Return a case of the party, or None."""
    rows = work.read(_CASE.where(BUREAU_CASE.c.id == case, BUREAU_CASE.c.party == party))
    return _case(rows[0]) if rows else None


def get_case(work: Work, party: str, case: str) -> Case:
    """Return a case of the party; raises `NotFound`."""
    found = case_or_none(work, party, case)
    if found is None:
        raise NotFound("bureau.case-not-found", "The bureau has no such case.", field="$.case")
    return found


def add_case(work: Work, case: Case, erase_by: CivilDate) -> None:
    """Add a new case, to be erased after `erase_by`."""
    alert = case.report.alert.id
    row = {
        "id": case.id,
        "party": case.party,
        "hit": case.hit,
        "alert_party": case.recipient.party,
        "alert": alert,
        "erase_by": erase_by,
    }
    work.change(Insert(BUREAU_CASE, {**row, **_case_columns(case)}))


def replace_case(work: Work, old: Case, new: Case) -> None:
    """Put `new` in the place of `old`, guarded by the version and state read."""
    key = {"id": old.id}
    expected = {"version": old.version, "state": str(old.state)}
    work.change(Guard(BUREAU_CASE, key, expected), Update(BUREAU_CASE, key, _case_columns(new)))


def cases(
    work: Work, party: str, state: CaseState, cursor: str | None, limit: int
) -> tuple[tuple[Case, ...], str | None]:
    """Return a page of cases in one state, most urgent first, and the cursor of the next one."""
    columns = BUREAU_CASE.c
    query = sa.select(columns.id, columns.rank, columns.body).where(columns.party == party, columns.state == str(state))
    rows = work.read(_after(query, columns.rank, columns.id, cursor).limit(limit + 1))
    found = tuple(decode_as(bytes(row.body), Case) for row in rows[:limit])
    return found, _cursor(rows[limit - 1]) if len(rows) > limit else None


def case_erased_by(work: Work, case: str) -> CivilDate | None:
    """Return the last day on which a case may be kept."""
    rows = work.read(sa.select(BUREAU_CASE.c.erase_by).where(BUREAU_CASE.c.id == case))
    return CivilDate(rows[0].erase_by) if rows else None


def find_message(work: Work, sender: str, message: str) -> Message | None:
    """Return what the sender's party sent under this id, or None."""
    columns = BUREAU_MESSAGE.c
    rows = work.read(sa.select(columns.body).where(columns.sender_party == sender, columns.id == message))
    return decode_as(bytes(rows[0].body), Message) if rows else None


def get_message(work: Work, party: str, sender: str, message: str) -> Message:
    """Return a message that lies in the party's inbox; raises `NotFound`."""
    found = find_message(work, sender, message)
    if found is None or found.recipient.party != party:
        raise NotFound("bureau.message-not-found", "The inbox has no such message.", field="$.message")
    return found


def message_erased_by(work: Work, sender: str, message: str) -> CivilDate | None:
    """Return the last day on which a message may be kept."""
    columns = BUREAU_MESSAGE.c
    rows = work.read(sa.select(columns.erase_by).where(columns.sender_party == sender, columns.id == message))
    return CivilDate(rows[0].erase_by) if rows else None


def add_message(work: Work, message: Message, erase_by: CivilDate) -> None:
    """Add a new message, to be erased after `erase_by`."""
    row = {
        "sender_party": message.sender.party,
        "id": message.id,
        "recipient_party": message.recipient.party,
        "kind": str(message.kind),
        "alert_party": message.recipient.party,
        "alert": message.report.alert.id,
        "erase_by": erase_by,
    }
    work.change(Insert(BUREAU_MESSAGE, {**row, **_message_columns(message)}))


def replace_message(work: Work, old: Message, new: Message) -> None:
    """Put `new` in the place of `old`, guarded by the version read."""
    key = {"sender_party": old.sender.party, "id": old.id}
    work.change(
        Guard(BUREAU_MESSAGE, key, {"version": old.version}), Update(BUREAU_MESSAGE, key, _message_columns(new))
    )


def inbox(
    work: Work, party: str, state: MessageState | None, cursor: str | None, limit: int
) -> tuple[tuple[Message, ...], str | None]:
    """Return a page of the party's inbox, of one state or all, most urgent first, and the cursor of the next one."""
    columns = BUREAU_MESSAGE.c
    query = sa.select(columns.id, columns.rank, columns.body).where(columns.recipient_party == party)
    if state is not None:
        query = query.where(columns.state == str(state))
    rows = work.read(_after(query, columns.rank, columns.id, cursor).limit(limit + 1))
    messages = tuple(decode_as(bytes(row.body), Message) for row in rows[:limit])
    return messages, _cursor(rows[limit - 1]) if len(rows) > limit else None


def received(work: Work) -> Sequence[Row]:
    """Return sender and id of every message that a peer's statement brought."""
    columns = BUREAU_MESSAGE.c
    query = sa.select(columns.sender_party, columns.id).where(columns.kind == str(MessageKind.HIT_REPORT))
    return work.read(query.order_by(columns.id, columns.sender_party))


def erase_message(work: Work, sender: str, message: str) -> None:
    """Remove a message; none is no error."""
    work.change(Delete(BUREAU_MESSAGE, {"sender_party": sender, "id": message}))


def add_answer(work: Work, case: Case, answer: Answer) -> None:
    """Add an answer to a case; news lies in the inbox again, also if the case was filed.

    Not guarded by the case's version: several answers of one delivery stand in one change set.
    """
    row = {
        "sender_party": answer.sender.party,
        "id": answer.id,
        "report": answer.content.report,
        "schema": ANSWER_SCHEMA,
        "body": encode(answer),
    }
    news: dict[str, object] = {"acknowledged": answer.at if case.acknowledged is None else case.acknowledged}
    if not answer.content.receipt:
        news = {"state": str(CaseState.ANSWERED), "answered": answer.at if case.answered is None else case.answered}
    work.change(Insert(BUREAU_ANSWER, row))
    if case.state is not CaseState.WITHDRAWN:
        work.change(Update(BUREAU_CASE, {"id": case.id}, news))


def answers(work: Work, case: str) -> tuple[Answer, ...]:
    """Return the answers to the report of a case, oldest first."""
    columns = BUREAU_ANSWER.c
    query = sa.select(columns.body).where(columns.report == case)
    return tuple(decode_as(bytes(row.body), Answer) for row in work.read(query.order_by(columns.id)))


def answers_received(work: Work) -> Sequence[Row]:
    """Return sender and id of every answer."""
    columns = BUREAU_ANSWER.c
    query = sa.select(columns.sender_party, columns.id)
    return work.read(query.order_by(columns.id, columns.sender_party))


def erase_answer(work: Work, sender: str, answer: str) -> None:
    """Remove an answer; none is no error."""
    work.change(Delete(BUREAU_ANSWER, {"sender_party": sender, "id": answer}))


def alert_ends(work: Work, party: str, alert: str, erase_by: CivilDate) -> None:
    """Set the last day of everything that is kept about an alert."""
    key = {"alert_party": party, "alert": alert}
    work.change(Update(BUREAU_CASE, key, {"erase_by": erase_by}), Update(BUREAU_MESSAGE, key, {"erase_by": erase_by}))


def past(work: Work, today: CivilDate, limit: int) -> tuple[Sequence[Row], Sequence[Row]]:
    """Return at most `limit` cases (id, hit) and messages (sender_party, id) whose last day is over."""
    case, message = BUREAU_CASE.c, BUREAU_MESSAGE.c
    cases_past = sa.select(case.id, case.hit).where(case.erase_by < today).limit(limit)
    messages_past = sa.select(message.sender_party, message.id).where(message.erase_by < today).limit(limit)
    return work.read(cases_past), work.read(messages_past)


def erase_case(work: Work, case: str) -> None:
    """Remove a case with its answers; none is no error."""
    work.change(Delete(BUREAU_CASE, {"id": case}), Delete(BUREAU_ANSWER, {"report": case}))


def counts(work: Work, party: str) -> tuple[Sequence[Row], Sequence[Row]]:
    """Return how many cases and how many messages are in each state."""
    case, message = BUREAU_CASE.c, BUREAU_MESSAGE.c
    return (
        work.read(sa.select(case.state, sa.func.count().label("n")).where(case.party == party).group_by(case.state)),
        work.read(
            sa.select(message.state, sa.func.count().label("n"))
            .where(message.recipient_party == party)
            .group_by(message.state)
        ),
    )


def waiting(work: Work, party: str, now: Instant) -> tuple[int, Instant | None, int]:
    """Return how many duties are due at once, since when the oldest waits, and how many are overdue."""
    at_once, oldest, overdue = 0, [], 0
    for table, whose in (
        (BUREAU_CASE, BUREAU_CASE.c.party),
        (BUREAU_MESSAGE, BUREAU_MESSAGE.c.recipient_party),
        (BUREAU_LETTER, BUREAU_LETTER.c.recipient_party),
    ):
        column = table.c
        is_open = (whose == party, sa.text("ended IS NULL"))
        query = sa.select(sa.func.count().label("many"), sa.func.min(column.since).label("first"))
        (urgent,) = work.read(query.where(*is_open, column.urgent.is_(True)))
        (late,) = work.read(
            sa.select(sa.func.count().label("many")).where(*is_open, column.urgent.is_(False), column.due < now)
        )
        at_once += urgent.many
        overdue += late.many
        oldest += [Instant(urgent.first)] if urgent.many else []
    return at_once, min(oldest, default=None), overdue


def done(work: Work, party: str, since: Instant, until: Instant) -> tuple[tuple[Duty, ...], tuple[Duty, ...]]:
    """Return the clocks that stand still of cases and of messages that began in a span of time.

    Withdrawn cases do not count.
    """
    case, message = BUREAU_CASE.c, BUREAU_MESSAGE.c
    of_cases = sa.select(case.urgent, case.since, case.due, case.ended).where(
        case.party == party,
        case.state != str(CaseState.WITHDRAWN),
        case.ended.is_not(None),
        case.since.between(since, until),
    )
    of_messages = sa.select(message.urgent, message.since, message.due, message.ended).where(
        message.recipient_party == party, message.ended.is_not(None), message.since.between(since, until)
    )
    return _duties(work.read(of_cases)), _duties(work.read(of_messages))


def _duties(rows: Sequence[Row]) -> tuple[Duty, ...]:
    return tuple(Duty(bool(row.urgent), row.since, row.due, row.ended) for row in rows)


def _case(row: Row) -> Case:
    """Read a case; the columns that answers set rule over the body."""
    case, state = decode_as(bytes(row.body), Case), CaseState(row.state)
    return msgspec.structs.replace(
        case,
        state=state,
        acknowledged=row.acknowledged,
        answered=row.answered,
        filing=case.filing if state is CaseState.FILED else None,
    )


def _after(
    query: _Query,
    rank_column: ColumnElement[int],
    id_column: ColumnElement[str],
    cursor: str | None,
) -> _Query:
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
        "acknowledged": case.acknowledged,
        "answered": case.answered,
        "version": case.version,
        "schema": STORED_SCHEMA,
        "body": encode(case),
        **_clock_columns(duty_of_case(case)),
    }


def _message_columns(message: Message) -> dict[str, object]:
    return {
        "state": str(message.state),
        "version": message.version,
        "schema": STORED_SCHEMA,
        "body": encode(message),
        **_clock_columns(duty_of_message(message)),
    }


def _clock_columns(duty: Duty) -> dict[str, object]:
    return {
        "rank": rank(urgent=duty.urgent, due_at=duty.due),
        "urgent": duty.urgent,
        "since": duty.since,
        "due": duty.due,
        "ended": duty.ended,
    }
