"""The table of the register."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.core.codec import decode_own_as, encode
from comity.core.errors import NotFound
from comity.core.ids import Owner
from comity.core.ports import Change, Delete, Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.deadlines.duties import Columns, Place, behind, in_order, standing_in
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
_REGISTER: Final = Columns(
    open=_C.state == State.OPEN.value,
    met=_C.state == State.MET.value,
    cancelled=_C.state == State.CANCELLED.value,
    at_once=_C.at_once,
    last=_C.last,
    id=_C.id,
)


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


def page(work: Work, command: ListDeadlines, after: Place | None) -> tuple[Deadline, ...]:
    """Return a page in the order of due times, what is due at once first."""
    query = _mine(work).order_by(*in_order(_REGISTER)).limit(command.limit)
    if command.standing is not None:
        query = query.where(*standing_in(_REGISTER, command.standing, work.at))
    if command.actor is not None:
        query = query.where(_C.actor == command.actor)
    if command.case_kind is not None:
        query = query.where(_C.case_kind == command.case_kind)
    if command.case is not None:
        query = query.where(_C.case_id == command.case)
    if after is not None:
        query = query.where(behind(_REGISTER, after))
    return tuple(_deadline(row) for row in work.read(query))


def open_of_case(work: Work, owner: Owner, case_kind: str, case: str) -> tuple[Deadline, ...]:
    """Return what is still open about a case of that authority, whoever acts."""
    query = sa.select(_C.body).where(
        _C.party == owner.party,
        _C.authority == owner.authority,
        _C.case_kind == case_kind,
        _C.case_id == case,
        _C.state == State.OPEN.value,
    )
    return tuple(_deadline(row) for row in work.read(query.order_by(_C.id)))


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
            .where(_C.party == owner.party, _C.authority == owner.authority, *standing_in(_REGISTER, standing, work.at))
            .group_by(_C.actor)
        )
        found += [(str(row.actor), standing, int(row.many)) for row in rows]
    return tuple(found)


def oldest_breach(work: Work) -> Instant | None:
    """Return the last instant in time of the deadline that was breached first; None where none is."""
    owner = work.who.owner
    rows = work.read(
        sa.select(sa.func.min(_C.last).label("first")).where(
            _C.party == owner.party,
            _C.authority == owner.authority,
            *standing_in(_REGISTER, Standing.BREACHED, work.at),
        )
    )
    first = rows[0].first if rows else None
    return None if first is None else Instant(first)


def _mine(work: Work) -> sa.Select[tuple[bytes]]:
    owner = work.who.owner
    return sa.select(_C.body).where(_C.party == owner.party, _C.authority == owner.authority)


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
