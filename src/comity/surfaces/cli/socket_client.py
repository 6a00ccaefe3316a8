"""Calls to a node on this machine, over the socket in its directory."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from comity.core import codec
from comity.core.time import format_instant
from comity.runtime.records import Call
from comity.surfaces.cli.socket_wire import HEAD, Message, SocketCall, pack, unpack_head
from comity.surfaces.cli.transport import unreachable
from comity.surfaces.failures import Failure, revive

_TIMEOUT_S: Final = 60


@dataclass(slots=True)
class SocketTransport:
    """A running node by the path of its socket. Without a token the kernel tells the node which user calls."""

    path: Path
    exercise: bool = field(default=False, init=False)

    def send(self, call: Call, token: str | None) -> bytes:
        """Run one operation on a fresh connection."""
        asked = SocketCall(
            operation=call.operation,
            command=codec.quick(call.command, dict[str, object]),
            request_id=call.request_id,
            purpose=call.purpose,
            at=None if call.at is None else format_instant(call.at),
            token=token,
        )
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_TIMEOUT_S)
            try:
                line.connect(str(self.path))
                line.sendall(pack(Message.CALL, msgspec.json.encode(asked)))
                message, length = unpack_head(_receive(line, HEAD.size))
                payload = _receive(line, length)
            except OSError:
                raise unreachable() from None
        if message in {Message.ANSWER, Message.EXERCISE_ANSWER}:
            self.exercise = message is Message.EXERCISE_ANSWER
            return payload
        raise revive(codec.quick(payload, Failure))


def _receive(line: socket.socket, count: int) -> bytes:
    received = bytearray()
    while len(received) < count:
        chunk = line.recv(count - len(received))
        if not chunk:
            raise unreachable()
        received += chunk
    return bytes(received)
