"""Own requests that give way to another State's alert: they wait at home until it goes, and are then entered anew.

SR 362.0 Art 40; SIRENE Manual 2008, 2.2: the one that gives way is kept at national level. Nothing of it is searched by
anybody, and it goes after a year. The own bureau hears what stands in the way and writes the letter, whose answer
settles it (`settle`); entering stays a person's act.
"""

from __future__ import annotations

from typing import Annotated, Final, cast

import msgspec
from msgspec import Meta
from sqlalchemy import select

from comity.alerts import before, operations, pictures, rules
from comity.alerts.before_records import Clearance, Consultation, Existing, LookAlike
from comity.alerts.beside_tables import WAITING
from comity.alerts.categories import category_of
from comity.alerts.commands import AlertId, AlertState, EnterAlert
from comity.alerts.failure import Failure
from comity.alerts.operations import PURPOSES
from comity.alerts.records import AlertData, CategoryCode, Grounds
from comity.core.codec import decode_own_as, encode
from comity.core.errors import Conflict, NotFound
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Delete, Insert, RecordChanged, Update, Work
from comity.core.time import CivilDate, Instant, add_period, date_of
from comity.core.vocabulary import Permission

WAITING_KIND: Final = "alert-waiting"
"""What other rooms hear of: a request began to wait, or is gone."""
KEPT: Final = "P1Y"
"""How long a request waits (our own bound: the review period of the shortest categories)."""


class WaitAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Keep a request at home that gives way to another State's alert; pictures are added when it is entered."""

    category: CategoryCode
    data: AlertData
    grounds: Grounds


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A request that waits. `behind` are the alerts that stand in its way now; none: it can be entered."""

    id: str
    category: str
    since: Instant
    erase_by: CivilDate
    behind: tuple[Existing, ...]


class ListWaiting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List the own authority's requests that wait."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class WaitingPage(msgspec.Struct, frozen=True, kw_only=True):
    """The requests that wait, oldest first."""

    waiting: tuple[Waiting, ...]


class EnterWaiting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Enter a request that waited."""

    id: AlertId


class DropWaiting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Erase a request that waits."""

    id: AlertId


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    command: EnterAlert
    since: Instant


@operation("alert.wait", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def wait(work: Work, command: WaitAlert) -> Waiting:
    """Keep a request at home while another State's alert on the subject stands in its way, and tell the own bureau.

    Raises `Conflict` `alert.nothing-in-the-way` where it can be entered, `Refused` for what could never be.
    """
    category = category_of(command.category)
    asked = EnterAlert(category=command.category, data=pictures.without_bytes(command.data), grounds=command.grounds)
    today = date_of(work.at)
    failures: tuple[Failure, ...] = (
        *rules.check_data(category, asked.data),
        *rules.check_entry_day(category, asked.data, today),
        *rules.check_grounds(category, asked.grounds, asked.data),
    )
    rules.refuse(failures)
    behind = _behind(work, asked)
    if not behind:
        raise Conflict("alert.nothing-in-the-way", "No other State's alert stands in the way: enter it.")
    made = Waiting(
        id=work.new_id(),
        category=category.code,
        since=work.at,
        erase_by=add_period(today, KEPT),
        behind=behind,
    )
    row = {
        "id": made.id,
        "authority": work.who.owner.authority,
        "since": made.since,
        "erase_by": made.erase_by,
        "body": encode(_Kept(command=asked, since=made.since)),
    }
    work.change(Insert(WAITING, row))
    work.record(waits=True, category=category.code)
    _tell(work, made.id, made)
    return made


@operation("alert.waiting", permission=Permission.ALERT_WRITE, purposes=PURPOSES, kind=Kind.READ)
def list_waiting(work: Work, command: ListWaiting) -> WaitingPage:
    """List the own requests that wait, and what stands in the way of each."""
    query = select(WAITING).where(WAITING.c.authority == work.who.owner.authority)
    rows = work.read(query.order_by(WAITING.c.since, WAITING.c.id).limit(command.limit))
    found: list[Waiting] = []
    for row in rows:
        kept = decode_own_as(bytes(row.body), _Kept)
        found.append(
            Waiting(
                id=row.id,
                category=kept.command.category,
                since=kept.since,
                erase_by=CivilDate(row.erase_by),
                behind=_behind(work, kept.command),
            )
        )
    work.record(waiting=len(found))
    return WaitingPage(waiting=tuple(found))


@operation("alert.enter-waiting", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def enter_waiting(work: Work, command: EnterWaiting) -> AlertState:
    """Enter a request that waited; every check is made anew, and raises as `alert.enter` does."""
    kept = _own(work, command.id)
    work.change(Delete(WAITING, {"id": command.id}))
    _tell(work, command.id, None)
    return operations.enter.run(work, kept.command)


@operation("alert.drop-waiting", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def drop_waiting(work: Work, command: DropWaiting) -> WaitingPage:
    """Erase a request that waits."""
    _own(work, command.id)
    work.change(Delete(WAITING, {"id": command.id}))
    _tell(work, command.id, None)
    return WaitingPage(waiting=())


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (wait, list_waiting, enter_waiting, drop_waiting))


def erase_past(work: Work, today: CivilDate, limit: int) -> int:
    """Erase requests that waited a year; return how many."""
    rows = work.read(select(WAITING.c.id).where(WAITING.c.erase_by < today).limit(limit))
    for row in rows:
        work.change(Delete(WAITING, {"id": row.id}))
        _tell(work, row.id, None)
    return len(rows)


def settle(work: Work, waiting: str, settled: Consultation | LookAlike) -> None:
    """Note in a request what the bureaux agreed about an alert in its way; one that is gone is no error.

    What is agreed is checked when the request is entered, like what an officer states.
    """
    rows = work.read(select(WAITING.c.body).where(WAITING.c.id == waiting))
    if not rows:
        return
    kept = decode_own_as(bytes(rows[0].body), _Kept)
    more = (
        Clearance(consultations=(settled,)) if isinstance(settled, Consultation) else Clearance(look_alikes=(settled,))
    )
    grounds = msgspec.structs.replace(
        kept.command.grounds, clearance=before.joined(kept.command.grounds.clearance, more)
    )
    kept = msgspec.structs.replace(kept, command=msgspec.structs.replace(kept.command, grounds=grounds))
    work.change(Update(WAITING, {"id": waiting}, {"body": encode(kept)}))


def _tell(work: Work, number: str, made: Waiting | None) -> None:
    work.emit(RecordChanged(kind=WAITING_KIND, id=number, owner=work.who.owner, version=1, record=made))


def _behind(work: Work, asked: EnterAlert) -> tuple[Existing, ...]:
    found = before.existing_alerts(work, asked.category, asked.data)
    left = before.left_over(found, asked.grounds.clearance)
    return tuple(one for one in left if one.form is not None)


def _own(work: Work, waiting: str) -> _Kept:
    query = select(WAITING.c.body).where(WAITING.c.id == waiting, WAITING.c.authority == work.who.owner.authority)
    rows = work.read(query)
    if not rows:
        raise NotFound("alert.not-waiting", "No such request waits.", field="$.id")
    return decode_own_as(bytes(rows[0].body), _Kept)
