"""Number plates as cameras read them: a match becomes an ordinary check, all else is dropped at once.

Nothing of a plate that nobody seeks is kept, logged or counted by its text: the act says how many were read (Reg (EU)
2018/1862 Art 12(8) leaves the log of such systems to national law). A match stops nobody. It is a check like any other,
in which an officer compares plate, vehicle and record before any stop. Chance sends nobody on from a camera, so a match
that must not be shown stays with that officer, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Annotated, Final

import msgspec

from comity.alerts.identifiers import compared
from comity.core.ids import RecordId
from comity.core.operation import AnyOperation, Kind, Operation, operation
from comity.core.personal import Personal
from comity.core.ports import Search, Work
from comity.core.vocabulary import Permission, Purpose
from comity.crossings.asking import Thing, ThingKind
from comity.crossings.batch import RowWork, Shared
from comity.crossings.records import Advice, Check, Direction, Lane, Line

MOST_READINGS: Final = 200
LONGEST: Final = 12
_THINGS_A_CHECK: Final = 5
_ALIKE: Final = ("0ODQ", "1I", "2Z", "5S", "6G", "8B")
"""Characters that cameras take for each other."""
_PURPOSES: Final = (Purpose.BORDERS, Purpose.POLICE)

PlateText = Annotated[str, Personal, msgspec.Meta(min_length=1, max_length=40)]


class ReadPlates(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a camera read, in the order of reading. Place and direction left out are those of the camera's desk."""

    plates: Annotated[tuple[PlateText, ...], msgspec.Meta(min_length=1, max_length=MOST_READINGS)]
    direction: Direction | None = None
    lane: Lane | None = None
    crossing_point: Line | None = None


class PlateMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A plate that may be sought: which of the readings, and the check in which an officer compares before any stop.

    `exact`: sought as it was read; otherwise one character of it is perhaps misread.
    """

    reading: int
    check: RecordId
    exact: bool


class PlatesRead(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the readings: the matches, and how many could not be plates. All others are gone."""

    read: int
    unreadable: int
    matches: tuple[PlateMatch, ...]


def make_operations(check: Operation[Check, Advice]) -> tuple[AnyOperation, ...]:
    """Return the operation of cameras; `check` is the single check, by whose rules a match is kept and logged."""
    reading = operation(
        "crossing.read-plates", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.SEARCH
    )
    return (reading(_reader(check)),)


def _reader(check: Operation[Check, Advice]) -> Callable[[Work, ReadPlates], PlatesRead]:
    def read_plates(work: Work, command: ReadPlates) -> PlatesRead:
        """Look up number plates as cameras read them: a match becomes a check, all else is dropped at once."""
        shared = Shared(work)
        matches: list[PlateMatch] = []
        unreadable = 0
        for place, text in enumerate(command.plates):
            plate = compared(text)
            if not 0 < len(plate) <= LONGEST:
                unreadable += 1
                continue
            found = _looked_up(shared, check, command, plate)
            if found is not None:
                matches.append(PlateMatch(reading=place, check=found[0], exact=found[1]))
        work.record(read=len(command.plates), unreadable=unreadable, matches=len(matches))
        return PlatesRead(read=len(command.plates), unreadable=unreadable, matches=tuple(matches))

    return read_plates


def _looked_up(
    shared: Shared, check: Operation[Check, Advice], command: ReadPlates, plate: str
) -> tuple[RecordId, bool] | None:
    """Look a plate up as it was read, then as it may be misread; what finds nothing leaves nothing."""
    for exact, numbers in ((True, iter((plate,))), (False, misreadings(plate))):
        while some := tuple(islice(numbers, _THINGS_A_CHECK)):
            row = _Glance(shared)
            advice = check.run(row, _question(command, some))
            if advice.matches:
                row.keep()
                return advice.check, exact
    return None


class _Glance(RowWork):
    """A look at a plate: its search is logged when it is kept, since a log of all plates would be what is forbidden."""

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self._searches: list[Search] = []

    def log_search(self, search: Search) -> None:
        """Hold the search back."""
        self._searches.append(search)

    def keep(self) -> None:
        """Hand on what was collected, and log the search."""
        super().keep()
        for search in self._searches:
            super().log_search(search)


def misreadings(plate: str) -> Iterator[str]:
    """Yield the plates that differ from this one in one character which a camera may have mistaken."""
    for place, character in enumerate(plate):
        for group in _ALIKE:
            if character in group:
                yield from (plate[:place] + other + plate[place + 1 :] for other in group if other != character)


def _question(command: ReadPlates, numbers: tuple[str, ...]) -> Check:
    return Check(
        direction=command.direction,
        lane=command.lane,
        crossing_point=command.crossing_point,
        things=tuple(Thing(kind=ThingKind.PLATE, number=number) for number in numbers),
        near=False,
    )
