"""Power cuts: nodes killed and started again at random moments while alerts are entered, and what stands after.

Every write is repeated under its `request_id` until it is acknowledged. What was acknowledged must then be there once:
at its owner, at every peer, and in sound ledgers.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import msgspec

from comity.alerts.commands import AlertPage, AlertState
from comity.core.errors import Unreachable
from comity.core.vocabulary import Function, Purpose
from comity.crossings.records import Advice
from comity.exercise.client import Client
from comity.exercise.federation import AUTHORITIES, Federation, await_until
from comity.exercise.process import NodeProcess
from comity.oversight.records import KeySet, Verification

_PASSPHRASE = "exercise passphrase of the power cuts"  # noqa: S105 - opens the search log of an exercise only
_PAUSE_S = 0.02
_UP_S = 60.0
_ARRIVE_S = 30.0
_JITTER_S = 0.03
_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """How much is entered, and how often each node is killed meanwhile; `seed` decides every moment."""

    seed: int
    entries: int = 2000
    kills: int = 4
    clients: int = 4
    searches: int = 50


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: which node, when (monotonic), and how its process ended; -9 unless it had ended by itself before."""

    party: str
    at: float
    code: int


@dataclass(frozen=True, slots=True)
class Broken:
    """One request that was sent and had no answer, from its sending to its failure (monotonic)."""

    begun: float
    ended: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What stood after the storm.

    `struck`: kills of the owner's node that broke writes under way. `broken`: those writes; `replayed`: writes whose
    first attempt had been committed though nobody was told, and whose repetition was answered from that.
    """

    acknowledged: int
    kills: int
    killed: int
    struck: int
    broken: int
    replayed: int
    lost: int
    doubled: int
    missing_at_peers: int
    strange_at_peers: int
    wrong_searches: int
    unsound: tuple[str, ...]
    storm_s: float
    settled_s: float

    @property
    def stands(self) -> bool:
        """Whether every promise held; whether the kills struck is told by `struck`."""
        wrong = self.lost + self.doubled + self.missing_at_peers + self.strange_at_peers + self.wrong_searches
        return wrong == 0 and not self.unsound


@dataclass(slots=True)
class _Progress:
    """What the writers have done so far, shared by all threads."""

    entries: int
    done: threading.Condition = field(default_factory=threading.Condition)
    acknowledged: list[AlertState] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    replayed: int = 0
    ended: bool = False

    def note(self, state: AlertState, *, replayed: bool) -> None:
        with self.done:
            self.acknowledged.append(state)
            self.replayed += replayed
            self.done.notify_all()

    def end(self) -> None:
        with self.done:
            self.ended = True
            self.done.notify_all()

    def await_count(self, count: int) -> None:
        with self.done:
            self.done.wait_for(lambda: self.ended or len(self.acknowledged) >= count)


def weather(federation: Federation, storm: Storm) -> Outcome:
    """Hire who is needed in a federation with an agreement in force, run the storm, and look what stands.

    The first party is the owner. Raises whatever a writer is told that is no broken connection: a session that did not
    survive, an entry that conflicts with its own first attempt.
    """
    owner, *peers = federation.members
    officers = [_officer(federation, owner, f"storm-officer-{n}") for n in range(storm.clients)]
    readers = {party: _officer(federation, party, "storm-reader") for party in (owner, *peers)}
    guards = {party: _guard(federation, party) for party in peers}
    begun = time.monotonic()
    progress = _Progress(storm.entries)
    kills = _run(federation, storm, officers, progress)
    blown = time.monotonic()
    # Connections that idled through a kill are dead; the sessions behind them are not.
    for client in (
        *readers.values(),
        *guards.values(),
        *(one.staff.supervisor.client for one in federation.members.values()),
    ):
        client.close()
    acknowledged = [state.id for state in progress.acknowledged]
    own = _listed(readers[owner], own=True)
    expected = set(acknowledged)
    for party in peers:
        _settle(readers[party], len(expected))
    copies = {party: _listed(readers[party], own=False) for party in peers}
    struck = [kill for kill in kills if kill.party == owner and any(_hit(kill, one) for one in progress.broken)]
    return Outcome(
        acknowledged=len(acknowledged),
        kills=len(kills),
        killed=sum(kill.code == -signal.SIGKILL for kill in kills),
        struck=len(struck),
        broken=sum(any(_hit(kill, one) for kill in struck) for one in progress.broken),
        replayed=progress.replayed,
        lost=len(expected - set(own)),
        doubled=len(own) - len(set(own)) + len(set(own) - expected) + len(acknowledged) - len(expected),
        missing_at_peers=sum(len(expected - set(listed)) for listed in copies.values()),
        strange_at_peers=sum(len(listed) - len(set(listed) & expected) for listed in copies.values()),
        wrong_searches=sum(_wrong_searches(guard, storm) for guard in guards.values()),
        unsound=tuple(party for party in federation.members if not _sound(federation, party)),
        storm_s=blown - begun,
        settled_s=time.monotonic() - blown,
    )


def numbered_alert(number: int) -> dict[str, object]:
    """Return the command of an alert on the synthetic person of this number; no two are taken for the same."""
    person = {
        "surnames": f"Synthetic-{_word(number)}",
        "forenames": "Storm",
        "birth_date": f"{1950 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02}",
        "nationalities": ["XXA"],
    }
    return {
        "category": "ARR",
        "data": {
            "person": person,
            "reason": "Exercise: surrender on a European arrest warrant",
            "action": "arrest_for_surrender",
            "decision_reference": f"EXERCISE-STORM-{number}",
            "offence": "Exercise: none",
            "documents": [{"category": "passport", "country": "XXA", "number": _document(number)}],
        },
        "grounds": {"proportionality": "Exercise: the offence is serious.", "warrant_present": True},
    }


def _run(federation: Federation, storm: Storm, officers: Sequence[Client], progress: _Progress) -> list[Kill]:
    owner = next(iter(federation.members))
    rng = random.Random(storm.seed)  # noqa: S311 - moments of kills, to be repeatable
    seeds = {party: rng.getrandbits(64) for party in federation.members}
    numbers = iter(range(storm.entries))
    lock = threading.Lock()
    with ThreadPoolExecutor(len(officers) + len(seeds)) as pool:
        killing = [
            pool.submit(_kill_at_times, member.node, storm, seeds[party], progress)
            for party, member in federation.members.items()
        ]
        names = [rng.randbytes(8).hex() for _ in range(storm.entries)]

        def following() -> int | None:
            with lock:
                return next(numbers, None)

        def write(client: Client) -> None:
            while (number := following()) is not None:
                _enter(client, number, names[number], progress)

        writing = [pool.submit(write, client) for client in officers]
        try:
            for writer in writing:
                writer.result()
        finally:
            progress.end()
        kills = [kill for killer in killing for kill in killer.result()]
    if federation[owner].node.process is None:
        raise Unreachable("exercise.node-down", "The owner's node is down after the storm.")
    return kills


def _enter(client: Client, number: int, request_id: str, progress: _Progress) -> None:
    """Enter one alert, again and again under the same request id until it is acknowledged."""
    command = numbered_alert(number)
    deadline = time.monotonic() + _UP_S
    while True:
        begun = time.monotonic()
        try:
            state = client.call("alert.enter", command, AlertState, purpose=Purpose.POLICE, request_id=request_id)
        except Unreachable:
            ended = time.monotonic()
            with progress.done:
                progress.broken.append(Broken(begun, ended))
            if ended > deadline:
                raise
            time.sleep(_PAUSE_S)
        else:
            progress.note(state, replayed=client.replayed)
            return


def _kill_at_times(node: NodeProcess, storm: Storm, seed: int, progress: _Progress) -> list[Kill]:
    """Kill the node whenever so many entries are acknowledged, a moment later by chance, and start it again."""
    rng = random.Random(seed)  # noqa: S311 - as above
    marks = sorted(rng.sample(range(storm.entries // 20, storm.entries * 9 // 10), storm.kills))
    kills = []
    for mark in marks:
        progress.await_count(mark)
        time.sleep(rng.uniform(0, _JITTER_S))
        at = time.monotonic()
        code = node.kill()
        kills.append(Kill(node.party, at, code))
        node.start()
    return kills


def _hit(kill: Kill, broken: Broken) -> bool:
    return broken.begun < kill.at < broken.ended


def _listed(reader: Client, *, own: bool) -> list[str]:
    """Return the ids of every alert that a node lists, own or received, as often as it lists them."""
    found: list[str] = []
    after: str | None = None
    purpose = Purpose.POLICE if own else Purpose.BORDERS
    while True:
        command = {"own": own, "limit": _PAGE, "after": after}
        page = reader.call("alert.list", command, AlertPage, purpose=purpose)
        found += [line.id for line in page.alerts]
        after = page.next
        if after is None:
            return found


def _settle(reader: Client, count: int) -> None:
    """Wait until a peer lists as many copies as were acknowledged; what it lists is judged by the caller."""
    try:
        await_until(lambda: len(_listed(reader, own=False)) >= count, "every alert arrives", _ARRIVE_S)
    except Unreachable as error:
        if error.code != "exercise.waited-in-vain":
            raise


def _wrong_searches(guard: Client, storm: Storm) -> int:
    """Search some of the persons by document; return how many are not found exactly once."""
    step = max(1, storm.entries // max(1, storm.searches))
    wrong = 0
    for number in range(0, storm.entries, step):
        command = {
            "direction": "entry",
            "crossing_point": "exercise-airport",
            "lane": "third-country",
            "document": {"category": "passport", "country": "XXA", "number": _document(number)},
        }
        found = guard.call("crossing.check", command, Advice, purpose=Purpose.BORDERS).matches
        exact = [match for match in found if any((e.field, e.grade) == ("document", "exact") for e in match.evidence)]
        wrong += len(exact) != 1
    return wrong


def _sound(federation: Federation, party: str) -> bool:
    supervisor = federation[party].staff.supervisor.client
    return supervisor.call("ledger.verify", {}, Verification, purpose=Purpose.SUPERVISION).sound


def _officer(federation: Federation, party: str, name: str) -> Client:
    authority = AUTHORITIES[party][0].partition(":")[0]
    return federation[party].staff.hire(name, authority, Function.ALERT_OFFICER).client


def _guard(federation: Federation, party: str) -> Client:
    staff = federation[party].staff
    staff.supervisor.client.call("search-log.set-key", {"passphrase": _PASSPHRASE}, KeySet)
    authority = AUTHORITIES[party][0].partition(":")[0]
    return staff.hire("storm-guard", authority, Function.FIRST_LINE).client


def _document(number: int) -> str:
    return f"S{number:06}{_word(number)[:2].upper()}"


def _word(number: int) -> str:
    """Spell a number in letters, so that names differ by more than a digit."""
    consonants, vowels = "bdfgklmnprstvz", "aeiou"
    word = ""
    rest = number * 7919 + 104729
    while rest:
        rest, place = divmod(rest, len(consonants) * len(vowels))
        word += consonants[place // len(vowels)] + vowels[place % len(vowels)]
    return word
