"""Selects compiled for good: a module's own statement is turned into text once, not at each reading.

Taking a statement from SQLAlchemy's cache and its row apart costs ten times what SQLite needs to find a row by its
key. Only statements that are asked again as the same object come here: constants of stores. What is built for one
question, and what changes its text with its parameters (lists in `IN`), goes SQLAlchemy's way.
"""

from __future__ import annotations

import keyword
import weakref
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, TypeAlias

from sqlalchemy import Select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from comity.adapters.sql.absent import Absent, KnownKeys
from comity.adapters.sql.dialects import Driver
from comity.adapters.sql.kept import Changes, Kept
from comity.adapters.sql.late import Late
from comity.adapters.sql.shadow import Snapshot, beside, shadow, tables_in
from comity.core.ports import Row

Process: TypeAlias = Callable[[Any], Any]
"""`Any`: what a driver takes and gives; each store turns rows into records at once."""


class Prepared:
    """A select as text, with what turns its parameters into the driver's and the driver's rows into named ones."""

    def __init__(self, compiled: SQLCompiler, query: Select[Any]) -> None:
        self._text = compiled.string
        self.names = names = tuple(compiled.positiontup or ())
        self._constants = {name: bound.value for bound, name in compiled.bind_names.items() if not bound.required}
        columns = query.selected_columns
        self.columns = tuple(column.key for column in columns)
        shape: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # noqa: PYI024 - the columns are known only now
        self._make: Callable[[Sequence[object]], Row] = shape._make
        self._place: Process | None = itemgetter(*names) if len(names) > 1 else None
        self._turned = tuple(
            (place, process)
            for place, column in enumerate(columns)
            if (process := _from_driver(column.type, compiled.dialect))
        )

    def read(self, connection: Driver, values: Sequence[object]) -> Sequence[Row]:
        """Run it with the values of its parameters and return all rows."""
        return self.name(connection.execute(self._text, values).fetchall())

    def name(self, rows: Sequence[Sequence[object]]) -> Sequence[Row]:
        """Return rows of the driver as rows of the select."""
        if self._turned:
            rows = [self._turn(row) for row in rows]
        return [self._make(row) for row in rows]

    def values(self, parameters: Mapping[str, object] | None) -> Sequence[object]:
        """Return what stands for its parameters, in their order."""
        known = {**self._constants, **parameters} if parameters else self._constants
        return self._place(known) if self._place else [known[name] for name in self.names]

    def _turn(self, row: Sequence[object]) -> list[object]:
        turned = list(row)
        for place, process in self._turned:
            turned[place] = process(turned[place])
        return turned


def prepare(query: Select[Any], dialect: Dialect) -> Prepared | None:
    """Return a select prepared, or None where its text or its parameters are not the same each time."""
    compiled = query.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(type(compiled).__name__)
    if compiled.post_compile_params or compiled.literal_execute_params:
        return None
    if any(_to_driver(bound.type, dialect) for bound in compiled.bind_names):
        return None
    columns = [column.key for column in query.selected_columns]
    if len(set(columns)) < len(columns) or not all(_names_an_attribute(name) for name in columns):
        return None
    return Prepared(compiled, query)


def _names_an_attribute(name: str | None) -> bool:
    return name is not None and name.isidentifier() and not name.startswith("_") and not keyword.iskeyword(name)


def _to_driver(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Selects:
    """Reads by prepared selects where a statement comes again, else by SQLAlchemy. Safe to use from many threads."""

    def __init__(self, changes: Changes, keys: KnownKeys | None, late: Late | None, dialect: Dialect) -> None:
        self.changes = changes
        self._keys = keys
        self._late = late
        self._dialect = dialect
        self._known: weakref.WeakKeyDictionary[Executable, _Known] = weakref.WeakKeyDictionary()
        self._seen: weakref.WeakSet[Executable] = weakref.WeakSet()

    def read(self, snapshot: Snapshot, query: Executable, parameters: Mapping[str, object] | None) -> Sequence[Row]:
        """Return all rows of a select."""
        prepared, kept, absent, tables = self._known_as(query)
        late = self._late
        if late is not None and late.piles and absent is None:
            shadow(late, snapshot, tables_in(query) if tables is None else tables)
        if prepared is None:
            return snapshot.connection.execute(query, parameters).all()
        values = prepared.values(parameters)
        if absent is not None:
            left = absent.narrowed(values)
            return () if left is None else self._asked(snapshot, prepared, absent, left)
        if kept is None:
            return prepared.read(snapshot.driver, values)
        key = tuple(values)
        rows = kept.find(key)
        if rows is None:
            rows = prepared.read(snapshot.driver, values)
            kept.keep(key, snapshot.begun_at, rows)
        return rows

    def _asked(self, snapshot: Snapshot, prepared: Prepared, absent: Absent, values: Sequence[object]) -> Sequence[Row]:
        """Read rows by key, with those that are not in their places yet."""
        late = self._late
        if late is None or absent.table not in late.piles:
            return prepared.read(snapshot.driver, values)
        pile = late.piles[absent.table]
        if prepared.columns != pile.columns:
            shadow(late, snapshot, (absent.table,))
            return prepared.read(snapshot.driver, values)
        waiting = beside(late, snapshot, pile, absent.asked(values))
        rows = prepared.read(snapshot.driver, values)
        if not waiting:
            return rows
        placed = {pile.key_of(row) for row in rows}
        return [*rows, *prepared.name([row for row in waiting if pile.key_of(row) not in placed])]

    def _known_as(self, query: Executable) -> _Known:
        known = self._known.get(query)
        if known is not None:
            return known
        if query not in self._seen:
            self._seen.add(query)
            return _UNKNOWN
        made, kept, absent = None, None, None
        tables = tables_in(query)
        if isinstance(query, Select):
            made = prepare(query, self._dialect)
            options = query.get_execution_options()
            if made is not None and options.get("kept", False):
                kept = Kept(query, self.changes)
            if made is not None and self._keys is not None and "absent" in options:
                (table,) = query.get_final_froms()
                absent = Absent(self._keys, str(table), options["absent"], made.names)
        self._known[query] = made, kept, absent, tables
        return made, kept, absent, tables


_Known: TypeAlias = tuple[Prepared | None, Kept | None, Absent | None, tuple[str, ...] | None]
_UNKNOWN: Final[_Known] = (None, None, None, None)
