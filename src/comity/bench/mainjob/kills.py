"""What kill -9 costs an import: no entry lost, none twice, and the proof that the kills struck in its middle.

Issue 3: an import that was killed resumes. A kill counts as struck only if the import was still running and had
committed at least one step of it when the process was gone, by what the node itself says after it came back.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable

from comity.bench.harness import Measure, Setting
from comity.bench.mainjob.desk import Post, post
from comity.bench.mainjob.sources import sources
from comity.bench.records import Figure, measured
from comity.bureau.lists.commands import EntryPage, ImportState, ListImport
from comity.bureau.lists.records import Format
from comity.core.errors import Unreachable
from comity.runtime.records import JobView

_LOST, _TWICE, _STRUCK = "import.killed-lost", "import.killed-twice", "import.kills-struck"
_SEED = 3
_LOOK_S = 0.005
_PATIENCE_S = 60
_PAGE = 200


def _run(setting: Setting) -> Iterable[Figure]:
    files = sources(1).lists[Format.OFAC_SDN]
    chance = random.Random(_SEED)
    kills = setting.at_scale(1, 4)
    struck = 0
    with post(setting.folder) as desk:
        one = desk.begin(Format.OFAC_SDN, files)
        for number in range(kills):
            at = (number + chance.random()) / (kills + 1)
            struck += _kill(desk, one, at)
        ended = desk.wait(one)
        listed = _listed(desk)
    read = ended.counts.get("read", 0)
    once = set(listed)
    beside = {"read": read, "added": ended.counts.get("added", 0)}
    lost = read - len(once) if ended.state is ImportState.DONE else read
    yield measured(_LOST, lost, "entries", goal=0, beside=beside)
    yield measured(_TWICE, len(listed) - len(once), "entries", goal=0, beside=beside)
    yield measured(_STRUCK, struck, "kills", goal=1, better="higher", beside={"kills": kills})


def _kill(desk: Post, one: ListImport, share: float) -> bool:
    """Kill the node once the import has done this share, start it again, and say whether that struck."""
    before = _await_progress(desk, one, share)
    desk.node.kill()
    desk.restart()
    return (before.total or 0) > before.done > 0 and desk.status(one).state is ImportState.RUNNING


def _await_progress(desk: Post, one: ListImport, share: float) -> JobView:
    end = time.monotonic() + _PATIENCE_S
    while True:
        seen = desk.bureau.call("job.show", {"id": one.job}, JobView)
        if (seen.total and 0 < seen.done >= seen.total * share) or desk.status(one).state is not ImportState.RUNNING:
            return seen
        if time.monotonic() > end:
            raise Unreachable("bench.import-endless", "The import does not get on.")
        time.sleep(_LOOK_S)


def _listed(desk: Post) -> list[str]:
    """Return the source's number of each entry that is listed now."""
    found: list[str] = []
    after: str | None = None
    while True:
        command = {"limit": _PAGE} if after is None else {"limit": _PAGE, "after": after}
        page = desk.bureau.call("list.entries", command, EntryPage)
        found += [f"{entry.source} {entry.reference}" for entry in page.entries]
        if page.next is None:
            return found
        after = page.next


MEASURE = Measure((_LOST, _TWICE, _STRUCK), _run)
