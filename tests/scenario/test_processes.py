"""A node of two processes over one PostgreSQL exchanges with a node in a file, and outlives kill -9 of one of them."""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec
import psycopg
import pytest

from comity.adapters.hub.place import HubPlace
from comity.adapters.sql.place import Place
from comity.alerts.commands import AlertPage, AlertState
from comity.core.errors import Unreachable
from comity.core.vocabulary import Function, Purpose
from comity.crossings.records import Advice
from comity.exercise.client import Client
from comity.exercise.faults import numbered_alert
from comity.exercise.federation import AUTHORITIES, Federation, Member, await_until
from comity.exercise.process import NodeProcess, found, free_ports, join
from comity.exercise.staff import Staff
from comity.node.directory import NodeDirectory
from comity.oversight.records import KeySet
from tests.support import hub
from tests.support.postgres import Server

pytestmark = pytest.mark.timeout(120)

ENTRIES = 60
WHO = (("officer-1", Function.ALERT_OFFICER, 1), ("guard-1", Function.FIRST_LINE, 0))


@dataclass
class Pair:
    """DEU in a file; FRA as two processes over one database, with an officer who is signed in at both."""

    federation: Federation
    processes: list[NodeProcess]
    place: Place

    @property
    def deu(self) -> str:
        return self.federation["DEU"].node.founded.node

    def dialler(self) -> int | None:
        """Return which process of FRA dials DEU now, by the lease."""
        text = "SELECT process FROM store_lease WHERE name = %s AND until > clock_timestamp()"
        with psycopg.connect(self.place.url, autocommit=True) as connection:
            row = connection.execute(text, (f"peer:{self.deu}",)).fetchone()
        held = [row is not None and row[0] in _log(process) for process in self.processes]
        return held.index(True) if True in held else None


def _log(process: NodeProcess) -> str:
    return process.log.read_text("utf-8")


@pytest.fixture
def pair(postgres_server: Server, tmp_path: Path) -> Iterator[Pair]:
    database, ports = postgres_server.place(), free_ports(2)

    def ours() -> list[NodeProcess]:
        first = found(tmp_path / "fra-1", "FRA", AUTHORITIES["FRA"], database=database.url, ports=ports)
        return [first, join(first, tmp_path / "fra-2", ports[1])]

    with ThreadPoolExecutor(3) as pool, contextlib.ExitStack() as ending:
        founding = pool.submit(ours)
        theirs = found(tmp_path / "deu", "DEU", AUTHORITIES["DEU"])
        nodes = [theirs, *founding.result()]
        # DEU reaches FRA over a hub, FRA reaches DEU at its address.
        server = ending.enter_context(hub.running())
        for node in nodes:
            peers = (nodes[1].founded.node,) if node is theirs else ()
            directory = NodeDirectory(node.directory)
            place = HubPlace(urls=(server.url,), peers=peers)
            directory.write_config(msgspec.structs.replace(directory.read_config(), hub=place))
        for node in nodes:
            ending.callback(node.stop)
        list(pool.map(NodeProcess.start, nodes))
        members = {node.party: Member(node, Staff(node)) for node in nodes[:2]}
        for member in members.values():
            ending.callback(member.staff.close)
        federation = Federation(members)
        federation.trust_all()
        federation.agree()
        yield Pair(federation, nodes[1:], database)


def hire(pair: Pair, party: str, name: str, function: Function, number: int = 0) -> Client:
    authority = AUTHORITIES[party][number].partition(":")[0]
    return pair.federation[party].staff.hire(name, authority, function).client


def listed(client: Client, *, own: bool) -> list[str]:
    purpose = Purpose.POLICE if own else Purpose.BORDERS
    command = {"own": own, "limit": 200}
    return sorted(line.id for line in client.call("alert.list", command, AlertPage, purpose=purpose).alerts)


def finds(guard: Client, number: int) -> bool:
    document = numbered_alert(number)["data"]["documents"][0]  # type: ignore[index]
    command = {"direction": "entry", "crossing_point": "exercise", "lane": "third-country", "document": document}
    return bool(guard.call("crossing.check", command, Advice, purpose=Purpose.BORDERS).matches)


