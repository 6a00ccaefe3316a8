"""The router: calls are found by their address at once, everything else in the order of the routes."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Lifespan, Receive, Scope, Send

_CALLS = "/v1/"


class CallRouter(Router):
    """Starlette's router, without trying each route's pattern for a call: there are many operations."""

    def __init__(self, routes: Sequence[BaseRoute], lifespan: Lifespan[object]) -> None:
        # /v1/x/ is not /v1/x: a redirect would invite a POST to be sent twice.
        super().__init__(routes, redirect_slashes=False, lifespan=lifespan)
        self._calls = {
            route.path: route for route in routes if isinstance(route, Route) and route.path.startswith(_CALLS)
        }

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one event."""
        route = self._calls.get(scope["path"]) if scope["type"] == "http" else None
        match, found = (Match.NONE, {}) if route is None else route.matches(scope)
        if route is None or match is not Match.FULL:
            await super().app(scope, receive, send)
            return
        scope.update(found, router=self, route=route)
        await route.handle(scope, receive, send)
