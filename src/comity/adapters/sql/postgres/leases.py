"""Work that one process does at a time, whoever it is: leases by the server's clock, renewed each second.

A process that dies, stops or loses the server is followed by another when its leases end. It believes in its own
leases for a shorter time than the server does, so that two never believe in one at once.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection
from typing import Final

import psycopg

from comity.adapters.sql.place import Place
from comity.adapters.sql.postgres.connect import connect
from comity.adapters.sql.postgres.dialect import Connection
from comity.core.errors import Unreachable

LEASE_S: Final = 4.0
RENEW_S: Final = 1.0
_BELIEF_S: Final = 3.0
_ALIVE: Final = "process:"

_PRESENT: Final = """
INSERT INTO store_lease (name, process, until) VALUES (%s, %s, clock_timestamp() + make_interval(secs => %s))
ON CONFLICT (name) DO UPDATE SET until = excluded.until
"""
_LIVING: Final = "SELECT count(*) FROM store_lease WHERE name LIKE 'process:%' AND until > clock_timestamp()"
_OFFER: Final = """
INSERT INTO store_lease (name, process, until) SELECT unnest(%s::text[]), '', 'epoch' ON CONFLICT (name) DO NOTHING
"""
_TAKE: Final = """
WITH free AS (
  SELECT name FROM store_lease
  WHERE name = ANY(%(names)s) AND (process = %(me)s OR until < clock_timestamp())
  ORDER BY process = %(me)s DESC, name LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE store_lease SET process = %(me)s, until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM free WHERE store_lease.name = free.name RETURNING store_lease.name
"""
_GIVE: Final = "UPDATE store_lease SET until = 'epoch' WHERE process = %s AND NOT name = ANY(%s)"
_FORGET: Final = "DELETE FROM store_lease WHERE name LIKE 'process:%' AND until < clock_timestamp() - interval '1 hour'"
_PRUNE: Final = "DELETE FROM store_group WHERE written_at < clock_timestamp() - interval '10 minutes'"


class Leases:
    """The leases of one process.

    `wanted` says what there is to share out; `changed` is told when what this process holds has changed.
    """

    def __init__(
        self, place: Place, process: str, wanted: Callable[[], Collection[str]], changed: Callable[[], None]
    ) -> None:
        self._place = place
        self._process = process
        self._wanted = wanted
        self._changed = changed
        self._held: frozenset[str] = frozenset()
        self._until = 0.0
        self._connection: Connection | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="comity-leases", daemon=True)

    def start(self) -> None:
        """Begin to take part."""
        self._thread.start()

    def holds(self, name: str) -> bool:
        """Say whether this process does the work of that name now."""
        return name in self._held and time.monotonic() < self._until

    def stop(self) -> None:
        """Give everything back, so that others need not wait."""
        self._ending.set()
        self._thread.join()

    def renew(self) -> None:
        """Say that this process lives, and take a fair share of what there is."""
        begun = time.monotonic()
        names = sorted(self._wanted())
        connection = self._connected()
        me = self._process
        connection.execute(_PRESENT, (f"{_ALIVE}{me}", me, LEASE_S))
        row = connection.execute(_LIVING, prepare=False).fetchone()
        living = max(1, row[0] if row else 1)
        connection.execute(_OFFER, (names,))
        most = math.ceil(len(names) / living)
        said = {"names": names, "me": me, "most": most, "lease": LEASE_S}
        held = frozenset(name for (name,) in connection.execute(_TAKE, said).fetchall())
        self._until = begun + _BELIEF_S
        self._hold(held)
        connection.execute(_GIVE, (me, [*held, f"{_ALIVE}{me}"]))

    def _run(self) -> None:
        turn = 0
        while not self._ending.is_set():
            try:
                self.renew()
                if turn % 60 == 0:
                    self._tidy()
                turn += 1
            except (psycopg.Error, Unreachable):
                # What it held ends by itself; the next turn connects anew.
                self._drop()
                self._hold(self._held if time.monotonic() < self._until else frozenset())
            self._ending.wait(RENEW_S)
        self._hold(frozenset())
        try:
            self._connected().execute(_GIVE, (self._process, []))
        except (psycopg.Error, Unreachable):
            return  # they end by themselves
        finally:
            self._drop()

    def _tidy(self) -> None:
        connection = self._connected()
        connection.execute(_FORGET, prepare=False)
        connection.execute(_PRUNE, prepare=False)

    def _hold(self, held: frozenset[str]) -> None:
        if held != self._held:
            self._held = held
            self._changed()

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._place)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
