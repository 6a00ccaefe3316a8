"""The outermost layer of the HTTP surface: trace ids, security headers, access log, last catch for defects."""

from __future__ import annotations

import secrets
import time
from typing import Final

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comity.core.errors import BadInput, Defect
from comity.surfaces.http.log import AccessLog
from comity.surfaces.http.problems import PROBLEM_TYPE, problem_document
from comity.surfaces.http.settings import HttpSettings

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
_HSTS: Final = "max-age=31536000; includeSubDomains"


class Shield:
    """Wraps the whole application; nothing is answered without passing through here."""

    def __init__(self, app: ASGIApp, settings: HttpSettings, log: AccessLog) -> None:
        self._app = app
        self._settings = settings
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI event; anything but HTTP goes through untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = secrets.token_hex(8)
        scope.setdefault("state", {})["trace"] = trace
        begun = time.perf_counter()
        answer = _Answer(send, trace, secure=self._settings.secure)
        try:
            if self._knows_host(scope):
                await self._app(scope, receive, answer)
            else:
                await answer.problem(_wrong_host(), scope)
        # The outermost loop of the surface: a defect in one request must not end the process.
        except Exception as error:  # noqa: BLE001
            self._log.defect(error, trace=trace)
            await answer.problem(
                Defect("http.defect", "This node made a mistake; the request was not answered."), scope
            )
        milliseconds = round((time.perf_counter() - begun) * 1000)
        operation = scope["state"].get("operation", "none")
        self._log.request(operation=operation, status=answer.status, trace=trace, milliseconds=milliseconds)

    def _knows_host(self, scope: Scope) -> bool:
        """A name that resolves to us but is not ours is an attack on the browser (DNS rebinding)."""
        return not self._settings.hosts or Headers(scope=scope).get("host", "") in self._settings.hosts


class _Answer:
    """Adds the headers to whatever is sent, and remembers the status."""

    def __init__(self, send: Send, trace: str, *, secure: bool) -> None:
        self.status = 0
        self._send = send
        self._trace = trace
        self._secure = secure

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if self._secure:
                headers["Strict-Transport-Security"] = _HSTS
            headers["Trace-Id"] = self._trace
        await self._send(message)

    async def problem(self, error: BadInput | Defect, scope: Scope) -> None:
        if self.status:
            return  # The answer had begun; the connection ends short, which the client sees.
        document = problem_document(error, instance=scope["path"], trace=self._trace)
        headers = [(b"content-type", PROBLEM_TYPE.encode())]
        await self({"type": "http.response.start", "status": document.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": msgspec.json.encode(document)})


def _wrong_host() -> BadInput:
    return BadInput("http.host", "This node does not answer to that host name.", remedy="Use the node's own address.")
