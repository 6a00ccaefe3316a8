"""The real bench at a fraction of its small scale: every measure runs and yields exactly the figures it names."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from comity.bench.harness import Measure, Setting
from comity.bench.progress import Progress
from comity.bench.records import Scale
from comity.bench.skeleton import MEASURES, demo_run, power_cuts

pytestmark = pytest.mark.timeout(180)


class Brief(Setting):
    """A scale below the smallest."""

    def at_scale(self, small: int, full: int) -> int:
        return min(small, full, 1)


ELSEWHERE = (demo_run.MEASURE, power_cuts.MEASURE)
"""Their figures are looked at in test_demo.py and test_kill.py, which run the same thing."""
STRUCTURE = next(measure for measure in MEASURES if "structure.circles" in measure.figures)
HERE = [measure for measure in MEASURES if measure not in (STRUCTURE, *ELSEWHERE)]


@pytest.mark.parametrize(
    "measure",
    [each for each in MEASURES if each not in (STRUCTURE, *ELSEWHERE)],
    ids=lambda measure: measure.figures[0],
)
def test_a_measure_yields_the_figures_it_names(measure: Measure, tmp_path: Path) -> None:
    figures = tuple(measure.run(Brief(Scale.SMALL, tmp_path, Progress(io.StringIO()))))

    assert tuple(figure.name for figure in figures) == measure.figures
    assert all(figure.value is not None and figure.value >= 0 for figure in figures)


def test_no_figure_is_named_twice() -> None:
    named = [name for measure in MEASURES for name in measure.figures]

    assert len(named) == len(set(named))


def test_nothing_imports_upward_or_round_in_a_circle_and_files_and_functions_keep_their_measure(tmp_path: Path) -> None:
    figures = {each.name: each.value for each in STRUCTURE.run(Brief(Scale.SMALL, tmp_path, Progress(io.StringIO())))}

    assert tuple(figures) == STRUCTURE.figures
    assert figures["structure.upward-imports"] == 0
    assert figures["structure.circles"] == 0
    assert (figures["structure.longest-file"] or 0) <= 400
    assert 0 < (figures["structure.longest-function"] or 0) <= 60
