"""A node's storage in one SQLite file, which one process has open."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Table

from comity.adapters.sql.checkpoint import Checkpoints
from comity.adapters.sql.engine import BUSY_MS, Snapshots, WriteConnection, open_readers, open_writer
from comity.adapters.sql.storage import Heed

_TRUNCATE_MS = 100


class SqliteStorage:
    """`comity.adapters.sql.storage.Storage` on a file."""

    process = None

    def __init__(self, path: Path, *, snapshots: int, readers: int) -> None:
        with contextlib.ExitStack() as on_failure:
            write_engine = open_writer(path)
            on_failure.callback(write_engine.dispose)
            self.readers = open_readers(path, count=readers)
            on_failure.callback(self.readers.dispose)
            self.snapshots = Snapshots(path, count=snapshots)
            on_failure.callback(self.snapshots.close)
            self.write = WriteConnection(write_engine)
            on_failure.callback(self.write.close)
            self._checkpoints = Checkpoints(path, self.write)
            on_failure.pop_all()

    def start(self, told: Callable[[frozenset[str]], None], after: Callable[[], None]) -> None:
        """Do nothing: nobody else writes the file."""

    def heed(self, table: Table, tell: Heed) -> None:
        """Do nothing: nobody else writes the file."""

    def erase_for_good(self) -> bool:
        """Move what the write-ahead log holds into the database and empty it, so that what was erased is in neither.

        Says whether that was done: a long reading holds it up, and it is tried again later.
        """
        with self.write.between() as connection:
            connection.execute(f"PRAGMA busy_timeout={_TRUNCATE_MS}").close()
            try:
                return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError:
                return False
            finally:
                connection.execute(f"PRAGMA busy_timeout={BUSY_MS}").close()

    def stop(self) -> None:
        """Close what reads, and end what copies; the writer is closed by then."""
        self._checkpoints.stop()
        self.snapshots.close()
        self.readers.dispose()
