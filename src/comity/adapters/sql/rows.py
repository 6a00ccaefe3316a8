"""Row changes in batches: many change sets become few executemany statements, in an order that means the same.

Inside one table, changes that touch different primary keys may be reordered freely; a change that touches a key already
touched in the batch, or that names no full primary key, first flushes what waits for that table. So inserts of 256
change sets are one statement, and a chain insert-update-delete of one row still runs in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from operator import itemgetter
from typing import Final

from sqlalchemy import ClauseElement, Table, bindparam, delete, insert, literal_column, select, update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

from comity.adapters.sql.dialects import Driver, insert_absent
from comity.core import ports
from comity.core.ports import Amend, Guard, InsertMany

Key = tuple[object, ...]
Values = tuple[object, ...]

_KEY: Final = "k_"
_VALUE: Final = "v_"


def table_of(table: ports.Table) -> Table:
    """Return the SQLAlchemy table behind a core port."""
    if not isinstance(table, Table):
        message = f"{table!r} is not a SQLAlchemy table"
        raise TypeError(message)
    return table


@cache
def primary_key(table: Table) -> tuple[str, ...]:
    """Return the names of the primary key's columns, in order."""
    return tuple(column.name for column in table.primary_key.columns)


def key_in(table: Table, values: Mapping[str, object]) -> Key | None:
    """Return the primary key inside `values`, or None if they do not name all of it."""
    try:
        return _key_taker(table)(values)
    except KeyError:
        return None


@cache
def _key_taker(table: Table) -> Callable[[Mapping[str, object]], Key]:
    return _taker(primary_key(table))


def _taker(names: tuple[str, ...]) -> Callable[[Mapping[str, object]], Values]:
    """Return what takes the values of these names, in their order."""
    return itemgetter(*names) if len(names) > 1 else lambda values: tuple([values[name] for name in names])


