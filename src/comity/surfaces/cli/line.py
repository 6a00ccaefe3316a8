"""A way to one node for commands that call it several times."""

from __future__ import annotations

import secrets
from typing import TypeVar

import msgspec

from comity.core import codec
from comity.core.errors import Defect
from comity.runtime.records import Call
from comity.surfaces.cli.transport import Transport

R = TypeVar("R")


class Line:
    """Sends calls in one session, or as this user's account; `purpose` where the operation leaves a choice."""

    def __init__(self, transport: Transport, token: str | None, purpose: str | None = None) -> None:
        self._transport = transport
        self._token = token
        self._purpose = purpose

    def ask(self, operation: str, command: msgspec.Struct, result: type[R], *, change: bool = False) -> R:
        """Send one call and return its answer."""
        body = self._transport.send(
            Call(
                operation=operation,
                command=msgspec.json.encode(command),
                request_id=secrets.token_hex(16) if change else None,
                purpose=self._purpose,
            ),
            self._token,
        )
        try:
            return codec.quick(body, result)
        except msgspec.DecodeError:
            raise Defect("node.not-a-node", "The answer is not one that a node gives.") from None
