"""The HTTP server of a node: uvicorn on sockets we bind ourselves, stopped with the rest of the process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from comity.core.errors import Unreachable
from comity.node.config import Listen

_BACKLOG = 512
_GRACE_S = 5


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the node, which stops all its parts in order."""
        yield


class _Gathering:
    """A transport that sends what is written in one turn of the event loop at once: an answer's head with its body."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send at the end of this turn."""
        if not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting.append(data)

    def close(self) -> None:
        """Send what waits and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        waiting, self._waiting = b"".join(self._waiting), []
        if waiting:
            self._transport.write(waiting)


class _Protocol(H11Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Take a connection."""
        super().connection_made(cast("asyncio.Transport", _Gathering(transport, self.loop)))


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
