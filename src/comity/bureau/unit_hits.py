"""What became of the own alerts out there: hits that other bureaux and own posts reported, for the unit that entered.

Each tells what may be at an end with it, so that the unit lets the alert go or says why it is still needed; a report
that ends nothing by itself asks for nothing. Nothing is deleted by it: the unit deletes (`alert delete`), keeps, or,
where the bureau has said that the purpose is achieved, replies in time (Reg (EU) 2018/1861 Art 39(7)).
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
import sqlalchemy as sa

from comity.alerts.achieved import Achievement, ended_by, pending
from comity.alerts.records import ALERT_KIND, HIT_KIND
from comity.alerts.store import ALERT, alert_of
from comity.bureau.records import Message, MessageKind
from comity.bureau.tables import BUREAU_MESSAGE
from comity.core.codec import decode_own_as
from comity.core.errors import BadInput
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.personal import Personal
from comity.core.ports import Row, Work
from comity.core.time import CivilDate, date_of
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN)
_REPORTS: Final = (MessageKind.HIT_REPORT.value, MessageKind.OWN_HIT.value)
_M: Final = BUREAU_MESSAGE.c


@unique
class UnitPrompt(StrEnum):
    """What the unit is asked: `delete-or-keep` the alert, or `reply` to the bureau before the last day."""

    NONE = "none"
    DELETE_OR_KEEP = "delete-or-keep"
    REPLY = "reply"


class ListUnitHits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List hits on alerts of the own authority, the newest first. `after` continues a page."""

    after: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class UnitHit(msgspec.Struct, frozen=True, kw_only=True):
    """One hit on an own alert: who reported it, what was done, and what the unit is asked now.

    `ended`: what may have ended the purpose; `last_day`: until when a reply to the bureau counts. `place` is for the
    competent authorities alone: family never hears an adult's place.
    """

    alert: RecordRef
    category: str
    reported_by: str
    found_on: CivilDate
    place: Annotated[str, Personal]
    action_taken: str
    prompt: UnitPrompt
    ended: Achievement | None = None
    last_day: CivilDate | None = None


class UnitHitPage(msgspec.Struct, frozen=True, kw_only=True):
    """Hits; `next` continues the page, None at its end."""

    hits: tuple[UnitHit, ...]
    next: str | None = None


@operation("bureau.unit-hits", permission=Permission.ALERT_WRITE, purposes=_PURPOSES, kind=Kind.READ)
def list_unit_hits(work: Work, command: ListUnitHits) -> UnitHitPage:
    """List the hits on alerts of the own authority, and which of these alerts may be at an end."""
    owner = work.who.owner
    standing = sa.and_(ALERT.c.party == _M.alert_party, ALERT.c.id == _M.alert)
    query = (
        sa.select(ALERT, _M.id.label("report"), _M.since.label("reported"), _M.body.label("message"))
        .select_from(BUREAU_MESSAGE.join(ALERT, standing))
        .where(ALERT.c.party == owner.party, ALERT.c.authority == owner.authority, ALERT.c.own.is_(True))
        .where(_M.recipient_party == owner.party, _M.kind.in_(_REPORTS))
        .order_by(_M.since.desc(), _M.id.desc())
        .limit(command.limit)
    )
    if command.after is not None:
        query = query.where(sa.tuple_(_M.since, _M.id) < sa.tuple_(*map(sa.literal, _place(command.after))))
    rows = work.read(query)
    hits = tuple(map(_hit_of, rows))
    work.record(*(RecordRef(kind=HIT_KIND, id=row.report, version=1) for row in rows))
    more = f"{rows[-1].reported}:{rows[-1].report}" if len(rows) == command.limit else None
    return UnitHitPage(hits=hits, next=more)


OPERATIONS: Final[tuple[AnyOperation, ...]] = (list_unit_hits,)


def _hit_of(row: Row) -> UnitHit:
    record, message = alert_of(row), decode_own_as(bytes(row.message), Message)
    report, waiting = message.report, pending(record.told)
    ended = ended_by(record.category, report.action_taken)
    prompt = UnitPrompt.NONE if ended is None else UnitPrompt.DELETE_OR_KEEP
    return UnitHit(
        alert=RecordRef(kind=ALERT_KIND, id=record.id, version=record.version),
        category=record.category,
        reported_by=message.sender.party,
        found_on=date_of(report.found_at),
        place=report.place,
        action_taken=report.action_taken,
        prompt=prompt if waiting is None else UnitPrompt.REPLY,
        ended=ended if waiting is None else waiting.what,
        last_day=None if waiting is None else waiting.last_day,
    )


def _place(cursor: str) -> tuple[int, str]:
    since, colon, report = cursor.partition(":")
    if not colon or not (since.isascii() and since.isdigit()):
        raise BadInput("bureau.cursor", "This is not a cursor that a list gave.", field="$.after")
    return int(since), report
