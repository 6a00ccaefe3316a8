"""Answers kept until one of the tables that they came from changes.

For selects that are asked by every act and answered alike all day: keys, rates, peers, own marks. A store says so with
`execution_options(kept=True)`; nothing else is kept. What is kept counts from the moment before the snapshot that it
was read on: a change that landed since makes it old, and whoever waits for that change is told of it only then. A work
whose snapshot is older than an answer may be given the newer one; guards look at the rows themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from sqlalchemy import Select, Table
from sqlalchemy.sql.visitors import iterate

from comity.core.ports import Row

Subscribe: TypeAlias = Callable[[frozenset[str], Callable[[], None]], None]
"""`comity.core.ports.Writer.subscribe`."""

_MOST: Final = 2048
"""Answers held at once; they are small, and beginning anew costs each one reading."""


class Changes:
    """Counts what befell each table that answers are kept of."""

    def __init__(self, subscribe: Subscribe) -> None:
        self.now = 0
        self._subscribe = subscribe
        self._last: dict[str, list[int]] = {}
        self._counting = threading.Lock()

    def of(self, tables: frozenset[str]) -> tuple[list[int], ...]:
        """Return for each table the place where its newest change is counted."""
        return tuple(self._place_of(name) for name in sorted(tables))

    def _place_of(self, table: str) -> list[int]:
        place = self._last.get(table)
        if place is None:
            place = self._last[table] = [0]
            self._subscribe(frozenset({table}), partial(self._count, place))
            # What changed before this was watched nobody counted: whatever was read until now is old.
            self._count(place)
        return place

    def _count(self, place: list[int]) -> None:
        with self._counting:
            # The place first: between the two an answer looks older than it is, never newer.
            place[0] = self.now + 1
            self.now += 1


class Kept:
    """The answers of one select, of whatever columns."""

    def __init__(self, query: Select[Any], changes: Changes) -> None:
        tables = frozenset(str(each.name) for each in iterate(query) if isinstance(each, Table))
        self._places = changes.of(tables)
        self._answers: dict[tuple[object, ...], tuple[int, Sequence[Row]]] = {}

    def find(self, values: tuple[object, ...]) -> Sequence[Row] | None:
        """Return the rows for these parameters, None where they are not known or may be old."""
        answer = self._answers.get(values)
        if answer is None:
            return None
        read_at, rows = answer
        for place in self._places:
            if place[0] > read_at:
                return None
        return rows

    def keep(self, values: tuple[object, ...], read_at: int, rows: Sequence[Row]) -> None:
        """Keep rows; `read_at` is what `Changes.now` was before their snapshot began."""
        if len(self._answers) >= _MOST:
            self._answers.clear()
        self._answers[values] = (read_at, tuple(rows))
