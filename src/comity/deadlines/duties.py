"""What other rooms have running, told to the register as they keep it: no clock is kept in two places.

A room whose work carries its own clock (a hit report, a review date, a notice of termination) shows it here through
`Duties`; only what no other room keeps stands in the register's own table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import sqlalchemy as sa

from comity.core.errors import BadInput
from comity.core.ports import Work
from comity.core.time import DAY_US, Instant
from comity.deadlines.records import Deadline, ListDeadlines, Standing
from comity.deadlines.rules import last_of


class Place(NamedTuple):
    """Where a deadline stands in the register: what is at once first, then by its last instant in time."""

    dated: bool
    last: Instant
    id: str

    def text(self) -> str:
        """Write it as the cursor of a page."""
        return f"{int(self.dated)}-{self.last}-{self.id}"


class Duties(Protocol):
    """One kind of case of another room, by the name that the register filters by."""

    @property
    def case_kind(self) -> str:
        """Name the kind of case."""

    def page(self, work: Work, asked: ListDeadlines, after: Place | None) -> tuple[Deadline, ...]:
        """Return at most `asked.limit` deadlines of this room behind `after`, in the order of `place_of`.

        `asked` narrows by standing, party and case; its kind of case is this one. What the acting person may not see
        is left out.
        """

    def counts(self, work: Work) -> Iterable[tuple[str, Standing, int]]:
        """Count what is running, due and breached, per party that must act."""

    def oldest_breach(self, work: Work) -> Instant | None:
        """Return the last instant in time of what was breached first; None where nothing is."""


class Columns(NamedTuple):
    """Where a table keeps what the register asks for: columns, or expressions over them.

    `at_once` marks what has no hour; `last` is the last instant in time, of what is at once the one it began at.
    """

    open: sa.ColumnElement[bool]
    met: sa.ColumnElement[bool]
    cancelled: sa.ColumnElement[bool]
    at_once: sa.ColumnElement[bool]
    last: sa.ColumnElement[int]
    id: sa.ColumnElement[str]


def place_of(deadline: Deadline) -> Place:
    """Return where a deadline stands in the register."""
    return Place(not deadline.at_once, last_of(deadline), deadline.id)


def read_place(text: str) -> Place:
    """Read the cursor of a page; raises BadInput `deadline.cursor`."""
    dated, _, rest = text.partition("-")
    last, _, identifier = rest.partition("-")
    if dated not in {"0", "1"} or not (last.isascii() and last.isdigit()) or not identifier:
        raise BadInput("deadline.cursor", "This is not a cursor of this list.", field="$.after", remedy="Start again.")
    return Place(dated == "1", Instant(int(last)), identifier)


def standing_in(columns: Columns, standing: Standing, at: Instant) -> tuple[sa.ColumnElement[bool], ...]:
    """Say in SQL what `standing_of` says of one deadline; met in time or late both read as met here."""
    match standing:
        case Standing.RUNNING:
            return (columns.open, sa.not_(columns.at_once), columns.last >= at + DAY_US)
        case Standing.DUE:
            soon = sa.and_(columns.last >= at, columns.last < at + DAY_US)
            return (columns.open, sa.or_(columns.at_once, soon))
        case Standing.BREACHED:
            return (columns.open, sa.not_(columns.at_once), columns.last < at)
        case Standing.CANCELLED:
            return (columns.cancelled,)
        case _:
            return (columns.met,)


def in_order(columns: Columns) -> tuple[sa.ColumnElement[bool] | sa.ColumnElement[int] | sa.ColumnElement[str], ...]:
    """Return what a query orders by so that its rows come in the order of `place_of`."""
    return columns.at_once.desc(), columns.last, columns.id


def behind(columns: Columns, place: Place) -> sa.ColumnElement[bool]:
    """Say that a row stands behind a place."""
    key = sa.tuple_(sa.case((columns.at_once, 0), else_=1), columns.last, columns.id)
    return key > sa.tuple_(sa.literal(int(place.dated)), sa.literal(place.last), sa.literal(place.id))
