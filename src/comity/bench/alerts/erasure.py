"""Whether anything of an alert can still be read anywhere 60 seconds after it was deleted, or after its last day.

Issue 7: 0 readable copies in a run of 20 nodes. Each alert is about a made-up person whose name stands nowhere else, so
that its bytes can be looked for: in every file of every node (database, write-ahead log, ledger, log of the node),
beside what each node lists. Half of the alerts are deleted by their owner; of the others the last day passes, which
an exercise node is told by `alert sweep --as-of`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from comity.agreements.ready import load_instrument
from comity.alerts.commands import AlertPage, AlertState, Sweep
from comity.bench.harness import Measure, Setting
from comity.bench.records import Figure, measured
from comity.bench.skeleton.populace import Somebody
from comity.core.vocabulary import Function, Purpose
from comity.exercise.client import Client
from comity.exercise.federation import Federation, Member, authorities_of, await_until

_COPIES, _LISTED, _GONE = "erasure.readable-copies", "erasure.listed-copies", "erasure.gone-after"
_OWNER: Final = "DEU"
_GOAL_S: Final = 60.0
_PAST: Final = "2099-01-01T00:00:00Z"
_CHUNK: Final = 1 << 20


def _run(setting: Setting) -> Iterable[Figure]:
    others = [party.code for party in load_instrument("schengen-sis").parties if party.code not in {_OWNER, "IRL"}]
    parties = (_OWNER, *others[: setting.at_scale(2, 19)])
    count = setting.at_scale(10, 100)
    with contextlib.closing(Federation.open(setting.folder, parties)) as federation:
        federation.trust_all()
        federation.agree()
        owner = _hired(federation[_OWNER], _OWNER, "issuer", Function.ALERT_OFFICER)
        readers = [_reader(federation[each], each) for each in parties]
        sweepers = [_hired(federation[each], each, "sweeper", Function.BUREAU_OFFICER) for each in parties]
        entered = [_enter(owner, number) for number in range(count)]
        await_until(_All(readers, count), "every node has every alert", federation.patience_s)
        names = [_name(number).encode() for number in range(count)]
        before = sum(_in_files(member, names) for member in federation.members.values())
        begun = time.monotonic()
        for state in entered[: count // 2]:
            _delete(owner, state)
        for sweeper in sweepers:
            sweeper.call("alert.sweep", {"as_of": _PAST}, Sweep, purpose=Purpose.POLICE)
        await_until(_All(readers, 0), "no node lists any of them", max(_GOAL_S, federation.patience_s))
        gone_s = time.monotonic() - begun
        time.sleep(max(0.0, _GOAL_S - gone_s))
        left = sum(_in_files(member, names) for member in federation.members.values())
        listed = sum(_listed(reader) for reader in readers)
    beside = {"nodes": len(parties), "alerts": count, "readable before": before}
    yield measured(_COPIES, left, "copies", goal=0, better="lower", beside=beside)
    yield measured(_LISTED, listed, "copies", goal=0, better="lower")
    yield measured(_GONE, gone_s, "s", goal=_GOAL_S, better="lower")


def _hired(member: Member, party: str, name: str, function: Function) -> Client:
    return member.staff.hire(name, authorities_of(party)[0].partition(":")[0], function).client


def _reader(member: Member, party: str) -> _Reader:
    purpose = Purpose.POLICE if party == _OWNER else Purpose.BORDERS
    return _Reader(_hired(member, party, "reader", Function.ALERT_OFFICER), purpose)


def _name(number: int) -> str:
    """Return a surname that no other text holds."""
    return f"Qzx{Somebody.numbered(number).document}vkj"


def _enter(officer: Client, number: int) -> AlertState:
    somebody = Somebody.numbered(number)
    data = {
        "person": {"surnames": _name(number), "forenames": "Exercise", "birth_date": somebody.born},
        "reason": "Exercise: erasure",
        "offence": "Exercise: none",
        "action": "arrest_for_surrender",
        "decision_reference": f"EXERCISE-ERASURE-{number}",
    }
    grounds = {"proportionality": "Exercise: a serious offence of a bench.", "warrant_present": True}
    command = {"category": "ARR", "data": data, "grounds": grounds}
    return officer.call("alert.enter", command, AlertState, purpose=Purpose.POLICE)


def _delete(officer: Client, state: AlertState) -> None:
    command = {"id": state.id, "version": state.version, "reason": "withdrawn"}
    officer.call("alert.delete", command, AlertState, purpose=Purpose.POLICE)


class _Reader(NamedTuple):
    """Who lists alerts at a node, and for what purpose its role may."""

    client: Client
    purpose: Purpose


def _listed(reader: _Reader) -> int:
    found, after = 0, None
    while True:
        command = {"category": "ARR", "limit": 200, "after": after}
        page = reader.client.call("alert.list", command, AlertPage, purpose=reader.purpose)
        found += len(page.alerts)
        after = page.next
        if after is None:
            return found


class _All:
    """Whether every reader lists just so many; those who do are not asked again."""

    def __init__(self, readers: Sequence[_Reader], count: int) -> None:
        self._left, self._count = list(readers), count

    def __call__(self) -> bool:
        self._left = [reader for reader in self._left if _listed(reader) != self._count]
        return not self._left


def _in_files(member: Member, names: Sequence[bytes]) -> int:
    """Count the names that can be read in any file of a node, one for each file that holds it."""
    return sum(len(_found(file, names)) for file in _files(member.node.directory))


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


def _found(file: Path, names: Sequence[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    overlap = max(map(len, names))
    tail = b""
    with contextlib.suppress(FileNotFoundError), file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            if b"Qzx" in window:
                found |= {name for name in names if name in window}
            tail = window[-overlap:]
    return found


MEASURE = Measure((_COPIES, _LISTED, _GONE), _run)
