"""The HTTP server of a node: uvicorn on sockets we bind ourselves, stopped with the rest of the process."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from comity.core.errors import Unreachable
from comity.node.config import Listen
from comity.surfaces.http.problems import PROBLEM_TYPE, malformed

_BACKLOG = 512
_GRACE_S = 5
_MOST_HEAD: Final = 32 * 1024
_FIELD_MARKS: Final = 4
"""Colon, space and the end of the line."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the node, which stops all its parts in order."""
        yield


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol on a quick parser, which by itself would read a head without end."""

    _fields = 0
    _unheard = 0

    def data_received(self, data: bytes) -> None:
        """Take bytes in; more than `_MOST_HEAD` of them that are neither body nor finished fields end the connection.

        What the parser keeps to itself (one endless field, an endless chunk extension) is counted as unheard.
        """
        self._unheard += len(data)
        super().data_received(data)
        if max(self._fields, self._unheard) > _MOST_HEAD and not self.transport.is_closing():
            self.send_400_response("Too much before the body.")

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._fields = self._unheard = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head, or one behind the body."""
        self._count(len(name) + len(value) + _FIELD_MARKS)
        super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body, which the application limits."""
        self._unheard = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        self._unheard = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request as every other refusal is answered, and end the connection."""
        del msg
        body = malformed()
        head = b"HTTP/1.1 400 Bad Request\r\ncontent-type: %b\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(head % (PROBLEM_TYPE.encode(), len(body)) + body)
        self.transport.close()

    def _count(self, length: int) -> None:
        self._unheard = 0
        self._fields += length
        if self._fields > _MOST_HEAD:
            raise _TooLongError  # the parser turns it into its own error, which is answered with 400


class _TooLongError(Exception):
    """More than a head may hold."""


def bind(listen: Listen, *, what: str) -> socket.socket:
    """Return a listening socket. Raises `Unreachable` (`node.port-taken`) where the address cannot be had."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    # With the protocol named: asyncio turns off Nagle's waiting only on sockets that say they are TCP.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((listen.host, listen.port))
        bound.listen(_BACKLOG)
    except OSError:
        bound.close()
        raise Unreachable(
            "node.port-taken",
            f"The {what} address {listen.host}:{listen.port} cannot be listened on.",
            remedy="Stop what uses it, or change the port in config.json.",
        ) from None
    return bound


def make_server(app: ASGIApp, tls: tuple[str, str] | None) -> uvicorn.Server:
    """Return a server for `app`; run it with `serve(sockets=[...])`, end it by setting `should_exit`."""
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=tls[0] if tls else None,
        ssl_keyfile=tls[1] if tls else None,
    )
    return _Server(config)
