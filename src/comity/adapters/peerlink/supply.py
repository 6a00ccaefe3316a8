"""Supplying one peer over an open connection: frames go out behind a window, receipts are settled in groups.

Frames go out in sequence without waiting for each receipt; what is under way is known here only, so that a link that
breaks forgets it and the next one goes on behind what was settled. An answer other than a receipt for a whole frame
(a gap, a deferral, a problem) stops sending until everything under way is answered; then it goes on from what stands.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from typing import Final

from comity.adapters.framing import Outlet, read_message, send_message
from comity.adapters.peerlink.messages import Message, message_of
from comity.adapters.peerlink.side import Side
from comity.core.codec import decode_canonical_as
from comity.core.errors import BadInput, Refused
from comity.core.ports import Work
from comity.core.time import SECOND_US, Instant
from comity.exchange.delivery import Due, Sent, due, pull, sealed, settle_all
from comity.exchange.equality import compare, is_due, take_compared
from comity.exchange.hello import Problem, Pull
from comity.exchange.receipt import SignedReceipt, read_receipt
from comity.exchange.records import Peer, Status

_WINDOW: Final = 4
_RECEIPTS_AT_ONCE: Final = 8
_SMALL: Final = 64
_LINGER_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What was due: a frame's bytes with where it ends, or a question to the peer, or when to look again.

    `more`: there may be more behind it.
    """

    sent: Sent | None
    raw: bytes
    count: int
    next_at: Instant | None
    question: bytes | None = None
    more: bool = True


