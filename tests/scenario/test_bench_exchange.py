"""The bench of the exchange at a fraction of its small scale: every measure yields what it names, above CI's floors."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from comity.bench.exchange import MEASURES
from comity.bench.harness import Measure, Setting
from comity.bench.progress import Progress
from comity.bench.records import Scale

pytestmark = pytest.mark.timeout(300)


class Brief(Setting):
    """A scale below the smallest."""

    def at_scale(self, small: int, full: int) -> int:
        return min(small, full, 2000 if small > 1000 else 1)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.figures[0])
def test_a_measure_yields_the_figures_it_names(measure: Measure, tmp_path: Path) -> None:
    figures = {each.name: each for each in measure.run(Brief(Scale.SMALL, tmp_path, Progress(io.StringIO())))}

    assert tuple(figures) == measure.figures
    assert all(figure.value is not None and figure.value > 0 for figure in figures.values())
    # What floors of 4,000 and 15,000 a second would use of two cores; unlike these, it holds on a machine that is busy.
    most = {"single.cpu": 2_000_000 / 4_000, "batch.cpu": 2_000_000 / 15_000}
    assert all((figures[name].value or 0) <= us for name, us in most.items() if name in figures)
    if os.environ.get("COMITY_BENCH_FLOORS"):
        floors = {"single.rate": 4_000, "batch.rate": 15_000}
        assert all((figures[name].value or 0) >= floor for name, floor in floors.items() if name in figures)
