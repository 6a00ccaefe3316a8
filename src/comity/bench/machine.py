"""What figures depend on: processor, memory, disk, load, versions."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from importlib import metadata
from pathlib import Path

from comity.bench.measure import percentile
from comity.bench.records import Fdatasync, Machine

_LIBRARIES = (
    "comity",
    "cryptography",
    "msgspec",
    "numba",
    "numpy",
    "pynacl",
    "rapidfuzz",
    "sqlalchemy",
    "starlette",
    "uvicorn",
)
_APPEND = bytes(820)
_SYNCS = 200


def describe(folder: Path) -> Machine:
    """Describe this machine and the disk that `folder` is on; writes there for a moment."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        model=_processor(),
        memory_mb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000,
        system=f"{platform.system()} {platform.release()}",
        disk=_file_system(folder),
        fdatasync_ms=fdatasync_floor(folder),
    )


def load() -> tuple[float, float, float]:
    """Return the load averages over 1, 5 and 15 minutes."""
    one, five, fifteen = os.getloadavg()
    return round(one, 2), round(five, 2), round(fifteen, 2)


def versions() -> dict[str, str]:
    """Return the versions of Python, SQLite and the libraries that are installed."""
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # run from a source folder, or an extra that is not installed
    return found


def fdatasync_floor(folder: Path) -> Fdatasync:
    """Time 200 appends of 820 bytes, each followed by fdatasync, on the disk of `folder`."""
    took_ms: list[float] = []
    path = folder / "fdatasync"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(_SYNCS):
            os.write(handle, _APPEND)
            started = time.perf_counter()
            os.fdatasync(handle)
            took_ms.append((time.perf_counter() - started) * 1000)
    finally:
        os.close(handle)
        path.unlink()
    return Fdatasync(p10=percentile(took_ms, 10), p50=percentile(took_ms, 50), p99=percentile(took_ms, 99))


def _processor() -> str:
    for line in _lines(Path("/proc/cpuinfo")):
        name, _, value = line.partition(":")
        if name.strip() in {"model name", "Model"}:
            return value.strip()
    return platform.processor() or platform.machine()


def _file_system(folder: Path) -> str:
    """Return the type of the deepest mount above `folder`."""
    place, found, depth = folder.resolve(), "unknown", -1
    for line in _lines(Path("/proc/mounts")):
        _, mount, kind, *_ = line.split(" ")
        at = Path(mount)
        if place.is_relative_to(at) and len(at.parts) > depth:
            found, depth = kind, len(at.parts)
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []  # not Linux
