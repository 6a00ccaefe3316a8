"""kill -9 of every node while alerts are entered: what was acknowledged stands, once, everywhere."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from comity.bench.skeleton import power_cuts
from comity.exercise.faults import Storm, weather
from comity.exercise.federation import Federation

pytestmark = pytest.mark.timeout(180)


def test_no_acknowledged_alert_is_lost_or_doubled_when_every_node_is_killed(tmp_path: Path, rng: random.Random) -> None:
    storm = Storm(seed=rng.getrandbits(32), entries=300, kills=2, clients=4, searches=20)
    with contextlib.closing(Federation.open(tmp_path, ("DEU", "FRA", "IRL"))) as federation:
        federation.trust_all()
        federation.agree()

        outcome = weather(federation, storm)

    told = f"{storm} {outcome}"
    assert outcome.stands, told
    figures = tuple(power_cuts.figures_of(outcome))
    assert tuple(figure.name for figure in figures) == power_cuts.MEASURE.figures
    assert all(figure.met for figure in figures), told
    assert outcome.acknowledged == storm.entries
    assert (outcome.kills, outcome.killed) == (6, 6), f"each kill ended a living process: {told}"
    assert min(outcome.struck, outcome.broken) >= 1, f"a kill broke writes under way: {told}"
