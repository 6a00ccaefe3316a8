"""Measures of searches over HTTP: a node that holds alerts of a partner, asked by several callers at once.

Issue 6: at least 500 searches a second, scored and explained. Each is an ordinary check: permitted by the agreement,
sealed in the search log and committed before it is answered. `http.match` counts persons, fifty a request, as programs
ask; `http.checks` counts requests of one person each. Every second person asked about is on record.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from comity.bench.harness import Measure, Setting
from comity.bench.process import cpu_s
from comity.bench.records import Figure, measured
from comity.bench.skeleton.check_cost import border
from comity.bench.skeleton.populace import Somebody
from comity.core.errors import Defect
from comity.core.vocabulary import Purpose
from comity.crossings.match_records import MatchedPersons
from comity.crossings.records import Advice
from comity.exercise.client import Client

_MATCH, _CHECKS = "http.match", "http.checks"
_GOAL: Final = 500
_CALLERS: Final = 4
_A_REQUEST: Final = 50
_MS: Final = 1000


def _run(setting: Setting) -> Iterable[Figure]:
    entries, seconds = setting.at_scale(5_000, 100_000), setting.at_scale(3, 15)
    numbers = itertools.count(max(0, entries - 2_000))
    with border(setting.folder, entries) as (member, guard, _):
        process = member.node.process
        if process is None:
            raise Defect("bench.node-ended", "The node ended while it was measured; see its log.")

        def match(client: Client) -> int:
            people = [Somebody.numbered(next(numbers) % (2 * entries)) for _ in range(_A_REQUEST)]
            answer = client.call("crossing.match", _match(people), MatchedPersons, purpose=Purpose.BORDERS)
            return sum(one.outcome is not None for one in answer.queries)

        def check(client: Client) -> int:
            question = Somebody.numbered(next(numbers) % (2 * entries)).question()
            client.call("crossing.check", question, Advice, purpose=Purpose.BORDERS)
            return 1

        for name, act in ((_MATCH, match), (_CHECKS, check)):
            act(guard)
            begun = cpu_s(process.pid)
            done = _together(guard, act, seconds)
            spent = (cpu_s(process.pid) - begun) / done * _MS
            beside = {"alerts": float(entries), "callers": float(_CALLERS), "ms of the node's CPU each": spent}
            yield measured(name, done / seconds, "1/s", goal=_GOAL, better="higher", beside=beside)


def _match(people: Iterable[Somebody]) -> Mapping[str, object]:
    queries = [
        {
            "key": one.document,
            "person": {
                "names": [f"{one.surname}, {one.forename}"],
                "birth_dates": [one.born],
                "papers": [{"number": one.document, "country": "XXA"}],
            },
        }
        for one in people
    ]
    return {
        "queries": queries,
        "direction": "entry",
        "lane": "third-country",
        "crossing_point": "exercise-airport",
        "justification": "synthetic load",
        "case": "bench-1",
    }


def _together(guard: Client, act: Callable[[Client], int], seconds: int) -> int:
    """Return how many persons several callers were answered about within a time."""
    stop = time.perf_counter() + seconds
    done: list[int] = []
    errors: list[BaseException] = []

    def call() -> None:
        with contextlib.closing(Client(guard.url, guard.token)) as client:
            try:
                done.append(sum(_until(stop, lambda: act(client))))
            except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
                errors.append(error)

    callers = [threading.Thread(target=call) for _ in range(_CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    if errors:
        raise errors[0]
    return sum(done)


def _until(stop: float, act: Callable[[], int]) -> Iterator[int]:
    while time.perf_counter() < stop:
        yield act()


MEASURE = Measure((_MATCH, _CHECKS), _run)
