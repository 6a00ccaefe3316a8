"""What a surface needs of the house: the runtime that runs any operation, and the sign-in that says who asks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeAlias

import msgspec

from comity.core.operation import Catalogue
from comity.core.ports import Actor
from comity.core.time import Instant


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request to run an operation.

    `command` is strict JSON of the command record. `request_id` is mandatory for changes. `purpose` may be None where
    the operation allows exactly one. `at` moves legal time, on exercise nodes only.
    """

    operation: str
    command: bytes
    request_id: str | None = None
    purpose: str | None = None
    at: Instant | None = None


class Answer(Protocol):
    """What an operation gave."""

    @property
    def result(self) -> msgspec.Struct:
        """The result record."""
        ...

    @property
    def body(self) -> bytes:
        """Its canonical JSON."""
        ...

    @property
    def replayed(self) -> bool:
        """Whether this request id had been answered before."""
        ...


class Runtime(Protocol):
    """The one way to run an operation."""

    @property
    def catalogue(self) -> Catalogue:
        """Every operation of this node."""
        ...

    def start(self, call: Call, actor: Actor) -> Future[Answer]:
        """Run the operation in the caller's thread; the future completes when its change set is durable.

        Raises, or completes with, a `ComityError`.
        """
        ...


Authenticate: TypeAlias = Callable[[str | None], Actor]
"""Turns a session token into its actor, None into the anonymous one; raises `NotSignedIn` for a token that is over."""
