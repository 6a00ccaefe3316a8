"""What a process has used: memory and CPU, from Linux's `/proc`."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS_S = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12


def resident_mb(process: int) -> tuple[float, float]:
    """Return resident memory now and at its highest, in megabytes (10^6 bytes).

    From `VmRSS` and `VmHWM`; raises `OSError` where there is none.
    """
    status = Path("/proc", str(process), "status").read_text(encoding="utf-8")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return _mb(fields["VmRSS"]), _mb(fields["VmHWM"])


def cpu_s(process: int) -> float:
    """Return the seconds of CPU that a process has used so far, all its threads together, in steps of 10 ms."""
    stat = Path("/proc", str(process), "stat").read_text(encoding="utf-8")
    # Behind the name, which may hold anything but ends with the last bracket.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS_S


def cpu_ns(process: int) -> int:
    """Return the nanoseconds of CPU that the living threads of a process have used so far: fine enough for one act."""
    return sum(
        int((task / "schedstat").read_text(encoding="utf-8").split()[0])
        for task in Path("/proc", str(process), "task").iterdir()
    )


def _mb(value: str) -> float:
    """Turn `   12345 kB`, which Linux counts in units of 1,024 bytes, into megabytes."""
    return int(value.split(maxsplit=1)[0]) * 1024 / 1e6
