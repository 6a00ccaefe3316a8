"""The bench of the main job: real lists, a full node, an officer's questions; one module a measurement."""

from comity.bench.harness import Measure
from comity.bench.mainjob import kills, lists, load

MEASURES: tuple[Measure, ...] = (lists.MEASURE, kills.MEASURE, load.MEASURE)

__all__ = ["MEASURES"]
