"""The local socket's messages: 4-byte big-endian length, one byte of type, payload; one call, one answer."""

from __future__ import annotations

import struct
from enum import IntEnum, unique
from typing import Final

import msgspec

from comity.core.errors import BadInput

HEAD: Final = struct.Struct(">IB")
MAX_PAYLOAD: Final = 8 << 20


@unique
class Message(IntEnum):
    """Types of message on the local socket. A node tells by the type of its answer that its data are synthetic."""

    CALL = 0x41
    ANSWER = 0x42
    FAILURE = 0x43
    EXERCISE_ANSWER = 0x44


class SocketCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One call: the envelope of the HTTP surface, with the operation's name and the session token beside it."""

    operation: str
    command: dict[str, object]
    request_id: str | None = None
    purpose: str | None = None
    at: str | None = None
    token: str | None = None


def pack(message: Message, payload: bytes) -> bytes:
    """Frame one message; the length counts the payload only."""
    return HEAD.pack(len(payload), message) + payload


def unpack_head(head: bytes) -> tuple[Message, int]:
    """Read the five bytes before a payload; raises `BadInput` `socket.too-large` or `socket.type`."""
    length, kind = HEAD.unpack(head)
    if length > MAX_PAYLOAD:
        raise BadInput("socket.too-large", f"A message holds at most {MAX_PAYLOAD} bytes.")
    if kind not in set(Message):
        raise BadInput("socket.type", "The message has a type that is not known here.")
    return Message(kind), length
