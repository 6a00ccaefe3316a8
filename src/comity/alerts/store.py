"""Tables and statements of alerts and hits. Bodies are canonical bytes; columns beside them are for finding only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    and_,
    bindparam,
    or_,
    select,
)

from comity.alerts import beside_tables
from comity.alerts.beside_tables import HELD, KNOWN, LINK_HIDDEN, PICTURE, VETTING
from comity.alerts.records import HIT_SCHEMA, SCHEMA, AlertRecord, HitRecord
from comity.core import codec
from comity.core.errors import NotFound
from comity.core.ports import Change, Delete, Guard, Insert, InsertMany, Row, Update, Work
from comity.core.time import CivilDate, Instant

METADATA: Final = beside_tables.METADATA
_PARTY, _AUTHORITY, _ID = 12, 48, 26
_KNOWN_COLUMNS: Final = ("subject", "party", "id", "category")

ALERT: Final = Table(
    "alert",
    METADATA,
    Column("party", String(_PARTY), primary_key=True),
    Column("id", String(_ID), primary_key=True),
    Column("authority", String(_AUTHORITY), nullable=False),
    Column("category", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("review_date", String(10), nullable=False),
    Column("delete_by", String(10), nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("alert_by_id", "id", "party"),
    Index("alert_by_deletion", "delete_by"),
)
"""Own alerts and copies of others'. The party stands in the key, so that no party can occupy another's ids."""

SUBJECT: Final = Table(
    "alert_subject",
    METADATA,
    Column("party", String(_PARTY), primary_key=True),
    Column("category", String(8), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("id", String(_ID), nullable=False),
    Index("alert_subject_by_alert", "party", "id"),
    Index("alert_subject_by_subject", "subject"),
)
"""Who is the subject of which own alert, as digests: one alert for a State, category and person."""

TOMBSTONE: Final = Table(
    "alert_tombstone",
    METADATA,
    Column("party", String(_PARTY), primary_key=True),
    Column("id", String(_ID), primary_key=True),
    Column("authority", String(_AUTHORITY), nullable=False),
    Column("category", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("deleted", BigInteger, nullable=False),
    Column("reason", String(32), nullable=False),
)
"""What remains of a deleted own alert: that it was, and why it went; nothing about the person."""

HIT: Final = Table(
    "alert_hit",
    METADATA,
    Column("id", String(_ID), primary_key=True),
    Column("alert_party", String(_PARTY), nullable=False),
    Column("alert", String(_ID), nullable=False),
    Column("found_at", BigInteger, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("alert_hit_by_alert", "alert_party", "alert"),
)

FLAG: Final = Table(
    "alert_flag",
    METADATA,
    Column("alert_party", String(_PARTY), primary_key=True),
    Column("alert", String(_ID), primary_key=True),
    Column("party", String(_PARTY), primary_key=True),
    Column("id", String(_ID), nullable=False),
    Column("own", Boolean, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("alert_flag_by_id", "id", "party"),
)
"""Flags by which `party` does not act on an alert: own ones, and those that others told of own alerts."""

# Asked for every match of a search; building the statement anew would take longer than running it.
_BODY: Final = (
    select(ALERT.c.body)
    .where(ALERT.c.party == bindparam("party"), ALERT.c.id == bindparam("id"))
    .execution_options(absent={"party": ("party",), "id": ("id",)})
)


def key_of(record: AlertRecord) -> dict[str, object]:
    """Return the primary key of an alert's row."""
    return {"party": record.owner.party, "id": record.id}


def alert_of(row: Row) -> AlertRecord:
    """Turn a row with a `body` into its record; a body of shape 1 is one of shape 2 without what came since."""
    return codec.decode_own_as(row.body, AlertRecord)


def hit_of(row: Row) -> HitRecord:
    """Turn a row with a `body` into its record; schema 1 lacks what has a default here."""
    return codec.decode_as(bytes(row.body), HitRecord)


def find_alert(work: Work, party: str, alert: str) -> AlertRecord | None:
    """Return the present version of an alert, or None."""
    rows = work.read(_BODY, {"party": party, "id": alert})
    return alert_of(rows[0]) if rows else None


def get_alert(work: Work, party: str, alert: str) -> AlertRecord:
    """Return the present version of an alert; raises `NotFound`."""
    found = find_alert(work, party, alert)
    if found is None:
        raise NotFound("alert.not-found", "There is no such alert here.", field="$.id")
    return found


def page_statement(
    after: tuple[str, str] | None, categories: Sequence[str], *, own: bool | None, limit: int
) -> Select[tuple[bytes]]:
    """Return the statement for one page ordered by id and party, starting behind the key `after` (id, party)."""
    query = (
        select(ALERT.c.body).where(ALERT.c.category.in_(categories)).order_by(ALERT.c.id, ALERT.c.party).limit(limit)
    )
    if after is not None:
        alert, party = after
        query = query.where(or_(ALERT.c.id > alert, and_(ALERT.c.id == alert, ALERT.c.party > party)))
    if own is not None:
        query = query.where(ALERT.c.own == own)
    return query


def insert_alert(record: AlertRecord, *, own: bool) -> tuple[Change, ...]:
    """Return the changes that add an alert which must not exist yet."""
    row = {**key_of(record), **_columns(record), "own": own}
    # No guard: the primary key refuses a second one, and its act runs again.
    return (Insert(ALERT, row),)


