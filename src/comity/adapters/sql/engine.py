"""Opening a node's SQLite database: one write engine, one pool of read snapshots.

Settings that promises rest on: WAL with `synchronous=FULL` (an acknowledged commit survives power loss),
`secure_delete` (erased bytes are overwritten), BEGIN IMMEDIATE for the one writer, plain BEGIN for readers (a
snapshot from the first read to the end), `query_only` on every reader.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

BUSY_MS = 10_000
_PAGE_BYTES = 8192
_CHECKPOINT_PAGES = 2000


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

    return engine


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold one transaction of the write engine, with the write lock from its first moment; commit it at the end."""
    with engine.begin() as connection:
        # Not by a listener: an engine with listeners asks them again for every statement.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


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
        connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "checkout")
    def _begin(connection: sqlite3.Connection, _entry: ConnectionPoolEntry, _handed: PoolProxiedConnection) -> None:
        # The snapshot of whoever takes the connection; giving it back rolls back.
        connection.execute("BEGIN").close()

    return engine


# check_same_thread: the pool hands one connection to one thread at a time, so SQLite's own guard is too strict here.
_CONNECT: dict[str, object] = {"check_same_thread": False, "timeout": BUSY_MS / 1000, "cached_statements": 512}


def _url(path: Path) -> str:
    return f"sqlite+pysqlite:///{path}"


def _pragmas(connection: sqlite3.Connection) -> None:
    # Transactions begin by our own statements; the driver must not begin its own.
    connection.isolation_level = None
    for pragma in (f"page_size={_PAGE_BYTES}", "journal_mode=WAL", f"busy_timeout={BUSY_MS}", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}").close()
