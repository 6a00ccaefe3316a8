"""The bench of law and treaties: what deciding costs, and how often its checkers disagree; one module a measurement."""

from comity.bench.agreements import checkers, decide_cost, due_times, mutants, scores
from comity.bench.harness import Measure

MEASURES: tuple[Measure, ...] = (
    scores.MEASURE,
    decide_cost.MEASURE,
    checkers.CEDAR,
    checkers.Z3,
    mutants.MEASURE,
    due_times.MEASURE,
)

__all__ = ["MEASURES"]
