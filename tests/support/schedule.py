"""In which order and company the tests run on several workers.

The tests of a file go to one worker, so that what its fixtures set up is set up once; those of the browser share nodes
and browsers, and go to one worker too. Long ones start first, so that all workers end at about the same time.
"""

from __future__ import annotations

import os
from typing import Final

TOGETHER: Final = ("tests/browser/",)
LONGEST_FIRST: Final = ("browser", "scenario", "security", "contract", "property")
"""Folders below tests/; those not named come last."""
MOST_WORKERS: Final = 8


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
