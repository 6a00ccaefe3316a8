"""Tables and statements of the second line: referrals, rates of chance, written refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from comity.core.codec import decode_as, encode
from comity.core.errors import NotFound
from comity.core.ids import Owner
from comity.core.ports import Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.crossings.referral_records import Referral, ReferralState, Refusal
from comity.crossings.referral_rules import urgency_of
from comity.crossings.store import CROSSING_REFERRAL, EMPTIED, METADATA, SCHEMA

CROSSING_RATE: Final = sa.Table(
    "crossing_rate",
    METADATA,
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("authority", sa.String(48), primary_key=True),
    sa.Column("crossing_point", sa.String(200), primary_key=True),
    sa.Column("per_thousand", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

CROSSING_REFUSAL: Final = sa.Table(
    "crossing_refusal",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("delete_by", sa.String(10), nullable=False, index=True),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

_OPEN: Final = (ReferralState.WAITING.value, ReferralState.TAKEN.value)
_SHOWN_AT_MOST: Final = 200
WITHDRAWN: Final = "withdrawn"
"""The state of a referral whose reason was a wrong click."""

# Asked by every check; building the statement anew would take longer than running it.
_RATE: Final = (
    sa.select(CROSSING_RATE.c.per_thousand, CROSSING_RATE.c.version)
    .execution_options(kept=True)
    .where(
        CROSSING_RATE.c.party == sa.bindparam("party"),
        CROSSING_RATE.c.authority == sa.bindparam("authority"),
        CROSSING_RATE.c.crossing_point == sa.bindparam("crossing_point"),
    )
)


def find_rate(work: Work, crossing_point: str) -> tuple[int, int]:
    """Return how many of a thousand chance sends on at a crossing point, and the rate's version; (0, 0) for none."""
    rows = work.read(_RATE, _point(work, crossing_point))
    return (int(rows[0].per_thousand), int(rows[0].version)) if rows else (0, 0)


def rates(work: Work) -> dict[str, int]:
    """Return the rates of the own authority by crossing point."""
    columns = CROSSING_RATE.c
    query = sa.select(columns.crossing_point, columns.per_thousand).where(
        columns.party == work.who.owner.party, columns.authority == work.who.owner.authority
    )
    return {row.crossing_point: row.per_thousand for row in work.read(query)}


def put_rate(work: Work, crossing_point: str, per_thousand: int, version: int) -> None:
    """Store a rate in the place of version `version - 1`, 0 for none."""
    key = _point(work, crossing_point)
    values = {"per_thousand": per_thousand, "version": version}
    if version == 1:
        work.change(Guard(CROSSING_RATE, key, None), Insert(CROSSING_RATE, {**key, **values}))
    else:
        work.change(Guard(CROSSING_RATE, key, {"version": version - 1}), Update(CROSSING_RATE, key, values))


def add_referral(work: Work, referral: Referral, expires: Instant) -> None:
    """Store a new referral."""
    row = {
        "id": referral.referral,
        "check": referral.check,
        "party": referral.owner.party,
        "authority": referral.owner.authority,
        "crossing_point": referral.crossing_point,
        "user": referral.user,
        "recorded_at": referral.at,
        "expires": expires,
        **_moving(referral),
    }
    work.change(Insert(CROSSING_REFERRAL, row))


def put_referral(work: Work, before: Referral, after: Referral, *, expires: Instant | None = None) -> None:
    """Store the next version of a referral; one made, or an erasure done, meanwhile fails the guard."""
    key = {"id": before.referral}
    held = {"version": before.version, "state": before.state.value}
    values = _moving(after) | ({} if expires is None else {"expires": expires})
    work.change(Guard(CROSSING_REFERRAL, key, held), Update(CROSSING_REFERRAL, key, values))


def get_referral(work: Work, referral: str) -> tuple[Referral, Instant]:
    """Return a referral of the own authority and when it expires; `NotFound` where there is none any more."""
    columns = CROSSING_REFERRAL.c
    rows = work.read(
        sa.select(columns.body, columns.expires).where(
            columns.id == referral, *_own(work.who.owner), columns.body.is_not(None)
        )
    )
    if not rows:
        raise NotFound("referral.not-found", "There is no such referral here.", field="$.referral")
    return decode_as(bytes(rows[0].body), Referral), Instant(rows[0].expires)


def find_waiting(work: Work, referral: str) -> Referral | None:
    """Return a referral of the own authority that waits, None where it does no more."""
    columns = CROSSING_REFERRAL.c
    query = sa.select(columns.body).where(
        columns.id == referral,
        *_own(work.who.owner),
        columns.state == ReferralState.WAITING.value,
        columns.body.is_not(None),
    )
    rows = work.read(query)
    return decode_as(bytes(rows[0].body), Referral) if rows else None


