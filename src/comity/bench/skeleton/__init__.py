"""The bench of the house itself: one module a measurement, listed here in the order in which they run."""

from comity.bench.harness import Measure
from comity.bench.skeleton import codec_cost, runtime_run, store_open, structure, writer_flow, writer_latency

MEASURES: tuple[Measure, ...] = (
    structure.MEASURE,
    codec_cost.MEASURE,
    writer_flow.MEASURE,
    writer_latency.MEASURE,
    runtime_run.MEASURE,
    store_open.MEASURE,
)

__all__ = ["MEASURES"]
