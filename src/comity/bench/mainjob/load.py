"""A check on a full node: all lists and 100,000 alerts of a partner, asked over HTTP one after the other.

Issue 3: under 50 ms of CPU a check, a page within 300 ms at the 95th percentile, 50 persons within 2 s, the node under
400 MB. CPU is that of all threads of the node process, read before and after each single check. Asked about are, by
turns, persons on whom there is an alert, persons of a list, and persons on neither. A page is what an officer waits
for: the check and then the page with its advice.
"""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from comity.bench.harness import Measure, Setting
from comity.bench.mainjob.desk import Post
from comity.bench.mainjob.sources import Sources, sources
from comity.bench.measure import percentile
from comity.bench.process import cpu_ns, resident_mb
from comity.bench.records import Figure, measured
from comity.bench.skeleton.check_cost import border
from comity.bench.skeleton.populace import Somebody
from comity.core.errors import Defect
from comity.core.vocabulary import Function, Purpose
from comity.crossings.records import Advice

_MEDIAN, _P99, _PAGE, _PARTY, _MEMORY = "check.cpu", "check.cpu-p99", "page.p95", "party.fifty", "node.memory"
_CPU_GOAL_MS, _PAGE_GOAL_MS, _PARTY_GOAL_S, _MEMORY_GOAL_MB = 50, 300, 2, 400
_FIFTY = 50
_WARM_UP = 15
_BUREAU = "sirene-france"
_ANSWER_S = 30


def _run(setting: Setting) -> Iterable[Figure]:
    alerts = setting.at_scale(5_000, 100_000)
    count = max(1, setting.at_scale(60, 600))
    given = sources(count)
    with _full_post(setting.folder, alerts, given) as (desk, entries):
        questions = list(_questions(given, alerts, count))

        def check(number: int) -> Advice:
            question = questions[number % count]
            return desk.guard.call("crossing.check", question, Advice, purpose=Purpose.BORDERS)

        for number in range(min(_WARM_UP, count)):
            check(number)
        costs = sorted(_cost_ms(desk, partial(check, number)) for number in range(count))
        pages = [_page_ms(desk, partial(check, number)) for number in range(count)]
        begun = time.perf_counter()
        for number in range(_FIFTY):
            check(number)
        fifty_s = time.perf_counter() - begun
        now_mb, peak_mb = resident_mb(desk.node.pid)
    held = {"alerts": alerts, "listed": entries}
    yield measured(_MEDIAN, percentile(costs, 50), "ms", goal=_CPU_GOAL_MS, beside={**held, "least": costs[0]})
    yield measured(_P99, percentile(costs, 99), "ms", goal=_CPU_GOAL_MS, beside={"most": costs[-1]})
    yield measured(_PAGE, percentile(pages, 95), "ms", goal=_PAGE_GOAL_MS, beside={"median": percentile(pages, 50)})
    yield measured(_PARTY, fifty_s, "s", goal=_PARTY_GOAL_S, beside={"persons": _FIFTY})
    yield measured(_MEMORY, now_mb, "MB", goal=_MEMORY_GOAL_MB, beside={"highest": peak_mb})


@contextlib.contextmanager
def _full_post(folder: Path, alerts: int, given: Sources) -> Iterator[tuple[Post, int]]:
    """Open a post that holds alerts and lists; yield it with the number of entries of lists."""
    with border(folder, alerts) as (member, guard, meter):
        bureau = member.staff.hire("bureau-officer", _BUREAU, Function.BUREAU_OFFICER).client
        desk = Post(node=member.node, guard=guard, bureau=bureau, meter=meter)
        entries = sum(desk.bring(form, files).counts.get("added", 0) for form, files in given.lists.items())
        member.node.stop()
        desk.restart()
        yield desk, entries


def _questions(given: Sources, alerts: int, count: int) -> Iterator[dict[str, object]]:
    for number in range(count):
        kind, place = number % 3, number // 3
        if kind == 0:
            yield Somebody.numbered(place * 7 % alerts).question()
        elif kind == 1:
            yield given.listed[place % len(given.listed)].question(number)
        else:
            yield given.unlisted[place % len(given.unlisted)].question(number)


def _cost_ms(desk: Post, act: Callable[[], object]) -> float:
    begun = cpu_ns(desk.node.pid)
    act()
    return (cpu_ns(desk.node.pid) - begun) / 1e6


def _page_ms(desk: Post, check: Callable[[], Advice]) -> float:
    """Return how long an officer waits for the page with the advice on a person."""
    parts = urlsplit(desk.node.url)
    with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_ANSWER_S)) as browser:
        browser.connect()
        begun = time.perf_counter()
        advice = check()
        cookie = f"comity-{desk.node.founded.node}={desk.guard.token}"
        browser.request("GET", f"/check/{advice.check}", headers={"Cookie": cookie, "Accept": "text/html"})
        answer = browser.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise Defect("bench.no-page", "The node gave no page for a check that it had just answered.")
        return (time.perf_counter() - begun) * 1000


MEASURE = Measure((_MEDIAN, _P99, _PAGE, _PARTY, _MEMORY), _run)
