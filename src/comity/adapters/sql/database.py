"""One node's storage, opened whole: database, ledger file, writer, read snapshots."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import ColumnClause, Engine, Table, column, select, table, tuple_

from comity.adapters.ledger_file import LedgerFile
from comity.adapters.sql.absent import KnownKeys
from comity.adapters.sql.group import Numbers
from comity.adapters.sql.kept import Changes
from comity.adapters.sql.late import Late, columns_of, recover
from comity.adapters.sql.place import Place, postgres
from comity.adapters.sql.prepared import Selects
from comity.adapters.sql.sqlite import SqliteStorage
from comity.adapters.sql.storage import Heed, Storage
from comity.adapters.sql.tables import ledger_entry, unplaced
from comity.adapters.sql.work import Services, SqlWorkFactory
from comity.adapters.sql.writer import GroupWriter
from comity.core.ports import Clock
from comity.core.time import Instant

DATABASE = "comity.sqlite"
LEDGER = "ledger.log"
# More than twice the threads that run operations: a work may need a second snapshot (the decider's) at times.
_SNAPSHOTS = 32
# For what reads in long passes beside the works, such as the check of the whole ledger.
_READERS = 4
_FETCH = 5000


class Database:
    """The storage of a node directory. Open it once per process; the caller holds the directory's lock.

    In a file of the directory, or at a `place` where other processes of the node may work too. With `reading_at_least`
    it opens although the ledger file cannot be written: its writer is broken then from the start.
    """

    def __init__(
        self,
        directory: Path,
        node: str,
        created: Instant,
        place: Place | None = None,
        *,
        reading_at_least: bool = False,
    ) -> None:
        self._directory = directory
        self._closing = threading.Event()
        self._storage = open_storage(directory, node, place)
        self.readers = self._storage.readers
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self._storage.stop)
            on_failure.callback(self._storage.write.close)
            alone = self._storage.process is None
            with self._storage.write.writing() as driver:
                numbers = Numbers.load(driver)
            late = Late(self._surely_lacks) if alone else None
            trouble = None if late is None else self._recovered(late, reading_at_least=reading_at_least)
            self.ledger = LedgerFile.open(
                directory / LEDGER, node, created, self.leaves, reading_at_least=reading_at_least
            )
            self._filling = threading.Lock()
            self.writer = GroupWriter(
                self._storage.write, numbers, self.ledger.append if alone else self._follow_up, late
            )
            trouble = self.ledger.trouble or trouble
            if trouble is not None:
                self.writer.give_up(trouble)
            changes = Changes(self.writer.subscribe)
            # What others insert is not heard of before it stands.
            self._known = KnownKeys(self.writer.watch, self._keys) if alone else None
            self._selects = Selects(changes, self._known, late, self._storage.write.dialect)
            on_failure.pop_all()
        self._storage.start(self.writer.tell, self.fill_ledger)

    @property
    def ledger_path(self) -> Path:
        """Where the ledger file stands."""
        return self._directory / LEDGER

    @property
    def process(self) -> str | None:
        """The name of this process among those over the same database; None where it is the only one."""
        return self._storage.process

    def works(self, clock: Clock, services: Services) -> SqlWorkFactory:
        """Return the factory of works on this storage."""
        return SqlWorkFactory(self._storage.snapshots, self._selects, clock, services)

    def heed(self, table: Table, tell: Heed) -> None:
        """Tell the primary keys that other processes change in a table, before any snapshot here holds the change."""
        self._storage.heed(table, tell)

    def leaves(self, start: int) -> Iterator[tuple[int, Instant, bytes]]:
        """Yield (sequence, recorded_at, leaf) of committed rows from `start` on."""
        return leaves_of(self.readers, start)

    def _keys(self, name: str, columns: tuple[str, ...]) -> Iterator[Sequence[object]]:
        """Yield these first columns of a table's key, of all rows that stand once what is being written now does."""
        self._storage.write.settle()
        # First what is not in its place yet: in between it may only come there.
        with self.readers.connect() as connection:
            pieces = connection.execute(select(unplaced.c.content).where(unplaced.c.name == name)).scalars().all()
        for piece in pieces:
            yield from columns_of(piece, columns)
        named: list[ColumnClause[object]] = [column(each) for each in columns]
        query = select(*named).select_from(table(name)).order_by(*named).limit(_FETCH)
        rows: Sequence[Sequence[object]] = ()
        while not self._closing.is_set():
            after = query.where(tuple_(*named) > tuple_(*rows[-1])) if rows else query
            with self.readers.connect() as connection:
                rows = connection.execute(after).all()
            yield from rows
            if len(rows) < _FETCH:
                return

    def _recovered(self, late: Late, *, reading_at_least: bool) -> Exception | None:
        """Place what was left in pieces; return what prevented it, where reading is wanted in any case."""
        try:
            with self._storage.write.writing() as driver:
                recover(driver)
        except self._storage.write.errors as error:
            if not reading_at_least:
                raise
            with self._storage.snapshots.take() as (_, driver):
                late.leave(driver)
            return error
        return None

    def _surely_lacks(self, name: str, columns: tuple[str, ...]) -> Callable[[tuple[object, ...]], bool] | None:
        return None if self._known is None else self._known.sure(name, columns)

    def erase_for_good(self) -> bool:
        """Make what rows held before they were erased unreadable; say whether that was done."""
        return self._storage.erase_for_good()

    def fill_ledger(self) -> None:
        """Append to the ledger file what other processes have committed.

        A file that cannot be written to its end breaks the writer here too: nobody acts without a ledger.
        """
        with self._filling:
            if self.writer.broken is not None:
                return
            try:
                self._fill()
            except OSError as error:
                self.writer.give_up(error)

    def close(self) -> None:
        """Flush and close everything."""
        self._closing.set()
        self.writer.close()
        self._storage.stop()
        self.ledger.close()

    def _follow_up(self, first: int, leaves: Sequence[bytes], recorded_at: Sequence[Instant]) -> None:
        """Append an own group behind what others committed before it."""
        with self._filling:
            if first == self.ledger.size:
                self.ledger.append(first, leaves, recorded_at)
            else:
                self._fill()

    def _fill(self) -> None:
        batch: list[tuple[int, Instant, bytes]] = []
        for row in self.leaves(self.ledger.size):
            batch.append(row)
            if len(batch) == _FETCH:
                self._append(batch)
                batch.clear()
        if batch:
            self._append(batch)

    def _append(self, rows: Sequence[tuple[int, Instant, bytes]]) -> None:
        self.ledger.append(rows[0][0], [leaf for _, _, leaf in rows], [recorded_at for _, recorded_at, _ in rows])


def open_storage(directory: Path, node: str, place: Place | None) -> Storage:
    """Open what a node's storage stands on."""
    if place is None:
        return SqliteStorage(directory / DATABASE, snapshots=_SNAPSHOTS, readers=_READERS)
    return postgres("storage").PostgresStorage(place, node, snapshots=_SNAPSHOTS, readers=_READERS)  # type: ignore[no-any-return]


def leaves_of(readers: Engine, start: int) -> Iterator[tuple[int, Instant, bytes]]:
    """Yield (sequence, recorded_at, leaf) of committed rows from `start` on, in batches of short reads."""
    columns = (ledger_entry.c.sequence, ledger_entry.c.recorded_at, ledger_entry.c.leaf)
    while True:
        query = select(*columns).where(ledger_entry.c.sequence >= start).order_by(ledger_entry.c.sequence).limit(_FETCH)
        with readers.connect() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield row.sequence, Instant(row.recorded_at), row.leaf
        if len(rows) < _FETCH:
            return
        start = rows[-1].sequence + 1
