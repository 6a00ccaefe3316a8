"""What a border check costs a node beyond the search itself, measured inside the node that answers it.

Issue 2: `POST /v1/crossing/check` takes at most 1 ms of CPU beyond the search. Both sides come from the same requests
of one kept connection: the CPU of the whole node process, every thread and the kernel's part included, and of it what
the threads spent inside `ScreeningIndex.search`, the reading of candidates' rows too (`comity.bench.metered`). A search
timed in another process or on another connection would find other pages in its cache; at 100,000 alerts it seemed
cheaper than it was, and its price was counted as the check's.
"""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from comity.bench.harness import Measure, Setting
from comity.bench.metered import Meter
from comity.bench.process import cpu_s
from comity.bench.records import Figure, measured
from comity.bench.skeleton.populace import Somebody, settle
from comity.core.errors import Defect
from comity.core.ids import Owner
from comity.core.vocabulary import Function, Purpose
from comity.crossings.records import Advice
from comity.exercise.client import Client
from comity.exercise.federation import AUTHORITIES, Federation, Member, await_until
from comity.exercise.story import PASSPHRASE
from comity.identity.commands import SessionShown
from comity.node.directory import NodeDirectory
from comity.oversight.records import KeySet

_BEYOND, _SEARCH = "check.cpu-beyond-search", "check.search-cpu"
_OWNER, _FINDER = "DEU", "FRA"
_ROUNDS = 7
_WARM_UP = 30
_FEWEST = 30
"""Fewer would take less CPU than its clock can tell."""
_MS = 1000
_LAYING_OUT_S = 120


def _run(setting: Setting) -> Iterable[Figure]:
    entries = setting.at_scale(5_000, 100_000)
    people = [Somebody.numbered(number) for number in _asked_about(entries, max(_FEWEST, setting.at_scale(60, 200)))]
    with border(setting.folder, entries) as (member, guard, meter):

        def check(number: int) -> None:
            guard.call("crossing.check", people[number].question(), Advice, purpose=Purpose.BORDERS)

        def trivial(_: int) -> None:
            guard.call("session.show", {}, SessionShown)

        server = _cpu_of_server(member)
        for act in (check, trivial):
            _each(act, min(_WARM_UP, len(people)))
        rounds: list[tuple[float, float, float]] = []
        for _ in range(_ROUNDS):
            before = meter.read()[1]
            whole_ms = _cost_ms(check, server, len(people))
            search_ms = (meter.read()[1] - before) / len(people) * _MS
            rounds.append((whole_ms, _cost_ms(trivial, server, len(people)), search_ms))
    whole, show, searching = (statistics.median(column) for column in zip(*rounds, strict=True))
    beyond = sorted(check_ms - search_ms for check_ms, _, search_ms in rounds)
    # A neighbour on the same cores makes every round dearer; the least tells how much of it is the neighbour's.
    beside = {"least round": beyond[0], "whole check": whole, "session.show": show}
    yield measured(_BEYOND, statistics.median(beyond), "ms", goal=1, beside=beside)
    yield measured(_SEARCH, searching, "ms", beside={"alerts": entries})


def _asked_about(entries: int, count: int) -> range:
    """Return the numbers of persons to ask about: every second one is sought."""
    first = max(0, entries - count // 2)
    return range(first, first + count)


@contextlib.contextmanager
def border(folder: Path, entries: int) -> Iterator[tuple[Member, Client, Meter]]:
    """Open a metered node that holds the alerts of a partner under an agreement in force, with a guard signed in."""
    with contextlib.closing(Federation.open(folder, (_OWNER, _FINDER))) as federation:
        federation.trust_all()
        federation.agree()
        member = federation[_FINDER]
        member.staff.supervisor.client.call("search-log.set-key", {"passphrase": PASSPHRASE}, KeySet)
        guard = member.staff.hire("border-guard", _authority(_FINDER), Function.FIRST_LINE).client
        member.node.stop()
        settle(NodeDirectory(member.node.directory), Owner(party=_OWNER, authority=_authority(_OWNER)), entries)
        member.node.program = "comity.bench.metered"
        meter = Meter(member.node.directory)
        member.node.start()
        member.staff.close()  # connections went with the process; sessions did not
        await_until(lambda: meter.read()[2], "the index is laid out", _LAYING_OUT_S)
        yield member, guard, meter


def _cpu_of_server(member: Member) -> Callable[[], float]:
    process = member.node.process
    if process is None:
        raise Defect("bench.node-ended", "The node ended while it was measured; see its log.")
    return lambda: cpu_s(process.pid)


def _cost_ms(act: Callable[[int], None], clock: Callable[[], float], count: int) -> float:
    """Return the milliseconds of CPU by `clock` that an act takes."""
    begun = clock()
    _each(act, count)
    return (clock() - begun) / count * _MS


def _each(act: Callable[[int], None], count: int) -> None:
    for number in range(count):
        act(number)


def _authority(party: str) -> str:
    return AUTHORITIES[party][0].partition(":")[0]


MEASURE = Measure((_BEYOND, _SEARCH), _run)
