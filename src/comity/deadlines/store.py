"""The table of the register."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.core.codec import decode_own_as, encode
from comity.core.errors import NotFound
from comity.core.ports import Change, Delete, Guard, Insert, Row, Update, Work
from comity.core.time import DAY_US, Instant
from comity.deadlines.records import SCHEMA, Deadline, ListDeadlines, Standing, State
from comity.deadlines.rules import last_of

METADATA: Final = sa.MetaData()

DEADLINE: Final = sa.Table(
    "deadline",
    METADATA,
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("authority", sa.String(48), primary_key=True),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("actor", sa.String(12), nullable=False),
    sa.Column("case_kind", sa.String(32), nullable=False),
    sa.Column("case_id", sa.String(64), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("at_once", sa.Boolean, nullable=False),
    # The last instant in time; of what is due at once, when it began.
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("deadline_by_last", "party", "authority", "state", "at_once", "last", "id"),
    sa.Index("deadline_by_case", "party", "authority", "case_kind", "case_id"),
)
_C: Final = DEADLINE.c


def add(deadline: Deadline) -> tuple[Change, ...]:
    """Return the changes that put a new deadline on the register."""
    return (Insert(DEADLINE, {**_key(deadline), **_columns(deadline)}),)


def replace(deadline: Deadline) -> tuple[Change, ...]:
    """Return the changes that keep the next version of a deadline."""
    key = _key(deadline)
    return (Guard(DEADLINE, key, {"version": deadline.version - 1}), Update(DEADLINE, key, _columns(deadline)))


def get(work: Work, identifier: str) -> Deadline:
    """Return a deadline of the acting authority; raises `NotFound` `deadline.unknown`."""
    owner = work.who.owner
    rows = work.read(
        sa.select(_C.body).where(_C.party == owner.party, _C.authority == owner.authority, _C.id == identifier)
    )
    if not rows:
        raise NotFound("deadline.unknown", "There is no such deadline.", field="$.id")
    return _deadline(rows[0])


def page(work: Work, command: ListDeadlines) -> tuple[Deadline, ...]:
    """Return a page in the order of due times, what is due at once first."""
    query = _mine(work).order_by(_C.at_once.desc(), _C.last, _C.id).limit(command.limit)
    if command.standing is not None:
        query = query.where(*_standing(command.standing, work.at))
    if command.actor is not None:
        query = query.where(_C.actor == command.actor)
    if command.case_kind is not None:
        query = query.where(_C.case_kind == command.case_kind)
    if command.case is not None:
        query = query.where(_C.case_id == command.case)
    if command.after is not None:
        before = get(work, command.after)
        key = sa.tuple_(sa.case((_C.at_once, 0), else_=1), _C.last, _C.id)
        query = query.where(key > sa.tuple_(sa.literal(0 if before.at_once else 1), last_of(before), before.id))
    return tuple(_deadline(row) for row in work.read(query))


def done_before(work: Work, before: Instant, limit: int) -> tuple[Deadline, ...]:
    """Return deadlines of the acting authority that are met or cancelled and were due before an instant."""
    query = _mine(work).where(_C.state != State.OPEN.value, _C.last < before).order_by(_C.last, _C.id).limit(limit)
    return tuple(_deadline(row) for row in work.read(query))


def erase(deadline: Deadline) -> Change:
    """Return the change that erases a deadline."""
    return Delete(DEADLINE, _key(deadline))


def counts(work: Work) -> tuple[tuple[str, Standing, int], ...]:
    """Count what is open, per acting party and standing."""
    owner, found = work.who.owner, []
    for standing in (Standing.RUNNING, Standing.DUE, Standing.BREACHED):
        rows = work.read(
            sa.select(_C.actor, sa.func.count().label("many"))
            .where(_C.party == owner.party, _C.authority == owner.authority, *_standing(standing, work.at))
            .group_by(_C.actor)
        )
        found += [(str(row.actor), standing, int(row.many)) for row in rows]
    return tuple(found)


def oldest_breach(work: Work) -> Instant | None:
    """Return the last instant in time of the deadline that was breached first; None where none is."""
    owner = work.who.owner
    rows = work.read(
        sa.select(sa.func.min(_C.last).label("first")).where(
            _C.party == owner.party, _C.authority == owner.authority, *_standing(Standing.BREACHED, work.at)
        )
    )
    first = rows[0].first if rows else None
    return None if first is None else Instant(first)


def _mine(work: Work) -> sa.Select[tuple[bytes]]:
    owner = work.who.owner
    return sa.select(_C.body).where(_C.party == owner.party, _C.authority == owner.authority)


def _standing(standing: Standing, at: Instant) -> tuple[sa.ColumnElement[bool], ...]:
    """Say in SQL what `standing_of` says of one deadline; met in time or late both read as met here."""
    match standing:
        case Standing.RUNNING:
            return (_C.state == State.OPEN.value, sa.not_(_C.at_once), _C.last >= at + DAY_US)
        case Standing.DUE:
            soon = sa.and_(_C.last >= at, _C.last < at + DAY_US)
            return (_C.state == State.OPEN.value, sa.or_(_C.at_once, soon))
        case Standing.BREACHED:
            return (_C.state == State.OPEN.value, sa.not_(_C.at_once), _C.last < at)
        case Standing.CANCELLED:
            return (_C.state == State.CANCELLED.value,)
        case _:
            return (_C.state == State.MET.value,)


def _key(deadline: Deadline) -> dict[str, object]:
    return {"party": deadline.owner.party, "authority": deadline.owner.authority, "id": deadline.id}


def _columns(deadline: Deadline) -> dict[str, object]:
    return {
        "version": deadline.version,
        "actor": deadline.actor,
        "case_kind": deadline.case_kind,
        "case_id": deadline.case,
        "state": deadline.state.value,
        "at_once": deadline.at_once,
        "last": last_of(deadline),
        "schema": SCHEMA,
        "body": encode(deadline),
    }


def _deadline(row: Row) -> Deadline:
    return decode_own_as(bytes(row.body), Deadline)
