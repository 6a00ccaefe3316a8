"""Row changes in batches: many change sets become few executemany statements, in an order that means the same.

Inside one table, changes that touch different primary keys may be reordered freely; a change that touches a key already
touched in the batch, or that names no full primary key, first flushes what waits for that table. So inserts of 256
change sets are one statement, and a chain insert-update-delete of one row still runs in its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import Connection, Select, Table, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.sql.dml import Delete as SqlDelete
from sqlalchemy.sql.dml import Insert as SqlInsert
from sqlalchemy.sql.dml import Update as SqlUpdate

from comity.core import ports
from comity.core.ports import Guard

Key = tuple[object, ...]
_KEY = "k_"
_VALUE = "v_"
_GUARDS_A_QUERY = 200


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
        return tuple([values[name] for name in primary_key(table)])
    except KeyError:
        return None


class TableBatch:
    """What waits to be written to one table, and the keys it touches."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._inserts: dict[tuple[str, ...], list[dict[str, object]]] = {}
        self._updates: dict[tuple[tuple[str, ...], tuple[str, ...]], list[dict[str, object]]] = {}
        self._deletes: dict[tuple[str, ...], list[dict[str, object]]] = {}
        self._waiting: set[Key] = set()

    def insert(self, connection: Connection, row: Mapping[str, object]) -> None:
        """Add one insert."""
        self._barrier(connection, key_in(self._table, row))
        self._inserts.setdefault(tuple(row), []).append(dict(row))

    def update(self, connection: Connection, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        """Add one update."""
        self._barrier(connection, key_in(self._table, key))
        bound = {_KEY + name: value for name, value in key.items()}
        bound.update((_VALUE + name, value) for name, value in values.items())
        self._updates.setdefault((tuple(key), tuple(values)), []).append(bound)
        if key_in(self._table, key) is None:
            self.flush(connection)

    def delete(self, connection: Connection, key: Mapping[str, object]) -> None:
        """Add one delete."""
        self._barrier(connection, key_in(self._table, key))
        self._deletes.setdefault(tuple(key), []).append({_KEY + name: value for name, value in key.items()})
        if key_in(self._table, key) is None:
            self.flush(connection)

    def flush(self, connection: Connection) -> None:
        """Write everything that waits."""
        for columns, rows in self._inserts.items():
            connection.execute(_insert(self._table, columns), rows)
        for (keys, values), rows in self._updates.items():
            connection.execute(_update(self._table, keys, values), rows)
        for keys, rows in self._deletes.items():
            connection.execute(_delete(self._table, keys), rows)
        self._inserts.clear()
        self._updates.clear()
        self._deletes.clear()
        self._waiting.clear()

    def _barrier(self, connection: Connection, key: Key | None) -> None:
        if key is None or key in self._waiting:
            self.flush(connection)
        if key is not None:
            self._waiting.add(key)


def current_values(connection: Connection, guards: Iterable[Guard]) -> dict[int, tuple[object, ...] | None]:
    """Return by each guard's `id()` what its row holds now in the columns the guard names (None: no row).

    A guard that expects absence is answered with `()` if a row is there.
    """
    shapes: dict[tuple[Table, tuple[str, ...], tuple[str, ...]], list[Guard]] = {}
    for guard in guards:
        shapes.setdefault((table_of(guard.table), tuple(guard.key), tuple(guard.expect or ())), []).append(guard)
    found: dict[int, tuple[object, ...] | None] = {}
    for (table, keys, columns), alike in shapes.items():
        for start in range(0, len(alike), _GUARDS_A_QUERY):
            part = alike[start : start + _GUARDS_A_QUERY]
            rows = connection.execute(_lookup(table, keys, columns), {"keys": _lookup_keys(part)}).all()
            held = {tuple(row[: len(keys)]): tuple(row[len(keys) :]) for row in rows}
            found.update((id(guard), held.get(tuple(guard.key.values()))) for guard in part)
    return found


def _lookup_keys(guards: list[Guard]) -> list[object]:
    keys = [tuple(guard.key.values()) for guard in guards]
    return [key[0] for key in keys] if len(keys[0]) == 1 else list(keys)


@cache
def _lookup(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Select[*tuple[object, ...]]:
    named = [table.c[name] for name in keys]
    place = named[0] if len(named) == 1 else tuple_(*named)
    return select(*named, *(table.c[name] for name in columns)).where(place.in_(bindparam("keys", expanding=True)))


@cache
def _insert(table: Table, columns: tuple[str, ...]) -> SqlInsert:
    return insert(table).values({name: bindparam(name) for name in columns})


@cache
def _update(table: Table, keys: tuple[str, ...], values: tuple[str, ...]) -> SqlUpdate:
    changed = update(table).values({name: bindparam(_VALUE + name) for name in values})
    return changed.where(*(table.c[name] == bindparam(_KEY + name) for name in keys))


@cache
def _delete(table: Table, keys: tuple[str, ...]) -> SqlDelete:
    return delete(table).where(*(table.c[name] == bindparam(_KEY + name) for name in keys))
