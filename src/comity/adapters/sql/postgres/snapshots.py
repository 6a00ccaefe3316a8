"""Read snapshots on PostgreSQL: begun with the version that they hold, ended by a rollback."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from typing import Final, TypeAlias

import psycopg
from sqlalchemy import Connection as SqlConnection
from sqlalchemy.exc import OperationalError

from comity.adapters.sql.place import Place
from comity.adapters.sql.postgres.connect import SNAPSHOT, open_engine
from comity.adapters.sql.postgres.dialect import PostgresDriver
from comity.adapters.sql.postgres.follow import Follower
from comity.core.errors import Unreachable

_BEGIN: Final = f"{SNAPSHOT}; SELECT version FROM store_head"  # noqa: S608 - constants
_WAIT_S: Final = 60

_Reader: TypeAlias = tuple[SqlConnection, PostgresDriver]


class PostgresSnapshots:
    """`comity.adapters.sql.storage.ReadStore` on connections that stay open."""

    def __init__(self, place: Place, follower: Follower, *, count: int) -> None:
        self._engine = open_engine(place, count=count)
        self._follower = follower
        self._closed = threading.Event()
        self._free: queue.LifoQueue[_Reader | None] = queue.LifoQueue()
        for _ in range(count):
            self._free.put(None)

    @contextlib.contextmanager
    def take(self) -> Iterator[tuple[SqlConnection, PostgresDriver]]:
        """Hold one snapshot. Raises `Unreachable` when none comes free in time, or the server is gone."""
        try:
            reader = self._free.get(timeout=_WAIT_S)
        except queue.Empty:
            raise Unreachable("store.no-snapshot", "This node is too busy to read.", remedy="Try again.") from None
        if self._closed.is_set():
            self._free.put(reader)
            self._close_free()
            raise Unreachable("store.closed", "The node is stopping.", remedy="Try again when it is up.")
        try:
            reader = self._begun(reader)
            yield reader
        except (psycopg.OperationalError, OperationalError):
            raise Unreachable(
                "store.cannot-read",
                "The node's database cannot be read now.",
                remedy="Check its server, then try again.",
            ) from None
        finally:
            self._free.put(None if reader is None else _ended(reader))
            if self._closed.is_set():
                self._close_free()

    def look(self) -> bool:
        """Hear what others committed; say whether there was anything."""
        before = self._follower.known
        with self.take():
            return self._follower.known > before

    def close(self) -> None:
        """Close the connections: those that somebody holds when they are given back."""
        self._closed.set()
        self._close_free()
        self._engine.dispose()

    def _close_free(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                reader = self._free.get_nowait()
                if reader is not None:
                    reader[0].invalidate()
                    reader[0].close()
        self._free.put(None)  # whoever waits, now or later, is told at once

    def _begun(self, reader: _Reader | None) -> _Reader:
        if reader is not None:
            try:
                self._begin(reader)
            except psycopg.OperationalError:
                _ended(reader)  # the server was started anew since
            else:
                return reader
        connection = self._engine.connect()
        driver = connection.connection.driver_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError(driver)
        made = (connection, PostgresDriver(driver))
        try:
            driver.execute("ROLLBACK", prepare=False)  # the engine's own beginning, which asked for no version
            self._begin(made)
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        return made

    def _begin(self, reader: _Reader) -> None:
        connection, driver = reader
        cursor = driver.connection.execute(_BEGIN, prepare=False)
        cursor.nextset()
        row = cursor.fetchone()
        if row is not None:
            self._follower.see(connection, driver.connection, row[0])


def _ended(reader: _Reader) -> _Reader | None:
    """End the snapshot; a connection that cannot is closed and not used again."""
    try:
        reader[1].connection.execute("ROLLBACK", prepare=False)
    except psycopg.Error:
        reader[0].invalidate()
        reader[0].close()
        return None
    return reader
