"""What a border check costs a node beyond the search itself.

Issue 2: `POST /v1/crossing/check` takes at most 1 ms of CPU beyond the search. The server's CPU is that of its whole
process over requests on one kept connection; the search alone is `SimpleIndex.search` with the same probes on the same
database, in this process. One after each request, on a snapshot of its own: so both read what a commit has just made
cold, and a busy neighbour falls on both.
"""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.sql import Executable

from comity.adapters.clock import SystemClock
from comity.adapters.sql.database import DATABASE
from comity.adapters.sql.engine import open_readers
from comity.alerts.categories import CATEGORIES
from comity.alerts.records import ALERT_KIND
from comity.bench.harness import Measure, Setting
from comity.bench.process import cpu_s
from comity.bench.records import Figure, measured
from comity.bench.skeleton.populace import Somebody, settle
from comity.core.codec import decode_as, encode
from comity.core.errors import Defect
from comity.core.ids import Owner
from comity.core.ports import Row
from comity.core.time import date_of
from comity.core.vocabulary import Function, Purpose
from comity.crossings.question import clean_question
from comity.crossings.records import Advice, Check
from comity.crossings.scan import Scan
from comity.crossings.search import probe_of
from comity.exercise.client import Client
from comity.exercise.federation import AUTHORITIES, Federation, Member
from comity.exercise.story import PASSPHRASE
from comity.identity.commands import SessionShown
from comity.node.directory import NodeDirectory
from comity.oversight.records import KeySet
from comity.screening import SimpleIndex
from comity.screening.records import Probe

_BEYOND, _SEARCH = "check.cpu-beyond-search", "check.search-cpu"
_OWNER, _FINDER = "DEU", "FRA"
_ROUNDS = 7
_WARM_UP = 30
_FEWEST = 30
"""Fewer would take less CPU than its clock can tell."""
_MS = 1000


def _run(setting: Setting) -> Iterable[Figure]:
    entries = setting.at_scale(5_000, 100_000)
    people = [Somebody.numbered(number) for number in _asked_about(entries, max(_FEWEST, setting.at_scale(60, 200)))]
    with _border(setting.folder, entries) as (member, guard), _searching(member.node.directory, people) as search:

        def check(number: int) -> None:
            guard.call("crossing.check", people[number].question(), Advice, purpose=Purpose.BORDERS)

        def trivial(_: int) -> None:
            guard.call("session.show", {}, SessionShown)

        server = _cpu_of_server(member)
        alone = _Timed(search)

        def both(number: int) -> None:
            check(number)
            alone(number)

        for act in (check, trivial, search):
            _each(act, min(_WARM_UP, len(people)))
        rounds: list[tuple[float, float, float]] = []
        for _ in range(_ROUNDS):
            alone.taken_s = 0.0
            whole_ms = _cost_ms(both, server, len(people))
            rounds.append((whole_ms, _cost_ms(trivial, server, len(people)), alone.taken_s / len(people) * _MS))
    whole, show, searching = (statistics.median(column) for column in zip(*rounds, strict=True))
    beyond = statistics.median(check_ms - search_ms for check_ms, _, search_ms in rounds)
    yield measured(_BEYOND, beyond, "ms", goal=1, beside={"whole check": whole, "session.show": show})
    yield measured(_SEARCH, searching, "ms", beside={"alerts": entries})


def _asked_about(entries: int, count: int) -> range:
    """Return the numbers of persons to ask about: every second one is sought."""
    first = max(0, entries - count // 2)
    return range(first, first + count)


@contextlib.contextmanager
def _border(folder: Path, entries: int) -> Iterator[tuple[Member, Client]]:
    """Open a node that holds the alerts of a partner under an agreement in force, with a guard signed in."""
    with contextlib.closing(Federation.open(folder, (_OWNER, _FINDER))) as federation:
        federation.trust_all()
        federation.agree()
        member = federation[_FINDER]
        member.staff.supervisor.client.call("search-log.set-key", {"passphrase": PASSPHRASE}, KeySet)
        guard = member.staff.hire("border-guard", _authority(_FINDER), Function.FIRST_LINE).client
        member.node.stop()
        settle(NodeDirectory(member.node.directory), Owner(party=_OWNER, authority=_authority(_OWNER)), entries)
        member.node.start()
        guard.close()  # that connection went with the process; the session did not
        yield member, guard


@contextlib.contextmanager
def _searching(directory: Path, people: Sequence[Somebody]) -> Iterator[Callable[[int], None]]:
    """Yield the search alone: it takes the number of one of `people`."""
    now = SystemClock().now()
    questions = [
        clean_question(Scan(decode_as(encode(somebody.question()), Check), ()), None, now) for somebody in people
    ]
    probes = [probe_of(question, date_of(now), ALERT_KIND, tuple(CATEGORIES)) for question in questions]
    index, engine = SimpleIndex(), open_readers(directory / DATABASE, count=1)
    try:
        yield lambda number: _search(index, engine, probes[number])
    finally:
        engine.dispose()


class _Timed:
    """An act of this process, and the seconds of CPU that it has taken."""

    def __init__(self, act: Callable[[int], None]) -> None:
        self._act = act
        self.taken_s = 0.0

    def __call__(self, number: int) -> None:
        begun = time.process_time()
        self._act(number)
        self.taken_s += time.process_time() - begun


def _search(index: SimpleIndex, engine: Engine, probe: Probe) -> None:
    def read(query: object, parameters: Mapping[str, object] | None = None) -> Sequence[Row]:
        if not isinstance(query, Executable):
            raise Defect("bench.no-select", "The index asked for something else than a select.")
        return connection.execute(query, parameters).all()

    with engine.connect() as connection:
        index.search(read, probe)


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
