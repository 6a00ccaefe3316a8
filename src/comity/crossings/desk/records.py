"""Crossing points of an authority, and the desk at which an account works for a shift."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.core.time import SECOND_US, Instant
from comity.crossings.asking import PointKind
from comity.crossings.records import Direction, Lane, Line
from comity.identity.records import AuthorityName

SHIFT_US: Final = 12 * 3600 * SECOND_US
"""A desk closes by itself after twelve hours, as a session does. House rule; law names no period."""

PointCode = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]
PageSize = Annotated[int, Meta(ge=1, le=200)]


class CrossingPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place where an authority checks people: its own short code, its name, and how people come there."""

    code: PointCode
    name: Line
    kind: PointKind
    retired: bool = False


class AddPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Add a crossing point, or take a retired one up again. `authority` left out: the asker's own."""

    code: PointCode
    name: Line
    kind: PointKind
    authority: AuthorityName | None = None


class ListPoints(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List the authority's crossing points by code behind `after`; retired ones only if asked for."""

    after: Annotated[str, Meta(max_length=32)] = ""
    retired: bool = False
    limit: PageSize = 100
    authority: AuthorityName | None = None


class PointPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of crossing points; `next` is the cursor of the following one."""

    points: tuple[CrossingPoint, ...]
    next: str | None


class RetirePoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take a crossing point out of use; checks made there keep its code."""

    code: PointCode
    authority: AuthorityName | None = None


class OpenDesk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say once a shift where the officer works. `conveyance` is the flight, ship, train or line that is being checked.

    `kind` may be left out; given, it must be the crossing point's own.
    """

    crossing_point: PointCode
    kind: PointKind | None = None
    lane: Lane
    direction: Direction
    conveyance: Line | None = None


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where an account works until it closes the desk or `expires`."""

    crossing_point: PointCode
    name: Line
    kind: PointKind
    lane: Lane
    direction: Direction
    conveyance: Line | None
    opened: Instant
    expires: Instant


class ShowDesk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show the own desk."""


class CloseDesk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Close the own desk; none open is no error."""


class DeskShown(msgspec.Struct, frozen=True, kw_only=True):
    """The desk, None where none is open."""

    desk: Desk | None