def enter(client: Client, number: int, request: str | None = None) -> AlertState:
    command = numbered_alert(number)
    return client.call("alert.enter", command, AlertState, purpose=Purpose.POLICE, request_id=request)


def withdraw(client: Client, alert: AlertState) -> None:
    gone = {"id": alert.id, "version": alert.version, "reason": "purpose_achieved"}
    client.call("alert.delete", gone, AlertState, purpose=Purpose.POLICE)


def verified(node: NodeProcess) -> tuple[bool, int]:
    """Return whether the ledger of a stopped process is sound, and its entries."""
    command = [sys.executable, "-m", "comity", "node", "verify", str(node.directory), "--json"]
    done = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    return done["sound"], done["entries"]


@dataclass
class Storm:
    """Alerts entered at the process that is to be killed; what breaks goes to the other under the same request."""

    struck: Client
    survivor: Client
    acknowledged: list[AlertState] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    going: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        for number in range(ENTRIES):
            request = secrets.token_hex(16)
            try:
                state = enter(self.struck, number, request)
            except Unreachable:
                self.broken.append(number)
                state = enter(self.survivor, number, request)
            self.acknowledged.append(state)
            if number == ENTRIES // 4:
                self.going.set()


def test_two_processes_of_a_node_exchange_under_an_agreement_and_one_goes_on_when_the_other_is_killed(
    pair: Pair,
) -> None:
    pair.federation["FRA"].staff.supervisor.client.call("search-log.set-key", {"passphrase": "p" * 30}, KeySet)
    theirs = hire(pair, "DEU", "officer-1", Function.ALERT_OFFICER)
    abroad = hire(pair, "DEU", "reader-1", Function.ALERT_OFFICER, 1)
    ours, guard = (hire(pair, "FRA", *who) for who in WHO)
    with contextlib.ExitStack() as closing:
        officers = [closing.enter_context(contextlib.closing(Client(one.url, ours.token))) for one in pair.processes]
        guards = [closing.enter_context(contextlib.closing(Client(one.url, guard.token))) for one in pair.processes]

        # What comes in at one process is found at both; what either enters is found at both and arrives abroad.
        first = enter(theirs, 1000)
        for each in guards:
            await_until(partial(finds, each, 1000), "both processes find it")
        own = [enter(officer, 1001 + number) for number, officer in enumerate(officers)]
        assert all(finds(each, 1001 + number) for each in guards for number in (0, 1))
        await_until(lambda: len(listed(abroad, own=False)) == 2, "what both processes entered arrives")

        # Killed: the process that dials DEU, in the middle of writing.
        await_until(lambda: pair.dialler() is not None, "some process dials DEU")
        struck = pair.dialler()
        assert struck is not None
        survivor = 1 - struck
        storm = Storm(officers[struck], officers[survivor])
        writer = threading.Thread(target=storm.write)
        writer.start()
        assert storm.going.wait(60)
        code = pair.processes[struck].kill()
        writer.join(60)

        assert (code, writer.is_alive()) == (-9, False)
        assert storm.broken, "the kill broke writes under way"
        names = sorted(state.id for state in (*own, *storm.acknowledged))
        assert listed(officers[survivor], own=True) == names
        await_until(lambda: listed(abroad, own=False) == names, "the survivor sends what was acknowledged", 20)
        assert pair.dialler() == survivor

        # Recalled on both sides, through the survivor alone.
        withdraw(theirs, first)
        withdraw(officers[survivor], own[0])
        await_until(lambda: not finds(guards[survivor], 1000), "the recall arrives at the survivor")
        await_until(lambda: own[0].id not in listed(abroad, own=False), "it is gone abroad")

        # Back again, the other knows all of it.
        pair.processes[struck].start()
        assert [finds(guards[struck], number) for number in (1000, 1001, 1002, ENTRIES - 1)] == [
            False,
            False,
            True,
            True,
        ]

    assert [process.stop() for process in pair.processes] == [0, 0]
    checked = [verified(process) for process in pair.processes]
    assert [sound for sound, _ in checked] == [True, True]
    assert min(entries for _, entries in checked) > ENTRIES
