"""How long a caller waits for a durable answer of the writer at 300 operations a second.

Issue 2: the 99th percentile below 25 ms. Beside it one transaction of the same three rows through `sqlite3` alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from comity.bench.drive import at_rate
from comity.bench.harness import Measure, Setting
from comity.bench.measure import percentile
from comity.bench.records import Figure, measured
from comity.bench.skeleton.stores import RawStore, Template, open_store

_P50, _P99 = "writer.p50-at-300", "writer.p99-at-300"
_RATE = 300
_FLOOR_COMMITS = 300
_FLOOR_PAUSE_S = 0.002


def _run(setting: Setting) -> Iterable[Figure]:
    template = Template.make()
    house = setting.folder / "house"
    house.mkdir()
    with open_store(house) as database:
        took_ms = at_rate(
            _RATE, setting.at_scale(5, 60), lambda number: database.writer.submit(template.change_set(number))
        )
    floor_ms = _floor(setting, template)
    for name, percent, goal in ((_P50, 50, None), (_P99, 99, 25)):
        beside = {"sqlite3 commit of one": percentile(floor_ms, percent)}
        yield measured(name, percentile(took_ms, percent), "ms", goal=goal, beside=beside)


def _floor(setting: Setting, template: Template) -> list[float]:
    """Time single commits with a pause before each, as between the acts above."""
    folder = setting.folder / "floor"
    folder.mkdir()
    store = RawStore(folder)
    took_ms: list[float] = []
    for number in range(_FLOOR_COMMITS):
        time.sleep(_FLOOR_PAUSE_S)
        started = time.perf_counter()
        store.commit([template.raw_rows(number)])
        took_ms.append((time.perf_counter() - started) * 1000)
    store.close()
    return took_ms


MEASURE = Measure((_P50, _P99), _run)
