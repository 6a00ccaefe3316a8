"""The bench of the exchange: two nodes flat out, at rates and after a partition, and one to many; a module each."""

from comity.bench.exchange import backlog, latency, spread, throughput
from comity.bench.harness import Measure

MEASURES: tuple[Measure, ...] = (*throughput.MEASURES, latency.MEASURE, backlog.MEASURE, spread.MEASURE)

__all__ = ["MEASURES"]
