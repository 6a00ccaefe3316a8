"""Rows that come to their places later: many at a time, in the order of their keys.

A row at a random place of a large tree costs a page, written twice; most rows of a busy exchange are such. Those that a
store inserts with `InsertMany(late=True)` are written as one piece beside their table, in the transaction of their act,
and kept in memory. When many have come together, each further group places some of them in the order of their keys, so
that neighbours share a page. Tables say in `info={"late": (columns,)}` by which columns their rows are asked, and by
`late_from` from how many records in a group on it is worth while, where rows are often deleted soon.

Whatever changes a row that is not in its place yet has it placed first, in its own transaction; what deletes one, or
gives it another key, has all of its table placed. So a piece never brings back what is gone: what is in its place
already is left as it is, also at the next start after a crash. How rows are read meanwhile: see `shadow`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, TypeAlias, cast

import msgspec
from sqlalchemy import Table

from comity.adapters.sql.dialects import Driver
from comity.adapters.sql.tables import unplaced
from comity.core.ports import InsertMany

Values: TypeAlias = tuple[Any, ...]
"""A row as the driver takes it; of a pile, with the number of its piece at the end."""
Lacks: TypeAlias = Callable[[str, tuple[str, ...]], Callable[[tuple[object, ...]], bool] | None]
"""Returns for a table and columns what says of a key that the table certainly lacks it; None where nobody knows."""

FEW: Final = 8
"""Rows of fewer records in one group are placed at once: little is gained, and what deletes one of them costs more."""
MANY: Final = 1 << 17
"""So many rows come together before they are placed."""

_PIECES: Final = f'SELECT name, content FROM "{unplaced.name}" ORDER BY n'  # noqa: S608 - a constant
_PACE: Final = 2
_LEAST: Final = 64
_TEXT_PREFIX: Final = 8
_REMEMBERED_S: Final = 5.0
_QUIET_S: Final = 10.0
"""So long after the last rows came, those that wait are placed even if they are few."""


class Generation:
    """Rows that came together. `index` finds them by what their table is asked for; `first` and `last` are pieces."""

    __slots__ = ("added", "at", "count", "ended", "first", "index", "last", "order", "parts")

    def __init__(self) -> None:
        self.first = 0
        self.last = 0
        self.count = 0
        self.index: dict[object, Values | list[Values]] = {}
        self.parts: dict[object, list[Values]] = {}
        self.order: list[Any] = []
        self.at = 0
        self.added = 0.0
        self.ended = 0.0

    def rows_from(self, at: int, most: int) -> tuple[list[Values], int]:
        """Return at least `most` rows in order from part `at` on, as far as there are so many, and the next part."""
        order = self.order or sorted(self.parts)
        rows: list[Values] = []
        while at < len(order) and len(rows) < most:
            rows += sorted(self.parts[order[at]])
            at += 1
        return rows, at


class Pile:
    """The rows of one table that are not in their places, and for a while those that were not until lately."""

    def __init__(self, table: str, columns: tuple[str, ...], by: tuple[str, ...], key: tuple[str, ...]) -> None:
        self.table = table
        self.columns = columns
        self.by = by
        self.key = key
        self.few = 0
        self.take = itemgetter(*map(columns.index, self.by))
        self.key_of = itemgetter(*map(columns.index, self.key))
        self.insert = _insert_text(self.table, columns)
        self.ended: tuple[Generation, ...] = ()
        self.placing: Generation | None = None
        self.filling = Generation()

    @classmethod
    def of(cls, table: Table, columns: tuple[str, ...]) -> Pile:
        """Return an empty one for rows of a table."""
        key = tuple(column.name for column in table.primary_key.columns)
        made = cls(table.name, columns, table.info["late"], key)
        made.few = table.info.get("late_from", 0)
        return made

    def add(self, number: int, rows: Mapping[object, Sequence[Values]]) -> None:
        """Take rows of a piece that is about to be committed; a snapshot without the piece does not see them."""
        filling = self.filling
        index, parts = filling.index, filling.parts
        if not filling.count:
            filling.first = number
        for handle, together in rows.items():
            kept = [(*row, number) for row in together]
            there = index.get(handle)
            if there is not None:
                index[handle] = [*(there if type(there) is list else [cast("Values", there)]), *kept]
            elif len(kept) == 1:
                (index[handle],) = kept
            else:
                index[handle] = kept
            for row in kept:
                first = row[0]
                # In order too: some 4,000 parts of hashes, so that placing takes small steps.
                part = first[0] << 4 | first[1] >> 4 if type(first) is bytes else first[:_TEXT_PREFIX]
                found = parts.get(part)
                if found is None:
                    parts[part] = [row]
                else:
                    found.append(row)
            filling.count += len(kept)
        filling.last = number
        filling.added = time.monotonic()

    def withdraw(self, number: int) -> None:
        """Forget the rows of a piece whose transaction failed."""
        old, self.filling = self.filling, Generation()
        by_number: dict[int, dict[object, list[Values]]] = {}
        for part in old.parts.values():
            for row in part:
                if row[-1] != number:
                    by_number.setdefault(row[-1], {}).setdefault(self.take(row), []).append(row[:-1])
        for each in sorted(by_number):
            self.add(each, by_number[each])

    def waiting(self) -> tuple[Generation, ...]:
        """Return the generations whose rows are not all in their places."""
        return (self.filling,) if self.placing is None else (self.placing, self.filling)

    def holds(self, handle: object) -> bool:
        """Say whether any such row may not be in its place yet."""
        return handle in self.filling.index or (self.placing is not None and handle in self.placing.index)

    def rows_of(self, handle: object) -> list[Values]:
        """Return the rows of a handle that may not be in their places yet."""
        found: list[Values] = []
        for generation in self.waiting():
            rows = generation.index.get(handle)
            if rows is not None:
                found += rows if type(rows) is list else (cast("Values", rows),)
        return [row[:-1] for row in found]

    def start_placing(self) -> None:
        """Begin to place what came together; what comes from now on is of the next generation."""
        filling = self.filling
        filling.order = sorted(filling.parts)
        self.placing = filling
        self.filling = Generation()

    def remember(self, generation: Generation) -> None:
        """Remember a generation for those whose snapshot is from before its rows were in their places."""
        generation.ended = time.monotonic()
        generation.parts, generation.order = {}, []
        if generation.count and generation not in self.ended:
            self.ended = (*self.ended, generation)

    def tidy(self, many: int) -> None:
        """Begin to place what has come together, be it many or all that came for a while; forget what is long done."""
        now = time.monotonic()
        filling = self.filling
        waits = filling.count and now - filling.added > _QUIET_S
        if self.placing is None and (waits or filling.count >= many):
            self.start_placing()
        if self.ended and self.ended[0].ended <= now - _REMEMBERED_S:
            self.ended = tuple(each for each in self.ended if each.ended > now - _REMEMBERED_S)

    def find(self, handles: Iterable[object], span: tuple[int, int]) -> list[Values] | None:
        """Return the rows of these handles in pieces of the span; None where not all of these are in memory."""
        # In this order, so that a generation is seen at least once while another thread moves it on.
        filling, placing, ended = self.filling, self.placing, self.ended
        known = [each for each in (filling, placing, *ended) if each is not None and each.count]
        low, high = span
        if not known or min(each.first for each in known) > low or max(each.last for each in known) < high:
            return None
        found: dict[Values, None] = {}
        for handle in handles:
            for generation in known:
                rows = generation.index.get(handle)
                if rows is not None:
                    for row in rows if type(rows) is list else (cast("Values", rows),):
                        if low <= row[-1] <= high:
                            found[row[:-1]] = None
        return list(found)


class Late:
    """The piles of a database that one process writes. Changed by whoever holds the write lock, read by all."""

    def __init__(self, lacks: Lacks, *, few: int = FEW, many: int = MANY) -> None:
        self.piles: dict[str, Pile] = {}
        self.lacks = lacks
        self.few = few
        self.many = many
        self._number = 0

    def next_number(self) -> int:
        """Return the number of the next piece."""
        self._number += 1
        return self._number

    def leave(self, driver: Driver) -> None:
        """Leave pieces where they are, in a store that cannot write: whatever reads their tables reads them too."""
        for name, content in driver.execute(_PIECES).fetchall():
            columns, _ = read_piece(content)
            described = driver.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (name,))
            key = tuple(column for (column,) in described.fetchall())
            self.piles.setdefault(name, Pile(name, columns, key[:1], key))


def recover(driver: Driver) -> int:
    """Place what a process that did not end well had in pieces; return how many rows were there."""
    pieces = driver.execute(_PIECES).fetchall()
    count = 0
    for name, content in pieces:
        columns, rows = read_piece(content)
        place(driver, _insert_text(name, columns), rows)
        count += len(rows)
    if pieces:
        driver.execute(f'DELETE FROM "{unplaced.name}"')  # noqa: S608 - a constant
    return count


def write_piece(columns: tuple[str, ...], rows: Sequence[Values]) -> bytes:
    """Return rows as one piece."""
    return msgspec.msgpack.encode((columns, rows))


def read_piece(content: bytes) -> tuple[tuple[str, ...], list[Values]]:
    """Return columns and rows of a piece."""
    columns, rows = msgspec.msgpack.decode(content)
    return tuple(columns), [tuple(row) for row in rows]


def columns_of(content: bytes, wanted: tuple[str, ...]) -> list[tuple[object, ...]]:
    """Return some columns of the rows of a piece."""
    columns, rows = read_piece(content)
    places = [columns.index(name) for name in wanted]
    return [tuple([row[place] for place in places]) for row in rows]


def place(driver: Driver, insert: str, rows: Sequence[Values]) -> None:
    """Write rows to their places; what is there already stays."""
    if rows:
        driver.executemany(insert, rows)


def handle_of(pile: Pile, values: Mapping[str, object]) -> object | None:
    """Return what a row is asked for by, None where the values do not name all of it."""
    if len(pile.by) == 1:
        return values.get(pile.by[0])
    found = tuple([values.get(name) for name in pile.by])
    return None if None in found else found


def pace(staged: int) -> int:
    """Return how many rows are placed beside so many new ones: more, so that a generation ends before the next."""
    return max(_LEAST, _PACE * staged)


def may_wait(change: InsertMany) -> bool:
    """Say whether rows may be placed later: whole rows, of a table that says by what it is asked."""
    table = change.table
    if not (change.late and isinstance(table, Table) and "late" in table.info):
        return False
    return len(change.columns) == len(table.columns)


def _insert_text(table: str, columns: tuple[str, ...]) -> str:
    named = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    return f'INSERT OR IGNORE INTO "{table}" ({named}) VALUES ({marks})'  # noqa: S608 - names of tables
