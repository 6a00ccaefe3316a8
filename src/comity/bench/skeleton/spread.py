"""How long after `alert.enter` is answered an alert is found by a border check at both peers.

Issue 2: p99 below 250 ms. Three real nodes under an agreement in force; alerts are entered at a steady rate and looked
for, again and again, at both peers.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from comity.alerts.commands import AlertState, EnterAlert
from comity.bench.harness import Measure, Setting
from comity.bench.machine import fdatasync_floor
from comity.bench.measure import percentile
from comity.bench.records import Figure, measured
from comity.core.codec import decode_as, encode
from comity.core.errors import Defect
from comity.core.vocabulary import Function, Purpose
from comity.crossings.records import Advice
from comity.exercise.client import Client
from comity.exercise.faults import numbered_alert
from comity.exercise.federation import AUTHORITIES, Federation
from comity.exercise.story import PARTIES, PASSPHRASE
from comity.oversight.records import KeySet

_P99, _ANSWER = "alert.searchable-p99", "alert.enter-p99"
_THREADS = 12
_LOOK_S = 0.002
_PATIENCE_S = 10.0
_MS = 1000


@dataclass(frozen=True, slots=True)
class _Journey:
    """Milliseconds of one alert: until `alert.enter` was answered, and from there until both peers found it."""

    answered_ms: float
    found_ms: float


class _Field:
    """Everyone who enters and looks: each thread has connections of its own, with the sessions of the same people."""

    def __init__(self, federation: Federation) -> None:
        self._people = {party: _hire(federation, party) for party in PARTIES}
        self._own = threading.local()
        self._opened: list[Client] = []

    def travel(self, number: int, due: float) -> _Journey:
        """Enter one alert when it is due, and look for it at both peers until both have found it."""
        owner, *peers = self._clients()
        time.sleep(max(0.0, due - time.perf_counter()))
        begun = time.perf_counter()
        alert = owner.call("alert.enter", numbered_alert(number), AlertState, purpose=Purpose.POLICE)
        answered = time.perf_counter()
        while peers := [guard for guard in peers if not _finds(guard, number, alert.id)]:
            if time.perf_counter() - answered > _PATIENCE_S:
                raise Defect("bench.not-searchable", "An alert did not become searchable at a peer.")
            time.sleep(_LOOK_S)
        return _Journey((answered - begun) * _MS, (time.perf_counter() - answered) * _MS)

    def close(self) -> None:
        """End every connection; call it when no thread travels any more."""
        for client in self._opened:
            client.close()

    def _clients(self) -> tuple[Client, ...]:
        clients: tuple[Client, ...] | None = getattr(self._own, "clients", None)
        if clients is None:
            clients = tuple(Client(one.url, one.token) for one in self._people.values())
            self._own.clients = clients
            self._opened.extend(clients)
        return clients


def _run(setting: Setting) -> Iterable[Figure]:
    rate = setting.at_scale(20, 40)
    with contextlib.closing(Federation.open(setting.folder, PARTIES)) as federation:
        federation.trust_all()
        federation.agree()
        field = _Field(federation)
        with contextlib.closing(field), ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(partial(field.travel, due=0), range(_THREADS)))  # connections, caches
            begin = time.perf_counter() + 0.05
            numbers = range(rate * setting.at_scale(6, 60))
            journeys = list(pool.map(lambda n: field.travel(_THREADS + n, begin + n / rate), numbers))
    found, answered = [each.found_ms for each in journeys], [each.answered_ms for each in journeys]
    sync = fdatasync_floor(setting.folder).p50
    beside = {"p50": percentile(found, 50), "fdatasync p50": sync, "alerts a second": rate}
    yield measured(_P99, percentile(found, 99), "ms", goal=250, beside=beside)
    yield measured(
        _ANSWER, percentile(answered, 99), "ms", beside={"p50": percentile(answered, 50), "fdatasync p50": sync}
    )


def _hire(federation: Federation, party: str) -> Client:
    staff = federation[party].staff
    authority = AUTHORITIES[party][0].partition(":")[0]
    if party == PARTIES[0]:
        return staff.hire("alert-officer", authority, Function.ALERT_OFFICER).client
    staff.supervisor.client.call("search-log.set-key", {"passphrase": PASSPHRASE}, KeySet)
    return staff.hire("border-guard", authority, Function.FIRST_LINE).client


def _finds(guard: Client, number: int, alert: str) -> bool:
    found = guard.call("crossing.check", _question(number), Advice, purpose=Purpose.BORDERS)
    return any(match.alert.id == alert for match in found.matches)


def _question(number: int) -> dict[str, object]:
    """Return the command of `crossing.check` on the passport of the person of this number."""
    passport = decode_as(encode(numbered_alert(number)), EnterAlert).data.documents[0]
    document = {"category": passport.category.value, "country": passport.country, "number": passport.number}
    return {"direction": "entry", "crossing_point": "exercise-airport", "lane": "third-country", "document": document}


MEASURE = Measure((_P99, _ANSWER), _run)
