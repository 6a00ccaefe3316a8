"""A node's storage on PostgreSQL, opened whole."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from typing import Final

import psycopg
from sqlalchemy import Engine, Table

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
        """Have the server take out of the tables what is dead in them; says whether it could.

        The tables that were changed since the server did so itself; nobody waits for it.
        """
        with connect(self.place) as connection:
            for (name,) in connection.execute(_DEAD, prepare=False).fetchall():
                connection.execute(psycopg.sql.SQL("VACUUM {}").format(psycopg.sql.Identifier(name)), prepare=False)
        return True

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
            except (psycopg.Error, Unreachable):
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


_DEAD: Final = """
SELECT relname FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND n_dead_tup > 0 AND relname NOT LIKE 'store\\_%'
"""


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
