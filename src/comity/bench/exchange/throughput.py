"""How many records a second go from one node to another, flat out, each verified, judged and durable at both ends.

Two node processes on loopback, mutual TLS, both databases on one disk with a sync at every commit. Record ids are
random over all of their space. Goals of issue 5 hold on two cores that nothing else uses.
"""

from __future__ import annotations

from collections.abc import Iterable

from comity.bench.exchange.pair import Order, pair
from comity.bench.exchange.stage import RECEIVER
from comity.bench.harness import Measure, Setting
from comity.bench.machine import fdatasync_floor
from comity.bench.records import Figure, measured
from comity.core.errors import Defect

_GOALS = {"batch": 40_000, "single": 12_000, "alerts": 3_000}
_LEAST_FOUND = 100


def _run(setting: Setting, kind: str) -> Iterable[Figure]:
    folder = setting.folder / kind
    folder.mkdir()
    with pair(folder, signed_alone=kind == "single", alerts=kind == "alerts") as nodes:
        before = nodes.cpu_s()
        outcome = nodes.sender.ask(Order(do="publish", seconds=setting.at_scale(4, 60))).outcome
        used = [after - earlier for earlier, after in zip(before, nodes.cpu_s(), strict=True)]
        if outcome is None:
            raise Defect("bench.outcome", "The sending node did not say how it went.")
        if kind == "alerts":
            found = nodes.receiver.ask(Order(do="searchable", count=_LEAST_FOUND)).received
            if found != _LEAST_FOUND:
                raise Defect("bench.not-searchable", f"Of {_LEAST_FOUND} persons, {RECEIVER} finds {found}.")
    sync = fdatasync_floor(setting.folder)
    beside = {"fdatasync p50 ms": sync.p50, "fdatasync p99 ms": sync.p99, "items": outcome.count}
    yield measured(
        f"{kind}.rate", outcome.count / outcome.wall_s, "1/s", goal=_GOALS[kind], better="higher", beside=beside
    )
    each = [seconds / outcome.count * 1e6 for seconds in used]
    yield measured(f"{kind}.cpu", sum(each), "us", beside={"sender": each[0], "receiver": each[1]})


def _measure(kind: str) -> Measure:
    return Measure((f"{kind}.rate", f"{kind}.cpu"), lambda setting: _run(setting, kind))


MEASURES = tuple(map(_measure, _GOALS))
