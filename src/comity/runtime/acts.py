"""Acts that no caller asked for by name: a peer's delivery, the founding of a node, the node's own housekeeping.

They obey the same rules as operations: one work, one change set, one ledger entry, durable before anything is answered.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from comity.core.commit import GuardFailed, WorkFactory, Writer
from comity.core.errors import Conflict, NotPermitted, Refused
from comity.core.ports import Actor, Work
from comity.core.vocabulary import Purpose
from comity.runtime.audit import entry_of

T = TypeVar("T")
_RUNS = 8


class Acts:
    """Runs functions as acts of an actor."""

    def __init__(self, works: WorkFactory, writer: Writer) -> None:
        self._works = works
        self._writer = writer

    def act(self, name: str, who: Actor, purpose: Purpose, do: Callable[[Work], T]) -> T:
        """Run `do` on a work, commit what it collected with a ledger entry called `name`, and return its result.

        Runs again on a new snapshot when a guard failed. A `Refused` or `NotPermitted` of `do` throws its changes
        away, is entered in the ledger, and is raised again. Raises `Unreachable` when the store cannot write.
        """
        for _ in range(_RUNS):
            try:
                return self._once(name, who, purpose, do)
            except GuardFailed:
                continue
        raise Conflict("record.contended", "Others kept changing the same record; nothing of this act stands.")

    def tidy(self, who: Actor, purpose: Purpose, do: Callable[[Work], None]) -> None:
        """Run `do` and commit what it collected without a ledger entry: forgetting what nobody's act depends on.

        A failed guard drops the changes: the next round sees to it.
        """
        with self._works.open(who, purpose) as work:
            do(work)
            change_set = work.conclude(None)
        if change_set.changes:
            with contextlib.suppress(GuardFailed):
                self._writer.commit(change_set).result()

    def view(self, who: Actor, purpose: Purpose, do: Callable[[Work], T]) -> T:
        """Run `do` on a read snapshot and return its result; what it collected is dropped."""
        with self._works.open(who, purpose) as work:
            return do(work)

    def _once(self, name: str, who: Actor, purpose: Purpose, do: Callable[[Work], T]) -> T:
        with self._works.open(who, purpose) as work:
            try:
                result = do(work)
            except (Refused, NotPermitted) as error:
                work.forget()
                self._writer.commit(work.conclude(entry_of(work, name, "refused", (error.code,)), name)).result()
                raise
            change_set = work.conclude(entry_of(work, name, "done"), name)
        self._writer.commit(change_set).result()
        return result
