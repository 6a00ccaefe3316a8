"""Two nodes over real TLS on loopback: delivery, an outage with catch-up, trust added while running, strangers."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from comity.adapters.clock import SystemClock
from comity.adapters.framing import read_message, send_message
from comity.adapters.peerlink import Files, Identity, Limits, PeerLink, Side, Topic, make_certificate
from comity.adapters.peerlink.messages import Message
from comity.adapters.peerlink.tls import client_context
from comity.core.codec import decode_canonical_as
from comity.core.errors import ComityError
from comity.core.ports import Work
from comity.core.vocabulary import Purpose
from comity.exchange import store
from comity.exchange.frame import Route, seal_frame, write_frame
from comity.exchange.hello import Hello, Problem, write_hello
from comity.exchange.peers import set_peer_state
from comity.exchange.records import Address, Peer, PeerCard, PeerState
from comity.exchange.segment import FrameItem
from tests.support.exchange_nodes import Node, Policy, open_node
from tests.support.house import actor

pytestmark = pytest.mark.enable_socket
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
        self.link = link = PeerLink(side, self.files, self._peers)
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
async def linked_pair(folder: Path) -> AsyncIterator[tuple[Linked, Linked]]:
    law = {"DEU": ("text",), "FRA": ("text",)}
    with (
        ThreadPoolExecutor(4) as pool,
        open_node(folder / "fra", "FRA", Policy(dict(law))) as fra,
        open_node(folder / "deu", "DEU", Policy(dict(law))) as deu,
    ):
        both = [Linked(n, *write_identity(folder / n.home.party.lower(), n.home.node), pool) for n in (fra, deu)]
        for one in both:
            await one.up()
        try:
            yield both[0], both[1]
        finally:
            for one in both:
                await one.down()


def test_a_record_arrives_through_trust_given_while_both_run(tmp_path: Path) -> None:
    async def story() -> None:
        async with linked_pair(tmp_path) as (fra, deu):
            arrived = changed(deu.node, "test_note")
            settled = changed(fra.node, "exchange_receipt")
            await fra.trust(deu)
            await deu.trust(fra)

            await asyncio.to_thread(fra.node.publish, "n1", 1, "hello")

            await until(lambda: sorted(deu.node.notes()) == ["n1"], arrived)
            await until(lambda: bool(fra.node.rows(store.receipt_table)), settled)
            assert fra.link is not None
            assert deu.node.home.node in fra.link.state.connected

    asyncio.run(story())


def test_what_is_published_during_an_outage_arrives_after_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with linked_pair(tmp_path) as (fra, deu):
            await fra.trust(deu)
            await deu.trust(fra)
            arrived = changed(deu.node, "test_note")
            await asyncio.to_thread(fra.node.publish, "n1", 1, "before")
            await until(lambda: "n1" in deu.node.notes(), arrived)
            await deu.down()

            for number in range(2, 12):
                await asyncio.to_thread(fra.node.publish, f"n{number}", 1, "meanwhile")
            await asyncio.to_thread(fra.node.publish, "n1", 2, None)
            assert sorted(deu.node.notes()) == ["n1"]
            await deu.up()

            await until(lambda: len(deu.node.notes()) == 10 and "n1" not in deu.node.notes(), arrived)

    asyncio.run(story())


def test_a_peer_that_comes_back_is_dialled_at_once_however_long_the_wait_had_become(tmp_path: Path) -> None:
    async def story() -> None:
        async with linked_pair(tmp_path) as (fra, deu):
            await fra.down()
            await deu.down()
            await fra.up(Limits(retry_base_s=3600, retry_cap_s=3600))
            await fra.trust(deu)
            await asyncio.to_thread(fra.node.publish, "n1", 1, "hello")
            assert fra.link is not None
            link = fra.link
            while deu.node.home.node not in link.state.trouble:  # noqa: ASYNC110 - a plain dict signals nothing
                await asyncio.sleep(0)
            arrived = changed(deu.node, "test_note")

            await deu.up()
            await deu.trust(fra)

            await until(lambda: "n1" in deu.node.notes(), arrived)

    asyncio.run(story())


def test_a_stranger_is_dropped_and_only_counted(tmp_path: Path) -> None:
    async def story() -> None:
        async with linked_pair(tmp_path) as (fra, deu):
            await fra.trust(deu)
            (tmp_path / "stranger").mkdir()
            _, files = write_identity(tmp_path / "stranger", "stranger")
            context = client_context(files.certificate, files.key, fra.identity.certificate)

            assert await converse(context, fra.port, (Message.HELLO, b"{}")) == ["link.closed"]

            assert fra.link is not None
            assert fra.link.state.strangers == 1
            assert fra.node.rows(store.frame_table) == []

    asyncio.run(story())


def test_distrust_ends_what_a_peer_may_do_without_a_restart(tmp_path: Path) -> None:
    async def story() -> None:
        async with linked_pair(tmp_path) as (fra, deu):
            await fra.trust(deu)
            await deu.trust(fra)
            arrived = changed(deu.node, "test_note")
            await asyncio.to_thread(fra.node.publish, "n1", 1, "hello")
            await until(lambda: "n1" in deu.node.notes(), arrived)

            await asyncio.to_thread(distrust, deu.node, fra.node.home.node)
            assert deu.link is not None
            await deu.link._follow_once()
            await asyncio.to_thread(fra.node.publish, "n2", 1, "too late")
            context = client_context(fra.files.certificate, fra.files.key, deu.identity.certificate)

            assert await converse(context, deu.port, (Message.HELLO, b"{}")) == ["link.closed"]
            assert sorted(deu.node.notes()) == ["n1"]

    asyncio.run(story())


def distrust(node: Node, peer: str) -> None:
    with node.house.work(actor()) as work:
        set_peer_state(work, store.get_peer(work, peer), PeerState.DISTRUSTED)


async def converse(context: ssl.SSLContext, port: int, *messages: tuple[int, bytes]) -> list[tuple[int, bytes] | str]:
    """Say these messages one after the other and return the answers; the last may be the code of how it ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="")
    answers: list[tuple[int, bytes] | str] = []
    try:
        for kind, payload in messages:
            await send_message(writer, kind, payload, 20)
            answers.append(await read_message(reader, 20))
    except ComityError as error:
        answers.append(error.code)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return answers


