"""In which order and company the tests run on several workers, and where their files lie.

The tests of a file go to one worker, so that what its fixtures set up is set up once; those of the browser share nodes
and browsers, and go to one worker too. Long ones start first, so that all workers end at about the same time.

Files lie in memory where there is room: a store syncs after each act, and no test can tell what a power cut would
leave.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

TOGETHER: Final = ("tests/browser/",)
LONGEST_FIRST: Final = ("browser", "scenario", "security", "contract", "property")
"""Folders below tests/; those not named come last."""
MOST_WORKERS: Final = 8
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own there, as in /tmp
ROOM_BYTES: Final = 4 * 1024**3


def unit_of(nodeid: str) -> str:
    """Return the file, or the folder of `TOGETHER`, whose tests run on one worker, one after the other."""
    file = nodeid.split("::", 1)[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def rank(folder: str) -> int:
    """Return when the tests of a folder below tests/ have their turn, the smallest first."""
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


def workers() -> int:
    """Return how many workers keep this machine busy: more than it has processors, as tests of nodes wait at times."""
    return min(len(os.sched_getaffinity(0)) + 1, MOST_WORKERS)


def folder_in_memory() -> Path | None:
    """Return where files can lie in memory: in a file system with room that also runs programs; None without one."""
    if not os.access(MEMORY, os.W_OK):
        return None
    there = os.statvfs(MEMORY)
    fits = there.f_bavail * there.f_frsize >= ROOM_BYTES and not there.f_flag & os.ST_NOEXEC
    return MEMORY if fits else None
