"""The HTTP server of a node: uvicorn on sockets we bind ourselves, stopped with the rest of the process."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from comity.core.errors import Unreachable
from comity.node.config import Listen

_BACKLOG = 512
_GRACE_S = 5


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the node, which stops all its parts in order."""
        yield


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
        http="h11",
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
