"""The bench of the exchange: throughput, latency and backlog between two nodes; one module a measurement."""

from comity.bench.exchange import backlog, blind, latency, throughput
from comity.bench.harness import Measure

MEASURES: tuple[Measure, ...] = (*throughput.MEASURES, latency.MEASURE, backlog.MEASURE, blind.MEASURE)

__all__ = ["MEASURES"]
