"""What retention would take away on a day: a dry run anywhere, and done at once on exercise nodes.

A node deletes by itself what is past its last day, at the time that its clock shows. Asked for another day it tells
what would go then (Reg (EU) 2018/1861 Art 39(5)-(7), 2018/1862 Art 53(6)-(7)); only in an exercise does it let it go.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import msgspec
import sqlalchemy as sa

from comity.alerts.commands import Sweep, SweepAlerts, SweepLine
from comity.alerts.duties import last_warned
from comity.alerts.store import ALERT
from comity.alerts.tasks import EXPIRE, ExpireAlerts
from comity.core.operation import AnyOperation, operation
from comity.core.ports import Row, Work
from comity.core.time import CivilDate, date_of, parse_instant
from comity.core.vocabulary import Permission, Purpose

_PURPOSES = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN, Purpose.SUPERVISION)
_C = ALERT.c


@operation("alert.sweep", permission=Permission.DEADLINE_WORK, purposes=_PURPOSES)
def sweep(work: Work, command: SweepAlerts) -> Sweep:
    """Count the alerts and copies past their last day at an instant, and own ones whose warning runs.

    On an exercise node a job deletes them, unless this is a dry run; a node of production deletes at its own time only.
    Raises `BadInput` `time.*`.
    """
    told = _look(work, command)
    if command.dry_run or not told.past:
        return told
    return msgspec.structs.replace(told, job=work.enqueue(EXPIRE, ExpireAlerts(as_of=told.day)))


def make_operations(*, exercise: bool) -> tuple[AnyOperation, ...]:
    """Return the sweep; on a node of production it is a dry run and nothing else."""
    declared = cast("AnyOperation", sweep)
    return (declared if exercise else replace(declared, run=_look),)


def _look(work: Work, command: SweepAlerts) -> Sweep:
    as_of = work.at if command.as_of is None else parse_instant(command.as_of, field="$.as_of")
    day = date_of(as_of)
    lines = tuple(_line(row) for row in work.read(_counted(day)))
    past = sum(line.past for line in lines)
    work.record(past=past)
    return Sweep(as_of=as_of, day=day, lines=lines, past=past)


def _counted(day: CivilDate) -> sa.Select[tuple[str, str, bool, int, int]]:
    past = _C.delete_by < day
    warned = sa.and_(_C.own, ~past, _C.delete_by <= last_warned(day))
    query = sa.select(_C.party, _C.category, _C.own, _many(past).label("past"), _many(warned).label("warned"))
    query = query.where(_C.delete_by <= last_warned(day))
    return query.group_by(_C.party, _C.category, _C.own).order_by(_C.party, _C.category)


def _many(such: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((such, 1), else_=0))


def _line(row: Row) -> SweepLine:
    return SweepLine(
        party=row.party, category=row.category, own=bool(row.own), past=int(row.past), warned=int(row.warned)
    )
