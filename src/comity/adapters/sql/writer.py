"""The single writer of a process: groups of change sets, one transaction and fsync a group, acknowledgement after it.

A group is flushed at once when the node is idle; when busy, the writer waits up to 4 ms for as many change sets as
came in the group before (at most 256). Who commits while nobody else writes does so in its own thread: waking another
costs more than the commit takes. Guards are checked under the write lock; a change set whose guard fails, or
whose row breaks a unique key, is handed back with `GuardFailed` and the others stand. If the store cannot write,
nothing of the group stands and each waiter gets `Unreachable`.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from dataclasses import dataclass, field

from comity.adapters.sql.group import Group, Numbers
from comity.adapters.sql.late import Late
from comity.adapters.sql.late_turn import Turn, settle
from comity.adapters.sql.storage import WriteStore
from comity.core.commit import ChangeSet, Committed, GuardFailed
from comity.core.errors import Unreachable
from comity.core.ports import Change
from comity.core.time import Instant
from comity.ledger.leaf import leaf_hash

_GROUP_LIMIT = 256
_LINGER_S = 0.004


@dataclass(slots=True)
class _Waiting:
    change_set: ChangeSet
    leaf: bytes | None
    future: Future[Committed] = field(default_factory=Future)


Appended = Callable[[int, Sequence[bytes], Sequence[Instant]], None]
"""Told after each commit: first ledger sequence, leaf hashes, recorded instants."""


class GroupWriter:
    """`comity.core.ports.Writer` on SQL.

    `appended` derives the ledger file; it runs in the writer's thread after commit.
    """

    def __init__(self, connection: WriteStore, numbers: Numbers, appended: Appended, late: Late | None = None) -> None:
        self._connection = connection
        self._numbers = numbers
        self._appended = appended
        self._late = late
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._listeners: list[tuple[frozenset[str], Callable[[], None]]] = []
        self._watchers: list[tuple[frozenset[str], Callable[[Sequence[Change]], None]]] = []
        self._closed = False
        self._broken: str | None = None
        self._when_broken: Callable[[str], None] | None = None
        self._door = threading.Lock()
        self._turn = threading.Lock()
        self._behind = 0
        self._thread = threading.Thread(target=self._run, name="comity-writer", daemon=True)
        self._thread.start()

    def submit(self, change_set: ChangeSet) -> Future[Committed]:
        """Queue a change set; see the port."""
        waiting = _waiting(change_set)
        with self._door:
            self._enter(waiting)
        return waiting.future

    def commit(self, change_set: ChangeSet) -> Future[Committed]:
        """Write a change set in this thread if nobody else writes, else queue it; see the port."""
        waiting = _waiting(change_set)
        with self._door:
            # Nothing accepted before it is still to be written: the order stays that of the callers.
            here = self._behind == 0 and not self._closed and self._turn.acquire(blocking=False)
            if here:
                self._behind += 1
            else:
                self._enter(waiting)
        if here:
            try:
                self._write([waiting])
            finally:
                self._turn.release()
        return waiting.future

    def _enter(self, waiting: _Waiting) -> None:
        """Take a change set for the thread to write; called with the door held."""
        if self._closed:
            waiting.future.set_exception(_closed())
        else:
            self._behind += 1
            self._queue.put(waiting)

    def subscribe(self, tables: frozenset[str], wake: Callable[[], None]) -> None:
        """Call `wake` after commits that changed one of `tables`."""
        self._listeners.append((tables, wake))

    def watch(self, tables: frozenset[str], tell: Callable[[Sequence[Change]], None]) -> None:
        """Tell the changes of `tables` before each commit; see the port."""
        self._watchers.append((tables, tell))

    @property
    def broken(self) -> str | None:
        """Name the error after which nothing can be written any more, None while all is well.

        What was acknowledged stands; the node must be started anew, which repairs the ledger file from the rows.
        """
        return self._broken

    def on_break(self, tell: Callable[[str], None]) -> None:
        """Call `tell` once with the error's name when nothing can be written any more, at once if that is so already.

        It is called from the thread that met the error.
        """
        with self._door:
            self._when_broken, broken = tell, self._broken
        if broken is not None:
            tell(broken)

    @property
    def backlog(self) -> int:
        """How many change sets wait now."""
        return self._queue.qsize()

    def close(self) -> None:
        """Flush what waits, end the thread, refuse everything after."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        with self._turn:  # another thread may be in the middle of its commit
            self._place_all()
            self._connection.close()

    def _place_all(self) -> None:
        """Leave no row out of its place; a store that cannot write leaves that to the next start."""
        if self._late is not None and self._late.piles and self._broken is None:
            with contextlib.suppress(*self._connection.errors), self._connection.writing() as connection:
                settle(self._late, connection)

    def _run(self) -> None:
        waiting_before = 1
        while self._broken is None:
            group, at_once, open_for_more = self._collect(waiting_before)
            if group:
                with self._turn:
                    self._write(group)
            if not open_for_more:
                return
            waiting_before = at_once

    def _write(self, group: list[_Waiting]) -> None:
        """Flush a group; called by whoever has the turn."""
        try:
            if self._broken is None:
                self._flush(group)
            else:
                self._fail(group)
        except Exception as error:  # noqa: BLE001 - nothing stands above that could tell: each waiter must hear of it
            self._break(error, group)
        with self._door:
            self._behind -= len(group)

    def give_up(self, error: Exception) -> None:
        """Take nothing more: in another thread, what is derived from the rows could not be written."""
        self._break(error, [])

    def _break(self, error: Exception, group: list[_Waiting]) -> None:
        """Take nothing more, and tell everyone who waits; the first error is the one that is named."""
        with self._door:
            self._closed = True
            first = self._broken is None
            self._broken = self._broken or type(error).__name__
            tell = self._when_broken if first else None
        waiting = [*group]
        while not self._queue.empty():
            item = self._queue.get_nowait()
            waiting += [item] if item is not None else []
        self._fail([item for item in waiting if not item.future.done()])
        self._queue.put(None)
        if tell is not None:
            tell(type(error).__name__)

    def _collect(self, waiting_before: int) -> tuple[list[_Waiting], int, bool]:
        """Return the next group, how many of it waited already, and whether more may follow.

        Lingers only for as many as waited without lingering the time before: so a slow steady stream, in which two once
        came together, does not go on waiting for pairs.
        """
        first = self._queue.get()
        if first is None:
            return [], 0, False
        group = [first]
        at_once = 0
        deadline = time.monotonic() + _LINGER_S
        while len(group) < _GROUP_LIMIT:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                at_once = at_once or len(group)
                left = deadline - time.monotonic()
                if len(group) >= waiting_before or left <= 0:
                    break
                try:
                    item = self._queue.get(timeout=left)
                except queue.Empty:
                    break
            if item is None:
                return group, at_once, False
            group.append(item)
        return group, at_once or len(group), True

    def _flush(self, group: list[_Waiting]) -> None:
        try:
            done: Group | None = self._commit(group, one_by_one=False)
        except self._connection.broken_row:
            # Some row of some change set broke a unique key: find which by writing them one after the other.
            done = self._retry(group)
        except self._connection.errors:
            self._fail(group)
            return
        self._tell(done)

    def _retry(self, group: list[_Waiting]) -> Group | None:
        try:
            return self._commit(group, one_by_one=True)
        except self._connection.errors:
            self._fail(group)
            return None

    def _commit(self, waiting: list[_Waiting], *, one_by_one: bool) -> Group:
        turn = None if self._late is None else Turn(self._late)
        with contextlib.ExitStack() as on_failure:
            if turn is not None:
                on_failure.callback(turn.undo)
            with self._connection.writing() as connection:
                numbers = self._connection.numbers(connection, self._numbers)
                group = Group(connection, self._connection, numbers, turn)
                group.apply([(item.change_set, item.leaf) for item in waiting], one_by_one=one_by_one)
                self._foretell(group, waiting)
                self._connection.conclude(connection, group)
            on_failure.pop_all()
        if turn is not None:
            turn.keep()
        self._numbers = numbers
        numbers.advance(group)
        group.waiting = [item.future for item in waiting]
        return group

    def _foretell(self, group: Group, waiting: list[_Waiting]) -> None:
        touched = group.tables
        for tables, tell in self._watchers:
            if tables.isdisjoint(touched):
                continue
            for item, accepted in zip(waiting, group.accepted, strict=True):
                seen = [change for change in item.change_set.changes if change.table.name in tables] if accepted else []
                if seen:
                    tell(seen)

    def _tell(self, group: Group | None) -> None:
        if group is None:
            return
        try:
            if group.leaves:
                self._appended(group.first_sequence, group.leaves, group.recorded)
        finally:
            # The rows stand, whatever became of the file that is derived from them: the acknowledgement is true.
            self._acknowledge(group)

    def tell(self, touched: AbstractSet[str]) -> None:
        """Wake the subscribers of these tables: another process of the node committed."""
        for tables, wake in self._listeners:
            if not tables.isdisjoint(touched):
                wake()

    def _acknowledge(self, group: Group) -> None:
        # Listeners first: whoever waits for the acknowledgement may rely on what they hold being known as old.
        self.tell(group.tables)
        for future, sequence, accepted in zip(group.waiting, group.sequences, group.accepted, strict=True):
            if accepted:
                future.set_result(Committed(sequence))
            else:
                future.set_exception(GuardFailed())

    def _fail(self, group: list[_Waiting]) -> None:
        for item in group:
            item.future.set_exception(
                Unreachable(
                    "store.cannot-write",
                    "The node's database could not write; nothing of this act stands.",
                    remedy="Check free disk space and the node's log, then try again.",
                )
            )


def _waiting(change_set: ChangeSet) -> _Waiting:
    return _Waiting(change_set, None if change_set.entry is None else leaf_hash(change_set.salt, change_set.entry))


def _closed() -> Unreachable:
    return Unreachable(
        "store.closed", "The node is stopping and takes no more acts.", remedy="Try again when it is up."
    )
