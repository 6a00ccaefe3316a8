"""The HTTP server of a node: uvicorn on sockets we bind ourselves, stopped with the rest of the process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from comity.core.errors import Unreachable
from comity.core.said import say
from comity.node.config import Listen
from comity.surfaces.http.problems import PROBLEM_TYPE, malformed

_BACKLOG = 512
_GRACE_S = 5
_MOST_HEAD: Final = 32 * 1024
_ANSWER: Final = b"HTTP/"
_END_OF_HEAD: Final = b"\r\n\r\n"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the node, which stops all its parts in order."""
        yield


class _Joined(asyncio.Transport):
    """A transport that sends the head of an answer together with what follows it, in one write.

    A head that nothing follows at once goes out in the next turn of the event loop.
    """

    def __init__(self, below: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._below = below
        self._loop = loop
        self._head = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes in the order of writing."""
        if self._head:
            data, self._head = self._head + data, b""
        elif bytes(data[:5]) == _ANSWER and bytes(data[-4:]) == _END_OF_HEAD:
            self._head = bytes(data)
            self._loop.call_soon(self._let_go)
            return
        self._below.write(data)

    def close(self) -> None:
        """Send what waits, then close."""
        self._let_go()
        self._below.close()

    def _let_go(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._below.write(head)

    def abort(self) -> None:
        """Close at once; what waits is lost."""
        self._below.abort()

    def is_closing(self) -> bool:
        """Say whether it is closed or about to be."""
        return self._below.is_closing()

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Return what is known of the connection."""
        return self._below.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Take nothing in for now."""
        self._below.pause_reading()

    def resume_reading(self) -> None:
        """Take in again."""
        self._below.resume_reading()


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol on a quick parser, which by itself would read a head without end."""

    _beside = 0
    _body = 0
    _ended = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        super().connection_made(_Joined(transport, self.loop))

    def data_received(self, data: bytes) -> None:
        """Take bytes in; more than `_MOST_HEAD` of a request beside its body, and the body once over, end all."""
        self._body, self._ended = 0, False
        super().data_received(data)
        # Of what came with the end of a request nothing is counted: it may hold many whole ones.
        self._beside = 0 if self._ended else max(0, self._beside + len(data) - 2 * self._body)
        if self._beside > _MOST_HEAD and not self.transport.is_closing():
            self.send_400_response("")

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body, which the application limits; each byte of it lets one more pass beside it."""
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        self._ended = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request as every other refusal is answered, and end the connection."""
        del msg
        body = malformed()
        head = b"HTTP/1.1 400 Bad Request\r\ncontent-type: %b\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(head % (PROBLEM_TYPE.encode(), len(body)) + body)
        self.transport.close()


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
            say(
                "The %(what)s address %(host)s:%(port)s cannot be listened on.",
                what=what,
                host=listen.host,
                port=listen.port,
            ),
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
