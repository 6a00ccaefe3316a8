"""Nodes with their links in one event loop, over TLS on loopback or over a hub of the tests' own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from comity.adapters.clock import SystemClock
from comity.adapters.hub.hub import Hub
from comity.adapters.hub.place import HubPlace
from comity.adapters.peerlink import Files, Identity, Limits, PeerLink, Side, Topic, make_certificate
from comity.core.ports import Work
from comity.core.vocabulary import Purpose
from comity.exchange import store
from comity.exchange.hello import Hello
from comity.exchange.records import Address, Peer, PeerCard
from tests.support.exchange_nodes import Node, Policy, open_node
from tests.support.house import actor

LIMITS = Limits(retry_base_s=0.02, retry_cap_s=0.1, dial_s=3, answer_s=5, idle_s=10)


def changed(node: Node, *tables: str) -> asyncio.Event:
    """Return an event that is set after each commit to one of the tables."""
    event, loop = asyncio.Event(), asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(event.set)

    node.house.database.writer.subscribe(frozenset(tables), wake)
    return event


async def until(holds: Callable[[], bool], event: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(holds):
            await event.wait()
            event.clear()


@dataclass
class Linked:
    """A node with its link."""

    node: Node
    identity: Identity
    files: Files
    pool: ThreadPoolExecutor
    link: PeerLink | None = None
    port: int = 0
    topics: dict[str, Topic] = field(default_factory=dict)
    hub: HubPlace | None = None

    @property
    def card(self) -> PeerCard:
        address = Address(host="127.0.0.1", port=self.port)
        return msgspec.structs.replace(
            self.node.card,
            certificate=self.identity.certificate,
            fingerprint=self.identity.fingerprint,
            addresses=(address,),
        )

    async def up(self, limits: Limits = LIMITS) -> None:
        side = Side(
            acts=self.node.acts,
            sending=self.node.sending,
            intake=self.node.intake,
            signer=self.node.signer,
            clock=self.node.house.clock,
            executor=self.pool,
            chance=random.Random(1).random,
            peering=lambda _work, _peer: None,
            greeted=_nothing,
            limits=limits,
            topics=self.topics,
        )
        carrier = None
        if self.hub is not None:
            carrier = Hub(self.hub, self.node.home.node, self.files.key.read_bytes(), side.state)
        self.link = link = PeerLink(side, self.files, self._peers, hub=carrier)
        self.port = await link.start("127.0.0.1", self.port)
        writer = self.node.house.database.writer
        writer.subscribe(frozenset({"exchange_outbox"}), link.wake)
        writer.subscribe(frozenset({"exchange_peer"}), link.refresh)

    async def down(self) -> None:
        assert self.link is not None
        await self.link.close()

    async def trust(self, other: Linked) -> None:
        """Trust the other, and return once the link lets it in."""
        await asyncio.to_thread(self.node.trust, other.card)
        if self.link is not None:
            await self.link._follow_once()

    def _peers(self) -> tuple[Peer, ...]:
        with self.node.house.works().open(actor(), Purpose.PEERING) as work:
            return store.peers(work)


def _nothing(work: Work, peer: Peer, hello: Hello) -> None:
    """Diplomacy's hook is not part of this test."""


def write_identity(folder: Path, node: str) -> tuple[Identity, Files]:
    identity = make_certificate(node, SystemClock().now(), b"0123456789abcdef")
    files = Files(certificate=folder / "tls.crt", key=folder / "tls.key")
    files.certificate.write_text(identity.certificate)
    files.key.write_text(identity.private_key)
    return identity, files


@asynccontextmanager
async def linked_pair(folder: Path, hub: str | None = None) -> AsyncIterator[tuple[Linked, Linked]]:
    """Open two nodes with their links; with `hub`, its URL, they reach each other over it alone."""
    law = {"DEU": ("text",), "FRA": ("text",)}
    with (
        ThreadPoolExecutor(4) as pool,
        open_node(folder / "fra", "FRA", Policy(dict(law))) as fra,
        open_node(folder / "deu", "DEU", Policy(dict(law))) as deu,
    ):
        both = [Linked(n, *write_identity(folder / n.home.party.lower(), n.home.node), pool) for n in (fra, deu)]
        if hub is not None:
            both[0].hub = HubPlace(urls=(hub,), peers=(deu.home.node,))
            both[1].hub = HubPlace(urls=(hub,), peers=(fra.home.node,))
        for one in both:
            await one.up()
        try:
            yield both[0], both[1]
        finally:
            for one in both:
                await one.down()
