"""The demo on a bare clone: its story comes out as it must, with lists of the project's own, and sums up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_the_demo_tells_its_story_lands_a_ferry_and_sums_up(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "comity", "demo", "--no-serve", "--directory", str(tmp_path / "demo")],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "COMITY_DATA": str(tmp_path / "nothing-here")},
    )

    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout
    assert "made up here: 200 entries, 0 rows unreadable" in told
    assert "ARMED. If the identity is confirmed, arrest" in told
    assert "Listed, no border action: let the person go on" in told
    assert "traveller 60: the zone was misread" in told
    figures = told[told.index("Figures") :]
    for name in (
        "an alert abroad",
        "official lists       700 entries",
        "the ferry            60 travellers",
        "ledgers",
    ):
        assert name in figures
    assert "8 travellers; 1 to scan again" in figures
