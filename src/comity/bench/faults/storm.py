"""Five nodes, a network that is cut and torn, chance that follows a seed: what happened, and what stood after it."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from comity.adapters.clock import SystemClock
from comity.bench.exchange.stage import SPEC, Spec, make_card
from comity.bench.faults.orders import FaultAnswer, FaultOrder
from comity.bench.faults.proxy import Network
from comity.core import codec
from comity.core.codec import encode
from comity.core.errors import Defect, Unreachable
from comity.exchange.records import Address
from comity.exercise.process import free_ports

OWNERS: Final = ("FRA", "DEU")
BOUND: Final = ("AUT", "DEU", "FRA", "ITA")
OUTSIDER: Final = "POL"
PARTIES: Final = (*BOUND, OUTSIDER)
_AGAIN: Final = 40
KINDS: Final = ("kill", "pause", "partition", "clock", "tear", "disorder")
_BATCH: Final = 64
_HOUR_S: Final = 3600
_SETTLE_S: Final = 120.0
_STOP_S: Final = 20


class Member:
    """One node process, started again when it is killed; one order at a time."""

    def __init__(self, folder: Path) -> None:
        self.party = folder.name
        self._folder = folder
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self.offset_s = 0
        self.start()

    def start(self) -> None:
        """Start the process and wait until it listens; its clock goes on as it was set."""
        with self._lock:
            log = (self._folder / "log").open("ab")
            self._process = subprocess.Popen(
                [sys.executable, "-m", "comity.bench.faults.node", str(self._folder), ",".join(BOUND)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
            log.close()
            self._read()
            self.ask(FaultOrder(do="step", seconds=self.offset_s))

    def ask(self, order: FaultOrder) -> FaultAnswer:
        """Have it do something. Raises `Unreachable` when it dies meanwhile: whether it was done is not known then."""
        with self._lock:
            process = self._running()
            if process.stdin is None:
                raise Defect("bench.pipe", "A node of the measurement has no pipe.")
            try:
                process.stdin.write(msgspec.json.encode(order) + b"\n")
                process.stdin.flush()
            except OSError:
                pass  # it died; reading tells of what
            return self._read()

    def kill(self) -> int:
        """Kill the process as a power cut would, whatever it is doing, and start it again; return how it ended."""
        process = self._running()
        process.send_signal(signal.SIGKILL)
        code = process.wait()
        with self._lock:
            self._close(process)
            self.start()
        return code

    def pause(self, seconds: float) -> bool:
        """Stop the process for a while; say whether it was stopped."""
        process = self._running()
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        state = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
        process.send_signal(signal.SIGCONT)
        return state == "T"

    def step(self, seconds: int) -> bool:
        """Set its clock off by so much; say whether it shows it."""
        with self._lock:
            self.offset_s = seconds
            shown = self.ask(FaultOrder(do="step", seconds=seconds)).at
        return abs(shown - SystemClock().now() - seconds * 1_000_000) < _HOUR_S * 500_000

    def close(self) -> None:
        """End it."""
        process = self._running()
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._close(process)

    def _read(self) -> FaultAnswer:
        process = self._running()
        line = process.stdout.readline() if process.stdout is not None else b""
        if not line:
            code = process.wait(_STOP_S)
            if code != -signal.SIGKILL:
                tail = (self._folder / "log").read_text("utf-8", errors="replace")[-2000:]
                raise Defect("bench.node-ended", f"The node of {self.party} ended by itself with {code}: {tail}")
            raise _died(self.party)
        return codec.quick(line, FaultAnswer)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise Defect("bench.process", "A node of the measurement was never started.")
        return self._process

    def _close(self, process: subprocess.Popen[bytes]) -> None:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _died(party: str) -> Unreachable:
    return Unreachable("bench.node-died", f"The node of {party} died.")


@dataclass(slots=True)
class Happened:
    """How often each fault really struck."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    def note(self, kind: str, times: int) -> None:
        """Count it."""
        self.counts[kind] += times


@dataclass(frozen=True, slots=True)
class Reports:
    """What stood at each node in the end, when the agreement was suspended there, and what struck meanwhile."""

    nodes: dict[str, FaultAnswer]
    suspended: dict[str, int]
    happened: dict[str, int]
    published: dict[str, int]
    records: int
    settled_s: float


@contextlib.contextmanager
def five_nodes(folder: Path, network: Network) -> Iterator[dict[str, Member]]:
    """Lay out and start the nodes; each knows the others by the network's ports."""
    now = SystemClock().now()
    ports = dict(zip(PARTIES, free_ports(len(PARTIES)), strict=True))
    cards = {party: make_card(folder / party, party, port, now) for party, port in ports.items()}
    for party in PARTIES:
        others = []
        for other in PARTIES:
            if other != party:
                port = network.open_way((party, other), ports[other])
                seen = (Address(host="127.0.0.1", port=port),)
                others.append(msgspec.structs.replace(cards[other], addresses=seen))
        spec = Spec(
            party=party,
            port=ports[party],
            card=cards[party],
            peers=tuple(others),
            signed_alone=False,
            alerts=False,
            created=now,
        )
        (folder / party / SPEC).write_bytes(encode(spec))
    with contextlib.ExitStack() as closing, ThreadPoolExecutor(len(PARTIES)) as pool:
        members = dict(zip(PARTIES, pool.map(lambda party: Member(folder / party), PARTIES), strict=True))
        for member in members.values():
            closing.callback(member.close)
        yield members


