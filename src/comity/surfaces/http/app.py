"""The HTTP application: `POST /v1/<subject>/<verb>` for each operation of the catalogue, and what describes it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, TextIO

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp

from comity.core.errors import BadInput, ComityError, Defect, NotFound
from comity.core.operation import AnyOperation
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.calls import JSON_TYPE, Calls, address_of
from comity.surfaces.http.gate import gate_routes
from comity.surfaces.http.log import AccessLog
from comity.surfaces.http.match import match_routes
from comity.surfaces.http.metrics import METRICS_TYPE
from comity.surfaces.http.openapi import describe_api
from comity.surfaces.http.problems import PROBLEM_TYPE, problem_document, problem_headers
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.http.shield import Refuse, Shield

METHOD_NOT_ALLOWED: Final = 405
_NOT_READY: Final = 503
_OF_PROGRAMS: Final = ("/v1/", "/match/", "/gate")


def make_app(
    caller: Caller,
    settings: HttpSettings,
    *,
    pages: Sequence[BaseRoute] = (),
    refuse_page: Refuse | None = None,
    log_stream: TextIO = sys.stderr,
) -> ASGIApp:
    """Build the application, with the web surface's routes (`pages`) served beside the API.

    `refuse_page` tells an error to a browser. Closing the application (its lifespan) closes `caller`.
    """

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        caller.close()

    api = _Api(caller, settings)
    routes: list[BaseRoute] = [
        Route("/v1", api.index, methods=["GET"]),
        Route("/openapi.json", api.description, methods=["GET"]),
        Route("/health", api.health, methods=["GET"]),
        Route("/ready", api.ready, methods=["GET"]),
        Route("/metrics", api.metrics, methods=["GET"]),
        *match_routes(caller, settings),
        *gate_routes(caller, settings),
        *(_other_methods(declared) for declared in caller.runtime.catalogue.values()),
        *pages,
    ]
    refuse = _chosen(refuse_page)

    async def refuse_error(request: Request, error: Exception) -> Response:
        answer = await refuse(request, _told(error))
        if isinstance(error, HTTPException):
            answer.headers.update(error.headers or {})  # which methods are allowed
        return answer

    # /v1/x/ is not /v1/x: a redirect would invite a POST to be sent twice.
    router = Router(routes, redirect_slashes=False, lifespan=lifespan)
    behind = ExceptionMiddleware(router, handlers={ComityError: refuse_error, HTTPException: refuse_error})
    app = Calls(caller, settings, behind, refuse)
    return Shield(app, settings, AccessLog(log_stream, settings.clock, settings.log_late_s), refuse)


def _other_methods(declared: AnyOperation) -> Route:
    """Have other methods than POST refused at the address of an operation, which `Calls` serves itself."""

    async def never(_: Request) -> Response:
        raise Defect("http.call-went-by", "A call went past what serves calls.")

    return Route(address_of(declared), never, methods=["POST"])


class _Api:
    def __init__(self, caller: Caller, settings: HttpSettings) -> None:
        self._caller = caller
        self._settings = settings
        self._description: bytes | None = None
        self._index = msgspec.json.encode(
            {
                "node": settings.node,
                "party": settings.party,
                "profile": settings.profile,
                "openapi": "/openapi.json",
                "operations": {declared.name: declared.summary for declared in caller.runtime.catalogue.values()},
            }
        )

    async def index(self, request: Request) -> Response:
        """Answer `GET /v1`: which node this is and what it can be asked."""
        request.state.operation = "index"
        return Response(self._index, media_type=JSON_TYPE)

    async def description(self, request: Request) -> Response:
        """Answer `GET /openapi.json`."""
        request.state.operation = "openapi"
        # Few ever ask, and a node would start a sixth later for it: described when first asked for, beside the loop.
        if self._description is None:
            self._description = await run_in_threadpool(self._describe)
        return Response(self._description, media_type=JSON_TYPE)

    def _describe(self) -> bytes:
        return msgspec.json.encode(describe_api(self._caller.runtime.catalogue, self._settings))

    async def health(self, request: Request) -> Response:
        """Answer `GET /health`: the process lives. Says nothing of data or peers."""
        request.state.operation = "health"
        return Response(b'{"status":"live"}', media_type=JSON_TYPE)

    async def ready(self, request: Request) -> Response:
        """Answer `GET /ready`: 200 once calls are answered as quickly as they should be, 503 before."""
        request.state.operation = "ready"
        if self._settings.ready():
            return Response(b'{"status":"ready"}', media_type=JSON_TYPE)
        return Response(b'{"status":"starting"}', status_code=_NOT_READY, media_type=JSON_TYPE)

    async def metrics(self, request: Request) -> Response:
        """Answer `GET /metrics` in the Prometheus text format."""
        request.state.operation = "metrics"
        return Response(self._caller.metrics.render(), headers={"content-type": METRICS_TYPE})


async def refuse_call(request: Request, error: ComityError) -> Response:
    """Answer an error of the house as a problem document."""
    document = problem_document(error, instance=request.url.path, trace=request.state.trace)
    return Response(msgspec.json.encode(document), document.status, problem_headers(error), media_type=PROBLEM_TYPE)


def _chosen(refuse_page: Refuse | None) -> Refuse:
    """Tell errors as pages to browsers and as problem documents to programs."""

    async def refuse(request: Request, error: ComityError) -> Response:
        by_browser = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(_OF_PROGRAMS)
        return await (refuse_page if refuse_page and by_browser else refuse_call)(request, error)

    return refuse


def _told(error: Exception) -> ComityError:
    """Turn what the router raises for a path or method that no route serves into an error of the house."""
    if isinstance(error, ComityError):
        return error
    if isinstance(error, HTTPException) and error.status_code == METHOD_NOT_ALLOWED:
        return BadInput("http.method", "This address does not take that method.", remedy="Calls are POST.")
    return NotFound(
        "http.path",
        "There is nothing at this address.",
        remedy="Check the address, or begin at the start page; programs find what there is under GET /v1.",
    )