def replace_alert(old: AlertRecord, new: AlertRecord) -> tuple[Change, ...]:
    """Return the changes that put `new` in the place of `old`, guarded by the version read."""
    return (Guard(ALERT, key_of(old), {"version": old.version}), Update(ALERT, key_of(old), _columns(new)))


def erase_alert(old: AlertRecord) -> tuple[Change, ...]:
    """Return the changes that remove an alert's row and all that stands beside it, guarded by the version read."""
    key = key_of(old)
    return (
        Guard(ALERT, key, {"version": old.version}),
        Delete(ALERT, key),
        *(Delete(table, key) for table in (SUBJECT, KNOWN, PICTURE, VETTING, LINK_HIDDEN)),
        Delete(HELD, {**key, "state": "held"}),
        Delete(FLAG, {"alert_party": old.owner.party, "alert": old.id}),
    )


def know_copy(record: AlertRecord, subjects: Sequence[str], *, anew: bool) -> tuple[Change, ...]:
    """Return the changes that note who is the subject of a copy; `anew` where nothing was noted of it yet."""
    forget = () if anew else (Delete(KNOWN, key_of(record)),)
    rows = tuple((subject, record.owner.party, record.id, record.category) for subject in subjects)
    return (*forget, InsertMany(KNOWN, _KNOWN_COLUMNS, rows)) if rows else forget


def subjects_held(work: Work, subjects: Sequence[str]) -> tuple[Row, ...]:
    """Return subject, party, id and category of each alert, own or foreign, that names one of the `subjects`."""
    if not subjects:
        return ()
    found: list[Row] = []
    for table in (SUBJECT, KNOWN):
        columns = (table.c.subject, table.c.party, table.c.id, table.c.category)
        found += work.read(select(*columns).where(table.c.subject.in_(subjects)))
    return tuple(found)


def insert_subjects(record: AlertRecord, subjects: Sequence[str]) -> tuple[Change, ...]:
    """Return the changes that claim each subject digest for this alert; a claim made meanwhile fails the guard."""
    changes: list[Change] = []
    for subject in subjects:
        key = {"party": record.owner.party, "category": record.category, "subject": subject}
        changes += [Guard(SUBJECT, key, None), Insert(SUBJECT, {**key, "id": record.id})]
    return tuple(changes)


def delete_subjects(record: AlertRecord, subjects: Sequence[str]) -> tuple[Change, ...]:
    """Return the changes that give up subject digests of this alert."""
    key = {"party": record.owner.party, "category": record.category}
    return tuple(Delete(SUBJECT, {**key, "subject": subject, "id": record.id}) for subject in subjects)


def insert_tombstone(record: AlertRecord, version: int, deleted: Instant, reason: str) -> Insert:
    """Return the change that keeps the evidence of a deletion."""
    row = {
        **key_of(record),
        "authority": record.owner.authority,
        "category": record.category,
        "version": version,
        "deleted": deleted,
        "reason": reason,
    }
    return Insert(TOMBSTONE, row)


def insert_hit(hit: HitRecord) -> Insert:
    """Return the change that adds a confirmed hit."""
    row = {
        "id": hit.id,
        "alert_party": hit.alert_owner.party,
        "alert": hit.alert,
        "found_at": hit.found_at,
        "schema": HIT_SCHEMA,
        "body": codec.encode(hit),
    }
    return Insert(HIT, row)


def get_hit(work: Work, hit: str) -> HitRecord:
    """Return a hit; raises `NotFound`."""
    rows = work.read(select(HIT.c.body).where(HIT.c.id == hit))
    if not rows:
        raise NotFound("alert.hit-not-found", "There is no such hit here.", field="$.hit")
    return hit_of(rows[0])


def forget_hits(hit: HitRecord) -> Delete:
    """Return the change that removes every hit kept on the alert of this one."""
    return Delete(HIT, {"alert_party": hit.alert_owner.party, "alert": hit.alert})


def delete_hit(hit: str) -> Delete:
    """Return the change that removes a hit; none is no error."""
    return Delete(HIT, {"id": hit})


def past_statement(today: CivilDate, limit: int) -> Select[tuple[bytes, bool]]:
    """Return the statement for alerts, own and foreign, whose last day lies before `today`."""
    return select(ALERT.c.body, ALERT.c.own).where(ALERT.c.delete_by < today).order_by(ALERT.c.delete_by).limit(limit)


def offered_statement(after: str, limit: int) -> Select[tuple[bytes]]:
    """Return the statement for at most `limit` own alerts with ids behind `after`, by id."""
    query = select(ALERT.c.body).where(ALERT.c.own.is_(True), ALERT.c.id > after)
    return query.order_by(ALERT.c.id).limit(limit)


def received_statement() -> Select[tuple[bytes]]:
    """Return the statement for every copy held of other parties' alerts."""
    return select(ALERT.c.body).where(ALERT.c.own.is_(False)).order_by(ALERT.c.party, ALERT.c.id)


def copy_statement(party: str, alert: str) -> Select[tuple[bytes]]:
    """Return the statement for the copy held of another party's alert."""
    return received_statement().where(ALERT.c.party == party, ALERT.c.id == alert)


def _columns(record: AlertRecord) -> dict[str, object]:
    return {
        "authority": record.owner.authority,
        "category": record.category,
        "version": record.version,
        "review_date": record.review_date,
        "delete_by": record.delete_by,
        "schema": SCHEMA,
        "body": codec.encode(record),
    }
