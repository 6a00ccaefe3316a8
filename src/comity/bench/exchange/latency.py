"""How long a record takes from the moment it is due to the receipt verified and kept at its sender, at fixed rates.

Two commits in sequence lie in between, so the disk's sync is printed beside. Counted from the due moment: an item held
up by a slow one before it counts in full.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.bench.exchange.pair import Order, pair
from comity.bench.harness import Measure, Setting
from comity.bench.machine import fdatasync_floor
from comity.bench.records import Figure, measured
from comity.core.errors import Defect


@dataclass(frozen=True, slots=True)
class _Goal:
    """What issue 5 asks at a rate; None where it asks nothing."""

    per_s: int
    p50_ms: float | None
    p99_ms: float
    cpu_us: float | None


_GOALS = (_Goal(300, 3, 10, None), _Goal(5_000, None, 25, 120), _Goal(20_000, None, 60, None))


def _run(setting: Setting) -> Iterable[Figure]:
    with pair(setting.folder) as nodes:
        for goal in _GOALS:
            before = sum(nodes.cpu_s())
            order = Order(do="publish", rate=float(goal.per_s), seconds=setting.at_scale(4, 15))
            outcome = nodes.sender.ask(order).outcome
            if outcome is None:
                raise Defect("bench.outcome", "The sending node did not say how it went.")
            cpu_us = (sum(nodes.cpu_s()) - before) / outcome.count * 1e6
            sync = fdatasync_floor(setting.folder)
            beside = {"fdatasync p50": sync.p50, "fdatasync p99": sync.p99, "max": outcome.max_ms}
            yield measured(f"rate-{goal.per_s}.p50", outcome.p50_ms, "ms", goal=goal.p50_ms, beside=beside)
            yield measured(f"rate-{goal.per_s}.p99", outcome.p99_ms, "ms", goal=goal.p99_ms, beside=beside)
            yield measured(f"rate-{goal.per_s}.cpu", cpu_us, "us", goal=goal.cpu_us)


MEASURE = Measure(
    tuple(f"rate-{goal.per_s}.{part}" for goal in _GOALS for part in ("p50", "p99", "cpu")),
    _run,
)
