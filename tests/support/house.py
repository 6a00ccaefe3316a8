"""A small real house for tests: SQLite storage in a folder, a clock that stands still until moved, chosen services.

with open_house(tmp_path, METADATA, ...) as house:
    house.runtime(OPERATIONS).run(call("alert.enter", {...}), OFFICER)
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import MetaData, create_engine, insert, select

from comity.adapters.sql import tables
from comity.adapters.sql.database import DATABASE, Database
from comity.adapters.sql.engine import writing
from comity.adapters.sql.place import Place
from comity.adapters.sql.postgres import tables as processes
from comity.adapters.sql.postgres.connect import open_writer
from comity.adapters.sql.work import Projection, Services, SqlWorkFactory
from comity.core import codec
from comity.core.commit import OpenWork
from comity.core.decision import Decision, Outcome, Question, Reason
from comity.core.ids import AccountId, Owner
from comity.core.operation import AnyOperation, Catalogue
from comity.core.ports import Actor, Publication, Search, Work
from comity.core.time import Instant, parse_instant
from comity.core.vocabulary import Function, Purpose, Role, permissions_of
from comity.runtime import originals
from comity.runtime import store as runtime_store
from comity.runtime.jobs import enqueue
from comity.runtime.records import Call
from comity.runtime.run import Performer, Runtime

NOON = parse_instant("2026-11-25T12:00:00Z")
_numbers = itertools.count(1)


class StandingClock:
    """A clock that stands still until `move`."""

    def __init__(self, now: Instant = NOON) -> None:
        self._now = now

    def now(self) -> Instant:
        return self._now

    def move(self, microseconds: int) -> None:
        self._now = Instant(self._now + microseconds)


def permit_all(question: Question, at: Instant, known_at: Instant) -> Decision:
    """A decision point for tests of rooms whose law is tested elsewhere: everything asked passes, all fields too."""
    reason = Reason(code="BOUND_AND_AUTHORISED", text="Test.", basis="test")
    return Decision(outcome=Outcome.PERMIT, effect="allow", reasons=(reason,), fields=question.fields)


def no_hold(work: Work, operation: AnyOperation, command: bytes) -> str:
    """Four-eyes operations are not part of this test."""
    raise AssertionError(operation.name)


@dataclass
class House:
    """Open storage with what a test wants to see of it."""

    database: Database
    clock: StandingClock
    decide: Callable[[Question, Instant, Instant], Decision] = permit_all
    publish: Callable[[Work, Publication], None] | None = None
    log_search: Callable[[Work, Search], None] | None = None
    projections: Mapping[str, tuple[Projection, ...]] = field(default_factory=dict)
    published: list[Publication] = field(default_factory=list)
    searches: list[Search] = field(default_factory=list)
    catalogue: Catalogue = field(default_factory=lambda: Catalogue(()))

    def services(self) -> Services:
        return Services(
            decide=self.decide,
            publish=self.publish or (lambda _work, publication: self.published.append(publication)),
            log_search=self.log_search or (lambda _work, search: self.searches.append(search)),
            perform=Performer(self.catalogue),
            enqueue=enqueue,
            projections=self.projections,
            originals=originals.originals_of,
            follow=originals.follow,
        )

    def works(self) -> SqlWorkFactory:
        return self.database.works(self.clock, self.services())

    def runtime(
        self,
        operations: tuple[AnyOperation, ...],
        hold: Callable[[Work, AnyOperation, bytes], str] = no_hold,
        *,
        may_move_time: bool = True,
    ) -> Runtime:
        self.catalogue = Catalogue(operations)
        return Runtime(self.catalogue, self.works(), self.database.writer, hold, may_move_time=may_move_time)

    @contextlib.contextmanager
    def work(self, who: Actor, purpose: Purpose = Purpose.BORDERS) -> Iterator[OpenWork]:
        """Open a work and commit what it collected when the block ends well."""
        with self.works().open(who, purpose) as work:
            yield work
            change_set = work.conclude(None)
        self.database.writer.submit(change_set).result()


@contextlib.contextmanager
def open_house(folder: Path, *metadata: MetaData, place: Place | None = None) -> Iterator[House]:
    """Make (or open again) a house in `folder` with the tables of `metadata`, the runtime and the ledger.

    Its rows lie in a file there, or at a `place` on a server.
    """
    shared = () if place is None else (processes.METADATA,)
    engine = create_engine(f"sqlite:///{folder / DATABASE}") if place is None else open_writer(place)
    with writing(engine) if place is not None else engine.begin() as connection:
        if place is None:
            connection.exec_driver_sql("BEGIN")  # pysqlite opens none for DDL: each table would be a commit of its own
        for tables_of_room in (tables.METADATA, runtime_store.METADATA, originals.METADATA, *shared, *metadata):
            tables_of_room.create_all(connection)
        if place is not None and not connection.execute(select(processes.HEAD)).all():
            connection.execute(insert(processes.HEAD).values(id=0, version=0))
    engine.dispose()
    database = Database(folder, "test-node", NOON, place)
    try:
        yield House(database=database, clock=StandingClock())
    finally:
        database.close()


def actor(
    party: str = "FRA",
    authority: str = "police-aux-frontieres",
    *functions: Function,
    role: Role = Role.BORDER_GUARD,
    name: str = "synthetic-1",
) -> Actor:
    """A synthetic signed-in person."""
    return Actor(
        account=AccountId(name),
        user=f"user-of-{name}",
        owner=Owner(party=party, authority=authority),
        role=role,
        functions=functions,
        permissions=permissions_of(functions),
    )


def call(operation: str, command: object, *, purpose: str | None = None, request_id: str | None = None) -> Call:
    """A call with a fresh request id."""
    return Call(
        operation=operation,
        command=codec.encode(command),
        request_id=request_id or f"test-request-{next(_numbers)}",
        purpose=purpose,
    )
