"""Tables of duty, and the statements that read and keep them."""

from __future__ import annotations

from typing import Final, NamedTuple

import sqlalchemy as sa

from comity.bureau.duty.records import SCHEMA, Alarm, Duty, HandOver, Level
from comity.bureau.letters.tables import BUREAU_LETTER
from comity.bureau.tables import BUREAU_CASE, BUREAU_MESSAGE
from comity.core.codec import decode_own_as, encode
from comity.core.errors import NotFound
from comity.core.ports import Delete, Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.deadlines.records import DEADLINE_KIND, State
from comity.deadlines.store import DEADLINE

METADATA: Final = sa.MetaData()

DUTY: Final = sa.Table(
    "bureau_duty",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("begins", sa.BigInteger, nullable=False),
    sa.Column("ends", sa.BigInteger, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("bureau_duty_by_end", "authority", "ends"),
)
HAND_OVER: Final = sa.Table(
    "bureau_hand_over",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("bureau_hand_over_by_time", "authority", "at"),
)
ALARM: Final = sa.Table(
    "bureau_alarm",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("case_kind", sa.String(16), nullable=False),
    sa.Column("case_party", sa.String(12), nullable=False),
    sa.Column("case_id", sa.String(26), nullable=False),
    sa.Column("level", sa.String(8), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("case_kind", "case_party", "case_id", "level", name="bureau_alarm_once"),
    sa.Index("bureau_alarm_open", "open", "at"),
)
"""One alarm for a duty and level, whatever becomes of it: an alarm that was acknowledged does not rise again."""


class _Source(NamedTuple):
    """Where duties lie: the party that must act, the party that its number is unique in, and how it stands."""

    kind: str
    table: sa.Table
    whose: sa.Column[str]
    numbered: sa.Column[str]
    since: sa.Column[int]
    last: sa.Column[int]
    at_once: sa.Column[bool]
    open: sa.ColumnElement[bool] | sa.TextClause


def _source(kind: str, table: sa.Table, whose: str, numbered: str) -> _Source:
    c = table.c
    return _Source(kind, table, c[whose], c[numbered], c.since, c.due, c.urgent, sa.text("ended IS NULL"))


_R: Final = DEADLINE.c
_SOURCES: Final = (
    _source("hit-report", BUREAU_CASE, "party", "party"),
    _source("message", BUREAU_MESSAGE, "recipient_party", "sender_party"),
    _source("letter", BUREAU_LETTER, "recipient_party", "sender_party"),
    _Source(DEADLINE_KIND, DEADLINE, _R.actor, _R.party, _R.last, _R.last, _R.at_once, _R.state == State.OPEN.value),
)
"""The bureau's own duties, and those that stand in the register alone; there the last instant is all that is kept."""


def add_duty(work: Work, duty: Duty) -> None:
    """Put a turn on the roster of the acting authority."""
    row = {
        "id": duty.id,
        "authority": work.who.owner.authority,
        "begins": duty.begins,
        "ends": duty.ends,
        "schema": SCHEMA,
        "body": encode(duty),
    }
    work.change(Insert(DUTY, row))


def drop_duty(work: Work, number: str) -> None:
    """Take a turn of the acting authority off the roster; raises `NotFound`."""
    c = DUTY.c
    if not work.read(sa.select(c.id).where(c.id == number, c.authority == work.who.owner.authority)):
        raise NotFound("duty.not-found", "The roster has no such turn.", field="$.id")
    work.change(Delete(DUTY, {"id": number}))


def roster(work: Work, authority: str | None, now: Instant) -> tuple[Duty, ...]:
    """Return the turns that are not over, the sooner first; of all authorities where none is named."""
    query = sa.select(DUTY.c.body).where(DUTY.c.ends > now)
    if authority is not None:
        query = query.where(DUTY.c.authority == authority)
    rows = work.read(query.order_by(DUTY.c.begins, DUTY.c.id).limit(500))
    return tuple(decode_own_as(bytes(row.body), Duty) for row in rows)


def add_hand_over(work: Work, made: HandOver) -> None:
    """Keep a hand-over of the acting authority."""
    row = {"id": made.id, "authority": work.who.owner.authority, "at": made.at, **_shape(made.version, encode(made))}
    work.change(Insert(HAND_OVER, row))


def hand_over(work: Work, number: str) -> HandOver:
    """Return a hand-over of the acting authority; raises `NotFound`."""
    c = HAND_OVER.c
    rows = work.read(sa.select(c.body).where(c.id == number, c.authority == work.who.owner.authority))
    if not rows:
        raise NotFound("duty.hand-over-not-found", "There is no such hand-over.", field="$.id")
    return decode_own_as(bytes(rows[0].body), HandOver)


def replace_hand_over(work: Work, old: HandOver, new: HandOver) -> None:
    """Put `new` in the place of `old`, guarded by the version read."""
    key = {"id": old.id}
    work.change(
        Guard(HAND_OVER, key, {"version": old.version}), Update(HAND_OVER, key, _shape(new.version, encode(new)))
    )


def hand_overs(work: Work, limit: int) -> tuple[HandOver, ...]:
    """Return the newest hand-overs of the acting authority."""
    c = HAND_OVER.c
    query = sa.select(c.body).where(c.authority == work.who.owner.authority).order_by(c.at.desc(), c.id.desc())
    return tuple(decode_own_as(bytes(row.body), HandOver) for row in work.read(query.limit(limit)))


def without_alarm(work: Work, party: str, now: Instant, limit: int) -> tuple[tuple[str, Row, Level], ...]:
    """Return duties of `party` that are due at once and not done, or overdue, and have no alarm for it yet."""
    found: list[tuple[str, Row, Level]] = []
    for source in _SOURCES:
        number, kind = source.table.c.id, source.kind
        past = sa.and_(source.at_once.is_(False), source.last < now)
        for level, late in ((Level.AT_ONCE, source.at_once.is_(True)), (Level.OVERDUE, past)):
            risen = sa.exists().where(
                ALARM.c.case_kind == kind,
                ALARM.c.case_party == source.numbered,
                ALARM.c.case_id == number,
                ALARM.c.level == level.value,
            )
            query = sa.select(number, source.numbered.label("party"), source.since.label("since")).where(
                source.whose == party, source.open, late, ~risen
            )
            found += [(kind, row, level) for row in work.read(query.order_by(source.since).limit(limit))]
    return tuple(found[:limit])


def add_alarm(work: Work, alarm: Alarm) -> None:
    """Keep a new alarm."""
    row = {
        "id": alarm.id,
        "case_kind": alarm.case_kind,
        "case_party": alarm.case_party,
        "case_id": alarm.case,
        "level": alarm.level.value,
        "at": alarm.at,
        "open": True,
        **_shape(alarm.version, encode(alarm)),
    }
    work.change(Insert(ALARM, row))


def alarm(work: Work, number: str) -> Alarm:
    """Return an alarm; raises `NotFound`."""
    rows = work.read(sa.select(ALARM.c.body).where(ALARM.c.id == number))
    if not rows:
        raise NotFound("duty.alarm-not-found", "There is no such alarm.", field="$.id")
    return decode_own_as(bytes(rows[0].body), Alarm)


def replace_alarm(work: Work, old: Alarm, new: Alarm) -> None:
    """Put `new`, which is acknowledged, in the place of `old`, guarded by the version read."""
    key = {"id": old.id}
    values = {"open": False, **_shape(new.version, encode(new))}
    work.change(Guard(ALARM, key, {"version": old.version}), Update(ALARM, key, values))


def alarms(work: Work, limit: int, *, everything: bool) -> tuple[Alarm, ...]:
    """Return alarms, those that nobody acknowledged or all, the oldest first."""
    query = sa.select(ALARM.c.body)
    if not everything:
        query = query.where(ALARM.c.open.is_(True))
    rows = work.read(query.order_by(ALARM.c.at, ALARM.c.id).limit(limit))
    return tuple(decode_own_as(bytes(row.body), Alarm) for row in rows)


def open_alarms(work: Work) -> int:
    """Count the alarms that nobody acknowledged."""
    return int(work.read(sa.select(sa.func.count().label("many")).where(ALARM.c.open.is_(True)))[0].many)


def drop_before(work: Work, before: Instant, limit: int) -> int:
    """Forget turns, hand-overs and acknowledged alarms of before an instant; return how many."""
    gone = 0
    for table, when in ((DUTY, DUTY.c.ends), (HAND_OVER, HAND_OVER.c.at), (ALARM, ALARM.c.at)):
        query = sa.select(table.c.id).where(when < before)
        if table is ALARM:
            query = query.where(ALARM.c.open.is_(False))
        rows = work.read(query.limit(limit))
        work.change(*(Delete(table, {"id": row.id}) for row in rows))
        gone += len(rows)
    return gone


def _shape(version: int, body: bytes) -> dict[str, object]:
    return {"version": version, "schema": SCHEMA, "body": body}
