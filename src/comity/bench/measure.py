"""Clocks and percentiles: CPU and wall apart, and tails that are samples, not guesses."""

from __future__ import annotations

import math
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

_ROUNDS = 7


class Watch:
    """Times its `with` block: `wall_s`, and `cpu_s` of this process and of children that ended and were waited for."""

    def __init__(self) -> None:
        self.wall_s = 0.0
        self.cpu_s = 0.0

    def __enter__(self) -> Self:
        self._cpu = _cpu_s()
        self._wall = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wall_s = time.perf_counter() - self._wall
        self.cpu_s = _cpu_s() - self._cpu


def percentile(samples: Sequence[float], percent: float) -> float:
    """Return the smallest sample that at least `percent` of all samples do not exceed (nearest rank)."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def cpu_us_per_call(call: Callable[[], object], repeats: int) -> float:
    """Return the microseconds of CPU that one call takes: the median of seven rounds of `repeats` calls."""
    rounds: list[float] = []
    for _ in range(_ROUNDS):
        started = time.process_time_ns()
        for _ in range(repeats):
            call()
        rounds.append((time.process_time_ns() - started) / 1000 / repeats)
    return statistics.median(rounds)


def _cpu_s() -> float:
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)
