"""The bench of screening: the mapped index on synthetic persons."""

from comity.bench.screening.searching import MEASURES

__all__ = ["MEASURES"]
