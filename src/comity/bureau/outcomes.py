"""What the officer who confirmed a hit later learns of it: a word and a sentence from the own bureau."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.alerts.records import HitRecord
from comity.alerts.store import HIT
from comity.bureau import store
from comity.bureau.commands import ListOutcomes, OutcomePage, TellOfficer
from comity.bureau.records import MessageKind, Told
from comity.bureau.tables import BUREAU_OUTCOME
from comity.core.codec import decode_own_as, encode
from comity.core.errors import NotFound, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Delete, Insert, Row, Work
from comity.core.text import clean_text
from comity.core.time import CivilDate
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS)
_PROSE_MAX: Final = 2000
_SCHEMA: Final = 1
_C: Final = BUREAU_OUTCOME.c


@operation("bureau.tell-officer", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def tell_officer(work: Work, command: TellOfficer) -> Told:
    """Tell the officer who confirmed a hit what became of it; telling again replaces what was told."""
    hit, category, officer, last_day = _hit_of(work, command)
    told = Told(
        hit=hit,
        category=category,
        at=work.recorded_at,
        outcome=command.outcome,
        text=clean_text(command.text, "$.text", _PROSE_MAX, may_be_empty=True) or None if command.text else None,
    )
    row = {
        "hit": hit,
        "officer": officer,
        "at": told.at,
        "erase_by": last_day,
        "schema": _SCHEMA,
        "body": encode(told),
    }
    work.change(Delete(BUREAU_OUTCOME, {"hit": hit}), Insert(BUREAU_OUTCOME, row))
    work.record(RecordRef(kind="hit", id=hit, version=1), outcome=told.outcome.value)
    return told


@operation("bureau.outcomes", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.READ)
def list_outcomes(work: Work, command: ListOutcomes) -> OutcomePage:
    """List what became of the hits that the asker confirmed, the newest first."""
    query = sa.select(_C.body).where(_C.officer == work.who.user).order_by(_C.at.desc(), _C.hit.desc())
    found = tuple(decode_own_as(bytes(row.body), Told) for row in work.read(query.limit(command.limit)))
    work.record(*(RecordRef(kind="hit", id=each.hit, version=1) for each in found))
    return OutcomePage(outcomes=found)


def past(work: Work, today: CivilDate, limit: int) -> tuple[Row, ...]:
    """Return at most `limit` rows whose last day is over."""
    return tuple(work.read(sa.select(_C.hit).where(_C.erase_by < today).limit(limit)))


def erase(work: Work, hit: str) -> None:
    """Forget what was told of a hit."""
    work.change(Delete(BUREAU_OUTCOME, {"hit": hit}))


def _hit_of(work: Work, command: TellOfficer) -> tuple[str, str, str, CivilDate]:
    """Return hit, category, officer and last day of a case, or of a note about a hit on an own alert."""
    own = work.who.owner.party
    case = store.case_or_none(work, own, command.item)
    if case is not None:
        last_day = store.case_erased_by(work, case.id)
        return case.hit, case.category, case.officer, last_day or CivilDate("")
    note = store.find_message(work, own, command.item)
    if note is None:
        raise NotFound("bureau.hit-not-found", "The bureau has no such hit.", field="$.item")
    if note.kind is not MessageKind.OWN_HIT:
        raise Refused("bureau.no-officer", "No officer of this State confirmed this.", field="$.item")
    rows = work.read(sa.select(HIT.c.body).where(HIT.c.id == note.id))
    if not rows:
        raise NotFound("bureau.hit-not-found", "The bureau has no such hit.", field="$.item")
    hit = decode_own_as(bytes(rows[0].body), HitRecord)
    return hit.id, hit.category, hit.user, store.message_erased_by(work, own, note.id) or CivilDate("")


OPERATIONS: tuple[AnyOperation, ...] = (tell_officer, list_outcomes)
