"""The bench of alerts and bureau: the work list of a full bureau, an alert's history, management, erasure."""

from comity.bench.alerts import erasure, management, worklist
from comity.bench.harness import Measure

MEASURES: tuple[Measure, ...] = (worklist.MEASURE, management.MEASURE, erasure.MEASURE)

__all__ = ["MEASURES"]
