"""A person who asks for help does not wait."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

LIMIT_S = 0.3


@pytest.mark.parametrize("argv", [["--help"], ["alert", "--help"], ["alert", "enter", "--help"]])
def test_help_comes_at_once(argv: list[str]) -> None:
    runs = [_processor_time(argv) for _ in range(5)]

    assert all("alert enter" in text for text, _ in runs)
    assert min(taken for _, taken in runs) < LIMIT_S


def _processor_time(argv: list[str]) -> tuple[str, float]:
    """Return what was printed and the processor time it took: the wait itself where nothing else runs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "comity", *argv], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
