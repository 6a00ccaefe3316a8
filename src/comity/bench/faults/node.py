"""`python -m comity.bench.faults.node DIR`: one node of a fault run, told what to do by lines of JSON."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec
from sqlalchemy import create_engine

from comity.adapters.clock import SystemClock
from comity.adapters.framing import read_message, send_message
from comity.adapters.peerlink import Limits
from comity.adapters.peerlink.answer import own_hello
from comity.adapters.peerlink.messages import Message
from comity.adapters.peerlink.tls import client_context
from comity.adapters.sql import migrate
from comity.adapters.sql.database import DATABASE, Database
from comity.adapters.sql.engine import open_writer
from comity.agreements.registry import Registry
from comity.bench.exchange.node import BenchNode, Means
from comity.bench.exchange.stage import Spec, read_spec
from comity.bench.faults.orders import FaultAnswer, FaultOrder
from comity.bench.faults.subject import KIND, METADATA, EffectReceiver, effects, version_of
from comity.core.codec import decode_as
from comity.core.errors import ComityError
from comity.core.ports import Work
from comity.core.time import SECOND_US, Instant
from comity.core.vocabulary import Purpose
from comity.exchange import store, streams
from comity.exchange.delivery import last_sequence, sent_items
from comity.exchange.frame import Route, seal_frame, write_frame
from comity.exchange.hello import write_hello
from comity.exchange.outbox import enqueue_all
from comity.exchange.records import Peer
from comity.node.serve import settle_memory

_LIMITS = Limits(dial_s=2, answer_s=5, idle_s=10, ping_s=2, retry_base_s=0.05, retry_cap_s=0.5)
_PATIENCE_S = 3.0


class SteppedClock:
    """A clock that can be set forward and back."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self.offset_us = 0

    def now(self) -> Instant:
        """Microseconds since 1970, as this clock has it."""
        return Instant(self._real.now() + self.offset_us)


class FaultNode:
    """A node and what can be done to it from inside."""

    def __init__(self, folder: Path, spec: Spec, database: Database, bound: tuple[str, ...]) -> None:
        self.clock = SteppedClock()
        means = Means({KIND: EffectReceiver()}, _LIMITS, bound)
        self.node = BenchNode(folder, spec, database, means=means, clock=self.clock)
        self._folder = folder

    def obey(self, order: FaultOrder) -> FaultAnswer:
        """Do what the parent wants."""
        match order.do:
            case "publish":
                self._publish(order)
            case "step":
                self.clock.offset_us = order.seconds * SECOND_US
            case "disorder":
                return FaultAnswer(number=asyncio.run(self._disorder(order.peer)))
            case "suspend":
                self.node.law = Registry.of(())
                self.node.decider.age()
            case "waiting":
                return FaultAnswer(number=self._waiting())
            case "report":
                return self._report()
        return FaultAnswer(at=self.clock.now())

    def _publish(self, order: FaultOrder) -> None:
        """Publish what of this batch was not published before: it may be asked for again after a kill."""

        def do(work: Work) -> None:
            party = self.node.spec.party
            batch = [version_of(work, party, order.first + n, order.records) for n in range(order.count)]
            held = store.holders(work, [store.record_key(each.kind, each.id, each.owner) for each in batch])
            fresh = [
                each
                for each in batch
                if all(one.version < each.version for one in held.get(store.record_key(KIND, each.id, each.owner), ()))
            ]
            if fresh:
                enqueue_all(work, fresh, self.node.sending)

        self.node.acts.act("bench.publish", self.node.operator, Purpose.POLICE, do)

    def _waiting(self) -> int:
        """Return how many items no peer has decided yet."""

        def count(work: Work) -> int:
            return sum(
                last_sequence(work, card.node, at.stream) - at.received
                for card in self.node.spec.peers
                for at in streams.positions(work, card.node, store.OUT)
            )

        return self.node.acts.view(self.node.operator, Purpose.PEERING, count)

    def _report(self) -> FaultAnswer:
        node = self.node
        seen = node.acts.view(node.operator, Purpose.PEERING, effects)
        frozen = sum(peer.state.value == "frozen" for peer in node.peers())
        return FaultAnswer(effects=seen, frozen=frozen, at=self.clock.now())

    async def _disorder(self, party: str) -> int:
        """Send a frame ahead of its turn, then one that was taken before; return how many were answered as they must.

        On a connection of its own, beside the link's: a gap is answered with a pull, a replay with the same receipt.
        """
        peer = next(each for each in self.node.peers() if each.party == party)
        ahead, again = await asyncio.to_thread(self._odd_frames, peer)
        context = client_context(self._folder / "tls.pem", self._folder / "tls.key", peer.card.certificate)
        address = peer.card.addresses[0]
        answered = 0
        try:
            reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context, server_hostname="")
        except OSError:
            return 0
        try:
            hello = self.node.acts.view(
                self.node.operator, Purpose.PEERING, lambda work: own_hello(self.node.side, work, peer)
            )
            await send_message(writer, Message.HELLO, write_hello(hello), _PATIENCE_S)
            kind, _ = await read_message(reader, _PATIENCE_S)
            for raw, expected in ((ahead, Message.PULL), (again, Message.RECEIPT)):
                if raw and kind in {Message.WELCOME, Message.PULL, Message.RECEIPT}:
                    await send_message(writer, Message.FRAME, raw, _PATIENCE_S)
                    kind, _ = await read_message(reader, _PATIENCE_S)
                    answered += kind == expected
        except ComityError:
            pass  # the other side is down or cut off just now: then nothing was disordered, and nothing is counted
        finally:
            writer.close()
        return answered

    def _odd_frames(self, peer: Peer) -> tuple[bytes, bytes]:
        def make(work: Work) -> tuple[bytes, bytes]:
            at = next(iter(streams.positions(work, peer.node, store.OUT)), None)
            if at is None or not at.received:
                return b"", b""
            side = self.node.side
            last = last_sequence(work, peer.node, at.stream)
            items = sent_items(work, peer.node, at.stream, (at.received, at.received))
            route = Route(side.sending.home.node, peer.node, at.stream, at.epoch)
            replay = write_frame(seal_frame(route, at.received, items, self.clock.now(), side.signer))
            beyond = write_frame(seal_frame(route, last + 2, items, self.clock.now(), side.signer))
            return beyond, replay

        return self.node.acts.view(self.node.operator, Purpose.PEERING, make)


def main(folder: Path, bound: tuple[str, ...]) -> None:
    """Open the node and obey lines of JSON until the input ends."""
    spec = read_spec(folder)
    engine = open_writer(folder / DATABASE)
    migrate.upgrade(engine)
    engine.dispose()
    tables = create_engine(f"sqlite:///{folder / DATABASE}")
    METADATA.create_all(tables)
    tables.dispose()
    database = Database(folder, spec.card.node, spec.created)
    try:
        fault = FaultNode(folder, spec, database, bound)
        fault.node.trust()
        fault.node.link(up=True)
        settle_memory()
        _say(FaultAnswer())
        for line in sys.stdin.buffer:
            _say(fault.obey(decode_as(line, FaultOrder)))
        fault.node.link(up=False)
    finally:
        database.close()


def _say(answer: FaultAnswer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2].split(",")))
