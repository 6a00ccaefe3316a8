"""Driving something that answers by futures: flat out behind a window, or at a fixed rate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeAlias

from comity.bench.measure import Watch

_WINDOW = 1024

Start: TypeAlias = Callable[[int], "Future[Any]"]
"""Starts the act of this number. `Any`: what the future holds is not looked at, only whether it failed."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What went through in which time; the last answers are waited for inside it."""

    count: int
    wall_s: float
    cpu_s: float

    @property
    def per_s(self) -> float:
        """Acts a second of wall time."""
        return self.count / self.wall_s

    @property
    def cpu_us(self) -> float:
        """Microseconds of CPU an act, those of making it included."""
        return self.cpu_s / self.count * 1e6


def flat_out(seconds: float, start: Start) -> Flow:
    """Start acts for `seconds`, never more than 1,024 of them unanswered, and wait for all.

    Raises the first failure of an act: figures of a run that failed are worth nothing.
    """
    window = threading.Semaphore(_WINDOW)
    failures: list[BaseException] = []

    def answered(future: Future[Any]) -> None:
        failure = future.exception()
        if failure is not None:
            failures.append(failure)
        window.release()

    count = 0
    with Watch() as watch:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            window.acquire()
            start(count).add_done_callback(answered)
            count += 1
        for _ in range(_WINDOW):
            window.acquire()
    if failures:
        raise failures[0]
    return Flow(count, watch.wall_s, watch.cpu_s)


def at_rate(per_s: int, seconds: float, start: Start) -> list[float]:
    """Start an act every 1/`per_s` seconds and return the milliseconds from when it was due to its answer.

    Counted from the due moment, so that an act held up by a slow one before it counts in full. Raises the first
    failure of an act.
    """
    arrivals: list[_Arrival] = []
    answered = threading.Semaphore(0)
    begin = time.perf_counter() + 0.05
    for number in range(int(per_s * seconds)):
        due = begin + number / per_s
        wait = due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        arrival = _Arrival(due, answered)
        arrivals.append(arrival)
        start(number).add_done_callback(arrival)
    for _ in arrivals:
        answered.acquire()
    failure = next((arrival.failure for arrival in arrivals if arrival.failure), None)
    if failure:
        raise failure
    return [arrival.took_ms for arrival in arrivals]


class _Arrival:
    """Called with an answered future: notes how long after the due moment it came, and whether it failed."""

    def __init__(self, due: float, answered: threading.Semaphore) -> None:
        self._due = due
        self._answered = answered
        self.took_ms = 0.0
        self.failure: BaseException | None = None

    def __call__(self, future: Future[Any]) -> None:
        self.took_ms = (time.perf_counter() - self._due) * 1000
        self.failure = future.exception()
        self._answered.release()
