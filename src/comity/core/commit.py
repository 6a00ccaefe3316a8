"""From a work to the disk: what the runtime holds while an act runs, and what the one writer of a node is given.

A work is concluded as one change set; the writer flushes groups of change sets, fsyncs, and only then acknowledges. A
failed guard re-runs that one operation on a new snapshot; a refusal throws the changes away and is a change set of its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from comity.core.decision import Decision
from comity.core.ids import RecordRef
from comity.core.ports import Actor, Change, Work
from comity.core.time import Instant
from comity.core.vocabulary import Purpose


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one act does, whole or not at all.

    `entry` and `salt` make the ledger leaf; None leaves no ledger trace. `operation` names the act beside its entry,
    so that the ledger can be searched by it also when the entry is erased.
    """

    changes: tuple[Change, ...]
    entry: bytes | None
    salt: bytes
    user: str | None
    recorded_at: Instant
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Committed:
    """The writer's acknowledgement, given after fsync. `ledger_sequence` counts from 0; None without an entry."""

    ledger_sequence: int | None


class GuardFailed(Exception):
    """A guard or a unique key no longer held at commit; nothing of the change set stands."""


class Writer(Protocol):
    """The single writer of a node."""

    def submit(self, change_set: ChangeSet) -> Future[Committed]:
        """Queue a change set.

        The future ends after fsync, or with `GuardFailed`, or with `Unreachable` when the store cannot write (disk
        full, closed): then nothing of it stands.
        """
        ...

    def commit(self, change_set: ChangeSet) -> Future[Committed]:
        """As `submit`, for whoever waits anyway: where nobody else writes it is written before this returns."""
        ...

    def subscribe(self, tables: frozenset[str], wake: Callable[[], None]) -> None:
        """Call `wake` (quick, from the thread that writes) after each commit that changed one of the tables."""
        ...

    def watch(self, tables: frozenset[str], tell: Callable[[Sequence[Change]], None]) -> None:
        """Call `tell` (quick, from the thread that writes) with the changes of the tables that each act is to commit.

        Before the commit, so that nobody's snapshot is ahead of whoever is told; the commit may still fail. What is
        kept from it is a hint that a snapshot must confirm.
        """
        ...


@dataclass(frozen=True, slots=True)
class Trail:
    """What an act left for its ledger entry: record references, facts, and the decisions it asked for."""

    refs: tuple[RecordRef, ...]
    facts: Mapping[str, str | int | bool]
    decisions: tuple[Decision, ...]


class OpenWork(Work, Protocol):
    """A work in the hands of the runtime, which turns it into a change set at the end."""

    @property
    def trail(self) -> Trail:
        """What was collected for the ledger so far."""
        ...

    def forget(self) -> None:
        """Drop every collected change, guard and publication, and keep the trail: the act was refused."""
        ...

    def conclude(self, entry: bytes | None, operation: str = "") -> ChangeSet:
        """Return everything collected as one change set with a fresh salt.

        `entry` is the canonical bytes of its ledger entry, `operation` the act's name.
        """
        ...


class Fallback(Protocol):
    """Keeps what may go on while nothing can be written, until it can."""

    def serves(self, operation: str) -> bool:
        """Say whether this operation goes on although nothing can be written."""
        ...

    def going_on(self) -> AbstractContextManager[None]:
        """Run something by what is open in degraded mode."""
        ...

    def keep(self, change_set: ChangeSet) -> None:
        """Keep what must be written later, durably. Raises `Unreachable` where that fails: then it does not go on."""
        ...


class WorkFactory(Protocol):
    """Opens works on fresh read snapshots."""

    def open(self, actor: Actor, purpose: Purpose, at: Instant | None = None) -> AbstractContextManager[OpenWork]:
        """Open a work; its snapshot is held until the context ends. `at` None means now by the clock."""
        ...
