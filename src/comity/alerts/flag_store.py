"""Statements on the table of flags: own flags on others' alerts, and others' flags on own ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import and_, or_, select

from comity.alerts.flag_records import FLAG_SCHEMA, FlagRecord
from comity.alerts.flag_words import FlagLine
from comity.alerts.records import AlertRecord
from comity.alerts.store import FLAG
from comity.core import codec
from comity.core.ports import Change, Delete, Guard, Insert, Row, Work
from comity.core.time import date_of

# Asked by every check; own flags change a few times a day.
_OWN: Final = (
    select(FLAG.c.alert_party, FLAG.c.alert, FLAG.c.id).where(FLAG.c.own.is_(True)).execution_options(kept=True)
)


def own_flags(work: Work) -> Mapping[tuple[str, str], str]:
    """Return the alerts, by party and id, on which the own State does not act, each with its flag."""
    return {(row.alert_party, row.alert): row.id for row in work.read(_OWN)}


def flags_on(work: Work, party: str, alert: str) -> tuple[FlagRecord, ...]:
    """Return every flag held on one alert, ordered by who set it."""
    query = select(FLAG.c.body).where(FLAG.c.alert_party == party, FLAG.c.alert == alert).order_by(FLAG.c.party)
    return tuple(map(_flag_of, work.read(query)))


def lines_on(work: Work, alert: AlertRecord) -> tuple[FlagLine, ...]:
    """Return the flags on an alert as they stand beside it: at its owner's all, elsewhere the own one."""
    return tuple(
        FlagLine(party=each.owner.party, ground=each.ground, judicial=each.judicial, day=date_of(each.since))
        for each in flags_on(work, alert.owner.party, alert.id)
    )


def find_flag(work: Work, party: str, alert_party: str, alert: str) -> FlagRecord | None:
    """Return the flag that a party set on an alert, or None."""
    return next((each for each in flags_on(work, alert_party, alert) if each.owner.party == party), None)


def find_by_id(work: Work, party: str, flag: str) -> FlagRecord | None:
    """Return a party's flag by its id, or None."""
    rows = work.read(select(FLAG.c.body).where(FLAG.c.party == party, FLAG.c.id == flag))
    return _flag_of(rows[0]) if rows else None


def page(work: Work, after: tuple[str, str] | None, *, own: bool | None, limit: int) -> tuple[FlagRecord, ...]:
    """Return a page of flags by id and party, behind the key `after`."""
    query = select(FLAG.c.body).order_by(FLAG.c.id, FLAG.c.party).limit(limit)
    if own is not None:
        query = query.where(FLAG.c.own.is_(own))
    if after is not None:
        flag, party = after
        query = query.where(or_(FLAG.c.id > flag, and_(FLAG.c.id == flag, FLAG.c.party > party)))
    return tuple(map(_flag_of, work.read(query)))


def received(work: Work) -> tuple[FlagRecord, ...]:
    """Return every flag that others set, ordered by party and id."""
    query = select(FLAG.c.body).where(FLAG.c.own.is_(False)).order_by(FLAG.c.party, FLAG.c.id)
    return tuple(map(_flag_of, work.read(query)))


def insert_flag(flag: FlagRecord, *, own: bool) -> tuple[Change, ...]:
    """Return the changes that add a flag; of one party on one alert there is one at most."""
    key = _key(flag)
    row = {**key, "id": flag.id, "own": own, "schema": FLAG_SCHEMA, "body": codec.encode(flag)}
    return (Guard(FLAG, key, None), Insert(FLAG, row))


def delete_flag(flag: FlagRecord) -> tuple[Change, ...]:
    """Return the changes that take a flag away."""
    return (Guard(FLAG, _key(flag), {"id": flag.id}), Delete(FLAG, _key(flag)))


def _key(flag: FlagRecord) -> dict[str, object]:
    return {"alert_party": flag.alert_owner.party, "alert": flag.alert, "party": flag.owner.party}


def _flag_of(row: Row) -> FlagRecord:
    return codec.decode_own_as(row.body, FlagRecord)
