"""How long a bureau with a full inbox waits for its work list.

Issue 7: a list of 100,000 open cases opens in less than 100 ms. Half are drafts of own reports and half reports of
partners; each has its clock, some are due at once, some are overdue. The page is asked for as a browser asks.
"""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from comity.adapters.clock import SystemClock
from comity.bench.harness import Measure, Setting
from comity.bench.mainjob.desk import Post, post
from comity.bench.measure import percentile
from comity.bench.records import Figure, measured
from comity.bureau import store
from comity.bureau.clocks import due, is_at_once
from comity.bureau.commands import Inbox
from comity.bureau.records import AlertReference, Case, CaseState, HitReport, Message, MessageKind, MessageState
from comity.core.errors import Defect
from comity.core.ids import Owner, RecordId, make_record_id
from comity.core.ports import Work
from comity.core.time import HOUR_US, CivilDate, Instant
from comity.core.vocabulary import Purpose
from comity.node.bootstrap import open_node
from comity.node.directory import NodeDirectory

_PAGE, _FIRST, _DEEP = "worklist.page", "worklist.first", "worklist.operation-p99"
_GOAL_MS = 100
_BATCH = 500
_ROUNDS = 40
_WARM_UP = 3
_FORM = "G"
_CATEGORIES = ("ARR", "REF", "JUD", "MIS-P", "DIS", "OBJ")
_ISSUER, _FINDER = Owner(party="DEU", authority="bundespolizei"), Owner(party="FRA", authority="police-aux-frontieres")
_BUREAU = Owner(party="DEU", authority="sirene-deutschland")
_LAST = CivilDate("2199-12-31")


def _run(setting: Setting) -> Iterable[Figure]:
    count = setting.at_scale(5_000, 100_000)
    with post(setting.folder) as desk:
        desk.node.stop()
        fill(desk.node.directory, count)
        desk.restart()
        first = _page_ms(desk)
        pages = sorted(_page_ms(desk) for _ in range(_WARM_UP + _ROUNDS))
        answers = sorted(_operation_ms(desk) for _ in range(_ROUNDS))
    beside = {"open": count, "median": percentile(pages, 50), "most": pages[-1]}
    yield measured(_PAGE, percentile(pages, 95), "ms", goal=_GOAL_MS, beside=beside)
    yield measured(_FIRST, first, "ms", beside={"open": count})
    yield measured(_DEEP, percentile(answers, 99), "ms", beside={"median": percentile(answers, 50)})


def fill(directory: Path, count: int) -> None:
    """Put `count` open cases and messages into a node that does not run, half of each."""
    place = NodeDirectory(directory)
    with place.locked(), open_node(place, SystemClock()) as node:
        for start in range(0, count // 2, _BATCH):
            numbers = range(start, min(start + _BATCH, count // 2))
            node.acts.tidy(node.operator, Purpose.ADMINISTRATION, partial(_enter, numbers))


def _enter(numbers: Sequence[int], work: Work) -> None:
    for number in numbers:
        category = _CATEGORIES[number % len(_CATEGORIES)]
        # Spread over two days, so that some of what has hours is overdue.
        since = Instant(work.recorded_at - number % 48 * HOUR_US)
        store.add_case(work, _case(number, category, since), _LAST)
        store.add_message(work, _message(number, category, since), _LAST)


def _case(number: int, category: str, since: Instant) -> Case:
    return Case(
        id=_id(since, 1, number),
        form=_FORM,
        state=CaseState.DRAFT,
        party=_FINDER.party,
        recipient=_ISSUER,
        category=category,
        hit=_id(since, 2, number),
        found_by=_FINDER,
        opened=since,
        urgent=is_at_once(category),
        due=due(_FORM, category, since),
        version=1,
        report=_report(number, category, since, _ISSUER),
    )


def _message(number: int, category: str, since: Instant) -> Message:
    return Message(
        id=_id(since, 3, number),
        sender=_BUREAU,
        recipient=_FINDER,
        kind=MessageKind.HIT_REPORT,
        state=MessageState.NEW,
        category=category,
        received=since,
        urgent=is_at_once(category),
        due=due(_FORM, category, since),
        version=1,
        report=_report(number, category, since, _FINDER),
    )


def _report(number: int, category: str, since: Instant, owner: Owner) -> HitReport:
    return HitReport(
        alert=AlertReference(id=_id(since, 4, number), version=1, owner=owner, category=category),
        found_at=since,
        place="Exercise airport",
        action_taken="located",
        circumstances="Exercise: passport and face agree with the alert.",
    )


def _id(at: Instant, kind: int, number: int) -> RecordId:
    return make_record_id(at // 1000, bytes([kind]) + number.to_bytes(9, "big"))


def _operation_ms(desk: Post) -> float:
    begun = time.perf_counter()
    desk.bureau.call("bureau.inbox", {}, Inbox, purpose=Purpose.POLICE)
    return (time.perf_counter() - begun) * 1000


def _page_ms(desk: Post) -> float:
    parts = urlsplit(desk.node.url)
    with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)) as browser:
        browser.connect()
        begun = time.perf_counter()
        cookie = f"comity-{desk.node.founded.node}={desk.bureau.token}"
        browser.request("GET", "/inbox", headers={"Cookie": cookie, "Accept": "text/html"})
        answer = browser.getresponse()
        shown = answer.read()
        took = time.perf_counter() - begun
        if answer.status != http.client.OK or b"/inbox/case/" not in shown:
            raise Defect("bench.no-page", "The node gave no work list of what it holds.")
        return took * 1000


MEASURE = Measure((_PAGE, _FIRST, _DEEP), _run)