def withdraw_referral(work: Work, referral: Referral) -> None:
    """Empty a referral that waits; one taken meanwhile fails the guard."""
    key = {"id": referral.referral}
    held = {"version": referral.version, "state": referral.state.value}
    work.change(Guard(CROSSING_REFERRAL, key, held), Update(CROSSING_REFERRAL, key, {**EMPTIED, "state": WITHDRAWN}))


def open_referral(work: Work, check: str) -> Referral | None:
    """Return the referral of a check that waits or is taken, None where there is none."""
    columns = CROSSING_REFERRAL.c
    query = sa.select(columns.body).where(columns.check == check, columns.state.in_(_OPEN), columns.body.is_not(None))
    rows = work.read(query.order_by(columns.id).limit(1))
    return decode_as(bytes(rows[0].body), Referral) if rows else None


def holds(work: Work, check: str) -> bool:
    """Say whether the actor took a referral of this check and has it still."""
    columns = CROSSING_REFERRAL.c
    query = sa.select(columns.id).where(
        columns.check == check, columns.state == ReferralState.TAKEN.value, columns.taken_by == work.who.user
    )
    return bool(work.read(query.limit(1)))


def settled(work: Work, check: str, user: str) -> bool:
    """Say whether this user resolved a referral of this check."""
    columns = CROSSING_REFERRAL.c
    query = sa.select(columns.id).where(
        columns.check == check, columns.state == ReferralState.RESOLVED.value, columns.taken_by == user
    )
    return bool(work.read(query.limit(1)))


def open_referrals(work: Work) -> tuple[Referral, ...]:
    """Return all of the own authority that wait or are taken."""
    columns = CROSSING_REFERRAL.c
    query = sa.select(columns.body).where(*_own(work.who.owner), columns.state.in_(_OPEN), columns.body.is_not(None))
    return tuple(decode_as(bytes(row.body), Referral) for row in work.read(query.order_by(columns.id)))


def sent_by(work: Work, check: str | None) -> tuple[Referral, ...]:
    """Return those whom the actor sent, the newest first, of one check where it is named."""
    columns = CROSSING_REFERRAL.c
    query = sa.select(columns.body).where(
        *_own(work.who.owner), columns.user == work.who.user, columns.body.is_not(None)
    )
    if check is not None:
        query = query.where(columns.check == check)
    rows = work.read(query.order_by(columns.id.desc()).limit(_SHOWN_AT_MOST))
    return tuple(decode_as(bytes(row.body), Referral) for row in rows)


def waits_since(work: Work, since: Instant) -> Sequence[Row]:
    """Return crossing point, state and instants of every referral since `since`, erased ones too; nobody's data."""
    columns = CROSSING_REFERRAL.c
    query = sa.select(columns.crossing_point, columns.state, columns.recorded_at, columns.taken_at)
    return work.read(query.where(*_own(work.who.owner), columns.recorded_at >= since))


def add_refusal(work: Work, refusal: Refusal) -> None:
    """Store a written refusal."""
    row = {
        "id": refusal.refusal,
        "party": refusal.owner.party,
        "authority": refusal.owner.authority,
        "recorded_at": refusal.at,
        "delete_by": refusal.delete_by,
        "schema": SCHEMA,
        "body": encode(refusal),
    }
    work.change(Insert(CROSSING_REFUSAL, row))


def get_refusal(work: Work, refusal: str) -> Refusal:
    """Return a refusal of the own authority; `NotFound` where there is none."""
    columns, owner = CROSSING_REFUSAL.c, work.who.owner
    rows = work.read(
        sa.select(columns.body).where(
            columns.id == refusal, columns.party == owner.party, columns.authority == owner.authority
        )
    )
    if not rows:
        raise NotFound("referral.refusal-not-found", "There is no such refusal here.", field="$.refusal")
    return decode_as(bytes(rows[0].body), Refusal)


def _moving(referral: Referral) -> dict[str, object]:
    """Return the columns that change over a referral's life."""
    return {
        "state": referral.state.value,
        "urgency": urgency_of(referral.code).value,
        "taken_by": referral.taken_by,
        "taken_at": referral.taken_at,
        "version": referral.version,
        "schema": SCHEMA,
        "body": encode(referral),
    }


def _own(owner: Owner) -> tuple[sa.ColumnElement[bool], ...]:
    columns = CROSSING_REFERRAL.c
    return columns.party == owner.party, columns.authority == owner.authority


def _point(work: Work, crossing_point: str) -> dict[str, object]:
    owner = work.who.owner
    return {"party": owner.party, "authority": owner.authority, "crossing_point": crossing_point}
