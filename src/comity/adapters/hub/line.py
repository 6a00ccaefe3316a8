"""One conversation over a hub, as the streams of a link: what is written goes out in parts, what comes is fed in."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from comity.adapters.hub.seal import Direction, Head
from comity.core.errors import Unreachable

PART_BYTES: Final = 256 << 10
"""A server takes a mebibyte at once by default."""

Send: TypeAlias = Callable[[str, bytes], Awaitable[None]]
"""Sends a part to a subject and returns once the hub has it."""
Ack: TypeAlias = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Way:
    """Where a line's parts go: sealed how, under which head, to which subject; the answerer's chance changes it."""

    seal: Direction
    head: Head
    subject: str


@dataclass(slots=True)
class Line:
    """The writing end of a conversation (`comity.adapters.framing.Outlet`), and what is to be acknowledged behind it.

    `answering`: each message written is the answer to the oldest that came; only then is that acknowledged to the hub.
    `came` parts have come, `done` of them are answered, `spoke` have gone out.
    """

    send: Send
    way: Way
    reader: asyncio.StreamReader
    answering: bool
    opens: Direction | None = None
    came: int = 0
    done: int = 0
    spoke: int = 0
    ended: Callable[[], None] = lambda: None
    _unsent: bytearray = field(default_factory=bytearray)
    _behind: deque[list[Ack]] = field(default_factory=lambda: deque([[]]))
    _over: bool = False

    def write(self, data: bytes) -> None:
        """Take what is to go out; it goes with `drain`."""
        self._unsent += data

    async def drain(self) -> None:
        """Send it, then acknowledge what it answers.

        Raises `OSError` where the conversation is over or the hub gone.
        """
        if self._over:
            raise ConnectionResetError
        data, self._unsent = bytes(self._unsent), bytearray()
        for start in range(0, len(data), PART_BYTES):
            part = data[start : start + PART_BYTES]
            await self._say(part, last=start + PART_BYTES >= len(data))
        if self.answering and len(self._behind) > 1:
            answered = self._behind.popleft()
            self.done += len(answered)
            for ack in answered:
                await ack()

    async def _say(self, part: bytes, *, last: bool) -> None:
        head = Head(
            sender=self.way.head.sender,
            session=self.way.head.session,
            number=self.spoke,
            inbox=self.way.head.inbox,
            answer=self.way.head.answer,
            last=last,
        )
        self.spoke += 1
        try:
            await self.send(self.way.subject, self.way.seal.seal(head, part))
        except Unreachable:
            raise ConnectionResetError from None

    async def take(self, head: Head, sealed: bytes, ack: Ack) -> None:
        """Take a part that came: in order, each once. A gap ends the line."""
        if head.number < self.done:
            await ack()  # the first acknowledgement was lost
            return
        if head.number < self.came:
            return  # it is acknowledged when it is answered
        if self.opens is None or self._over or head.number > self.came:
            self.end()
            return
        content = self.opens.open(head, sealed)
        self.came += 1
        if self.answering:
            self._behind[-1].append(ack)
            if head.last:
                self._behind.append([])
        else:
            self.done += 1
            await ack()
        self.reader.feed_data(content)

    def end(self) -> None:
        """End the conversation: whoever reads or writes hears of it."""
        if not self._over:
            self._over = True
            self.reader.feed_eof()
            self.ended()

    def close(self) -> None:
        """End it."""
        self.end()

    async def wait_closed(self) -> None:
        """Return: nothing is left to wait for."""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._over
