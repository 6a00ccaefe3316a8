"""The bench of screening: the mapped index on synthetic persons, and how well the score judges."""

from comity.bench.harness import Measure
from comity.bench.screening import quality, quality_people, searching, serving

MEASURES: tuple[Measure, ...] = (
    *searching.MEASURES,
    serving.MEASURE,
    quality.MEASURE,
    quality_people.TRAVELLERS,
    quality_people.GROUPS,
)

__all__ = ["MEASURES"]