def test_who_speaks_is_known_from_the_certificate_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with linked_pair(tmp_path) as (fra, deu):
            # Both ways: a handshake refused in the moment of the end leaves asyncio a transport that nobody closes.
            await fra.trust(deu)
            await deu.trust(fra)
            context = client_context(fra.files.certificate, fra.files.key, deu.identity.certificate)
            lying = Route(deu.node.home.node, deu.node.home.node, "synthetic")
            frame = seal_frame(lying, 1, [FrameItem.of(b"{}")], deu.node.house.clock.now(), fra.node.signer)

            answers = await converse(
                context, deu.port, (Message.HELLO, greeting(fra)), (Message.FRAME, write_frame(frame))
            )
            as_other = await converse(context, deu.port, (Message.HELLO, greeting(deu)))

            problem = decode_canonical_as(bytes(answers[1][1]), Problem)  # type: ignore[arg-type]  # a message's bytes
            assert answers[0][0] == Message.WELCOME
            assert problem.code == "exchange.wrong-sender"
            assert as_other[0][0] == Message.PROBLEM

    asyncio.run(story())


@pytest.mark.parametrize(
    "lie",
    [(Message.FRAME, b"no greeting before"), (0, b"no such type"), (Message.RECEIPT, b"out of turn")],
    ids=["no greeting", "unknown type", "out of turn"],
)
def test_who_breaks_the_protocol_is_hung_up_on(tmp_path: Path, lie: tuple[int, bytes]) -> None:
    async def story() -> None:
        async with linked_pair(tmp_path) as (fra, deu):
            # Both ways: a handshake refused in the moment of the end leaves asyncio a transport that nobody closes.
            await fra.trust(deu)
            await deu.trust(fra)
            context = client_context(fra.files.certificate, fra.files.key, deu.identity.certificate)

            assert await converse(context, deu.port, lie) == ["link.closed"]

    asyncio.run(story())


def greeting(linked: Linked) -> bytes:
    home = linked.node.home
    return write_hello(
        Hello(
            node=home.node,
            party=home.party,
            profile=home.profile,
            kinds=(),
            streams=(),
            peering=None,
            clock=linked.node.house.clock.now(),
        )
    )
