"""A person who asks for help does not wait."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

LIMIT_S = 0.3


@pytest.mark.parametrize("argv", [["--help"], ["alert", "--help"], ["alert", "enter", "--help"]])
def test_help_comes_at_once(argv: list[str]) -> None:
    runs = [_timed(argv) for _ in range(5)]

    assert all("alert enter" in text for text, _ in runs)
    assert min(taken for _, taken in runs) < LIMIT_S


def _timed(argv: list[str]) -> tuple[str, float]:
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "comity", *argv], capture_output=True, text=True, check=True)
    return done.stdout, time.perf_counter() - begun
