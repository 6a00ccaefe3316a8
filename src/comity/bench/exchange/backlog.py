"""After a partition: how soon the first missing record arrives, and how soon all of a backlog have."""

from __future__ import annotations

import time
from collections.abc import Iterable

from comity.bench.exchange.pair import Order, pair
from comity.bench.harness import Measure, Setting
from comity.bench.machine import fdatasync_floor
from comity.bench.records import Figure, measured

_FIRST, _ALL = "backlog.first", "backlog.all"


def _run(setting: Setting) -> Iterable[Figure]:
    count = setting.at_scale(20_000, 100_000)
    with pair(setting.folder) as nodes:
        nodes.receiver.ask(Order(do="link", up=False))
        settled = nodes.sender.ask(Order(do="settled")).received
        nodes.sender.ask(Order(do="backlog", count=count))
        begun = time.perf_counter()
        nodes.receiver.ask(Order(do="link", up=True))
        nodes.sender.ask(Order(do="reach", count=settled + 1))
        first_s = time.perf_counter() - begun
        nodes.sender.ask(Order(do="reach", count=settled + count))
        all_s = time.perf_counter() - begun
    beside = {"fdatasync p50 ms": fdatasync_floor(setting.folder).p50, "items": count}
    yield measured(_FIRST, first_s, "s", goal=1, beside=beside)
    yield measured(_ALL, all_s, "s", goal=4 * count / 100_000, beside=beside)


MEASURE = Measure((_FIRST, _ALL), _run)