def keys_in(table: Table, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> Iterable[Key]:
    """Return the primary key of each row of these columns."""
    places = [columns.index(name) for name in primary_key(table)]
    if len(places) == 1:
        (place,) = places
        return [(row[place],) for row in rows]
    return map(itemgetter(*places), rows)


class Written:
    """A change of one shape as text, and what takes its values in the text's order. Compared by identity."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(type(compiled).__name__)
        self.text = compiled.string
        self.take = _taker(tuple(compiled.positiontup or ()))

    def run(self, connection: Driver, rows: Sequence[Values]) -> None:
        """Write all rows."""
        if len(rows) == 1:
            connection.execute(self.text, rows[0])
        else:
            connection.executemany(self.text, rows)


class TableBatch:
    """What waits to be written to one table, and the keys it touches."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._table = table
        self._dialect = dialect
        # In this order they are flushed.
        self._inserts: dict[Written, list[Values]] = {}
        self._updates: dict[Written, list[Values]] = {}
        self._deletes: dict[Written, list[Values]] = {}
        self._waiting: set[Key] = set()
        # Of each shape of row: its statement, and where its rows wait.
        self._shapes: dict[tuple[str, ...], tuple[Written, list[Values]]] = {}

    def insert(self, connection: Driver, row: Mapping[str, object], key: Key | None) -> None:
        """Add one insert; `key` is the row's primary key."""
        self._barrier(connection, key)
        columns = tuple(row)
        shape = self._shapes.get(columns)
        if shape is None:
            written = _insert(self._dialect, self._table, columns)
            shape = self._shapes[columns] = (written, self._inserts.setdefault(written, []))
        shape[1].append(shape[0].take(row))

    def insert_many(self, connection: Driver, change: InsertMany, keys: AbstractSet[Key]) -> None:
        """Add rows of one shape; `keys` are their primary keys."""
        if not self._waiting.isdisjoint(keys):
            self.flush(connection)
        written = _insert_many(self._dialect, self._table, change.columns, change.absent_only)
        self._inserts.setdefault(written, []).extend(change.rows)
        self._waiting |= keys

    def update(self, connection: Driver, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        """Add one update."""
        whole = key_in(self._table, key)
        self._barrier(connection, whole)
        written = _update(self._dialect, self._table, tuple(key), tuple(values))
        bound = {_KEY + name: value for name, value in key.items()}
        bound.update((_VALUE + name, value) for name, value in values.items())
        self._updates.setdefault(written, []).append(written.take(bound))
        if whole is None:
            self.flush(connection)

    def amend(self, connection: Driver, change: Amend) -> None:
        """Change one row by what it holds now, with everything that waits before it written."""
        self.flush(connection)
        written = _lookup(self._dialect, self._table, tuple(change.key), change.columns)
        row = connection.execute(written.text, written.take(change.key)).fetchone()
        if row is not None:
            self.update(connection, change.key, change.amend(tuple(row[: len(change.columns)])))

    def delete(self, connection: Driver, key: Mapping[str, object]) -> None:
        """Add one delete."""
        whole = key_in(self._table, key)
        self._barrier(connection, whole)
        written = _delete(self._dialect, self._table, tuple(key))
        self._deletes.setdefault(written, []).append(written.take(key))
        if whole is None:
            self.flush(connection)

    def flush(self, connection: Driver) -> None:
        """Write everything that waits."""
        for waiting in (self._inserts, self._updates, self._deletes):
            for written, rows in waiting.items():
                if rows:
                    written.run(connection, rows)
                    rows.clear()
        self._waiting.clear()

    def _barrier(self, connection: Driver, key: Key | None) -> None:
        if key is None or key in self._waiting:
            self.flush(connection)
        if key is not None:
            self._waiting.add(key)


def current_values(connection: Driver, dialect: Dialect, guards: Iterable[Guard]) -> dict[int, Values | None]:
    """Return by each guard's `id()` what its row holds now in the columns the guard names (None: no row).

    A guard that expects absence is answered with `()` if a row is there.
    """
    found: dict[int, Values | None] = {}
    for guard in guards:
        columns = tuple(guard.expect or ())
        written = _lookup(dialect, table_of(guard.table), tuple(guard.key), columns)
        row = connection.execute(written.text, written.take(guard.key)).fetchone()
        found[id(guard)] = None if row is None else tuple(row[: len(columns)])
    return found


# --- made once for each shape --------------------------------------------------------------------------------------


@cache
def _lookup(dialect: Dialect, table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Written:
    # One column more, so that a row of which nothing is asked can be told from none.
    asked = [*(table.c[name] for name in columns), literal_column("1")]
    return Written(select(*asked).where(*(table.c[name] == bindparam(name) for name in keys)), dialect)


@cache
def _insert(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> Written:
    return Written(insert(table).values({name: bindparam(name) for name in columns}), dialect)


@cache
def _insert_many(dialect: Dialect, table: Table, columns: tuple[str, ...], absent_only: bool) -> Written:  # noqa: FBT001 - part of a cache's key
    if columns != tuple(column.name for column in table.columns if column.name in columns):
        message = f"rows for {table.name} do not come in the order of its columns"
        raise TypeError(message)
    values: dict[str, object] = {name: bindparam(name) for name in columns}
    if absent_only:
        return Written(insert_absent(dialect, table, values, primary_key(table)), dialect)
    return Written(insert(table).values(values), dialect)


@cache
def _update(dialect: Dialect, table: Table, keys: tuple[str, ...], values: tuple[str, ...]) -> Written:
    changed = update(table).values({name: bindparam(_VALUE + name) for name in values})
    return Written(changed.where(*(table.c[name] == bindparam(_KEY + name) for name in keys)), dialect)


@cache
def _delete(dialect: Dialect, table: Table, keys: tuple[str, ...]) -> Written:
    # A delete binds names as they are: unlike an update it sets none.
    return Written(delete(table).where(*(table.c[name] == bindparam(name) for name in keys)), dialect)
