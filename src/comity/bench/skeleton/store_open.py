"""How long a fresh process takes to open storage with 100,000 ledger entries, and what it holds then.

Issue 2 says of the whole node: less than 2 s and less than 150 MB. The clock runs from starting Python to storage open:
the ledger file read and checked against all rows.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

import comity
from comity.adapters.clock import SystemClock
from comity.adapters.sql.database import DATABASE, Database
from comity.bench import opening
from comity.bench.harness import Measure, Setting
from comity.bench.measure import Watch, percentile
from comity.bench.records import Figure, measured
from comity.bench.skeleton import notices
from comity.bench.skeleton.stores import NODE, entry_bytes, make_tables
from comity.core.errors import Defect
from comity.core.ids import make_record_id
from comity.core.time import Instant
from comity.ledger.leaf import leaf_hash

_WALL, _CPU, _MEMORY = "store.open", "store.open-cpu", "store.memory"
_ENTRIES = 100_000
_INSERT = "INSERT INTO ledger_entry (sequence, leaf, salt, entry, user, recorded_at) VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class _Opened:
    """One start: seconds of wall and CPU, megabytes now and at the highest."""

    wall_s: float
    cpu_s: float
    mb: float
    peak_mb: float


def _run(setting: Setting) -> Iterable[Figure]:
    empty, full = setting.folder / "empty", setting.folder / "full"
    for folder, entries in ((empty, 0), (full, _ENTRIES)):
        folder.mkdir()
        _fill(folder, entries)
    without = _open(empty, 0)
    runs = [_open(full, _ENTRIES) for _ in range(setting.at_scale(3, 9))]
    slowest = max(runs, key=lambda each: each.wall_s)
    beside = {"no entries": without.wall_s, "median": percentile([each.wall_s for each in runs], 50)}
    yield measured(_WALL, slowest.wall_s, "s", goal=2, beside=beside)
    yield measured(_CPU, slowest.cpu_s, "s", beside={"no entries": without.cpu_s})
    largest = max(runs, key=lambda each: each.mb)
    yield measured(
        _MEMORY, largest.mb, "MB", goal=150, beside={"highest while opening": largest.peak_mb, "no entries": without.mb}
    )


def _fill(folder: Path, entries: int) -> None:
    """Make storage that holds this many entries, ledger file included, and close it."""
    make_tables(folder)
    now, salt = SystemClock().now(), os.urandom(16)
    connection = sqlite3.connect(folder / DATABASE)
    with connection:
        connection.executemany(_INSERT, (_row(number, Instant(now + number), salt) for number in range(entries)))
    connection.close()
    # The first opening derives the ledger file from the rows.
    Database(folder, NODE, now).close()


def _row(number: int, now: Instant, salt: bytes) -> tuple[object, ...]:
    entry = entry_bytes(make_record_id(now // 1000, salt), now)
    return number, leaf_hash(salt, entry), salt, entry, notices.OFFICER.user, now


def _open(folder: Path, entries: int) -> _Opened:
    """Open storage in a new process; raise `Defect` if it does not say that it holds these entries."""
    path = os.pathsep.join(filter(None, (str(Path(comity.__file__).parent.parent), os.environ.get("PYTHONPATH"))))
    command = (sys.executable, "-m", opening.__name__, str(folder), NODE)
    with Watch() as watch:
        started = time.perf_counter()
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
        ) as child:
            said, wall_s = child.stdout.readline() if child.stdout else b"", time.perf_counter() - started
            child.communicate()
    if child.returncode != 0 or not said:
        raise Defect("bench.child-failed", "The process that opens storage ended early; see its message above.")
    told = msgspec.json.decode(said, type=dict[str, float])
    if told["entries"] != entries:
        raise Defect("bench.entries-missing", "Storage opened without the entries that were put in.")
    return _Opened(wall_s=wall_s, cpu_s=watch.cpu_s, mb=told["mb"], peak_mb=told["peak_mb"])


MEASURE = Measure((_WALL, _CPU, _MEMORY), _run)
