"""The unit of work on a SQL read snapshot."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import msgspec
from sqlalchemy.sql import Executable

from comity.adapters.sql.prepared import Selects
from comity.adapters.sql.shadow import Snapshot
from comity.adapters.sql.storage import ReadStore
from comity.core.commit import ChangeSet, OpenWork, Trail
from comity.core.decision import Decision, Question
from comity.core.door import Original
from comity.core.ids import RecordId, RecordRef, make_record_id
from comity.core.ports import Actor, Change, Clock, Publication, RecordChanged, Row, Search, Work
from comity.core.time import Instant
from comity.core.vocabulary import Purpose

_SALT_BYTES = 16

Projection = Callable[[Work, RecordChanged], None]
Reading = Callable[[Executable, Mapping[str, object] | None], Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What bootstrap wires behind a work: each is a function of the room that answers for it.

    `decide(question, at, known_at)` is the one decision point; `publish` the outbox; `log_search` the sealed search
    log; `perform` runs a held operation; `enqueue` starts a job; `projections` are the reactions of rooms by record
    kind; `originals` finds texts as they came, and `follow` erases them with their record.
    """

    decide: Callable[[Question, Instant, Instant], Decision]
    publish: Callable[[Work, Publication], None]
    log_search: Callable[[Work, Search], None]
    perform: Callable[[Work, str, bytes], bytes]
    enqueue: Callable[[Work, str, msgspec.Struct], RecordId]
    projections: Mapping[str, tuple[Projection, ...]] = field(default_factory=dict)
    originals: Callable[[Work, str, str], tuple[Original, ...]] = lambda _work, _kind, _record: ()
    follow: Projection = lambda _work, _change: None


class SqlWork:
    """`comity.core.ports.OpenWork` on one read transaction."""

    def __init__(
        self, reading: Reading, actor: Actor, purpose: Purpose, times: tuple[Instant, Instant], services: Services
    ) -> None:
        self.who = actor
        self.purpose = purpose
        self.at, self.recorded_at = times
        self._reading = reading
        self._services = services
        self._changes: list[Change] = []
        self._if_refused: list[Change] = []
        self._refs: list[RecordRef] = []
        self._facts: dict[str, str | int | bool] = {}
        self._decisions: list[Decision] = []

    def read(self, query: object, parameters: Mapping[str, object] | None = None) -> Sequence[Row]:
        """Run a select on the snapshot."""
        if not isinstance(query, Executable):
            message = f"work.read takes a SQLAlchemy select, not {type(query).__name__}"
            raise TypeError(message)
        return self._reading(query, parameters)

    def change(self, *changes: Change) -> None:
        """Add row changes and guards."""
        self._changes.extend(changes)

    def change_if_refused(self, *changes: Change) -> None:
        """Add row changes that stand only if the act is refused."""
        self._if_refused.extend(changes)

    def publish(self, publication: Publication) -> None:
        """Offer a record version to entitled peers."""
        self._services.publish(self, publication)

    def record(self, *refs: RecordRef, **facts: str | int | bool) -> None:
        """Add to the ledger entry."""
        self._refs.extend(refs)
        self._facts.update(facts)

    def decide(self, question: Question) -> Decision:
        """Ask the decision point and keep the answer for the ledger."""
        decision = self._services.decide(question, self.at, self.recorded_at)
        self._decisions.append(decision)
        return decision

    def emit(self, change: RecordChanged) -> None:
        """Run the projections on the change."""
        self._services.follow(self, change)
        for project in self._services.projections.get(change.kind, ()):
            project(self, change)

    def log_search(self, search: Search) -> None:
        """Seal and store a search."""
        self._services.log_search(self, search)

    def perform(self, operation: str, command: bytes) -> bytes:
        """Run a held operation inside this work."""
        return self._services.perform(self, operation, command)

    def enqueue(self, task: str, argument: msgspec.Struct) -> RecordId:
        """Start a job with this change set."""
        return self._services.enqueue(self, task, argument)

    def originals(self, kind: str, record: str) -> tuple[Original, ...]:
        """Return a record's texts as they came."""
        return self._services.originals(self, kind, record)

    def new_id(self) -> RecordId:
        """Return a fresh record id."""
        return make_record_id(self.recorded_at // 1000, self.random(10))

    def random(self, count: int) -> bytes:
        """Return secret-grade random bytes."""
        return os.urandom(count)

    @property
    def trail(self) -> Trail:
        """What was collected for the ledger."""
        return Trail(tuple(self._refs), dict(self._facts), tuple(self._decisions))

    def forget(self) -> None:
        """Drop the changes of a refused act; what was meant for a refusal takes their place."""
        self._changes = list(self._if_refused)

    def conclude(self, entry: bytes | None, operation: str = "") -> ChangeSet:
        """Return the change set."""
        return ChangeSet(
            changes=tuple(self._changes),
            entry=entry,
            salt=self.random(_SALT_BYTES),
            user=self.who.user or None,
            recorded_at=self.recorded_at,
            operation=operation,
        )


class SqlWorkFactory:
    """`comity.core.ports.WorkFactory` on a pool of read snapshots."""

    def __init__(self, snapshots: ReadStore, selects: Selects, clock: Clock, services: Services) -> None:
        self._snapshots = snapshots
        self._selects = selects
        self._clock = clock
        self._services = services

    @contextlib.contextmanager
    def open(self, actor: Actor, purpose: Purpose, at: Instant | None = None) -> Iterator[OpenWork]:
        """Open a work; the snapshot ends with the context."""
        recorded_at = self._clock.now()
        begun_at = self._selects.changes.now
        with self._snapshots.take() as (connection, driver):
            reading = partial(self._selects.read, Snapshot(connection, driver, begun_at))
            yield SqlWork(reading, actor, purpose, (recorded_at if at is None else at, recorded_at), self._services)