class Supply:
    """One connection's life; `wake` is set whenever something was enqueued."""

    def __init__(
        self, side: Side, peer: Peer, wake: asyncio.Event, streams: tuple[asyncio.StreamReader, Outlet]
    ) -> None:
        self._side = side
        self._peer = peer
        self._wake = wake
        self._reader, self._writer = streams
        self._under_way: deque[Sent] = deque()
        self._sent: dict[str, int] = {}
        self._awaited = asyncio.Semaphore(0)
        self._answers: deque[tuple[Message, bytes]] = deque()
        self._came = asyncio.Event()
        self._moved = asyncio.Event()
        self._draining = False
        self._pause_s = 0.0
        self._asked = False

    async def run(self) -> None:
        """Supply until the connection ends. Raises the error that ended it."""
        tasks = [asyncio.create_task(part) for part in (self._send_all(), self._read_all(), self._settle_all())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # --- sending ---------------------------------------------------------------------------------------------------

    async def _send_all(self) -> None:
        while True:
            await self._room()
            self._wake.clear()
            parcel = await self._side.call(self._pack)
            if parcel.question is not None:
                self._asked = True
                await self._say(Message.COMPARE, parcel.question)
                continue
            if parcel.sent is None:
                await self._rest(parcel.next_at)
                continue
            self._under_way.append(parcel.sent)
            self._sent[parcel.sent.stream] = parcel.sent.last
            await self._say(Message.FRAME, parcel.raw)
            if parcel.count < _SMALL and len(self._under_way) > 1:
                await self._linger()
            elif not parcel.more:
                # Whatever is lined up from the moment that was looked at sets the event.
                await self._rest(None)

    async def _linger(self) -> None:
        """Busy with little: wait for an answer, so that more comes together; a frame each would cost everyone more.

        So the busier either end is, the fewer and fuller its frames are.
        """
        self._moved.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_S):
                await self._moved.wait()

    async def _room(self) -> None:
        while self._draining or len(self._under_way) >= _WINDOW:
            self._moved.clear()
            await self._moved.wait()
        if self._pause_s:
            pause, self._pause_s = self._pause_s, 0.0
            await asyncio.sleep(pause)

    def _pack(self) -> _Parcel:
        side, peer = self._side, self._peer
        found: Due = side.acts.view(peer, lambda work: due(work, peer, side.sending, self._sent))
        if found.batch is None:
            return _Parcel(None, b"", 0, found.next_at, self._question())
        sent, raw = sealed(found.batch, peer, side.sending, side.clock.now(), side.signer)
        return _Parcel(sent, raw, found.batch.count, None, more=found.more)

    def _question(self) -> bytes | None:
        """Return the question whether both sides hold the same, if it is time for it."""
        if self._asked or self._under_way:
            return None
        side, peer = self._side, self._peer
        return side.acts.view(peer, lambda work: compare(work, peer) if is_due(work, peer) else None)

    async def _rest(self, next_at: Instant | None) -> None:
        """Wait until woken or until a deferred item may be tried again; keep the link alive meanwhile."""
        limits = self._side.limits
        wait = limits.ping_s
        if next_at is not None:
            wait = min(wait, max(0.0, (next_at - self._side.clock.now()) / SECOND_US))
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            if wait >= limits.ping_s and not self._under_way:
                await self._say(Message.PING, b"")

    async def _say(self, kind: Message, payload: bytes) -> None:
        self._awaited.release()
        await send_message(self._writer, kind, payload, self._side.limits.answer_s)

    # --- what comes back -------------------------------------------------------------------------------------------

    async def _read_all(self) -> None:
        """Read an answer for each message sent; nothing else may come."""
        while True:
            await self._awaited.acquire()
            number, payload = await read_message(self._reader, self._side.limits.answer_s)
            self._answers.append((message_of(number), payload))
            self._came.set()

    async def _settle_all(self) -> None:
        while True:
            while not self._answers:
                self._came.clear()
                await self._came.wait()
            kind, payload = self._answers.popleft()
            if kind is Message.RECEIPT:
                await self._settle(payload)
            elif kind is Message.PING:
                self._works()
            elif kind is Message.COMPARED:
                await self._compare(payload)
            else:
                await self._heed(kind, payload)
            if self._draining and not self._under_way:
                self._draining = False
                self._sent.clear()
                self._wake.set()
            self._moved.set()

    async def _settle(self, payload: bytes) -> None:
        """Take in a receipt, with those that came behind it."""
        receipts = [read_receipt(payload)]
        while len(receipts) < _RECEIPTS_AT_ONCE and self._answers and self._answers[0][0] is Message.RECEIPT:
            receipts.append(read_receipt(self._answers.popleft()[1]))
        side, peer, sent = self._side, self._peer, frozenset(self._under_way)

        def take(work: Work) -> None:
            settle_all(work, receipts, peer, side.sending, sent)

        await side.act("exchange.settle", peer, take)
        for signed in receipts:
            self._answered(signed)
        self._works()

    def _answered(self, signed: SignedReceipt) -> None:
        sent = self._under_way.popleft() if self._under_way else None
        receipt = signed.receipt
        deferred = bool(receipt.exceptions) and receipt.exceptions[-1].status is Status.DEFERRED
        whole = receipt.decided == receipt.last and not deferred
        if sent is None or not whole:
            self._draining = True

    async def _compare(self, payload: bytes) -> None:
        """Take in what the peer holds otherwise than we believe."""
        side, peer = self._side, self._peer

        def take(work: Work) -> None:
            take_compared(work, peer, payload, side.sending)

        await side.act("exchange.compare", peer, take)
        self._asked = False
        self._works()

    async def _heed(self, kind: Message, payload: bytes) -> None:
        """Take in that a frame was not: go back, or pause as the peer asks, and keep the reason for people to see."""
        if self._under_way:
            self._under_way.popleft()
        side, peer = self._side, self._peer
        if kind is Message.PULL:
            asked = decode_canonical_as(payload, Pull)
            if not self._draining:
                await side.act("exchange.pull", peer, lambda work: pull(work, peer, asked.stream, asked.next))
        elif kind is Message.PROBLEM:
            said = decode_canonical_as(payload, Problem)
            side.state.trouble[peer.node] = said.code
            if said.retry_after_s is None:
                raise Refused(said.code, "The peer does not take what we send.")
            self._pause_s = min(said.retry_after_s, side.limits.retry_cap_s)
        else:
            raise BadInput("link.unexpected-message", "The other side sent a message out of turn.")
        self._draining = True

    def _works(self) -> None:
        """Forget earlier failures: only what the peer took shows that the link works, not that it was greeted."""
        self._side.state.works(self._peer.node)
