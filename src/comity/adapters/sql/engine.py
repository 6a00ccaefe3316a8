"""Opening a node's SQLite database: one write engine, one pool of read snapshots.

Settings that promises rest on: WAL with `synchronous=FULL` (an acknowledged commit survives power loss),
`secure_delete` (erased bytes are overwritten), BEGIN IMMEDIATE for the one writer, plain BEGIN for readers (a
snapshot from the first read to the end), `query_only` on every reader.
"""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from comity.adapters.sql.dialects import SQLITE, Driver
from comity.core.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

    from comity.adapters.sql.group import Group, Numbers

BUSY_MS = 10_000
_PAGE_BYTES = 4096  # a commit writes its pages whole, and most acts touch a dozen
_CHECKPOINT_PAGES = 48_000  # only where `checkpoint` does not come to it: a commit that copies so many stands still
_WRITER_CACHE_KB = 64_000
_SNAPSHOT_S = 60

_Reader: TypeAlias = tuple[Connection, sqlite3.Connection]


def open_writer(path: Path) -> Engine:
    """Return the engine with the one write connection, to be used through `writing`.

    Creates the file with mode 0600 if there is none.
    """
    path.touch(mode=0o600, exist_ok=True)
    engine = create_engine(_url(path), poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=_CONNECT)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        _pragmas(connection)
        for pragma in ("synchronous=FULL", "secure_delete=ON", f"wal_autocheckpoint={_CHECKPOINT_PAGES}"):
            connection.execute(f"PRAGMA {pragma}")
        # Rows come at random places of large trees; pages are taken only as they are needed.
        connection.execute(f"PRAGMA cache_size=-{_WRITER_CACHE_KB}")

    return engine


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold one transaction of the write engine, with the write lock from its first moment; commit it at the end."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('comity' || current_schema()))")
        else:
            # Not by a listener: an engine with listeners asks them again for every statement.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


class WriteConnection:
    """The one connection that writes, open as long as the node is: `comity.adapters.sql.storage.WriteStore`."""

    dialect = SQLITE
    errors = (sqlite3.Error,)
    broken_row = (sqlite3.IntegrityError,)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection, self._driver = _connect(engine)
        self._turn = threading.Lock()
        self.commits = 0

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold one transaction, with the write lock from its first moment; commit it at the end."""
        with self._turn:
            self._driver.execute("BEGIN IMMEDIATE")
            try:
                yield self._driver
                self._driver.execute("COMMIT")
                self.commits += 1
            finally:
                if self._driver.in_transaction:
                    self._driver.execute("ROLLBACK")

    @contextlib.contextmanager
    def between(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection outside a transaction: no lock is fought for."""
        with self._turn:
            yield self._driver

    def settle(self) -> None:
        """Return once what is being written now stands, or does not."""
        with self._turn:
            pass

    def numbers(self, connection: Driver, held: Numbers) -> Numbers:
        """Return the numbers as committed: nobody else writes this file."""
        del connection
        return held

    def conclude(self, connection: Driver, group: Group) -> None:
        """Add nothing: there is no other process to tell."""

    def close(self) -> None:
        """Close it."""
        self._connection.close()
        self._engine.dispose()


def open_readers(path: Path, *, count: int) -> Engine:
    """Return an engine of at most `count` read snapshots at once; asking for more waits."""
    engine = create_engine(
        _url(path),
        poolclass=QueuePool,
        pool_size=count,
        max_overflow=0,
        pool_timeout=60,
        pool_use_lifo=True,  # the connection used last has the warmest page cache, and few hold one at all
        connect_args=_CONNECT,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        _pragmas(connection)
        connection.execute("PRAGMA query_only=ON").close()

    @event.listens_for(engine, "checkout")
    def _begin(connection: sqlite3.Connection, _entry: ConnectionPoolEntry, _handed: PoolProxiedConnection) -> None:
        # The snapshot of whoever takes the connection; giving it back rolls back.
        connection.execute("BEGIN").close()

    return engine


class Snapshots:
    """Read snapshots on connections that stay open: taking one is a BEGIN and giving it back a ROLLBACK, no more.

    At most `count` at once; asking for more waits. The one used last is taken first: its page cache is the warmest,
    and few hold one at all.
    """

    def __init__(self, path: Path, *, count: int) -> None:
        self._engine = open_readers(path, count=count)
        self._closed = threading.Event()
        self._free: queue.LifoQueue[_Reader | None] = queue.LifoQueue()
        for _ in range(count):
            self._free.put(None)

    @contextlib.contextmanager
    def take(self) -> Iterator[tuple[Connection, sqlite3.Connection]]:
        """Hold one snapshot, as SQLAlchemy's connection and the driver's below it.

        Raises `Unreachable` `store.no-snapshot` when none comes free in time, `store.closed` while the node ends.
        """
        reader = self._begun()
        try:
            yield reader
        finally:
            self._free.put(reader if _ended(reader) else None)
            if self._closed.is_set():
                self._close_free()

    def _begun(self) -> _Reader:
        try:
            reader = self._free.get(timeout=_SNAPSHOT_S)
        except queue.Empty:
            raise Unreachable("store.no-snapshot", "This node is too busy to read.", remedy="Try again.") from None
        if self._closed.is_set():
            self._free.put(reader)
            self._close_free()
            raise Unreachable("store.closed", "The node is stopping.", remedy="Try again when it is up.")
        try:
            if reader is None:
                return _connect(self._engine)
            reader[1].execute("BEGIN").close()
        except BaseException:
            self._free.put(None)
            raise
        return reader

    def close(self) -> None:
        """Close the connections: those that somebody holds when they are given back."""
        self._closed.set()
        self._close_free()

    def _close_free(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                reader = self._free.get_nowait()
                if reader is not None:
                    reader[0].close()
        self._engine.dispose()
        self._free.put(None)  # whoever waits, now or later, is told at once


def _ended(reader: _Reader) -> bool:
    """End the snapshot; a connection that cannot is closed and not used again."""
    try:
        reader[1].execute("ROLLBACK").close()
    except sqlite3.Error:
        reader[0].invalidate()
        reader[0].close()
        return False
    return True


def _connect(engine: Engine) -> _Reader:
    connection = engine.connect()
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(driver)
    return connection, driver


# check_same_thread: the pool hands one connection to one thread at a time, so SQLite's own guard is too strict here.
_CONNECT: dict[str, object] = {"check_same_thread": False, "timeout": BUSY_MS / 1000, "cached_statements": 512}


def _url(path: Path) -> str:
    return f"sqlite+pysqlite:///{path}"


def _pragmas(connection: sqlite3.Connection) -> None:
    # Transactions begin by our own statements; the driver must not begin its own.
    connection.isolation_level = None
    # What is put aside for a reading holds content: it is never written to a file of its own.
    kept = "temp_store=MEMORY"
    for pragma in (
        f"page_size={_PAGE_BYTES}",
        "journal_mode=WAL",
        f"busy_timeout={BUSY_MS}",
        "cache_size=-16000",
        kept,
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def memory_connection() -> Connection:
    """Open a database in memory, which is gone with its connection."""
    return create_engine("sqlite://").connect()
