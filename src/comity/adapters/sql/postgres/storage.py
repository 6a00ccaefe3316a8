"""A node's storage on PostgreSQL, opened whole."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import Engine, Table
from sqlalchemy.exc import DBAPIError

from comity.adapters.sql.place import Place
from comity.adapters.sql.postgres.connect import connect, open_engine
from comity.adapters.sql.postgres.dialect import Connection
from comity.adapters.sql.postgres.follow import Follower
from comity.adapters.sql.postgres.snapshots import PostgresSnapshots
from comity.adapters.sql.postgres.write import CHANNEL, PostgresWriteStore
from comity.adapters.sql.storage import Heed
from comity.core.errors import Refused, Unreachable

_POLL_S: Final = 0.5
_AGAIN_S: Final = 0.5
_REWRITE_S: Final = 600.0
_LOCK_MS: Final = 200
_LARGE_BYTES: Final = 64 << 20
_OVERWRITTEN: Final = """
SELECT name, overwritten, pg_total_relation_size(quote_ident(name)::regclass) FROM store_change
WHERE overwritten > rewritten
"""


class PostgresStorage:
    """`comity.adapters.sql.storage.Storage`. `process` is a name of this life of this process."""

    def __init__(self, place: Place, node: str, *, snapshots: int, readers: int) -> None:
        self.place = place
        self.process: str | None = os.urandom(8).hex()
        with contextlib.ExitStack() as on_failure:
            with connect(place, writes=True) as connection:
                known = _claim(connection, node)
            self._follower = Follower(self.process, known)
            self.readers: Engine = open_engine(place, count=readers)
            on_failure.callback(self.readers.dispose)
            self.snapshots = PostgresSnapshots(place, self._follower, count=snapshots)
            on_failure.callback(self.snapshots.close)
            self.write = PostgresWriteStore(place, self._follower)
            on_failure.pop_all()
        self._rewritten_at = -_REWRITE_S
        self._ending = threading.Event()
        self._after: Callable[[], None] = lambda: None
        self._listener = threading.Thread(target=self._listen, name="comity-follower", daemon=True)

    def start(self, told: Callable[[frozenset[str]], None], after: Callable[[], None]) -> None:
        """Begin to follow; `after` is called, in the thread that does nothing else, when others have written."""
        self._follower.tell(told)
        self._after = after
        self._listener.start()

    def heed(self, table: Table, tell: Heed) -> None:
        """Tell the keys that other processes change in a table."""
        self._follower.heed(table, tell)

    def erase_for_good(self) -> bool:
        """Write anew the tables in which rows were changed or deleted, so that their files hold what is there alone.

        Says whether that was done for all of them: not for large ones, nor where a reading is under way. Each waits for
        nobody for long, and is looked at once in some minutes.
        """
        now = time.monotonic()
        if now < self._rewritten_at + _REWRITE_S:
            return False
        whole = True
        with connect(self.place) as connection:
            connection.execute(f"SET lock_timeout = '{_LOCK_MS}ms'", prepare=False)
            for name, overwritten, size in connection.execute(_OVERWRITTEN, prepare=False).fetchall():
                if size > _LARGE_BYTES:
                    whole = False
                    continue
                try:
                    connection.execute(sql.SQL("VACUUM FULL {}").format(sql.Identifier(name)), prepare=False)
                except psycopg.errors.LockNotAvailable:
                    whole = False
                else:
                    connection.execute("UPDATE store_change SET rewritten = %s WHERE name = %s", (overwritten, name))
        self._rewritten_at = now
        return whole

    def stop(self) -> None:
        """End following and reading."""
        self._ending.set()
        if self._listener.is_alive():
            with contextlib.suppress(psycopg.Error, Unreachable), connect(self.place) as connection:
                connection.execute(f"NOTIFY {CHANNEL}", prepare=False)  # so that nobody waits for the poll
            self._listener.join()
        self.snapshots.close()
        self.readers.dispose()

    def _listen(self) -> None:
        """The outermost loop of the thread that follows: it goes on whenever the server is there."""
        while not self._ending.is_set():
            try:
                with connect(self.place) as connection:
                    connection.execute(f"LISTEN {CHANNEL}", prepare=False)
                    self._follow(connection)
            except (psycopg.Error, DBAPIError, Unreachable):
                self._ending.wait(_AGAIN_S)

    def _follow(self, connection: Connection) -> None:
        seen = -1
        while not self._ending.is_set():
            self.snapshots.look()
            if self._follower.known != seen:
                seen = self._follower.known
                self._after()
            for _ in connection.notifies(timeout=_POLL_S, stop_after=1):
                pass


def _claim(connection: Connection, node: str) -> int:
    """Return the version that the database is at; the first node to open it is its own."""
    connection.execute("UPDATE store_head SET node = %s WHERE node IS NULL", (node,))
    row = connection.execute("SELECT node, version FROM store_head").fetchone()
    if row is None or row[0] != node:
        raise Refused(
            "store.other-node",
            "The database belongs to another node.",
            field="--database",
            remedy="Name the database of this node, or an empty one to found a node in.",
        )
    version: int = row[1]
    return version
