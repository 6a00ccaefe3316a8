"""One group of change sets inside one transaction: guards, numbering, rows, ledger leaves."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from sqlalchemy import Table

from comity.adapters.sql.dialects import Driver, Speaks
from comity.adapters.sql.late_turn import Turn
from comity.adapters.sql.rows import Key, TableBatch, current_values, key_in, keys_in, table_of
from comity.adapters.sql.tables import counter, ledger_entry
from comity.core import ports
from comity.core.commit import ChangeSet, Committed
from comity.core.ports import Amend, Change, Delete, Guard, Insert, InsertMany, Update
from comity.core.time import Instant


class Numbers:
    """The writer's gapless numbers: next ledger sequence and every named counter, as committed."""

    def __init__(self, next_sequence: int, counters: Mapping[str, int]) -> None:
        self.next_sequence = next_sequence
        self.counters = dict(counters)

    @classmethod
    def load(cls, connection: Driver) -> Numbers:
        """Read the committed numbers."""
        (last,) = connection.execute("SELECT max(sequence) FROM ledger_entry").fetchone()
        rows = connection.execute("SELECT name, value FROM counter").fetchall()
        return cls(0 if last is None else last + 1, dict(rows))

    def advance(self, group: Group) -> None:
        """Take over what a committed group used."""
        self.next_sequence = group.next_sequence
        self.counters.update(group.counters)


@dataclass(slots=True)
class _Touched:
    """What earlier change sets of the group did to one table."""

    keys: set[Key] = field(default_factory=set)
    unknown: bool = False

    def add(self, key: Key | None) -> Key | None:
        if key is None:
            self.unknown = True
        else:
            self.keys.add(key)
        return key

    def covers(self, key: Key | None) -> bool:
        return self.unknown or (bool(self.keys) if key is None else key in self.keys)


@dataclass(slots=True)
class _Place:
    """What the group does to one table."""

    table: Table
    batch: TableBatch
    touched: _Touched = field(default_factory=_Touched)
    overwrites: bool = False


