"""The demo on a bare clone: its story comes out as it must, with lists of the project's own, and sums up."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.bench.skeleton import demo_run


def test_the_demo_tells_its_story_lands_a_ferry_and_sums_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path / "nothing-here"))

    done, took = demo_run.run_demo(tmp_path / "demo")

    assert done.returncode == 0, done.stdout + done.stderr
    assert (took.name,) == demo_run.MEASURE.figures
    assert (took.value or 0) > 0
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
