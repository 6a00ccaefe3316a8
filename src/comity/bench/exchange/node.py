"""`python -m comity.bench.exchange.node DIR`: one node of a measurement, told what to do by lines of JSON.

Storage, outbox, inbox, decision and links are the product's own; what a whole node has beside them (accounts, pages,
housekeeping) is left out, so that the figures are those of the exchange.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import threading
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from comity.adapters.clock import SystemClock
from comity.adapters.peerlink import Files, Limits, PeerLink, Side
from comity.adapters.sql import migrate
from comity.adapters.sql.database import DATABASE, Database
from comity.adapters.sql.engine import open_writer
from comity.adapters.sql.work import Projection, Services
from comity.alerts.receiver import AlertReceiver
from comity.alerts.records import ALERT_KIND
from comity.bench.exchange.load import Arrivals, Producer, Settlement
from comity.bench.exchange.orders import Answer, Order, Outcome
from comity.bench.exchange.stage import AUTHORITY, Spec, home_of, lineage, read_spec, registry, signer_of
from comity.bench.exchange.subject import NULL_KIND, NullReceiver, Source, probe_of
from comity.core.codec import decode_as
from comity.core.errors import Defect
from comity.core.ids import AccountId, AgreementId, Owner
from comity.core.ports import Actor, Clock, Work
from comity.core.vocabulary import Purpose
from comity.exchange import store, streams
from comity.exchange.inbox import Intake
from comity.exchange.outbox import Sending
from comity.exchange.peers import trust_peer
from comity.exchange.ports import Receiver
from comity.exchange.records import Peer, PeerCard
from comity.node import rooms
from comity.node.decider import Decider
from comity.node.peer_acts import PeerActs
from comity.node.serve import settle_memory
from comity.runtime.acts import Acts
from comity.screening import MemoryIndex
from comity.screening.store import TABLES as INDEX_TABLES

T = TypeVar("T")
_WARM = 64
_WINDOW = 16_384


class _Book:
    """`comity.exchange.ports.Agreements` of one agreement that never changes."""

    def __init__(self, name: str) -> None:
        self._name = name

    def epoch(self, work: Work) -> int:
        """Return always the same."""
        del work
        return 1

    def over(self, work: Work) -> Mapping[str, frozenset[str] | None]:
        """Return none."""
        del work
        return {}

    def stream(self, work: Work, agreement: AgreementId) -> str:
        """Return the lineage."""
        del work, agreement
        return self._name


@dataclass(frozen=True, slots=True)
class Means:
    """Who takes in what, the limits of the links, and the parties of the agreement where not all nodes are in it."""

    receivers: Mapping[str, Receiver]
    limits: Limits
    bound: tuple[str, ...] | None = None


class BenchNode:
    """Storage, acts and link of one node of a measurement."""

    def __init__(
        self, folder: Path, spec: Spec, database: Database, *, means: Means | None = None, clock: Clock | None = None
    ) -> None:
        means = means or Means(_receivers(alerts=spec.alerts), Limits())
        clock = clock or SystemClock()
        self.folder = folder
        self.spec = spec
        self._database = database
        home, signer = home_of(spec.party), signer_of(spec.party)
        parties = (spec.party, *(card.party for card in spec.peers))
        bound = means.bound or spec.bound or parties
        self.law = registry(bound, signed_alone=spec.signed_alone)
        self.decider = Decider()
        self.decider.use(lambda: self.law)
        self.decider.age()
        self.sending = Sending(home=home, agreements=_Book(lineage(bound).id))
        self.index = MemoryIndex()
        works = database.works(clock, _services(self.decider, alerts=spec.alerts))
        self.acts = Acts(works, database.writer)
        self.operator = Actor(
            account=AccountId("bench"), user="synthetic", owner=Owner(party=spec.party, authority=AUTHORITY), role=None
        )
        database.writer.watch(INDEX_TABLES, self.index.take)
        self.settlement = Settlement(database.writer, len(spec.peers))
        self.arrivals = Arrivals(database.writer)
        self.producer = Producer(self.acts, self.operator, clock, self.sending, self.settlement)
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="peer")
        self.side = Side(
            acts=PeerActs(self.acts),
            sending=self.sending,
            intake=Intake(home=home, receivers=means.receivers),
            signer=signer,
            clock=clock,
            executor=self._pool,
            chance=random.Random(1).random,
            peering=lambda _work, _peer: None,
            greeted=lambda _work, _peer, _hello: None,
            limits=means.limits,
        )
        self._link: PeerLink | None = None
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="loop", daemon=True).start()

    def trust(self) -> None:
        """Trust the other nodes."""
        for card in self.spec.peers:

            def do(work: Work, card: PeerCard = card) -> None:
                if store.find_peer(work, card.node) is None:
                    trust_peer(work, card, b"synthetic identity", self.sending.home)

            self.acts.act("peer.trust", self.operator, Purpose.PEERING, do)

    def link(self, *, up: bool) -> None:
        """Open or close the links to all peers."""
        asyncio.run_coroutine_threadsafe(self._open_link() if up else self._close_link(), self._loop).result()

    def on_loop(self, do: Coroutine[object, object, T]) -> T:
        """Run something in the loop of the links, and return what it returned."""
        return asyncio.run_coroutine_threadsafe(do, self._loop).result()

    async def _open_link(self) -> None:
        files = Files(self.folder / "tls.pem", self.folder / "tls.key")
        link = PeerLink(self.side, files, self.peers)
        writer = self._database.writer
        writer.subscribe(frozenset({store.outbox_table.name}), link.wake)
        await link.start("127.0.0.1", self.spec.port)
        self._link = link

    async def _close_link(self) -> None:
        if self._link is not None:
            await self._link.close()
            self._link = None

    def peers(self) -> tuple[Peer, ...]:
        """Return every peer trusted here."""
        return self.acts.view(self.operator, Purpose.PEERING, store.peers)

    def received(self) -> int:
        """Return how many items are decided on incoming streams."""

        def count(work: Work) -> int:
            return sum(at.received for card in self.spec.peers for at in streams.positions(work, card.node, store.IN))

        return self.acts.view(self.operator, Purpose.PEERING, count)

    def searchable(self, numbers: int) -> int:
        """Return how many of the first `numbers` made-up persons are found in the search index by their passport."""

        def look(work: Work) -> int:
            found = [self.index.search(work.read, probe_of(number)) for number in range(1, numbers + 1)]
            return sum(bool(each.candidates) for each in found)

        return self.acts.view(self.operator, Purpose.ADMINISTRATION, look)

    def obey(self, order: Order, source: Source) -> Answer:
        """Do what the parent wants."""
        match order.do:
            case "publish" | "take-back":
                return Answer(outcome=self._publish(order, source))
            case "received":
                return Answer(received=self.received())
            case "searchable":
                return Answer(received=self.searchable(order.count))
            case "settled":
                return Answer(received=self.settlement.position)
            case "arrivals":
                return Answer(arrivals=tuple(self.arrivals.moments))
        self._act(order, source)
        return Answer()

    def _publish(self, order: Order, source: Source) -> Outcome:
        if order.rate is not None:
            make = source.take_back if order.do == "take-back" else source.make_and_remember
            return self.producer.at_rate(make, order.rate, order.seconds)
        return self.producer.flat_out(source.make, order.seconds, _WINDOW)

    def _act(self, order: Order, source: Source) -> None:
        match order.do:
            case "warm":
                rounds = order.count or _WARM
                for _ in range(rounds):
                    self.producer.publish(source.make, _WARM)
                self.settlement.reach(rounds * _WARM)
            case "backlog":
                self.producer.backlog(source.make, order.count)
            case "link":
                self.link(up=order.up)
            case "reach":
                self.settlement.reach(order.count)
            case _:
                raise Defect("bench.order", "The parent wants what no node does.")


def _services(decider: Decider, *, alerts: bool) -> Services:
    def nothing(*_: object) -> None:
        raise Defect("bench.subject", "The subjects of this measurement do not publish, search or enqueue.")

    projections = {kind: tuple(made) for kind, made in _projections().items()} if alerts else {}
    return Services(
        decide=decider,
        publish=nothing,
        log_search=nothing,
        perform=nothing,  # type: ignore[arg-type]  # never called
        enqueue=nothing,  # type: ignore[arg-type]  # never called
        projections=projections,
    )


def _projections() -> dict[str, list[Projection]]:
    found: dict[str, list[Projection]] = {}
    for reactions in rooms.projections(exercise=False):
        for kind, react in reactions.items():
            found.setdefault(kind, []).append(react)
    return found


def _receivers(*, alerts: bool) -> Mapping[str, Receiver]:
    return {ALERT_KIND: AlertReceiver()} if alerts else {NULL_KIND: NullReceiver()}


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[BenchNode]:
    """Open the node of a folder made by `lay_out`."""
    spec = read_spec(folder)
    engine = open_writer(folder / DATABASE)
    migrate.upgrade(engine)
    engine.dispose()
    database = Database(folder, spec.card.node, spec.created)
    try:
        node = BenchNode(folder, spec, database)
        node.trust()
        node.link(up=True)
        yield node
        node.link(up=False)
    finally:
        database.close()


def main(folder: Path) -> None:
    """Obey lines of JSON until the input ends."""
    with opened(folder) as node:
        source = Source(1, alerts=read_spec(folder).alerts)
        settle_memory()
        _say(Answer())
        for line in sys.stdin.buffer:
            _say(node.obey(decode_as(line, Order), source))


def _say(answer: Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
