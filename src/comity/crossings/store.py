"""Tables of checks, what was decided on them, and referrals; every body is erasable and goes when the check expires."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.core.codec import decode_as, encode
from comity.core.errors import Conflict, NotFound, Refused
from comity.core.ids import Owner
from comity.core.ports import Guard, Insert, Update, Work
from comity.core.time import Instant
from comity.crossings.records import Referral, Resolution, StoredCheck

METADATA: Final = sa.MetaData()
SCHEMA: Final = 1

CROSSING_CHECK: Final = sa.Table(
    "crossing_check",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.Column("erased", sa.Boolean, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Index("crossing_check_by_expiry", "erased", "expires"),
)

CROSSING_RESOLUTION: Final = sa.Table(
    "crossing_resolution",
    METADATA,
    sa.Column("check", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("alert", sa.String(26), primary_key=True),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary),
)
"""`party` and `alert` name the alert. `version` counts the officer's decisions on the match."""

CROSSING_REFERRAL: Final = sa.Table(
    "crossing_referral",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("check", sa.String(26), nullable=False, index=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Index("crossing_referral_by_state", "party", "authority", "state", "id"),
)

WAITING: Final = "waiting"
WITHDRAWN: Final = "withdrawn"

# Asked by every check; building the statement anew would take longer than running it.
_EXPIRED: Final = (
    sa.select(CROSSING_CHECK.c.id)
    .where(CROSSING_CHECK.c.erased.is_(False), CROSSING_CHECK.c.expires <= sa.bindparam("now"))
    .order_by(CROSSING_CHECK.c.expires)
    .limit(sa.bindparam("limit"))
)


def add_check(work: Work, check: StoredCheck) -> None:
    """Store a new check of the actor's authority."""
    row = {
        "id": check.advice.check,
        "party": work.who.owner.party,
        "authority": work.who.owner.authority,
        "user": work.who.user,
        "recorded_at": work.recorded_at,
        "expires": check.advice.expires,
        "erased": False,
        "schema": SCHEMA,
        "body": encode(check),
    }
    work.change(Insert(CROSSING_CHECK, row))


def get_check(work: Work, owner: Owner, check: str) -> StoredCheck:
    """Return a check of the authority.

    Raises `NotFound` for one that is not there or another's, `Refused` `crossing.expired` after its day.
    """
    columns = CROSSING_CHECK.c
    rows = work.read(
        sa.select(columns.body, columns.expires).where(
            columns.id == check, columns.party == owner.party, columns.authority == owner.authority
        )
    )
    if not rows:
        raise NotFound("crossing.check-not-found", "There is no such check here.", field="$.check")
    if rows[0].body is None or rows[0].expires <= work.recorded_at:
        raise Refused("crossing.expired", "This check has expired.", field="$.check", remedy="Check the person again.")
    return decode_as(bytes(rows[0].body), StoredCheck)


def resolutions(work: Work, check: str) -> tuple[Resolution, ...]:
    """Return what was decided on a check's matches, by alert."""
    columns = CROSSING_RESOLUTION.c
    query = sa.select(columns.body).where(columns.check == check, columns.body.is_not(None))
    rows = work.read(query.order_by(columns.party, columns.alert))
    return tuple(decode_as(bytes(row.body), Resolution) for row in rows)


def add_resolution(work: Work, resolution: Resolution) -> None:
    """Store the first decision on a match; one made meanwhile fails the guard."""
    key = {"check": resolution.check, "party": resolution.alert_owner.party, "alert": resolution.alert.id}
    row = {
        **key,
        "verdict": resolution.verdict.value,
        "version": resolution.version,
        "schema": SCHEMA,
        "body": encode(resolution),
    }
    work.change(Guard(CROSSING_RESOLUTION, key, None), Insert(CROSSING_RESOLUTION, row))


def replace_resolution(work: Work, resolution: Resolution, earlier: int) -> None:
    """Store a decision in the place of an earlier version; one made meanwhile fails the guard."""
    key = {"check": resolution.check, "party": resolution.alert_owner.party, "alert": resolution.alert.id}
    values = {
        "verdict": resolution.verdict.value,
        "version": resolution.version,
        "schema": SCHEMA,
        "body": encode(resolution),
    }
    work.change(Guard(CROSSING_RESOLUTION, key, {"version": earlier}), Update(CROSSING_RESOLUTION, key, values))


def withdraw_referral(work: Work, referral: str) -> None:
    """Take a referral out of the queue, with its content; raises `Conflict` where the second line has it already."""
    columns, key = CROSSING_REFERRAL.c, {"id": referral}
    rows = work.read(sa.select(columns.state).where(columns.id == referral))
    if not rows or rows[0].state != WAITING:
        raise Conflict(
            "crossing.referral-taken",
            "The second line has taken this person on.",
            field="$.alert",
            remedy="Tell the second line, who settles the match.",
        )
    work.change(
        Guard(CROSSING_REFERRAL, key, {"state": WAITING}),
        Update(CROSSING_REFERRAL, key, {"state": WITHDRAWN, "body": None}),
    )


def add_referral(work: Work, referral: Referral) -> None:
    """Store a referral that waits for the second line."""
    row = {
        "id": referral.referral,
        "check": referral.check,
        "party": referral.owner.party,
        "authority": referral.owner.authority,
        "state": WAITING,
        "recorded_at": referral.at,
        "schema": SCHEMA,
        "body": encode(referral),
    }
    work.change(Insert(CROSSING_REFERRAL, row))


def erase_expired(work: Work, now: Instant, limit: int) -> int:
    """Erase at most `limit` expired checks with what was decided on them; return how many."""
    rows = work.read(_EXPIRED, {"now": now, "limit": limit})
    for row in rows:
        work.change(
            Update(CROSSING_CHECK, {"id": row.id}, {"body": None, "erased": True}),
            Update(CROSSING_RESOLUTION, {"check": row.id}, {"body": None}),
            Update(CROSSING_REFERRAL, {"check": row.id}, {"body": None}),
        )
    return len(rows)
