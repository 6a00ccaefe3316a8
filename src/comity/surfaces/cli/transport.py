"""How a command reaches a node: over HTTP, over the socket of a node on this machine, or in this process."""

from __future__ import annotations

import http.client
import ssl
import urllib.parse
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec

from comity.core import codec
from comity.core.codec import JsonValue
from comity.core.errors import BadInput, ComityError, Defect, Unreachable
from comity.core.time import format_instant
from comity.runtime.records import Call
from comity.surfaces.failures import Failure, revive

EXERCISE: Final = "exercise"
_PROFILE_HEADER: Final = "Comity-Profile"
_TIMEOUT_S: Final = 60
_ANSWER_LIMIT: Final = 8 << 20


class Transport(Protocol):
    """One way to a node. `exercise` says, after an answer, whether the node's data are synthetic."""

    exercise: bool

    def send(self, call: Call, token: str | None) -> bytes:
        """Run one operation and return the canonical JSON of its result; raises the `ComityError` the node raised.

        Without a token the node decides who calls: nobody over HTTP, the local operator over its socket.
        """
        ...


@dataclass(slots=True)
class HttpTransport:
    """A node by its address, `https://host[:port]` or (loopback exercises) `http://`."""

    url: str
    exercise: bool = field(default=False, init=False)

    def send(self, call: Call, token: str | None) -> bytes:
        """Run one operation as a POST."""
        subject, _, verb = call.operation.partition(".")
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        status, body = self._post(f"/v1/{subject}/{verb}", envelope_of(call), headers)
        if status == http.client.OK:
            return _result(body)
        try:
            failure = codec.quick(body, Failure)
        except msgspec.DecodeError:
            raise _not_a_node() from None
        raise revive(failure)

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = self._connect()
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            self.exercise = answer.headers.get(_PROFILE_HEADER) == EXERCISE
            return answer.status, answer.read(_ANSWER_LIMIT)
        except (OSError, http.client.HTTPException):
            raise unreachable() from None
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        parts = urllib.parse.urlsplit(self.url)
        try:
            port = parts.port
        except ValueError:
            port = None
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
            raise BadInput("node.address", "A node's address is https://host[:port].", field="--node")
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(parts.hostname, port, timeout=_TIMEOUT_S, context=context)
        return http.client.HTTPConnection(parts.hostname, port, timeout=_TIMEOUT_S)


def envelope_of(call: Call) -> bytes:
    """Write the body that the HTTP surface and the socket read."""
    given: dict[str, JsonValue | msgspec.Raw] = {"command": msgspec.Raw(call.command)}
    if call.request_id is not None:
        given["request_id"] = call.request_id
    if call.purpose is not None:
        given["purpose"] = call.purpose
    if call.at is not None:
        given["at"] = format_instant(call.at)
    return msgspec.json.encode(given)


def unreachable() -> Unreachable:
    """Say that no node answers where one was expected."""
    return Unreachable("node.unreachable", "The node does not answer.", remedy="Start it, or check --node.")


def _result(body: bytes) -> bytes:
    try:
        whole = codec.decode(body, max_bytes=_ANSWER_LIMIT)
    except ComityError:
        raise _not_a_node() from None
    if not isinstance(whole, dict) or "result" not in whole:
        raise _not_a_node()
    return msgspec.json.encode(whole["result"])


def _not_a_node() -> Defect:
    return Defect("node.not-a-node", "The answer is not one that a node gives.", remedy="Check the address in --node.")
