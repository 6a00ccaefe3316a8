"""The asking end: one connection to each peer that is asked something, opened at need, many questions at once."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from comity.adapters.framing import read_message, send_message
from comity.adapters.peerlink.messages import Message, message_of
from comity.adapters.peerlink.side import Limits
from comity.adapters.peerlink.tls import client_context, fingerprint_at
from comity.adapters.peerlink.topics import Asked, number_of, read_told, write_asked
from comity.core.errors import BadInput, ComityError, Unreachable
from comity.exchange.records import Peer


class Lines:
    """`comity.exchange.modes.ports.Broker` on real links. Lives in the event loop in which it was made."""

    def __init__(self, context: Callable[[Peer], ssl.SSLContext], limits: Limits | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._context = context
        self._limits = limits or Limits()
        self._lines: dict[str, _Line] = {}
        self._resting: dict[str, float] = {}

    def ask(self, peer: Peer, topic: str, body: bytes, within_s: float) -> Future[bytes]:
        """Ask; see the port."""
        asking = self._ask(peer, topic, body, within_s)
        try:
            return asyncio.run_coroutine_threadsafe(asking, self._loop)
        except RuntimeError:  # the loop has ended
            asking.close()
            return unreachable("link.closed")

    async def close(self) -> None:
        """Hang up everywhere, and wait until that is done."""
        lines = tuple(self._lines.values())
        self._lines.clear()
        for line in lines:
            line.hang_up()
        await asyncio.gather(*(line.ended_whole() for line in lines))

    async def _ask(self, peer: Peer, topic: str, body: bytes, within_s: float) -> bytes:
        """Ask, unless the peer was silent just now: a dead one must not cost everybody the whole wait."""
        if self._loop.time() < self._resting.get(peer.node, 0.0):
            raise Unreachable("link.silent", "The peer did not answer just now.")
        try:
            async with asyncio.timeout(within_s):
                return await self._line(peer).ask(topic, body)
        except TimeoutError:
            self._rest(peer)
            raise Unreachable("link.silent", "The peer did not answer in time.") from None
        except asyncio.CancelledError:
            # Whoever asked gave up first.
            self._rest(peer)
            raise

    def _rest(self, peer: Peer) -> None:
        self._resting[peer.node] = self._loop.time() + self._limits.rest_s

    def _line(self, peer: Peer) -> _Line:
        line = self._lines.get(peer.node)
        if line is None or line.ended or line.card != peer.card:
            if line is not None:
                line.hang_up()
            line = self._lines[peer.node] = _Line(peer, self._context, self._limits)
        return line


class _Line:
    """One connection; it is opened by its first question and of no use once it has ended."""

    def __init__(self, peer: Peer, context: Callable[[Peer], ssl.SSLContext], limits: Limits) -> None:
        self.card = peer.card
        self.ended = False
        self._peer = peer
        self._context = context
        self._limits = limits
        self._number = 0
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._writing = asyncio.Lock()
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def ask(self, topic: str, body: bytes) -> bytes:
        """Send and wait for the answer; whoever waits sets the limit."""
        self._number += 1
        number = self._number
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self._send(Asked(number, topic, body))
            return await answer
        finally:
            self._waiting.pop(number, None)
            answer.cancel()

    async def _send(self, asked: Asked) -> None:
        try:
            async with self._writing:
                writer = await self._open()
                await send_message(writer, Message.ASK, write_asked(asked), self._limits.answer_s)
        except Unreachable:
            self.hang_up()
            raise

    def hang_up(self) -> None:
        """End the connection; whoever still waits is told that it closed."""
        self.ended = True
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            # Nothing is lost that anybody waits for; a farewell could wait long for a peer that is gone.
            self._writer.transport.abort()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Unreachable("link.closed", "The other side closed the connection."))

    async def ended_whole(self) -> None:
        """Wait until nothing of a connection that was hung up is left."""
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._writer is not None:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(self._limits.dial_s):
                    await self._writer.wait_closed()

    async def _open(self) -> asyncio.StreamWriter:
        if self._writer is not None:
            if self.ended:
                raise Unreachable("link.closed", "The other side closed the connection.")
            return self._writer
        addresses = self.card.addresses
        if not addresses:
            raise Unreachable("link.no-address", "The peer's identity names no address.")
        try:
            async with asyncio.timeout(self._limits.dial_s):
                reader, writer = await asyncio.open_connection(
                    addresses[0].host, addresses[0].port, ssl=self._context(self._peer), server_hostname=""
                )
        except TimeoutError:
            raise Unreachable("link.silent", "The peer did not answer in time.") from None
        except ssl.SSLError:
            raise Unreachable("link.wrong-certificate", "The address answers with another certificate.") from None
        except OSError:
            raise Unreachable("link.refused", "The peer's address takes no connection.") from None
        if fingerprint_at(writer.get_extra_info("ssl_object")) != self.card.fingerprint:
            writer.transport.abort()
            raise Unreachable("link.wrong-certificate", "The address answers with another certificate.")
        self._writer = writer
        self._reading = asyncio.create_task(self._read(reader))
        return writer

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Give each answer to whoever waits for it; one that nobody waits for any more is dropped."""
        try:
            while True:
                kind, payload = await read_message(reader, self._limits.idle_s)
                if message_of(kind) is not Message.TOLD:
                    raise BadInput("link.unexpected-message", "The other side sent a message out of turn.")
                waiting = self._waiting.get(number_of(payload))
                if waiting is None or waiting.done():
                    continue
                try:
                    waiting.set_result(read_told(payload))
                except ComityError as error:
                    waiting.set_exception(error)
        except ComityError:
            self.hang_up()


def unreachable(code: str) -> Future[bytes]:
    """Return an answer that does not come."""
    answer: Future[bytes] = Future()
    answer.set_exception(Unreachable(code, "There is no link to ask on."))
    return answer


class Switchboard:
    """A broker that may come later, or never: a node that is opened without serving asks nobody.

    Nothing leaves while `stopped` says that the ledger cannot be written.
    """

    def __init__(self, stopped: Callable[[], bool] = lambda: False) -> None:
        self._lines: Lines | None = None
        self._stopped = stopped

    def connect(self, lines: Lines | None) -> None:
        """Ask on these lines from now on; None: on none."""
        self._lines = lines

    def ask(self, peer: Peer, topic: str, body: bytes, within_s: float) -> Future[bytes]:
        """Ask; see the port."""
        lines = self._lines
        if self._stopped():
            return unreachable("ledger.cannot-write")
        return unreachable("link.not-running") if lines is None else lines.ask(peer, topic, body, within_s)


def contexts(certificate: Path, key: Path) -> Callable[[Peer], ssl.SSLContext]:
    """Return how to make the context for dialling a peer."""
    return lambda peer: client_context(certificate, key, peer.card.certificate)
