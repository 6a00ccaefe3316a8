"""How many three-row operations a second the writer makes durable.

Issue 2: at least 5,000. Beside it the same rows in groups of 256 through `sqlite3` alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from comity.bench.drive import Flow, flat_out
from comity.bench.harness import Measure, Setting
from comity.bench.measure import Watch
from comity.bench.records import Figure, measured
from comity.bench.skeleton.stores import RawStore, Template, open_store

_RATE, _CPU = "writer.operations", "writer.cpu"
_GROUP = 256


def _run(setting: Setting) -> Iterable[Figure]:
    seconds = setting.at_scale(3, 30)
    template = Template.make()
    house = setting.folder / "house"
    house.mkdir()
    with open_store(house) as database:
        ours = flat_out(seconds, lambda number: database.writer.submit(template.change_set(number)))
    floor = _floor(setting, template, ours.count // _GROUP)
    yield measured(
        _RATE, ours.per_s, "1/s", goal=5000, better="higher", beside={"sqlite3 executemany of 256": floor.per_s}
    )
    yield measured(_CPU, ours.cpu_us, "us", beside={"sqlite3 executemany of 256": floor.cpu_us})


def _floor(setting: Setting, template: Template, groups: int) -> Flow:
    """Commit as many rows as went through the writer; making them counts here as it does there."""
    folder = setting.folder / "floor"
    folder.mkdir()
    store = RawStore(folder)
    with Watch() as watch:
        for group in range(groups):
            store.commit([template.raw_rows(group * _GROUP + number) for number in range(_GROUP)])
    store.close()
    return Flow(groups * _GROUP, watch.wall_s, watch.cpu_s)


MEASURE = Measure((_RATE, _CPU), _run)
