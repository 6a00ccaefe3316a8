"""Connecting to PostgreSQL, and what a server must be before a node trusts it with its records."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

from comity.adapters.sql.place import Place
from comity.adapters.sql.postgres.dialect import Connection
from comity.core.errors import BadInput, Refused, Unreachable
from comity.core.said import say

SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_OLDEST: Final = 140_000
_CONNECT_S: Final = 5
_KEEP_ALIVE: Final = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
# A process that stops in the middle of writing must not hold the others up for long.
_WRITER: Final = "-c idle_in_transaction_session_timeout=5s -c lock_timeout=20s"
# An acknowledged commit survives a power cut, whatever the server's or the role's default is.
_SESSION: Final = "-c synchronous_commit=on -c default_transaction_isolation=read\\ committed"


def connect(place: Place, *, writes: bool = False) -> Connection:
    """Open a connection on which transactions begin by statements alone. Raises `Unreachable`."""
    options = f"{_SESSION} {_WRITER}" if writes else _SESSION
    asked = psycopg.conninfo.conninfo_to_dict(place.url)
    given: dict[str, Any] = {"connect_timeout": _CONNECT_S, "application_name": "comity", **_KEEP_ALIVE, **asked}
    given["options"] = f"{asked.get('options') or ''} {options}".strip()
    if place.password_file is not None:
        given["password"] = _password(Path(place.password_file))
    try:
        return psycopg.connect(**given, autocommit=True)
    except psycopg.OperationalError:
        # The driver's text may hold host, user or more: the server's log tells the reason.
        raise Unreachable(
            "store.unreachable",
            "The node's database server cannot be reached, or does not let the node in.",
            remedy="Check that the server runs, the URL in config.json, and the password file; then see its log.",
        ) from None


def open_engine(place: Place, *, count: int) -> Engine:
    """Return an engine of at most `count` read snapshots at once; asking for more waits."""
    engine = _engine(place, count=count, writes=False)

    @event.listens_for(engine, "checkout")
    def _begin(connection: Connection, _entry: ConnectionPoolEntry, _handed: PoolProxiedConnection) -> None:
        connection.execute(SNAPSHOT, prepare=False)

    return engine


def open_writer(place: Place) -> Engine:
    """Return an engine with one write connection, for what is done before the node runs."""
    return _engine(place, count=1, writes=True)


def _engine(place: Place, *, count: int, writes: bool) -> Engine:
    return create_engine(
        "postgresql+psycopg://",
        creator=partial(connect, place, writes=writes),
        isolation_level="AUTOCOMMIT",
        use_native_hstore=False,
        poolclass=QueuePool,
        pool_size=count,
        max_overflow=0,
        pool_timeout=60,
        pool_use_lifo=True,
    )


def check_place(place: Place, *, durable: bool) -> None:
    """Raise `Refused` for a server that is too old or unfit; with `durable` also for one that skips its disk."""
    with connect(place) as connection:
        _check(connection, durable=durable)


def _check(connection: Connection, *, durable: bool) -> None:
    version = connection.info.server_version
    if version < _OLDEST:
        raise Refused(
            "store.server-too-old",
            say("The database server is PostgreSQL %(version)s.", version=str(version // 10_000)),
            remedy="Use PostgreSQL 14 or newer.",
        )
    if _setting(connection, "server_encoding") != "UTF8":
        raise Refused(
            "store.server-encoding",
            "The database does not keep text in UTF-8.",
            remedy="Make it anew: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0.",
        )
    if durable and {_setting(connection, "fsync"), _setting(connection, "full_page_writes")} != {"on"}:
        raise Refused(
            "store.server-not-durable",
            "The database server does not wait for its disk, so that what it acknowledged can be lost.",
            remedy="Set fsync and full_page_writes on.",
        )


def _setting(connection: Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return "" if row is None else str(row[0])


def _password(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise BadInput(
                "node.password-file-open",
                "Others on this machine may read the file of the database's password.",
                field="--database-password-file",
                remedy="chmod 600 the file.",
            )
        return path.read_text("utf-8").rstrip("\n")
    except OSError:
        raise BadInput(
            "node.password-file-missing",
            "The file of the database's password cannot be read.",
            field="--database-password-file",
            remedy="Name a file of mode 0600 that holds the password alone.",
        ) from None
