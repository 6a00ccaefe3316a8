"""Messages on a byte stream, shared by peer links and the node's local socket.

4 bytes: length of the payload, big-endian; 1 byte: type of message; then the payload.
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from comity.core.errors import BadInput, Unreachable
from comity.core.said import say

MAX_PAYLOAD_BYTES: Final = 8 << 20
_LENGTH_BYTES = 4


def pack(kind: int, payload: bytes) -> bytes:
    """Return one message's bytes. Raises `BadInput` `framing.too-large`."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise _too_large()
    return len(payload).to_bytes(_LENGTH_BYTES, "big") + kind.to_bytes(1, "big") + payload


async def read_message(reader: asyncio.StreamReader, timeout_s: float) -> tuple[int, bytes]:
    """Return type and payload of the next message.

    Raises `BadInput` `framing.too-large` before reading a payload over the cap, `Unreachable` `link.closed` when the
    stream ends or breaks, `link.silent` when no whole message came within `timeout_s`.
    """
    try:
        async with asyncio.timeout(timeout_s):
            head = await reader.readexactly(_LENGTH_BYTES + 1)
            length = int.from_bytes(head[:_LENGTH_BYTES], "big")
            if length > MAX_PAYLOAD_BYTES:
                raise _too_large()
            return head[_LENGTH_BYTES], await reader.readexactly(length)
    except TimeoutError:
        raise Unreachable("link.silent", "The other side sent nothing in time.") from None
    except (asyncio.IncompleteReadError, OSError):
        raise Unreachable("link.closed", "The other side closed the connection.") from None


class Outlet(Protocol):
    """The writing end of a link: `asyncio.StreamWriter`, or a line over a hub."""

    def write(self, data: bytes) -> None:
        """Take bytes that are to go out."""
        ...

    async def drain(self) -> None:
        """Wait until more is taken. Raises `OSError`."""
        ...

    def close(self) -> None:
        """End the link."""
        ...

    async def wait_closed(self) -> None:
        """Wait until it has ended."""
        ...


async def send_message(writer: Outlet, kind: int, payload: bytes, timeout_s: float) -> None:
    """Write one message and wait until the stream takes more. Raises `Unreachable` (`link.closed`, `link.silent`)."""
    try:
        async with asyncio.timeout(timeout_s):
            writer.write(pack(kind, payload))
            await writer.drain()
    except TimeoutError:
        raise Unreachable("link.silent", "The other side took nothing in time.") from None
    except OSError:
        raise Unreachable("link.closed", "The other side closed the connection.") from None


def _too_large() -> BadInput:
    return BadInput(
        "framing.too-large",
        say("A message has at most %(most)s bytes.", most=MAX_PAYLOAD_BYTES),
    )
