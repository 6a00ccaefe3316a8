"""`POST /gate`: the operation `crossing.pass-gate` for automatic gates, answered in slots of time.

A gate gets its answer at the next half second since it asked, whatever had to be done for it, so that a person in the
gate, or a clock behind it, learns nothing from how long it took; and any failure of this node is `to-officer` too.
"""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comity.adapters.slots import until_slot
from comity.core import codec
from comity.core.errors import BadInput, ComityError, NotPermitted, NotSignedIn
from comity.crossings.gates import GateWord, PassGate
from comity.runtime.records import Call
from comity.surfaces.http.bodies import fields_of, read_body
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.calls import JSON_TYPE, SLOTS_S, token_of
from comity.surfaces.http.settings import HttpSettings

OPERATION: Final = "crossing.pass-gate"
_ZONE: Final = "$.zone"
_NO_PASSAGE: Final = "0" * 26


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a gate is told; the passage is noughts where the node has made none."""

    answer: GateWord
    passage: str


_TO_OFFICER: Final = Told(answer=GateWord.TO_OFFICER, passage=_NO_PASSAGE)


def gate_routes(caller: Caller, settings: HttpSettings) -> list[Route]:
    """Return the route where the node has the operation."""
    if OPERATION not in caller.runtime.catalogue:
        return []
    return [Route("/gate", _GateRoute(caller, settings).answer, methods=["POST"])]


class _GateRoute:
    """Serves the route."""

    def __init__(self, caller: Caller, settings: HttpSettings) -> None:
        self._caller = caller
        self._max_body_bytes = settings.max_body_bytes

    async def answer(self, request: Request) -> Response:
        """Answer `POST /gate`. Only what has nothing to do with the person is an error: no session, no such right."""
        request.state.operation = OPERATION
        begun = asyncio.get_running_loop().time()
        try:
            told = await self._ask(request)
        finally:
            await until_slot(begun, SLOTS_S[OPERATION])
        return Response(msgspec.json.encode(told), media_type=JSON_TYPE)

    async def _ask(self, request: Request) -> Told:
        fields = fields_of(request.scope)
        content = await read_body(fields, request.receive, JSON_TYPE, self._max_body_bytes)
        try:
            codec.from_json_value(codec.decode(content), PassGate)
        except BadInput as error:
            # What the scanner gave is the person's affair; all else is the gate's, and told to whoever built it.
            if not error.problems or not all(problem.field.startswith(_ZONE) for problem in error.problems):
                raise
            return _TO_OFFICER
        call = Call(
            operation=OPERATION,
            command=content,
            request_id=None,
            purpose=request.query_params.get("purpose", "borders"),
            at=None,
        )
        try:
            answer = await self._caller.call(call, token_of(fields.get(b"authorization")))
        except (NotSignedIn, NotPermitted, BadInput):
            raise
        except ComityError:
            return _TO_OFFICER
        return codec.quick(answer.body, Told)
