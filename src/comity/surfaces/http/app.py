"""The HTTP application: `POST /v1/<subject>/<verb>` for each operation of the catalogue, and what describes it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, TextIO

import msgspec
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from comity.core import codec
from comity.core.errors import BadInput, ComityError, FieldProblem, NotFound, NotSignedIn
from comity.core.operation import AnyOperation
from comity.core.time import parse_instant
from comity.runtime.records import Call
from comity.surfaces.http.bodies import read_body
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.log import AccessLog
from comity.surfaces.http.metrics import METRICS_TYPE
from comity.surfaces.http.openapi import describe_api
from comity.surfaces.http.problems import PROBLEM_TYPE, problem_document, problem_headers
from comity.surfaces.http.router import CallRouter
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.http.shield import Refuse, Shield

JSON_TYPE: Final = "application/json"
METHOD_NOT_ALLOWED: Final = 405
# The runtime's refusals of what stands beside the command in the body.
_NOT_READY: Final = 503
_ENVELOPE_CODES: Final = ("request-id.", "purpose.", "operation.")


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every call sends: the command, the name of this attempt, why, and (exercise nodes only) at which moment.

    `request_id` is mandatory for changes; `purpose` may be left out where the operation allows exactly one; `at` is an
    RFC 3339 instant.
    """

    command: dict[str, object]
    request_id: str | None = None
    purpose: str | None = None
    at: str | None = None


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
    calls = {
        f"/v1/{declared.subject}/{declared.verb}": api.endpoint(declared)
        for declared in caller.runtime.catalogue.values()
    }
    routes: list[BaseRoute] = [
        Route("/v1", api.index, methods=["GET"]),
        Route("/openapi.json", api.description, methods=["GET"]),
        Route("/health", api.health, methods=["GET"]),
        Route("/ready", api.ready, methods=["GET"]),
        Route("/metrics", api.metrics, methods=["GET"]),
        *pages,
    ]
    refuse = _chosen(refuse_page)

    async def refuse_error(request: Request, error: Exception) -> Response:
        answer = await refuse(request, _told(error))
        if isinstance(error, HTTPException):
            answer.headers.update(error.headers or {})  # which methods are allowed
        return answer

    router = CallRouter(routes, calls, lifespan)
    app = ExceptionMiddleware(router, handlers={ComityError: refuse_error, HTTPException: refuse_error})
    return Shield(app, settings, AccessLog(log_stream, settings.clock), refuse)


class _Api:
    def __init__(self, caller: Caller, settings: HttpSettings) -> None:
        self._caller = caller
        self._settings = settings
        self._description = msgspec.json.encode(describe_api(caller.runtime.catalogue, settings))
        self._index = msgspec.json.encode(
            {
                "node": settings.node,
                "party": settings.party,
                "profile": settings.profile,
                "openapi": "/openapi.json",
                "operations": {declared.name: declared.summary for declared in caller.runtime.catalogue.values()},
            }
        )

    def endpoint(self, declared: AnyOperation) -> Callable[[Request], Awaitable[Response]]:
        """Make the endpoint of one operation."""

        async def run(request: Request) -> Response:
            request.state.operation = declared.name
            body = await read_body(request, JSON_TYPE, self._settings.max_body_bytes)
            call = _call(declared, codec.from_json_value(codec.decode(body), Envelope))
            try:
                answer = await self._caller.call(call, _token(request))
            except BadInput as error:
                raise _inside_command(error) from None
            # The body is canonical JSON already; decoding it to encode it again would only cost time.
            mark = b',"profile":"exercise"' if self._settings.exercise else b""
            whole = b'{"result":%b,"trace":"%b"%b}' % (answer.body, request.state.trace.encode(), mark)
            headers = {"Idempotent-Replayed": "true"} if answer.replayed else {}
            return Response(whole, media_type=JSON_TYPE, headers=headers)

        return run

    async def index(self, request: Request) -> Response:
        """Answer `GET /v1`: which node this is and what it can be asked."""
        request.state.operation = "index"
        return Response(self._index, media_type=JSON_TYPE)

    async def description(self, request: Request) -> Response:
        """Answer `GET /openapi.json`."""
        request.state.operation = "openapi"
        return Response(self._description, media_type=JSON_TYPE)

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


def _call(declared: AnyOperation, envelope: Envelope) -> Call:
    return Call(
        operation=declared.name,
        command=msgspec.json.encode(envelope.command),
        request_id=envelope.request_id,
        purpose=envelope.purpose,
        at=None if envelope.at is None else parse_instant(envelope.at, field="$.at"),
    )


def _token(request: Request) -> str | None:
    """Take the session token of the Authorization header; another scheme than Bearer is a token that nobody has."""
    given = request.headers.get("authorization")
    if given is None:
        return None
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token.isascii() or not token.strip():
        raise NotSignedIn("session.malformed", "The Authorization header holds no bearer token.")
    return token.strip()


def _inside_command(error: BadInput) -> BadInput:
    """Say places of the command as places of the body, so that `$.id` is told as `$.command.id`."""
    if error.code.startswith(_ENVELOPE_CODES):
        return error
    error.problems = tuple(
        FieldProblem(field=f"$.command{problem.field[1:]}", code=problem.code, message=problem.message)
        if problem.field.startswith("$")
        else problem
        for problem in error.problems
    )
    return error


async def refuse_call(request: Request, error: ComityError) -> Response:
    """Answer an error of the house as a problem document."""
    document = problem_document(error, instance=request.url.path, trace=request.state.trace)
    return Response(msgspec.json.encode(document), document.status, problem_headers(error), media_type=PROBLEM_TYPE)


def _chosen(refuse_page: Refuse | None) -> Refuse:
    """Tell errors as pages to browsers and as problem documents to programs."""

    async def refuse(request: Request, error: ComityError) -> Response:
        by_browser = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")
        return await (refuse_page if refuse_page and by_browser else refuse_call)(request, error)

    return refuse


def _told(error: Exception) -> ComityError:
    """Turn what the router raises for a path or method that no route serves into an error of the house."""
    if isinstance(error, ComityError):
        return error
    if isinstance(error, HTTPException) and error.status_code == METHOD_NOT_ALLOWED:
        return BadInput("http.method", "This address does not take that method.", remedy="Calls are POST.")
    return NotFound("http.path", "There is nothing at this address.", remedy="See GET /v1.")
