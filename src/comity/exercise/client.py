"""A caller of a node's API, as any program could be: one kept connection, one token."""

from __future__ import annotations

import http.client
import secrets
import socket
import time
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from comity.core import codec
from comity.core.errors import Unreachable
from comity.surfaces.failures import Failure, revive

T = TypeVar("T")
_TIMEOUT_S = 60
_IDLE_S = 3.0
"""A node closes connections that are silent for five seconds; one nearly so old may be closing as it is used."""


class _Connection(http.client.HTTPConnection):
    """Sends a head together with its body: the standard library writes twice, and the node would wake twice."""

    _head = b""

    def send(self, data: object) -> None:
        """Send what has been prepared; a head waits for the body, which every call has."""
        if not isinstance(data, bytes):
            raise TypeError(type(data).__name__)
        if data.endswith(b"\r\n\r\n") and not self._head:
            self._head = data
            return
        whole, self._head = self._head + data, b""
        super().send(whole)


class Client:
    """Calls operations of one node for one person. Not safe for use by several threads at once."""

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url)
        self.url = url
        self.token = token
        self.replayed = False
        """Whether the last answer had been given before: the first attempt was done, though its answer was lost."""
        self._used = 0.0
        self._connection = _Connection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)

    def call(
        self,
        operation: str,
        command: object,
        kind: type[T],
        *,
        purpose: str | None = None,
        request_id: str | None = None,
    ) -> T:
        """Run an operation and return its result.

        Raises the error that the node told, `Unreachable` if none answers.
        """
        subject, _, verb = operation.partition(".")
        envelope: dict[str, object] = {"command": command, "request_id": request_id or secrets.token_hex(16)}
        if purpose is not None:
            envelope["purpose"] = purpose
        status, body = self._post(f"/v1/{subject}/{verb}", msgspec.json.encode(envelope))
        if status == http.client.OK:
            whole = codec.quick(body, dict[str, msgspec.Raw])
            return codec.quick(whole["result"], kind)
        raise revive(codec.quick(body, Failure))

    def close(self) -> None:
        """End the connection; the next call opens another. The session lives on."""
        self._connection.close()

    def _connect(self) -> None:
        """Connect without waiting to fill packets: head and body go out as two writes, and the second would wait."""
        if time.monotonic() - self._used > _IDLE_S:
            self._connection.close()
        self._used = time.monotonic()
        kept: socket.socket | None = self._connection.sock
        if kept is None:
            self._connection.connect()
            made: socket.socket = self._connection.sock
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            self._connect()
            self._connection.request("POST", path, body, headers)
            answer = self._connection.getresponse()
            self.replayed = answer.headers.get("Idempotent-Replayed") == "true"
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise Unreachable("exercise.no-answer", "The node does not answer.") from None
