"""Copying the write-ahead log back into the database beside the acts, not inside the commit of one of them.

SQLite copies when a commit finds its log long: whoever commits then waits for as many pages as all the others wrote,
a tenth of a second on a busy node. Here a thread with a connection of its own copies while others go on writing, and
only what they wrote meanwhile is copied between two commits, so that the log can begin anew.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import Final

from comity.adapters.sql.engine import BUSY_MS, WriteConnection

_SOONEST_S: Final = 0.5
_LATEST_S: Final = 30.0
_PAGES: Final = 12_000
"""About so many pages are let come together: each copying syncs the database, which whoever commits meanwhile feels."""
_LONG: Final = 8_000
"""Pages in the log from which on it should begin anew."""


class Checkpoints:
    """Copies back while the node is busy; ends with `stop`."""

    def __init__(self, path: Path, write: WriteConnection) -> None:
        self._path = path
        self._write = write
        self._pages = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="comity-checkpoints", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what is being copied is copied to its end."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        with contextlib.ExitStack() as closing:
            own: sqlite3.Connection | None = None
            seen, wait_s = self._write.commits, _SOONEST_S
            while not self._ended.wait(wait_s):
                commits = self._write.commits
                if commits == seen:
                    continue
                seen = commits
                # A store that cannot be written shows that to those who commit.
                with contextlib.suppress(sqlite3.Error):
                    own = own or closing.enter_context(contextlib.closing(_open(self._path)))
                    wait_s = next_wait(wait_s, self._copy(own))

    def _copy(self, own: sqlite3.Connection) -> int:
        """Copy what is there; return how many pages came since the last time."""
        before = self._pages
        pages, self._pages = copy_back(own, self._write)
        return pages - before if pages >= before else pages


def copy_back(own: sqlite3.Connection, write: WriteConnection, long: int = _LONG) -> tuple[int, int]:
    """Copy what is in the log; where that is long, what came meanwhile too, so that the next commit begins it anew.

    Returns how many pages the log had, and how many of them it counts on from.
    """
    pages = _copied(own)
    if pages < long:
        return pages, pages
    with write.between() as connection:
        return _copied(connection), 0


def next_wait(waited_s: float, pages: int) -> float:
    """Return how long to wait until enough comes together again, when so many pages came in the time waited."""
    return min(max(_PAGES * waited_s / max(pages, 1), _SOONEST_S), _LATEST_S, 4 * waited_s)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL").close()
    return connection


def _copied(connection: sqlite3.Connection) -> int:
    """Copy what no reader needs as it was, without waiting for any; return how many pages the log has."""
    (_, pages, _) = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(pages)