class Group:
    """Applies change sets to an open transaction and remembers what each became."""

    def __init__(self, connection: Driver, store: Speaks, numbers: Numbers, turn: Turn | None = None) -> None:
        self._connection = connection
        self._turn = turn
        self._dialect = store.dialect
        self._broken_row = store.broken_row
        self._numbers = numbers
        self._places: dict[ports.Table, _Place] = {}
        self.counters: dict[str, int] = {}
        self.first_sequence = self.next_sequence = numbers.next_sequence
        self.leaves: list[bytes] = []
        self.recorded: list[Instant] = []
        self.sequences: list[int | None] = []
        self.accepted: list[bool] = []
        self.waiting: list[Future[Committed]] = []

    @property
    def tables(self) -> set[str]:
        """Names of the tables that the group changed."""
        return {place.table.name for place in self._places.values()}

    @property
    def overwritten(self) -> set[str]:
        """Names of those in which it changed or deleted rows."""
        return {place.table.name for place in self._places.values() if place.overwrites}

    def keys_of(self, table: ports.Table) -> list[Key] | None:
        """Return the primary keys that the group touched in a table; None: some that it does not know."""
        place = self._places.get(table)
        if place is None:
            return []
        return None if place.touched.unknown else list(place.touched.keys)

    def apply(self, items: list[tuple[ChangeSet, bytes | None]], *, one_by_one: bool) -> None:
        """Write the change sets in order.

        One by one, each in its own savepoint, a broken unique key drops only its own set.
        """
        if self._turn is not None:
            self._turn.begin(self._connection, at_once=one_by_one)
        guards = [change for item, _ in items for change in item.changes if isinstance(change, Guard)]
        if self._turn is not None:
            for guard in guards:
                self._turn.touch(guard)
        held = {} if one_by_one else current_values(self._connection, self._dialect, guards)
        for change_set, leaf in items:
            if one_by_one:
                self.accepted.append(self._alone(change_set, leaf))
            else:
                accepted = self._guards_hold(change_set, held)
                self.accepted.append(accepted)
                self._take(change_set, leaf) if accepted else self.sequences.append(None)
        self._flush_batches()
        if self._turn is not None:
            self._turn.conclude()
        self._save_counters()

    def _alone(self, change_set: ChangeSet, leaf: bytes | None) -> bool:
        held = current_values(self._connection, self._dialect, [c for c in change_set.changes if isinstance(c, Guard)])
        if not self._guards_hold(change_set, held, alone=True):
            self.sequences.append(None)
            return False
        before = (dict(self.counters), self.next_sequence, len(self.leaves), len(self.sequences))
        self._connection.execute("SAVEPOINT one")
        try:
            self._take(change_set, leaf)
            self._flush_batches()
        except self._broken_row:
            self._connection.execute("ROLLBACK TO one")
            self._undo(before)
            self.sequences.append(None)
            return False
        finally:
            self._connection.execute("RELEASE one")
        return True

    def _undo(self, before: tuple[dict[str, int], int, int, int]) -> None:
        for place in self._places.values():
            place.batch = TableBatch(place.table, self._dialect)
        self.counters, self.next_sequence, leaves, sequences = before
        del self.leaves[leaves:], self.recorded[leaves:], self.sequences[sequences:]

    def _guards_hold(
        self, change_set: ChangeSet, held: Mapping[int, tuple[object, ...] | None], *, alone: bool = False
    ) -> bool:
        for change in change_set.changes:
            if not isinstance(change, Guard):
                continue
            if not alone and self._turn is not None and self._turn.is_new(change):
                return False
            place = self._places.get(change.table)
            if not alone and place is not None and place.touched.covers(key_in(place.table, change.key)):
                return False
            expect = None if change.expect is None else tuple(change.expect.values())
            if held[id(change)] != expect:
                return False
        return True

    def _take(self, change_set: ChangeSet, leaf: bytes | None) -> None:
        for change in change_set.changes:
            self._write(change)
        if leaf is None:
            self.sequences.append(None)
            return
        sequence = self.next_sequence
        self.next_sequence += 1
        self.sequences.append(sequence)
        self.leaves.append(leaf)
        self.recorded.append(change_set.recorded_at)
        row = {
            "sequence": sequence,
            "leaf": leaf,
            "salt": change_set.salt,
            "entry": change_set.entry,
            "user": change_set.user,
            "recorded_at": change_set.recorded_at,
            "operation": change_set.operation,
        }
        self._place(ledger_entry).batch.insert(self._connection, row, (sequence,))

    def _write(self, change: Change) -> None:
        if isinstance(change, Guard):
            return
        place = self._places.get(change.table) or self._place(change.table)
        touched, batch = place.touched, place.batch
        if self._turn is not None:
            if isinstance(change, InsertMany) and self._turn.take(change):
                return
            self._turn.touch(change)
        if isinstance(change, Insert):
            row = change.row if change.counter is None else self._numbered(change)
            batch.insert(self._connection, row, touched.add(key_in(place.table, row)))
        elif isinstance(change, InsertMany):
            keys = set(keys_in(place.table, change.columns, change.rows))
            touched.keys |= keys
            batch.insert_many(self._connection, change, keys)
        else:
            place.overwrites = True
            touched.add(key_in(place.table, change.key))
            self._overwrite(batch, change)

    def _overwrite(self, batch: TableBatch, change: Update | Amend | Delete) -> None:
        if isinstance(change, Update):
            batch.update(self._connection, change.key, change.values)
        elif isinstance(change, Amend):
            batch.amend(self._connection, change)
        else:
            batch.delete(self._connection, change.key)

    def _numbered(self, change: Insert) -> Mapping[str, object]:
        if change.counter is None or change.column is None:
            return change.row
        value = self.counters.get(change.counter, self._numbers.counters.get(change.counter, 0)) + 1
        self.counters[change.counter] = value + change.span - 1
        return {**change.row, change.column: value}

    def _place(self, table: ports.Table) -> _Place:
        place = self._places.get(table)
        if place is None:
            known = table_of(table)
            place = self._places[table] = _Place(known, TableBatch(known, self._dialect))
        return place

    def _flush_batches(self) -> None:
        for place in self._places.values():
            place.batch.flush(self._connection)

    def _save_counters(self) -> None:
        for name, value in self.counters.items():
            if name in self._numbers.counters:
                self._place(counter).batch.update(self._connection, {"name": name}, {"value": value})
            else:
                self._place(counter).batch.insert(self._connection, {"name": name, "value": value}, (name,))
        if self.counters:
            self._place(counter).batch.flush(self._connection)
