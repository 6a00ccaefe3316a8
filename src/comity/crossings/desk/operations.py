"""What administrators do with crossing points, and officers with their desk."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.core.errors import Conflict, Refused
from comity.core.ids import Owner
from comity.core.operation import AnyOperation, Audit, Kind, operation
from comity.core.ports import Work
from comity.core.text import clean_line
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose
from comity.crossings.desk import store
from comity.crossings.desk.records import (
    SHIFT_US,
    AddPoint,
    CloseDesk,
    CrossingPoint,
    Desk,
    DeskShown,
    ListPoints,
    OpenDesk,
    PointPage,
    RetirePoint,
    ShowDesk,
)
from comity.identity.accounts import managed

_PURPOSES = (Purpose.ADMINISTRATION,)


@operation("crossing-point.add", permission=Permission.CROSSING_POINT_MANAGE, purposes=_PURPOSES)
def add_point(work: Work, command: AddPoint) -> CrossingPoint:
    """Add a crossing point of an authority, or take a retired one up again.

    Raises `Conflict` `crossing-point.exists` for a code in use, `NotPermitted` for another authority's.
    """
    owner = _owner(work, command.authority)
    point = CrossingPoint(code=command.code, name=clean_line(command.name, "$.name"), kind=command.kind)
    present = store.find_point(work, owner, point.code)
    if present is not None and not present.retired:
        raise Conflict("crossing-point.exists", "There is a crossing point of this code.", field="$.code")
    if present is None:
        store.add_point(work, owner, point)
    else:
        store.replace_point(work, owner, present, point)
    work.record(authority=owner.authority, crossing_point=point.code)
    return point


@operation(
    "crossing-point.list", permission=Permission.SESSION_OWN, purposes=_PURPOSES, kind=Kind.READ, audit=Audit.NONE
)
def list_points(work: Work, command: ListPoints) -> PointPage:
    """List an authority's crossing points."""
    owner = _owner(work, command.authority)
    found = store.points(work, owner, command.after, command.limit, retired=command.retired)
    return PointPage(points=found, next=found[-1].code if len(found) == command.limit else None)


@operation("crossing-point.retire", permission=Permission.CROSSING_POINT_MANAGE, purposes=_PURPOSES)
def retire_point(work: Work, command: RetirePoint) -> CrossingPoint:
    """Take a crossing point out of use; desks open there stay open until their shift ends."""
    owner = _owner(work, command.authority)
    present = store.get_point(work, owner, command.code)
    retired = msgspec.structs.replace(present, retired=True)
    store.replace_point(work, owner, present, retired)
    work.record(authority=owner.authority, crossing_point=retired.code)
    return retired


@operation("desk.open", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def open_desk(work: Work, command: OpenDesk) -> Desk:
    """Choose the desk for a shift; checks take crossing point, lane, direction and conveyance from it.

    Raises `NotFound` `crossing-point.not-found`, `Refused` `desk.kind-differs`.
    """
    point = store.get_point(work, work.who.owner, command.crossing_point)
    if command.kind not in {None, point.kind}:
        raise Refused(
            "desk.kind-differs",
            "The crossing point is of another kind.",
            field="$.kind",
            remedy="Leave the kind out, or choose another crossing point.",
        )
    desk = Desk(
        crossing_point=point.code,
        name=point.name,
        kind=point.kind,
        lane=command.lane,
        direction=command.direction,
        conveyance=clean_line(command.conveyance, "$.conveyance", may_be_empty=True) or None
        if command.conveyance
        else None,
        opened=work.recorded_at,
        expires=Instant(work.recorded_at + SHIFT_US),
    )
    store.put_desk(work, desk)
    work.record(crossing_point=point.code, direction=desk.direction.value, lane=desk.lane.value)
    return desk


@operation("desk.show", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.READ, audit=Audit.NONE)
def show_desk(work: Work, _command: ShowDesk) -> DeskShown:
    """Show the own desk, if one is open."""
    return DeskShown(desk=store.find_desk(work))


@operation("desk.close", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def close_desk(work: Work, _command: CloseDesk) -> DeskShown:
    """Close the own desk at the end of a shift."""
    store.drop_desk(work)
    return DeskShown(desk=None)


def _owner(work: Work, authority: str | None) -> Owner:
    """Return whose crossing points are meant: the own authority's, or any of the party's for the node's operator."""
    if authority in {None, work.who.owner.authority}:
        return work.who.owner
    return Owner(party=work.who.owner.party, authority=managed(work, authority).id)


OPERATIONS: Final[tuple[AnyOperation, ...]] = (add_point, list_points, retire_point, open_desk, show_desk, close_desk)
