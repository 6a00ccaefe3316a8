"""The bench of alerts at a fraction of its small scale: every measure yields what it names."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from comity.bench.alerts import MEASURES, erasure
from comity.bench.harness import Measure, Setting
from comity.bench.progress import Progress
from comity.bench.records import Scale

pytestmark = pytest.mark.timeout(180)


class Brief(Setting):
    """A scale below the smallest."""

    def at_scale(self, small: int, full: int) -> int:
        return min(small, full, 12)


# What is left a minute after an erasure takes that minute to measure; bytes are looked for in `test_erased_bytes.py`.
@pytest.mark.parametrize(
    "measure", [each for each in MEASURES if each is not erasure.MEASURE], ids=lambda measure: measure.figures[0]
)
def test_a_measure_yields_the_figures_it_names(measure: Measure, tmp_path: Path) -> None:
    figures = {each.name: each for each in measure.run(Brief(Scale.SMALL, tmp_path, Progress(io.StringIO())))}

    assert tuple(figures) == measure.figures
    assert all(figure.value is not None and figure.value > 0 for figure in figures.values())
