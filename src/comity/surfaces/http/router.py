"""The router: calls are found by their address at once, everything else in the order of the routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Lifespan, Receive, Scope, Send

Answer: TypeAlias = Callable[[Request], Awaitable[Response]]


class CallRouter(Router):
    """Starlette's router; a call goes straight to its operation, past patterns and layers that it does not need."""

    def __init__(self, routes: Sequence[BaseRoute], calls: Mapping[str, Answer], lifespan: Lifespan[object]) -> None:
        # /v1/x/ is not /v1/x: a redirect would invite a POST to be sent twice.
        named = [Route(path, answer, methods=["POST"]) for path, answer in calls.items()]
        super().__init__([*named, *routes], redirect_slashes=False, lifespan=lifespan)
        self._calls = calls

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one event."""
        answer = self._calls.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if answer is None:
            await super().app(scope, receive, send)
            return
        response = await answer(Request(scope, receive, send))
        await response(scope, receive, send)
