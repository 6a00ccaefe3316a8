from __future__ import annotations

import os
import random
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from comity.bench.drive import at_rate, flat_out
from comity.bench.machine import fdatasync_floor
from comity.bench.measure import Watch, cpu_us_per_call, percentile
from comity.bench.process import cpu_s, resident_mb


class OneIn:
    """Answers at once, but fails the act of one number."""

    def __init__(self, bad: int | None = None) -> None:
        self.bad = bad
        self.asked: list[int] = []

    def __call__(self, number: int) -> Future[int]:
        self.asked.append(number)
        future: Future[int] = Future()
        if number == self.bad:
            future.set_exception(OSError("disk"))
        else:
            future.set_result(number)
        return future


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1), (1, 1), (10, 10), (50, 50), (99, 99), (99.5, 100), (100, 100)]
)
def test_a_percentile_of_a_hundred_samples_is_the_sample_of_that_rank(
    rng: random.Random, percent: float, expected: int
) -> None:
    samples = [float(number) for number in range(1, 101)]
    rng.shuffle(samples)

    assert percentile(samples, percent) == expected


def test_percentiles_of_few_samples_are_samples() -> None:
    assert percentile([7.0], 1) == percentile([7.0], 99) == 7
    assert percentile([1.0, 2.0, 3.0], 50) == 2
    assert percentile([1.0, 2.0], 50) == 1
    assert percentile([1.0, 2.0], 99) == 2


def test_waiting_is_wall_time_and_not_cpu_time() -> None:
    with Watch() as watch:
        threading.Event().wait(0.2)

    assert watch.wall_s >= 0.2
    assert watch.cpu_s < 0.1


def test_working_is_cpu_time() -> None:
    with Watch() as watch:
        end = time.process_time() + 0.05
        while time.process_time() < end:
            pass

    assert watch.cpu_s >= 0.04


def test_cpu_of_a_call_is_counted_per_call() -> None:
    calls: list[int] = []

    cost = cpu_us_per_call(lambda: calls.append(1), 100)

    assert len(calls) == 700
    assert 0 <= cost < 1000


def test_flat_out_counts_every_act_and_waits_for_all() -> None:
    start = OneIn()

    flow = flat_out(0.05, start)

    assert start.asked == list(range(flow.count))
    assert flow.per_s == flow.count / flow.wall_s
    assert flow.wall_s >= 0.05


def test_a_run_with_a_failed_act_gives_no_figure() -> None:
    with pytest.raises(OSError, match="disk"):
        flat_out(0.01, OneIn(bad=3))
    with pytest.raises(OSError, match="disk"):
        at_rate(1000, 0.01, OneIn(bad=9))


def test_acts_behind_a_slow_one_count_their_wait() -> None:
    def start(number: int) -> Future[int]:
        if number == 0:
            threading.Event().wait(0.1)
        return OneIn()(number)

    took_ms = at_rate(100, 0.05, start)

    assert len(took_ms) == 5
    assert took_ms[0] >= 100
    assert took_ms[3] >= 65


def test_the_floor_of_the_disk_is_ordered_and_leaves_nothing(tmp_path: Path) -> None:
    floor = fdatasync_floor(tmp_path)

    assert 0 < floor.p10 <= floor.p50 <= floor.p99
    assert list(tmp_path.iterdir()) == []


def test_memory_of_a_process_is_in_megabytes() -> None:
    now, peak = resident_mb(os.getpid())

    assert 5 < now <= peak * 1.01 < 10_000


def test_cpu_of_a_process_counts_all_its_threads() -> None:
    before = cpu_s(os.getpid())
    worker = threading.Thread(target=_burn, args=(0.1,))
    worker.start()
    worker.join()

    assert 0.05 <= cpu_s(os.getpid()) - before < 10


def _burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
