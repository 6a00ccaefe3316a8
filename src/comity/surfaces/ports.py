"""What a surface needs of the house: the runtime that runs any operation, and the sign-in that says who asks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeAlias

from comity.core.operation import Catalogue
from comity.core.ports import Actor
from comity.runtime.records import Answer, Call


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
