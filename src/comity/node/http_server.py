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


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the node, which stops all its parts in order."""
        yield


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol on a quick parser, which by itself would read a head without end."""

    _beside = 0
    _body = 0
    _ended = False

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
