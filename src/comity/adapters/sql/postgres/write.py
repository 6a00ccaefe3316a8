"""The connection by which one process writes: it holds the head's lock, so that no other writes at the same time."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from typing import Final

import psycopg

from comity.adapters.sql.dialects import Driver
from comity.adapters.sql.group import Group, Numbers
from comity.adapters.sql.place import Place
from comity.adapters.sql.postgres.connect import connect
from comity.adapters.sql.postgres.dialect import POSTGRES, Connection, PostgresDriver
from comity.adapters.sql.postgres.follow import Follower
from comity.core.errors import Unreachable

CHANNEL: Final = "comity"
_BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT version FROM store_head FOR UPDATE"
_CONCLUDE: Final = """
WITH head AS (UPDATE store_head SET version = %(version)s),
changed AS (
  INSERT INTO store_change (name, version, overwritten)
  SELECT name, %(version)s, CASE WHEN name = ANY(%(overwritten)s) THEN %(version)s ELSE 0 END
  FROM unnest(%(tables)s::text[]) AS name
  ON CONFLICT (name) DO UPDATE
  SET version = excluded.version, overwritten = greatest(store_change.overwritten, excluded.overwritten)
),
written AS (INSERT INTO store_group (version, process, keys) VALUES (%(version)s, %(process)s, %(keys)s))
SELECT pg_notify('comity', '')
"""
_STANDS: Final = "SELECT 1 FROM store_group WHERE version = %s AND process = %s"
_SETTLE_S: Final = 30.0
_AGAIN_S: Final = 0.2


class OutcomeUnknown(Exception):
    """The server went away while it committed and did not come back: what was written may or may not stand."""


class PostgresWriteStore:
    """`comity.adapters.sql.storage.WriteStore` on PostgreSQL; connects anew where the server went away."""

    dialect = POSTGRES
    errors = (psycopg.Error, Unreachable)
    broken_row = (psycopg.IntegrityError, psycopg.DataError)

    def __init__(self, place: Place, follower: Follower) -> None:
        self._place = place
        self._follower = follower
        self._connection: Connection | None = connect(place, writes=True)
        self._turn = threading.Lock()
        self._head = self._written = -1
        self._counted: int | None = None

    @contextlib.contextmanager
    def writing(self) -> Iterator[PostgresDriver]:
        """Hold one transaction, with the head's lock from its first moment; commit it at the end."""
        with self._turn:
            connection = self._begun()
            try:
                yield PostgresDriver(connection)
                self._commit(connection)
            finally:
                self._end(connection)

    def settle(self) -> None:
        """Return once what this process is writing now stands, or does not."""
        with self._turn:
            pass

    def numbers(self, connection: Driver, held: Numbers) -> Numbers:
        """Return the numbers as committed: read anew where another process has written since."""
        return held if self._head == self._written else Numbers.load(connection)

    def conclude(self, connection: Driver, group: Group) -> None:
        """Count the group, and note what it changed, for those who follow."""
        del connection
        if self._connection is None:
            raise TypeError(self._connection)
        keys = {name: group.keys_of(table) for name, table in self._follower.heeded.items() if name in group.tables}
        self._counted = self._head + 1
        said = {
            "version": self._counted,
            "tables": sorted(group.tables),
            "overwritten": sorted(group.overwritten),
            "process": self._follower.process,
            "keys": json.dumps(keys).encode() if keys else None,
        }
        self._connection.execute(_CONCLUDE, said)

    def close(self) -> None:
        """Close it."""
        with self._turn:
            self._drop()

    def _begun(self) -> Connection:
        """Begin, on a new connection where the old one broke while nothing was written."""
        if self._connection is not None:
            try:
                return self._begin(self._connection)
            except psycopg.OperationalError:
                if not self._connection.closed:
                    raise
                self._drop()
        self._connection = connect(self._place, writes=True)
        return self._begin(self._connection)

    def _begin(self, connection: Connection) -> Connection:
        cursor = connection.execute(_BEGIN, prepare=False)
        cursor.nextset()
        row = cursor.fetchone()
        if row is None:
            raise Unreachable("store.no-head", "The database lacks its head.", remedy="Restore it from a backup.")
        self._head, self._counted = row[0], None
        return connection

    def _commit(self, connection: Connection) -> None:
        try:
            connection.execute("COMMIT", prepare=False)
        except psycopg.Error:
            # Before the server went away it may have committed: only the rows can tell.
            if not connection.closed or self._counted is None or not self._stands(self._counted):
                raise
        if self._counted is not None:
            self._written = self._counted
            self._follower.wrote(self._counted)

    def _stands(self, version: int) -> bool:
        deadline = time.monotonic() + _SETTLE_S
        while True:
            try:
                with connect(self._place, writes=True) as fresh:
                    # Waits for the old transaction, if the server still has it.
                    fresh.execute("SELECT version FROM store_head FOR UPDATE")
                    return fresh.execute(_STANDS, (version, self._follower.process)).fetchone() is not None
            except (psycopg.Error, Unreachable):
                if time.monotonic() > deadline:
                    raise OutcomeUnknown from None
                time.sleep(_AGAIN_S)

    def _end(self, connection: Connection) -> None:
        """Leave nothing begun behind."""
        if connection.closed:
            self._drop()
        elif connection.info.transaction_status is not psycopg.pq.TransactionStatus.IDLE:
            try:
                connection.execute("ROLLBACK", prepare=False)
            except psycopg.Error:
                self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
