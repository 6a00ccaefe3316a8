"""One node's storage, opened whole: database, ledger file, writer, read snapshots."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import ColumnClause, Engine, column, select, table, tuple_

from comity.adapters.ledger_file import LedgerFile
from comity.adapters.sql.absent import KnownKeys
from comity.adapters.sql.engine import BUSY_MS, Snapshots, WriteConnection, open_readers, open_writer, writing
from comity.adapters.sql.group import Numbers
from comity.adapters.sql.kept import Changes
from comity.adapters.sql.prepared import Selects
from comity.adapters.sql.tables import ledger_entry
from comity.adapters.sql.work import Services, SqlWorkFactory
from comity.adapters.sql.writer import GroupWriter
from comity.core.ports import Clock
from comity.core.time import Instant

DATABASE = "comity.sqlite"
LEDGER = "ledger.log"
# More than twice the threads that run operations: a work may need a second snapshot (the decider's) at times.
_SNAPSHOTS = 32
# For what reads in long passes beside the works, such as the check of the whole ledger.
_READERS = 4
_FETCH = 5000
_TRUNCATE_MS = 100


class Database:
    """The storage of a node directory. Open it once per process; the caller holds the node's lock."""

    def __init__(self, directory: Path, node: str, created: Instant) -> None:
        self._directory = directory
        self._closing = threading.Event()
        with contextlib.ExitStack() as on_failure:
            write_engine = open_writer(directory / DATABASE)
            on_failure.callback(write_engine.dispose)
            self.readers = open_readers(directory / DATABASE, count=_READERS)
            on_failure.callback(self.readers.dispose)
            self._snapshots = Snapshots(directory / DATABASE, count=_SNAPSHOTS)
            on_failure.callback(self._snapshots.close)
            with writing(write_engine) as connection:
                numbers = Numbers.load(connection)
            self.ledger = LedgerFile.open(directory / LEDGER, node, created, self.leaves)
            self._write_connection = WriteConnection(write_engine)
            self.writer = GroupWriter(self._write_connection, numbers, self.ledger.append)
            self._selects = Selects(Changes(self.writer.subscribe), KnownKeys(self.writer.watch, self._keys))
            on_failure.pop_all()

    @property
    def ledger_path(self) -> Path:
        """Where the ledger file stands."""
        return self._directory / LEDGER

    def works(self, clock: Clock, services: Services) -> SqlWorkFactory:
        """Return the factory of works on this storage."""
        return SqlWorkFactory(self._snapshots, self._selects, clock, services)

    def leaves(self, start: int) -> Iterator[tuple[int, Instant, bytes]]:
        """Yield (sequence, recorded_at, leaf) of committed rows from `start` on."""
        return leaves_of(self.readers, start)

    def _keys(self, name: str, columns: tuple[str, ...]) -> Iterator[Sequence[object]]:
        """Yield these first columns of a table's key, of all rows that stand once what is being written now does."""
        with self._write_connection.between():
            pass
        named: list[ColumnClause[object]] = [column(each) for each in columns]
        query = select(*named).select_from(table(name)).order_by(*named).limit(_FETCH)
        rows: Sequence[Sequence[object]] = ()
        while not self._closing.is_set():
            after = query.where(tuple_(*named) > tuple_(*rows[-1])) if rows else query
            with self.readers.connect() as connection:
                rows = connection.execute(after).all()
            yield from rows
            if len(rows) < _FETCH:
                return

    def truncate_log(self) -> bool:
        """Move what the write-ahead log holds into the database and empty it, so that what was erased is in neither.

        Says whether that was done: a long reading holds it up, and it is tried again later.
        """
        with self._write_connection.between() as connection:
            connection.execute(f"PRAGMA busy_timeout={_TRUNCATE_MS}").close()
            try:
                return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError:
                return False
            finally:
                connection.execute(f"PRAGMA busy_timeout={BUSY_MS}").close()

    def close(self) -> None:
        """Flush and close everything."""
        self._closing.set()
        self.writer.close()
        self.ledger.close()
        self._snapshots.close()
        self.readers.dispose()


def leaves_of(readers: Engine, start: int) -> Iterator[tuple[int, Instant, bytes]]:
    """Yield (sequence, recorded_at, leaf) of committed rows from `start` on, in batches of short reads."""
    columns = (ledger_entry.c.sequence, ledger_entry.c.recorded_at, ledger_entry.c.leaf)
    while True:
        query = select(*columns).where(ledger_entry.c.sequence >= start).order_by(ledger_entry.c.sequence).limit(_FETCH)
        with readers.connect() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield row.sequence, Instant(row.recorded_at), row.leaf
        if len(rows) < _FETCH:
            return
        start = rows[-1].sequence + 1
