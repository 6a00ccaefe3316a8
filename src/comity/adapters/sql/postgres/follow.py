"""Following what other processes commit: nobody's snapshot is ahead of what this process was told.

Each group that a process writes gets the next version. A snapshot reads the version in its first statement; where it
is ahead of what was told here, what changed since is told before anything is read on it. So kept answers and indexes
in memory are as true as with one process, however late a notification comes: it only wakes those who wait.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Table

from comity.adapters.sql.postgres.dialect import Connection
from comity.adapters.sql.storage import Heed

Keys = dict[str, list[list[object]] | None]


class Follower:
    """What a process knows of the others. `process` names this one; `known` is the version that it starts from.

    `heeded` are the tables of which keys are told.
    """

    def __init__(self, process: str, known: int) -> None:
        self.process = process
        self.known = known
        self._told: Callable[[frozenset[str]], None] = lambda _tables: None
        self._heeds: dict[str, list[Heed]] = {}
        self.heeded: dict[str, Table] = {}
        self._turn = threading.Lock()

    def tell(self, told: Callable[[frozenset[str]], None]) -> None:
        """Tell the tables that others changed."""
        self._told = told

    def heed(self, table: Table, tell: Heed) -> None:
        """Tell the keys that others change in a table."""
        self._heeds.setdefault(table.name, []).append(tell)
        self.heeded[table.name] = table

    def wrote(self, version: int) -> None:
        """Note an own commit: nobody need be told of it again."""
        with self._turn:
            if self.known == version - 1:
                self.known = version

    def see(self, connection: SqlConnection, driver: Connection, version: int) -> bool:
        """Tell what changed up to the version that a snapshot holds; say whether there was anything."""
        if version <= self.known:
            return False
        with self._turn:
            if version <= self.known:
                return False
            groups = driver.execute(
                "SELECT process, keys FROM store_group WHERE version > %s AND version <= %s", (self.known, version)
            ).fetchall()
            changed = driver.execute("SELECT name FROM store_change WHERE version > %s", (self.known,)).fetchall()
            # Some that were not told here are no longer known one by one.
            lost = len(groups) < version - self.known
            self._told(frozenset(name for (name,) in changed))
            self._tell_keys(connection, groups, lost=lost)
            self.known = version
        return True

    def _tell_keys(self, connection: SqlConnection, groups: Sequence[tuple[Any, ...]], *, lost: bool) -> None:
        by_table: Keys = {name: None if lost else [] for name in self._heeds}
        for process, raw in groups:
            if process == self.process or raw is None:
                continue
            for name, keys in json.loads(raw).items():
                held = by_table.get(name)
                if keys is None or held is None:
                    by_table[name] = None
                else:
                    held.extend(keys)

        def read(query: Any, parameters: Any = None) -> Sequence[Any]:  # noqa: ANN401 - as `Work.read`
            return connection.execute(query, parameters or {}).all()

        for name, keys in by_table.items():
            if keys is None or keys:
                for tell in self._heeds.get(name, ()):
                    tell(read, None if keys is None else [tuple(key) for key in keys])
