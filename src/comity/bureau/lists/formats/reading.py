"""What a reader gives: entries in the order of the file, and for each row that could not be read, where and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from comity.bureau.lists.records import ListingEntry
from comity.core.errors import ComityError

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

    `source_id` is what the source calls the entry, None where the row is too broken to tell.
    """

    place: str
    rule: str
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one list held. `complete` False: the file breaks off before its end. `skipped` are no individuals."""

    rows: tuple[ReadRow, ...]
    problems: tuple[Problem, ...]
    skipped: int
    complete: bool


Reader: TypeAlias = Callable[[Files], Reading]
"""Reads the files of one list; raises `BadInput` where they are refused whole (wrong file, hostile file)."""


def problem_of(error: ComityError, place: str, source_id: str | None = None) -> Problem:
    """Turn the error of one row into its line of the report."""
    inner = error.problems[0].field if error.problems else ""
    return Problem(place=f"{place} {inner}".strip(), rule=error.code, source_id=source_id)
