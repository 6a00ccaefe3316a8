"""What a reader gives: entries in the order of the file, and for each row that could not be read, where and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, TypeVar

from comity.bureau.lists.records import ListingEntry
from comity.core.errors import BadInput, ComityError

Part = TypeVar("Part")
Value = TypeVar("Value")

MAX_FILE_BYTES: Final = 64 << 20
"""The largest list at hand has 3 MB; more than twenty times that is no list."""

Files: TypeAlias = Mapping[str, bytes]
"""The files of one list by the part they play (`sdn`, `alt`, ...)."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One individual that was read: where it stands, the entry, and the very bytes it was read from."""

    place: str
    entry: ListingEntry
    raw: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that was not read: the place, and the code of the rule; never a value.

    `source_id` is what the source calls the entry, None where the row is too broken to tell. `part`: the entry itself
    was read, and this part of it is left out or kept as text only.
    """

    place: str
    rule: str
    source_id: str | None = None
    part: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one list held. `complete` False: the file breaks off before its end. `skipped` are no individuals.

    `generated` is when the publisher made the file, as the file says; empty where it does not.
    """

    rows: tuple[ReadRow, ...]
    problems: tuple[Problem, ...]
    skipped: int
    complete: bool
    generated: str = ""


Reader: TypeAlias = Callable[[Files], Reading]
"""Reads the files of one list; raises `BadInput` where they are refused whole (wrong file, hostile file)."""


@dataclass(slots=True)
class Notes:
    """What of one entry could not be read, while the person stays found by all that could."""

    place: str
    source_id: str | None
    problems: list[Problem] = field(default_factory=list)

    def add(self, error: BadInput, part: str = "") -> None:
        """Note a part that was left out, by its place and rule."""
        left_out = problem_of(error, f"{self.place} {part}".strip(), self.source_id)
        self.problems.append(replace(left_out, part=True))

    def each(self, parts: Iterable[Part], name: str, read: Callable[[Part], Value]) -> tuple[Value, ...]:
        """Read each part; one that cannot be read is noted as `name[number]` and left out."""
        found = []
        for number, part in enumerate(parts, 1):
            try:
                found.append(read(part))
            except BadInput as error:
                self.add(error, f"{name}[{number}]")
        return tuple(found)


def problem_of(error: ComityError, place: str, source_id: str | None = None) -> Problem:
    """Turn the error of one row into its line of the report."""
    inner = error.problems[0].field if error.problems else ""
    return Problem(place=f"{place} {inner}".strip(), rule=error.code, source_id=source_id)
