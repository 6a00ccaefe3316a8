"""The HTTP application: `POST /v1/<subject>/<verb>` for each operation of the catalogue, and what describes it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, TextIO

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from comity.core import codec
from comity.core.errors import BadInput, ComityError, FieldProblem, NotFound, NotSignedIn
from comity.core.operation import AnyOperation
from comity.core.time import parse_instant
from comity.surfaces.http.bodies import read_body
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.log import AccessLog
from comity.surfaces.http.metrics import METRICS_TYPE
from comity.surfaces.http.openapi import describe_api
from comity.surfaces.http.problems import PROBLEM_TYPE, RETRY_AFTER_S, problem_document
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.http.shield import Shield
from comity.surfaces.ports import Call

JSON_TYPE: Final = "application/json"
UNAUTHORIZED: Final = 401
METHOD_NOT_ALLOWED: Final = 405
RETRY_LATER: Final = (429, 503)
# The runtime's refusals of what stands beside the command in the body.
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
    log_stream: TextIO = sys.stderr,
) -> ASGIApp:
    """Build the application; `pages` are the web surface's routes, served beside the API.

    Closing the application (its lifespan) closes `caller`.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        caller.close()

    api = _Api(caller, settings)
    routes: list[BaseRoute] = [
        Route(f"/v1/{declared.subject}/{declared.verb}", api.endpoint(declared), methods=["POST"])
        for declared in caller.runtime.catalogue.values()
    ]
    routes += [
        Route("/v1", api.index, methods=["GET"]),
        Route("/openapi.json", api.description, methods=["GET"]),
        Route("/health", api.health, methods=["GET"]),
        Route("/metrics", api.metrics, methods=["GET"]),
        *pages,
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={ComityError: _refuse, HTTPException: _refuse_route},
    )
    # /v1/x/ is not /v1/x: a redirect would invite a POST to be sent twice.
    app.router.redirect_slashes = False
    return Shield(app, settings, AccessLog(log_stream, settings.clock))


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
            whole = b'{"result":%b,"trace":"%b"}' % (answer.body, request.state.trace.encode())
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


async def _refuse(request: Request, error: Exception) -> Response:
    """Answer an error of the house as a problem document."""
    if not isinstance(error, ComityError):
        raise error
    document = problem_document(error, instance=request.url.path, trace=request.state.trace)
    headers: dict[str, str] = {}
    if document.status == UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="comity"'
    if document.status in RETRY_LATER:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    return Response(msgspec.json.encode(document), document.status, headers, media_type=PROBLEM_TYPE)


async def _refuse_route(request: Request, error: Exception) -> Response:
    """Answer a path or method that no route serves."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == METHOD_NOT_ALLOWED:
        refused = BadInput(
            "http.method", "This address does not take that method.", remedy="Calls are POST, pages GET."
        )
        answer = await _refuse(request, refused)
        answer.headers.update(error.headers or {})
        return answer
    return await _refuse(request, NotFound("http.path", "There is nothing at this address.", remedy="See GET /v1."))
