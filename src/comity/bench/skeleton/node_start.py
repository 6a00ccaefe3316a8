"""How long a node takes to start with 100,000 ledger entries, and what it holds then.

Issue 2: less than 2 s and less than 150 MB. The clock runs from starting the process of `comity node serve` until
`GET /health` is answered.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from comity.adapters.clock import SystemClock
from comity.adapters.sql.database import DATABASE
from comity.adapters.sql.tables import ledger_entry
from comity.bench.harness import Measure, Setting
from comity.bench.measure import percentile
from comity.bench.process import cpu_s, resident_mb
from comity.bench.records import Figure, measured
from comity.bench.skeleton import notices
from comity.bench.skeleton.stores import entry_bytes, insert_rows, ledger_row
from comity.core.commit import ChangeSet
from comity.core.errors import Defect
from comity.core.ids import make_record_id
from comity.core.time import Instant
from comity.exercise.federation import AUTHORITIES
from comity.exercise.process import NodeProcess, found

_WALL, _CPU, _MEMORY = "node.start", "node.start-cpu", "node.memory"
_ENTRIES = 100_000
_BATCH = 5000
_ANSWER_S = 30


@dataclass(frozen=True, slots=True)
class _Started:
    """One start: seconds of wall and CPU, megabytes then and at the highest."""

    wall_s: float
    cpu_s: float
    mb: float
    peak_mb: float


def _run(setting: Setting) -> Iterable[Figure]:
    node = found(setting.folder / "node", "FRA", AUTHORITIES["FRA"])
    _start(node)
    without = _start(node)
    _fill(node, _ENTRIES)
    _start(node)  # the first start derives the ledger file from the rows
    runs = [_start(node) for _ in range(setting.at_scale(3, 9))]
    slowest = max(runs, key=lambda each: each.wall_s)
    beside = {"new node": without.wall_s, "median": percentile([each.wall_s for each in runs], 50)}
    yield measured(_WALL, slowest.wall_s, "s", goal=2, beside=beside)
    yield measured(_CPU, max(each.cpu_s for each in runs), "s", beside={"new node": without.cpu_s})
    largest = max(runs, key=lambda each: each.mb)
    yield measured(
        _MEMORY, largest.mb, "MB", goal=150, beside={"highest while starting": largest.peak_mb, "new node": without.mb}
    )


def _start(node: NodeProcess) -> _Started:
    """Start the node, have it answer, look at it and stop it."""
    begun = time.perf_counter()
    with _running(node) as process:
        _ask_health(node.url)
        wall_s = time.perf_counter() - begun
        mb, peak_mb = resident_mb(process)
        return _Started(wall_s=wall_s, cpu_s=cpu_s(process), mb=mb, peak_mb=peak_mb)


@contextlib.contextmanager
def _running(node: NodeProcess) -> Iterator[int]:
    node.start()
    try:
        if node.process is None:
            raise Defect("bench.node-ended", "The node ended while it was measured; see its log.")
        yield node.process.pid
    finally:
        node.stop()


def _ask_health(url: str) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_ANSWER_S)
    with contextlib.closing(connection):
        connection.request("GET", "/health")
        if connection.getresponse().status != http.client.OK:
            raise Defect("bench.no-health", "The node started and does not say that it lives.")


def _fill(node: NodeProcess, entries: int) -> None:
    """Add ledger entries to the stopped node's rows until it has this many."""
    now, salt = SystemClock().now(), os.urandom(16)
    connection = sqlite3.connect(node.directory / DATABASE)
    with contextlib.closing(connection), connection:
        first = connection.execute("SELECT count(*) FROM ledger_entry").fetchone()[0]
        for start in range(first, entries, _BATCH):
            numbers = range(start, min(start + _BATCH, entries))
            insert_rows(connection, ledger_entry, [_row(number, Instant(now + number), salt) for number in numbers])


def _row(number: int, now: Instant, salt: bytes) -> dict[str, object]:
    entry = entry_bytes(make_record_id(now // 1000, salt), now)
    return ledger_row(number, ChangeSet((), entry, salt, notices.OFFICER.user, now))


MEASURE = Measure((_WALL, _CPU, _MEMORY), _run)
