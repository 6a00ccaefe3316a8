"""Tables of crossing points and open desks. A desk says where an officer works: its row goes when it is closed."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.core.codec import decode_own_as, encode
from comity.core.errors import NotFound
from comity.core.ids import Owner
from comity.core.ports import Actor, Delete, Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.crossings.asking import PointKind
from comity.crossings.desk.records import CrossingPoint, Desk
from comity.crossings.store import METADATA

SCHEMA: Final = 1

CROSSING_POINT: Final = sa.Table(
    "crossing_point",
    METADATA,
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("authority", sa.String(48), primary_key=True),
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
)

CROSSING_DESK: Final = sa.Table(
    "crossing_desk",
    METADATA,
    sa.Column("account", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("authority", sa.String(48), primary_key=True),
    sa.Column("expires", sa.BigInteger, nullable=False, index=True),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""One desk for an account and the authority it acts for."""

# Asked by nearly every check; building the statement anew would take longer than running it.
_OPEN: Final = sa.select(CROSSING_DESK.c.body).where(
    CROSSING_DESK.c.account == sa.bindparam("account"),
    CROSSING_DESK.c.party == sa.bindparam("party"),
    CROSSING_DESK.c.authority == sa.bindparam("authority"),
    CROSSING_DESK.c.expires > sa.bindparam("now"),
)
_PAST: Final = (
    sa.select(CROSSING_DESK.c.account, CROSSING_DESK.c.party, CROSSING_DESK.c.authority)
    .where(CROSSING_DESK.c.expires <= sa.bindparam("now"))
    .limit(sa.bindparam("limit"))
)


def find_desk(work: Work) -> Desk | None:
    """Return the actor's open desk, or None."""
    rows = work.read(_OPEN, {**_desk_key(work.who), "now": work.recorded_at})
    return decode_own_as(rows[0].body, Desk) if rows else None


def put_desk(work: Work, desk: Desk) -> None:
    """Open a desk in the place of whatever desk the actor had."""
    key = _desk_key(work.who)
    row = {**key, "expires": desk.expires, "schema": SCHEMA, "body": encode(desk)}
    work.change(Delete(CROSSING_DESK, key), Insert(CROSSING_DESK, row))


def drop_desk(work: Work) -> None:
    """Close the actor's desk; none is no error."""
    work.change(Delete(CROSSING_DESK, _desk_key(work.who)))


def drop_past_desks(work: Work, now: Instant, limit: int) -> None:
    """Remove at most `limit` desks whose shift is over."""
    for row in work.read(_PAST, {"now": now, "limit": limit}):
        work.change(Delete(CROSSING_DESK, {"account": row.account, "party": row.party, "authority": row.authority}))


def find_point(work: Work, owner: Owner, code: str) -> CrossingPoint | None:
    """Return a crossing point of the authority, also a retired one, or None."""
    columns = CROSSING_POINT.c
    rows = work.read(
        sa.select(CROSSING_POINT).where(
            columns.party == owner.party, columns.authority == owner.authority, columns.code == code
        )
    )
    return _point_of(rows[0]) if rows else None


def get_point(work: Work, owner: Owner, code: str) -> CrossingPoint:
    """Return a crossing point in use; raises `NotFound`."""
    found = find_point(work, owner, code)
    if found is None or found.retired:
        raise NotFound(
            "crossing-point.not-found",
            "The authority has no such crossing point in use.",
            field="$.crossing_point",
            remedy="Choose one of `crossing-point list`, or have an administrator add it.",
        )
    return found


def points(work: Work, owner: Owner, after: str, limit: int, *, retired: bool) -> tuple[CrossingPoint, ...]:
    """Return at most `limit` crossing points with codes behind `after`."""
    columns = CROSSING_POINT.c
    query = sa.select(CROSSING_POINT).where(
        columns.party == owner.party, columns.authority == owner.authority, columns.code > after
    )
    if not retired:
        query = query.where(columns.retired.is_(False))
    return tuple(_point_of(row) for row in work.read(query.order_by(columns.code).limit(limit)))


def add_point(work: Work, owner: Owner, point: CrossingPoint) -> None:
    """Add a new crossing point; one added meanwhile fails the guard."""
    key = _point_key(owner, point.code)
    work.change(Guard(CROSSING_POINT, key, None), Insert(CROSSING_POINT, {**key, **_columns(point)}))


def replace_point(work: Work, owner: Owner, old: CrossingPoint, new: CrossingPoint) -> None:
    """Put `new` in the place of `old`, guarded by what was read."""
    key = _point_key(owner, old.code)
    work.change(Guard(CROSSING_POINT, key, {"retired": old.retired}), Update(CROSSING_POINT, key, _columns(new)))


def _desk_key(who: Actor) -> dict[str, object]:
    return {"account": who.account, "party": who.owner.party, "authority": who.owner.authority}


def _point_key(owner: Owner, code: str) -> dict[str, object]:
    return {"party": owner.party, "authority": owner.authority, "code": code}


def _columns(point: CrossingPoint) -> dict[str, object]:
    return {"name": point.name, "kind": point.kind.value, "retired": point.retired}


def _point_of(row: Row) -> CrossingPoint:
    return CrossingPoint(code=row.code, name=row.name, kind=PointKind(row.kind), retired=bool(row.retired))
