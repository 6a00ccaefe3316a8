"""Two nodes over real TLS on loopback: delivery, an outage with catch-up, trust added while running, strangers."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path

import pytest

from comity.adapters.framing import read_message, send_message
from comity.adapters.peerlink import Limits
from comity.adapters.peerlink.messages import Message
from comity.adapters.peerlink.tls import client_context
from comity.core.codec import decode_canonical_as
from comity.core.errors import ComityError
from comity.exchange import store
from comity.exchange.frame import Route, seal_frame, write_frame
from comity.exchange.hello import Hello, Problem, write_hello
from comity.exchange.peers import set_peer_state
from comity.exchange.records import PeerState
from comity.exchange.segment import FrameItem
from tests.support.exchange_nodes import Node
from tests.support.house import actor
from tests.support.linked import Linked, changed, linked_pair, until, write_identity

pytestmark = pytest.mark.enable_socket


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