def run_storm(folder: Path, seed: int, items: int, rounds: int) -> Reports:
    """Publish `items` from each owner through `rounds` of every fault, settle, suspend, publish more, and report."""
    network = Network()
    happened = Happened()
    # More than a batch, so that no act publishes two versions of one record.
    records = max(2 * _BATCH, items // 20)
    with contextlib.closing(network), five_nodes(folder, network) as members:
        with ThreadPoolExecutor(len(OWNERS) + 1) as pool:
            publishing = [pool.submit(_publish, members[party], 0, items, records) for party in OWNERS]
            blowing = pool.submit(_blow, members, network, random.Random(seed), rounds, happened)
            for each in publishing:
                each.result()
            blowing.result()
        network.heal()
        begun = time.monotonic()
        # Two hours on: what was stated by a clock an hour ahead lies in nobody's future any more.
        for member in members.values():
            member.step(2 * _HOUR_S)
        _settle(members)
        settled_s = time.monotonic() - begun
        suspended = _suspend(members, items, records)
        nodes = {party: member.ask(FaultOrder(do="report")) for party, member in members.items()}
        happened.counts["tear"] = network.torn()
    return Reports(nodes, suspended, happened.counts, dict.fromkeys(OWNERS, items), records, settled_s)


def _publish(member: Member, first: int, count: int, records: int) -> None:
    """Publish batch by batch, each again until it is acknowledged."""
    for start in range(first, first + count, _BATCH):
        order = FaultOrder(do="publish", first=start, count=min(_BATCH, first + count - start), records=records)
        while True:
            try:
                member.ask(order)
                break
            except Unreachable:
                time.sleep(0.02)


def _blow(members: dict[str, Member], network: Network, chance: random.Random, rounds: int, happened: Happened) -> None:
    """Let every kind of fault strike in every round, in an order and at places of chance's choosing."""
    for _ in range(rounds):
        for kind in chance.sample(KINDS, len(KINDS)):
            party = chance.choice(BOUND)
            happened.note(kind, _strike(kind, members, network, party, chance))
            time.sleep(chance.uniform(0, 0.1))
    for kind in KINDS:
        # A fault may find its place down already, and then did not strike: it goes on until it did.
        for _ in range(_AGAIN):
            if happened.counts[kind] or kind == "tear":
                break
            happened.note(kind, _strike(kind, members, network, chance.choice(BOUND), chance))
            time.sleep(chance.uniform(0.1, 0.3))
    for member in members.values():
        member.step(0)


def _strike(kind: str, members: dict[str, Member], network: Network, party: str, chance: random.Random) -> int:
    member = members[party]
    owner = chance.choice([each for each in OWNERS if each != party])
    match kind:
        case "kill":
            return int(member.kill() == -signal.SIGKILL)
        case "pause":
            return int(member.pause(chance.uniform(0.1, 0.6)))
        case "partition":
            before = network.refused()
            network.cut(party)
            time.sleep(chance.uniform(0.2, 0.8))
            network.heal()
            return int(network.refused() > before)
        case "clock":
            return int(member.step(chance.choice((-_HOUR_S, _HOUR_S))))
        case "tear":
            network.tear((owner, party))
            return 0  # counted where it is done, by the network
        case _:
            return _disorder(members, owner, party)


def _disorder(members: dict[str, Member], owner: str, party: str) -> int:
    try:
        return members[owner].ask(FaultOrder(do="disorder", peer=party)).number
    except Unreachable:
        return 0


def _settle(members: dict[str, Member]) -> None:
    """Wait until nothing waits any more. Raises `Unreachable` where nothing moves and something stays."""
    least = sum(_waiting(members).values())
    end = time.monotonic() + _SETTLE_S
    while waiting := {party: number for party, number in _waiting(members).items() if number}:
        if sum(waiting.values()) < least:
            least, end = sum(waiting.values()), time.monotonic() + _SETTLE_S
        if time.monotonic() > end:
            raise Unreachable("bench.unsettled", f"Nothing moved for {_SETTLE_S:.0f} s, and there waits: {waiting}.")
        time.sleep(min(1.0, 0.05 + least / 1_000_000))


def _waiting(members: dict[str, Member]) -> dict[str, int]:
    return {party: members[party].ask(FaultOrder(do="waiting")).number for party in OWNERS}


def _suspend(members: dict[str, Member], items: int, records: int) -> dict[str, int]:
    """Suspend the agreement in the middle of a burst of one owner, everywhere; return when each node knew."""
    owner = members[OWNERS[0]]
    with ThreadPoolExecutor(1) as pool:
        burst = pool.submit(_publish, owner, items, 20 * _BATCH, records)
        time.sleep(0.1)
        known = {party: member.ask(FaultOrder(do="suspend")).at for party, member in members.items()}
        burst.result()
    time.sleep(1.0)
    return known
