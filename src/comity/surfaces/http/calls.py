"""`POST /v1/<subject>/<verb>`: from bytes to a call and back, by the shortest way; everything else goes on behind.

A call is most of what a node serves, so it passes none of the layers that pages need: its address is looked up, its
body read and its answer written here, in the terms of ASGI.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from comity.adapters.slots import until_slot
from comity.core import codec
from comity.core.errors import BadInput, ComityError, NotSignedIn
from comity.core.operation import AnyOperation
from comity.core.time import parse_instant
from comity.runtime.records import Answer, Call
from comity.surfaces.http.bodies import fields_of, read_body
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.http.shield import Refuse

JSON_TYPE: Final = "application/json"
SLOTS_S: Final[Mapping[str, float]] = {"crossing.pass-gate": 0.5}
"""Operations answered, or refused, only at the end of a slot of so many seconds: their time must tell nothing."""
_OK: Final = 200
_CONTENT_TYPE: Final = (b"content-type", JSON_TYPE.encode())
_REPLAYED: Final = (b"idempotent-replayed", b"true")
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


def address_of(declared: AnyOperation) -> str:
    """Return the path at which an operation is called."""
    return f"/v1/{declared.subject}/{declared.verb}"


class Calls:
    """Serves calls; what is no call goes to the application `behind`. Errors of the house are told by `refuse`."""

    def __init__(self, caller: Caller, settings: HttpSettings, behind: ASGIApp, refuse: Refuse) -> None:
        self._caller = caller
        self._max_body_bytes = settings.max_body_bytes
        self._mark = b',"profile":"exercise"' if settings.exercise else b""
        self._behind = behind
        self._refuse = refuse
        self._operations = {address_of(declared): declared for declared in caller.runtime.catalogue.values()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one event."""
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        declared = self._operations.get(scope["path"]) if is_post else None
        if declared is None:
            await self._behind(scope, receive, send)
            return
        scope["state"]["operation"] = declared.name
        try:
            answer = await self._answer(declared, scope, receive)
        except ComityError as error:
            refusal = await self._refuse(Request(scope), error)
            await refusal(scope, receive, send)
            return
        # The body is canonical JSON already; decoding it to encode it again would only cost time.
        trace: str = scope["state"]["trace"]
        whole = b'{"result":%b,"trace":"%b"%b}' % (answer.body, trace.encode(), self._mark)
        headers = [_CONTENT_TYPE, (b"content-length", b"%d" % len(whole)), *((_REPLAYED,) if answer.replayed else ())]
        await send({"type": "http.response.start", "status": _OK, "headers": headers})
        await send({"type": "http.response.body", "body": whole})

    async def _answer(self, declared: AnyOperation, scope: Scope, receive: Receive) -> Answer:
        slot_s = SLOTS_S.get(declared.name)
        if slot_s is None:
            return await self._ask(declared, scope, receive)
        begun = asyncio.get_running_loop().time()
        try:
            return await self._ask(declared, scope, receive)
        finally:
            await until_slot(begun, slot_s)

    async def _ask(self, declared: AnyOperation, scope: Scope, receive: Receive) -> Answer:
        fields = fields_of(scope)
        body = await read_body(fields, receive, JSON_TYPE, self._max_body_bytes)
        call = _call(declared, codec.from_json_value(codec.decode(body), Envelope))
        try:
            return await self._caller.call(call, token_of(fields.get(b"authorization")))
        except BadInput as error:
            raise _inside_command(error) from None


def _call(declared: AnyOperation, envelope: Envelope) -> Call:
    return Call(
        operation=declared.name,
        command=msgspec.json.encode(envelope.command),
        request_id=envelope.request_id,
        purpose=envelope.purpose,
        at=None if envelope.at is None else parse_instant(envelope.at, field="$.at"),
    )


def token_of(given: bytes | None) -> str | None:
    """Take the session token of the Authorization header; another scheme than Bearer is a token that nobody has."""
    if given is None:
        return None
    scheme, _, token = given.partition(b" ")
    if scheme.lower() != b"bearer" or not token.isascii() or not token.strip():
        raise NotSignedIn("session.malformed", "The Authorization header holds no bearer token.")
    return token.decode("ascii").strip()


def _inside_command(error: BadInput) -> BadInput:
    """Say places of the command as places of the body, so that `$.id` is told as `$.command.id`."""
    if error.code.startswith(_ENVELOPE_CODES):
        return error
    error.problems = tuple(
        msgspec.structs.replace(problem, field=f"$.command{problem.field[1:]}")
        if problem.field.startswith("$")
        else problem
        for problem in error.problems
    )
    return error
