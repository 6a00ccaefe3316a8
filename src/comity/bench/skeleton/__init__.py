"""The bench of the house itself: one module a measurement, listed here in the order in which they run."""

from comity.bench.harness import Measure
from comity.bench.skeleton import (
    check_cost,
    codec_cost,
    demo_run,
    node_start,
    power_cuts,
    runtime_run,
    spread,
    structure,
    writer_flow,
    writer_latency,
)

MEASURES: tuple[Measure, ...] = (
    structure.MEASURE,
    codec_cost.MEASURE,
    writer_flow.MEASURE,
    writer_latency.MEASURE,
    runtime_run.MEASURE,
    node_start.MEASURE,
    check_cost.MEASURE,
    spread.MEASURE,
    power_cuts.MEASURE,
    demo_run.MEASURE,
)

__all__ = ["MEASURES"]
