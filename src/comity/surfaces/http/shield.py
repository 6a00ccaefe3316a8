"""The outermost layer of the HTTP surface: trace ids, security headers, access log, last catch for defects."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comity.core.errors import BadInput, ComityError, Defect
from comity.surfaces.http.log import AccessLog
from comity.surfaces.http.settings import HttpSettings

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
PROFILE_HEADER: Final = "Comity-Profile"
"""Says `exercise` or `production` on every answer, so that nobody takes synthetic data for real ones."""

_HSTS: Final = "max-age=31536000; includeSubDomains"


Refuse: TypeAlias = Callable[[Request, ComityError], Awaitable[Response]]
"""Tells an error to whoever asked: a problem document to a program, a page to a person."""


class Shield:
    """Wraps the whole application; nothing is answered without passing through here."""

    def __init__(self, app: ASGIApp, settings: HttpSettings, log: AccessLog, refuse: Refuse) -> None:
        self._app = app
        self._hosts = frozenset(host.encode() for host in settings.hosts)
        kept = {**_HEADERS, **({"Strict-Transport-Security": _HSTS} if settings.secure else {})}
        kept[PROFILE_HEADER] = settings.profile
        # As they go out, in lower case: this is done for every answer.
        self._headers = {name.lower().encode(): value.encode() for name, value in kept.items()}
        self._log = log
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI event; anything but HTTP goes through untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            self._log.flush()  # the application's life ends here
            return
        trace = secrets.token_hex(8)
        scope.setdefault("state", {})["trace"] = trace
        # With an "app" in its scope the router raises for an unknown path or method, instead of answering in its own
        # words.
        scope.setdefault("app", self)
        begun = time.perf_counter()
        answer = _Answer(send, trace, self._headers)
        try:
            if self._knows_host(scope):
                await self._app(scope, receive, answer)
            else:
                await self._tell(_wrong_host(), scope, receive, answer)
        except _UnsentError as error:
            self._log.unsent(error.cause, trace=trace)
        except Exception as error:  # noqa: BLE001 - the process outlives one request
            self._log.defect(error, trace=trace)
            if not answer.status:  # Else the answer had begun: it ends short, which the client sees.
                await self._tell(_defect(), scope, receive, answer)
        milliseconds = round((time.perf_counter() - begun) * 1000)
        operation = scope["state"].get("operation", "none")
        self._log.request(operation=operation, status=answer.status, trace=trace, milliseconds=milliseconds)

    async def _tell(self, error: ComityError, scope: Scope, receive: Receive, answer: _Answer) -> None:
        response = await self._refuse(Request(scope), error)
        await response(scope, receive, answer)

    def _knows_host(self, scope: Scope) -> bool:
        """A name that resolves to us but is not ours is an attack on the browser (DNS rebinding)."""
        return (
            not self._hosts or next((value for name, value in scope["headers"] if name == b"host"), b"") in self._hosts
        )


class _UnsentError(Exception):
    """The server below cannot send: it has ended the exchange by itself, as after a body that is no HTTP."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause


class _Answer:
    """Adds the headers to whatever is sent, and remembers the status."""

    def __init__(self, send: Send, trace: str, headers: Mapping[bytes, bytes]) -> None:
        self.status = 0
        self._send = send
        self._trace = trace.encode()
        self._headers = headers

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            # What the answer says itself goes before what we would say; a name that it repeats stays repeated.
            given = message["headers"]
            said = dict(given)
            missing = self._headers.items() if said.keys().isdisjoint(self._headers) else _others(self._headers, said)
            message["headers"] = [*given, *missing, (b"trace-id", self._trace)]
        try:
            await self._send(message)
        except Exception as error:
            raise _UnsentError(error) from error


def _others(headers: Mapping[bytes, bytes], said: Collection[bytes]) -> Iterable[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers.items() if name not in said]


def _wrong_host() -> BadInput:
    return BadInput("http.host", "This node does not answer to that host name.", remedy="Use the node's own address.")


def _defect() -> Defect:
    return Defect("http.defect", "This node made a mistake; the request was not answered.")
