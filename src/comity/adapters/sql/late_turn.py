"""What one transaction does to rows that come to their places later; nothing of it counts before its commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Table

from comity.adapters.sql.dialects import Driver
from comity.adapters.sql.late import Generation, Late, Pile, Values, handle_of, may_wait, pace, place, write_piece
from comity.adapters.sql.tables import unplaced
from comity.core.ports import Change, Delete, Insert, InsertMany, Update

_KEEP: Final = f'INSERT INTO "{unplaced.name}" (n, name, content) VALUES (?, ?, ?)'  # noqa: S608 - a constant
_DROP: Final = f'DELETE FROM "{unplaced.name}" WHERE name = ? AND n <= ?'  # noqa: S608 - a constant
_DROP_ALL: Final = f'DELETE FROM "{unplaced.name}" WHERE name = ?'  # noqa: S608 - a constant


class _Staged:
    """New rows of one table in this transaction."""

    def __init__(self, pile: Pile) -> None:
        self.pile = pile
        self.rows: list[Values] = []
        self.handles: dict[object, list[Values]] = {}


class Turn:
    """One transaction's part: `begin`, changes, `conclude` last before the commit; then `keep`, or `undo`."""

    def __init__(self, late: Late) -> None:
        self._late = late
        self._at_once = False
        self._staged: dict[str, _Staged] = {}
        self._flushed: set[Pile] = set()
        self._moved: dict[Pile, int] = {}
        self._added: list[tuple[Pile, int, Generation, tuple[Generation, ...]]] = []

    def begin(self, driver: Driver, *, at_once: bool) -> None:
        """Begin with the transaction. `at_once`: nothing is put off, and all that was is placed first."""
        self._driver = driver
        self._at_once = at_once
        if at_once:
            for pile in self._late.piles.values():
                self._flush(pile)

    def take(self, change: InsertMany) -> bool:
        """Take rows to be placed later; say whether that was done. Raises what the database would of a broken key."""
        table = change.table
        if self._at_once or not may_wait(change) or not isinstance(table, Table):
            return False
        pile = self._late.piles.get(table.name) or Pile.of(table, change.columns)
        lacks = None if change.absent_only else self._late.lacks(pile.table, pile.by)
        if pile.columns != change.columns or (lacks is None and not change.absent_only):
            return False
        self._late.piles[pile.table] = pile
        staged = self._staged.get(pile.table)
        if staged is None:
            staged = self._staged[pile.table] = _Staged(pile)
        if lacks is None:
            self._take_absent(staged, change.rows)
            return True
        handles, of, single = staged.handles, pile.take, len(pile.by) == 1
        for row in change.rows:
            handle = of(row)
            near = handles.get(handle)
            if near is not None or self._waits(pile, handle) or not lacks((handle,) if single else handle):
                self._check(pile, handle, row)
            if near is None:
                handles[handle] = [row]
            else:
                near.append(row)
        staged.rows += change.rows
        return True

    def _take_absent(self, staged: _Staged, rows: Sequence[Values]) -> None:
        """Take rows of which those that are there already are left as they are; no two of them have one key."""
        pile, handles, of = staged.pile, staged.handles, staged.pile.take
        by_handle: dict[object, list[Values]] = {}
        for row in rows:
            by_handle.setdefault(of(row), []).append(row)
        for handle, together in by_handle.items():
            fresh = together
            if handle in handles or self._waits(pile, handle):
                there = set(map(pile.key_of, self._known(pile, handle)))
                fresh = [row for row in together if pile.key_of(row) not in there]
            handles.setdefault(handle, []).extend(fresh)
            staged.rows += fresh

    def touch(self, change: Change) -> None:
        """See to it that what another change is about is in its place."""
        pile = self._late.piles.get(change.table.name)
        if pile is None:
            return
        if isinstance(change, InsertMany):
            for row in change.rows:
                self._promote(pile, pile.take(row))
            return
        named: Mapping[str, object] = change.row if isinstance(change, Insert) else change.key
        handle = handle_of(pile, named)
        if handle is None or (_unmakes(pile, change) and self._holds(pile, handle)):
            self._flush(pile)
        else:
            self._promote(pile, handle)

    def is_new(self, change: Change) -> bool:
        """Say whether this transaction adds a row that a change, which names its key, may be about."""
        staged = self._staged.get(change.table.name)
        if staged is None or isinstance(change, (Insert, InsertMany)):
            return False
        handle = handle_of(staged.pile, change.key)
        return handle is None or handle in staged.handles

    def _holds(self, pile: Pile, handle: object) -> bool:
        staged = self._staged.get(pile.table)
        return (staged is not None and handle in staged.handles) or self._waits(pile, handle)

    def _waits(self, pile: Pile, handle: object) -> bool:
        return pile not in self._flushed and pile.holds(handle)

    def _known(self, pile: Pile, handle: object) -> list[Values]:
        staged = self._staged.get(pile.table)
        rows = [] if staged is None else list(staged.handles.get(handle, ()))
        return rows + (pile.rows_of(handle) if self._waits(pile, handle) else [])

    def _check(self, pile: Pile, handle: object, row: Values) -> None:
        """Refuse a row whose primary key is there, in its place or not."""
        key = pile.key_of(row)
        if any(pile.key_of(each) == key for each in self._known(pile, handle)):
            raise sqlite3.IntegrityError(pile.table)
        asked = " AND ".join(f'"{name}" = ?' for name in pile.key)
        text = f'SELECT 1 FROM "{pile.table}" WHERE {asked}'  # noqa: S608 - names of tables
        if self._driver.execute(text, key if len(pile.key) > 1 else (key,)).fetchone() is not None:
            raise sqlite3.IntegrityError(pile.table)

    def _promote(self, pile: Pile, handle: object) -> None:
        """Place the rows of one handle. Their pieces keep them, and find them in their places."""
        place(self._driver, pile.insert, self._known(pile, handle))

    def _flush(self, pile: Pile) -> None:
        """Place all rows of a table."""
        if pile not in self._flushed:
            for generation in pile.waiting():
                rows, _ = generation.rows_from(generation.at, generation.count)
                place(self._driver, pile.insert, [row[:-1] for row in rows])
            self._driver.execute(_DROP_ALL, (pile.table,))
            self._flushed.add(pile)
        staged = self._staged.pop(pile.table, None)
        if staged is not None:
            place(self._driver, pile.insert, sorted(staged.rows))

    def conclude(self) -> None:
        """Write the pieces of this transaction, and place some of what came long before."""
        new = 0
        for name, staged in self._staged.items():
            pile, rows = staged.pile, staged.rows
            if len(staged.handles) < max(self._late.few, pile.few):
                place(self._driver, pile.insert, rows)
                continue
            new += len(rows)
            number = self._late.next_number()
            self._driver.execute(_KEEP, (number, name, write_piece(pile.columns, rows)))
            # Noted before it stands: a snapshot that has not got the piece does not see its rows.
            self._added.append((pile, number, pile.filling, pile.ended))
            if pile in self._flushed:
                pile.ended = (*pile.ended, pile.filling)
                pile.filling = Generation()
            pile.add(number, staged.handles)
        for pile in self._late.piles.values():
            if pile.placing is not None and pile not in self._flushed:
                self._place_some(pile, pile.placing, pace(new))

    def _place_some(self, pile: Pile, generation: Generation, most: int) -> None:
        rows, self._moved[pile] = generation.rows_from(generation.at, most)
        place(self._driver, pile.insert, [row[:-1] for row in rows])
        if self._moved[pile] >= len(generation.parts):
            self._driver.execute(_DROP, (pile.table, generation.last))

    def keep(self) -> None:
        """Note that the transaction stands."""
        before = {pile: filling for pile, _, filling, _ in self._added}
        for pile in self._flushed:
            if pile.placing is not None:
                pile.remember(pile.placing)
                pile.placing = None
            pile.remember(before.get(pile, pile.filling))
            if pile not in before:
                pile.filling = Generation()
        for pile, at in self._moved.items():
            placing = pile.placing
            if placing is not None:
                placing.at = at
                if at >= len(placing.parts):
                    pile.remember(placing)
                    pile.placing = None
        for pile in self._late.piles.values():
            pile.tidy(self._late.many)

    def undo(self) -> None:
        """Forget what the transaction would have added."""
        for pile, number, filling, ended in self._added:
            pile.filling, pile.ended = filling, ended
            if filling.last == number:
                pile.withdraw(number)


def settle(late: Late, driver: Driver) -> None:
    """Place all there is, in a transaction of the caller's after which nothing more is written."""
    Turn(late).begin(driver, at_once=True)


def _unmakes(pile: Pile, change: Change) -> bool:
    """Say whether a change deletes rows, or gives one another key."""
    if isinstance(change, Delete):
        return True
    return isinstance(change, Update) and any(
        name in change.values and change.values[name] != change.key.get(name) for name in pile.key
    )
