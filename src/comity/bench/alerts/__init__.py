"""The bench of alerts and bureau: the work list of a full bureau, an alert's history, management of alerts."""

from comity.bench.alerts import management, worklist
from comity.bench.harness import Measure

MEASURES: tuple[Measure, ...] = (worklist.MEASURE, management.MEASURE)

__all__ = ["MEASURES"]
