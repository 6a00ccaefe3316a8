"""The bench of the exchange: two nodes flat out, at rates, blind and after a partition; one to many; a module each."""

from comity.bench.exchange import backlog, blind, latency, spread, throughput
from comity.bench.harness import Measure

MEASURES: tuple[Measure, ...] = (
    *throughput.MEASURES,
    latency.MEASURE,
    backlog.MEASURE,
    spread.MEASURE,
    blind.MEASURE,
)

__all__ = ["MEASURES"]
