"""The dialling end: one long-lived connection to one peer, on which everything due goes out in order."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from comity.adapters.framing import Outlet, read_message, send_message
from comity.adapters.peerlink.answer import greet, own_hello
from comity.adapters.peerlink.messages import Message, message_of
from comity.adapters.peerlink.side import Side
from comity.adapters.peerlink.supply import Supply
from comity.adapters.peerlink.tls import fingerprint_at
from comity.core.codec import decode_canonical_as
from comity.core.errors import BadInput, ComityError, Refused, Unreachable
from comity.core.ports import Work
from comity.exchange import store
from comity.exchange.delivery import rewind
from comity.exchange.hello import Hello, Problem, check_hello, read_hello, write_hello
from comity.exchange.records import Address, Peer
from comity.exchange.rules import backoff_s

Open: TypeAlias = Callable[[Peer, int], Awaitable[tuple[asyncio.StreamReader, Outlet]]]
"""Opens a connection to a peer, given how many attempts failed before; raises the error of what is wrong."""


def by_tls(context: ssl.SSLContext, dial_s: float) -> Open:
    """Return how to reach a peer at its own addresses, one after the other."""

    async def open_(peer: Peer, attempt: int) -> tuple[asyncio.StreamReader, Outlet]:
        addresses = peer.card.addresses
        if not addresses:
            raise Unreachable("link.no-address", "The peer's identity names no address.")
        return await _open(context, dial_s, peer, addresses[attempt % len(addresses)])

    return open_


async def _open(
    context: ssl.SSLContext, dial_s: float, peer: Peer, address: Address
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(dial_s):
            reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context, server_hostname="")
    except TimeoutError:
        raise Unreachable("link.silent", "The peer did not answer in time.") from None
    except ssl.SSLError:
        raise Unreachable("link.wrong-certificate", "The address answers with another certificate.") from None
    except OSError:
        raise Unreachable("link.refused", "The peer's address takes no connection.") from None
    if fingerprint_at(writer.get_extra_info("ssl_object")) != peer.card.fingerprint:
        writer.close()
        raise Unreachable("link.wrong-certificate", "The address answers with another certificate.")
    return reader, writer


class Dialler:
    """Keeps one peer supplied until cancelled."""

    def __init__(self, side: Side, peer: Peer, open_: Open) -> None:
        self._side = side
        self._peer = peer
        self._open = open_
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._failures = 0

    @property
    def peer(self) -> Peer:
        """The peer as it was when dialling began."""
        return self._peer

    def wake(self) -> None:
        """Look at the queue now: something was enqueued."""
        self._wake.set()

    def hurry(self) -> None:
        """Dial now instead of waiting further: the peer just dialled us, so it is there."""
        self._hurry.set()

    async def run(self) -> None:
        """Dial, supply, and dial again after each failure, waiting longer each time."""
        state, node = self._side.state, self._peer.node
        while True:
            self._hurry.clear()
            state.worked.discard(node)
            try:
                await self._connect()
            except ComityError as error:
                state.trouble[node] = error.code
            finally:
                state.connected.discard(node)
            limits = self._side.limits
            if node in state.worked:
                self._failures = 0
            pause = backoff_s(self._failures, self._side.chance(), base_s=limits.retry_base_s, cap_s=limits.retry_cap_s)
            self._failures += 1
            await self._pause(pause)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
                self._failures = 0

    async def _connect(self) -> None:
        reader, writer = await self._open(self._peer, self._failures)
        try:
            await self._greet(reader, writer)
            await Supply(self._side, self._peer, self._wake, (reader, writer)).run()
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.TimeoutError):
                async with asyncio.timeout(self._side.limits.dial_s):
                    await writer.wait_closed()

    async def _greet(self, reader: asyncio.StreamReader, writer: Outlet) -> None:
        side, peer = self._side, self._peer
        ours = await side.view(peer, lambda work: own_hello(side, work, peer))
        await send_message(writer, Message.HELLO, write_hello(ours), side.limits.answer_s)
        payload = await self._expect(reader, Message.WELCOME)
        welcome = read_hello(payload)
        check_hello(welcome, peer, side.sending.home)
        side.state.offsets[peer.node] = welcome.clock - side.clock.now()
        await side.act("exchange.welcome", peer, lambda work: self._welcomed(work, welcome))
        self._peer = await side.view(peer, lambda work: store.get_peer(work, peer.node))
        side.state.connected.add(peer.node)

    def _welcomed(self, work: Work, welcome: Hello) -> None:
        greet(self._side, work, self._peer, welcome)
        rewind(work, self._peer, welcome.streams)

    async def _expect(self, reader: asyncio.StreamReader, wanted: Message) -> bytes:
        number, payload = await read_message(reader, self._side.limits.answer_s)
        kind = message_of(number)
        if kind is Message.PROBLEM:
            raise Refused(decode_canonical_as(payload, Problem).code, "The peer does not greet us.")
        if kind is not wanted:
            raise BadInput("link.unexpected-message", "The other side sent a message out of turn.")
        return payload
