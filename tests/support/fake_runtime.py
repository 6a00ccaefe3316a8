"""A runtime for tests of surfaces: real catalogue and strict commands, answers given by the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.core import codec
from comity.core.errors import BadInput, ComityError, NotSignedIn
from comity.core.ids import AccountId, Owner
from comity.core.operation import Catalogue, Kind
from comity.core.ports import Actor
from comity.core.time import Instant
from comity.core.vocabulary import Role
from comity.runtime.records import Answer, Call

# `Any`: each answer takes the command record of its own operation, which the fake has decoded for it.
Respond = Callable[[Any], msgspec.Struct]

ANONYMOUS = Actor(
    account=AccountId(""), user="", owner=Owner(party="FRA", authority="none"), role=None, signed_in=False
)
OFFICER = Actor(
    account=AccountId("officer"),
    user="u-17",
    owner=Owner(party="FRA", authority="police-aux-frontieres"),
    role=Role.BORDER_GUARD,
)
TOKEN = "token-of-the-officer"


@dataclass
class FakeRuntime:
    """Runs calls by `respond[operation]`, which may raise; keeps every call and actor it saw."""

    catalogue: Catalogue
    respond: Mapping[str, Respond]
    calls: list[tuple[Call, Actor]] = field(default_factory=list)

    def start(self, call: Call, actor: Actor) -> Future[Answer]:
        self.calls.append((call, actor))
        future: Future[Answer] = Future()
        try:
            future.set_result(self._run(call, actor))
        except ComityError as error:
            future.set_exception(error)
        return future

    def commands(self, operation: str) -> list[object]:
        """The commands of all calls of one operation, as JSON values."""
        return [codec.decode(call.command) for call, _ in self.calls if call.operation == operation]

    def _run(self, call: Call, actor: Actor) -> Answer:
        declared = self.catalogue[call.operation]
        if not actor.signed_in and declared.permission is not None:
            raise NotSignedIn("session.none", "Nobody is signed in.")
        if declared.kind is Kind.CHANGE and call.request_id is None:
            raise BadInput("request-id.missing", "A change needs a request id.", field="$.request_id")
        result = self.respond[call.operation](codec.decode_as(call.command, declared.command))
        return Answer(result=result, body=codec.encode(result))


class StillClock:
    """A clock that stands at 25 November 2026, noon."""

    def now(self) -> Instant:
        return Instant(1_795_608_000_000_000)


def authenticate(token: str | None) -> Actor:
    """Know one session."""
    if token is None:
        return ANONYMOUS
    if token != TOKEN:
        raise NotSignedIn("session.over", "The session has ended.")
    return OFFICER
