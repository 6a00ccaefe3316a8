"""Many acts on one snapshot: what all of them ask alike is asked once, and one that is refused leaves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from comity.core.decision import Decision, Question
from comity.core.door import Original
from comity.core.ids import RecordId, RecordRef
from comity.core.ports import Actor, Change, Publication, RecordChanged, Row, Search, Work
from comity.core.time import Instant
from comity.core.vocabulary import Purpose


class Shared:
    """A work with what was decided and read on it so far; the snapshot stands still, so the answers do too."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._decisions: dict[Question, Decision] = {}
        # By identity of the statement, which is kept, so that no later one takes its place.
        self._reads: dict[int, tuple[object, Sequence[Row]]] = {}

    def decide(self, question: Question) -> Decision:
        """Ask the decision point once for each question."""
        if question not in self._decisions:
            self._decisions[question] = self.work.decide(question)
        return self._decisions[question]

    def read(self, query: object, parameters: Mapping[str, object] | None) -> Sequence[Row]:
        """Run a statement without parameters once; others as they come."""
        if parameters is not None:
            return self.work.read(query, parameters)
        if id(query) not in self._reads:
            self._reads[id(query)] = (query, self.work.read(query))
        return self._reads[id(query)][1]


class RowWork:
    """`comity.core.ports.Work` for one row: what it collects is handed on by `keep`, and forgotten otherwise."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._work = shared.work
        self._changes: list[Change] = []
        self._refs: list[RecordRef] = []
        self._facts: dict[str, str | int | bool] = {}

    def keep(self) -> None:
        """Hand on what was collected."""
        self._work.change(*self._changes)
        self._work.record(*self._refs, **self._facts)

    @property
    def who(self) -> Actor:
        """The actor."""
        return self._work.who

    @property
    def purpose(self) -> Purpose:
        """The purpose."""
        return self._work.purpose

    @property
    def at(self) -> Instant:
        """Legal time."""
        return self._work.at

    @property
    def recorded_at(self) -> Instant:
        """Time of the clock."""
        return self._work.recorded_at

    def read(self, query: object, parameters: Mapping[str, object] | None = None) -> Sequence[Row]:
        """Run a select on the snapshot."""
        return self._shared.read(query, parameters)

    def change(self, *changes: Change) -> None:
        """Collect row changes."""
        self._changes.extend(changes)

    def change_if_refused(self, *changes: Change) -> None:
        """Add row changes that stand only if the whole act is refused."""
        self._work.change_if_refused(*changes)

    def publish(self, publication: Publication) -> None:
        """Offer a record version to entitled peers."""
        self._work.publish(publication)

    def record(self, *refs: RecordRef, **facts: str | int | bool) -> None:
        """Collect what the ledger entry names."""
        self._refs.extend(refs)
        self._facts.update(facts)

    def decide(self, question: Question) -> Decision:
        """Ask the decision point."""
        return self._shared.decide(question)

    def emit(self, change: RecordChanged) -> None:
        """Tell the projections."""
        self._work.emit(change)

    def log_search(self, search: Search) -> None:
        """Seal and store a search; it comes last in a check, when nothing can be refused any more."""
        self._work.log_search(search)

    def perform(self, operation: str, command: bytes) -> bytes:
        """Run a held operation."""
        return self._work.perform(operation, command)

    def enqueue(self, task: str, argument: msgspec.Struct) -> RecordId:
        """Start a job."""
        return self._work.enqueue(task, argument)

    def originals(self, kind: str, record: str) -> tuple[Original, ...]:
        """Return the texts of a record as they came."""
        return self._work.originals(kind, record)

    def new_id(self) -> RecordId:
        """Return a fresh record id."""
        return self._work.new_id()

    def random(self, count: int) -> bytes:
        """Return random bytes."""
        return self._work.random(count)
