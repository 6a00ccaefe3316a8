"""How much memory a process holds."""

from __future__ import annotations

from pathlib import Path


def resident_mb(process: str = "self") -> tuple[float, float]:
    """Return resident memory now and at its highest, in megabytes (10^6 bytes), of this or a numbered process.

    From `VmRSS` and `VmHWM` of `/proc`; raises `OSError` where there is none.
    """
    status = Path("/proc", process, "status").read_text(encoding="utf-8")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return _mb(fields["VmRSS"]), _mb(fields["VmHWM"])


def _mb(value: str) -> float:
    """Turn `   12345 kB`, which Linux counts in units of 1,024 bytes, into megabytes."""
    return int(value.split(maxsplit=1)[0]) * 1024 / 1e6
