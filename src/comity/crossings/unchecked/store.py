"""The table of unchecked passages."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.core.codec import decode_own_as, encode
from comity.core.errors import NotFound
from comity.core.ids import Owner
from comity.core.ports import Delete, Guard, Insert, Work
from comity.core.time import Instant
from comity.crossings.store import METADATA
from comity.crossings.unchecked.records import SCHEMA, Passage

CROSSING_UNCHECKED: Final = sa.Table(
    "crossing_unchecked",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("until", sa.BigInteger, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("crossing_unchecked_by_time", "authority", "at"),
    sa.Index("crossing_unchecked_by_end", "until"),
)

_C: Final = CROSSING_UNCHECKED.c


def add(work: Work, passage: Passage) -> None:
    """Keep a passage of the acting authority."""
    row = {
        "id": passage.id,
        "authority": work.who.owner.authority,
        "at": passage.at,
        "until": passage.until,
        "schema": SCHEMA,
        "body": encode(passage),
    }
    work.change(Insert(CROSSING_UNCHECKED, row))


def page(work: Work, owner: Owner, limit: int) -> tuple[Passage, ...]:
    """Return the passages of an authority that wait, the oldest first."""
    query = sa.select(_C.body).where(_C.authority == owner.authority).order_by(_C.at, _C.id).limit(limit)
    return tuple(decode_own_as(bytes(row.body), Passage) for row in work.read(query))


def waiting(work: Work, owner: Owner) -> int:
    """Count the passages of an authority that wait."""
    query = sa.select(sa.func.count().label("many")).where(_C.authority == owner.authority)
    return int(work.read(query)[0].many)


def settle(work: Work, owner: Owner, number: str) -> Passage:
    """Erase a passage of an authority and return what it was; raises `NotFound`."""
    rows = work.read(sa.select(_C.body).where(_C.id == number, _C.authority == owner.authority))
    if not rows:
        raise NotFound("unchecked.not-found", "No such passage waits.", field="$.id")
    key = {"id": number}
    work.change(Guard(CROSSING_UNCHECKED, key, {"authority": owner.authority}), Delete(CROSSING_UNCHECKED, key))
    return decode_own_as(bytes(rows[0].body), Passage)


def drop_past(work: Work, now: Instant, limit: int) -> int:
    """Erase passages whose time is over; return how many."""
    rows = work.read(sa.select(_C.id).where(_C.until < now).limit(limit))
    work.change(*(Delete(CROSSING_UNCHECKED, {"id": row.id}) for row in rows))
    return len(rows)
