"""The bench of the main job at a fraction of its small scale, on lists made up: every measure yields what it names."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from comity.bench.harness import Measure, Setting
from comity.bench.mainjob import MEASURES
from comity.bench.progress import Progress
from comity.bench.records import Scale

pytestmark = pytest.mark.timeout(180)


class Brief(Setting):
    """A scale below the smallest."""

    def at_scale(self, small: int, full: int) -> int:
        return min(small, full, 30)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.figures[0])
def test_a_measure_yields_the_figures_it_names_on_lists_made_up(
    measure: Measure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path / "nothing"))

    figures = {each.name: each for each in measure.run(Brief(Scale.SMALL, tmp_path, Progress(io.StringIO())))}

    assert tuple(figures) == measure.figures
    assert all(figure.value is not None and figure.value >= 0 for figure in figures.values())
    counted = [each for each in figures.values() if each.unit in {"persons", "entries", "answers", "kills"}]
    assert all(each.met for each in counted), counted
