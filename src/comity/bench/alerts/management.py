"""What it costs to manage alerts with every check on, and to read what became of one.

Issue 7: 50 acts a second on one core (the whole Schengen area has 0.74), an alert's full history in less than 50 ms. An
alert is entered, changed and deleted over HTTP by its authority, under an agreement with a partner who gets each
version; CPU is that of the whole node process, the exchange included.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable

from comity.alerts.commands import AlertState
from comity.alerts.history import AlertHistory
from comity.bench.harness import Measure, Setting
from comity.bench.measure import percentile
from comity.bench.process import cpu_s
from comity.bench.records import Figure, measured
from comity.bench.skeleton.populace import Somebody
from comity.core.errors import Defect
from comity.core.vocabulary import Function, Purpose
from comity.exercise.client import Client
from comity.exercise.federation import AUTHORITIES, Federation, Member

_ACTS, _CPU, _HISTORY = "management.per-core", "management.cpu", "history.p99"
_GOAL_A_CORE, _GOAL_MS = 50, 50
_ROUNDS = 40
_OWNER, _PARTNER = "DEU", "FRA"
_DATA_ACTION = "arrest_for_surrender"


def _run(setting: Setting) -> Iterable[Figure]:
    alerts = setting.at_scale(20, 500)
    changes = setting.at_scale(30, 490)
    with contextlib.closing(Federation.open(setting.folder, (_OWNER, _PARTNER))) as federation:
        federation.trust_all()
        federation.agree()
        owner = federation[_OWNER]
        authority = AUTHORITIES[_OWNER][0].partition(":")[0]
        officer = owner.staff.hire("alert-officer", authority, Function.ALERT_OFFICER).client
        begun, began = _cpu(owner), time.perf_counter()
        acts = sum(_life(officer, number) for number in range(alerts))
        took_cpu, took = _cpu(owner) - begun, time.perf_counter() - began
        long = _entered(officer, alerts)
        for number in range(changes):
            long = _changed(officer, long, alerts, number)
        reads = sorted(_history_ms(officer, long.id) for _ in range(_ROUNDS))
    beside = {"acts": acts, "a second on the wall": acts / took}
    yield measured(_ACTS, acts / took_cpu, "1/s", goal=_GOAL_A_CORE, better="higher", beside=beside)
    yield measured(_CPU, took_cpu / acts * 1000, "ms")
    beside = {"median": percentile(reads, 50), "versions": long.version}
    yield measured(_HISTORY, percentile(reads, 99), "ms", goal=_GOAL_MS, beside=beside)


def _life(officer: Client, number: int) -> int:
    """Enter, change and delete an alert; return how many acts that were."""
    state = _changed(officer, _entered(officer, number), number, 0)
    command = {"id": state.id, "version": state.version, "reason": "withdrawn"}
    _act(officer, "alert.delete", command)
    return 3


def _entered(officer: Client, number: int) -> AlertState:
    grounds = {"proportionality": "Exercise: a serious offence of a bench.", "warrant_present": True}
    return _act(officer, "alert.enter", {"category": "ARR", "data": _data(number, 0), "grounds": grounds})


def _changed(officer: Client, state: AlertState, number: int, change: int) -> AlertState:
    return _act(officer, "alert.change", {"id": state.id, "version": state.version, "data": _data(number, change + 1)})


def _data(number: int, change: int) -> dict[str, object]:
    somebody = Somebody.numbered(number)
    return {
        "person": {
            "surnames": somebody.surname,
            "forenames": somebody.forename,
            "birth_date": somebody.born,
            "nationalities": ["XXA"],
        },
        "reason": f"Exercise: reason {change}",
        "offence": "Exercise: none",
        "action": _DATA_ACTION,
        "decision_reference": f"EXERCISE-BENCH-{number}",
        "documents": [{"category": "passport", "country": "XXA", "number": somebody.document}],
    }


def _act(officer: Client, operation: str, command: dict[str, object]) -> AlertState:
    return officer.call(operation, command, AlertState, purpose=Purpose.POLICE)


def _history_ms(officer: Client, alert: str) -> float:
    begun = time.perf_counter()
    officer.call("alert.history", {"id": alert}, AlertHistory, purpose=Purpose.POLICE)
    return (time.perf_counter() - begun) * 1000


def _cpu(member: Member) -> float:
    process = member.node.process
    if process is None:
        raise Defect("bench.node-ended", "The node ended while it was measured; see its log.")
    return cpu_s(process.pid)


MEASURE = Measure((_ACTS, _CPU, _HISTORY), _run)
