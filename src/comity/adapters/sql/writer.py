"""The single writer: groups of change sets, one transaction and one fsync a group, acknowledgement after it.

A group is flushed at once when the node is idle; when busy, the writer waits up to 4 ms for as many change sets as
came in the group before (at most 256). Guards are checked under the write lock; a change set whose guard fails, or
whose row breaks a unique key, is handed back with `GuardFailed` and the others stand. If the store cannot write,
nothing of the group stands and each waiter gets `Unreachable`.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from comity.adapters.sql.engine import writing
from comity.adapters.sql.group import Group, Numbers
from comity.core.errors import Unreachable
from comity.core.ports import ChangeSet, Committed, GuardFailed
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

    def __init__(self, engine: Engine, numbers: Numbers, appended: Appended) -> None:
        self._engine = engine
        self._numbers = numbers
        self._appended = appended
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._listeners: list[tuple[frozenset[str], Callable[[], None]]] = []
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="comity-writer", daemon=True)
        self._thread.start()

    def submit(self, change_set: ChangeSet) -> Future[Committed]:
        """Queue a change set; see the port."""
        leaf = None if change_set.entry is None else leaf_hash(change_set.salt, change_set.entry)
        waiting = _Waiting(change_set, leaf)
        if self._closed.is_set():
            waiting.future.set_exception(_closed())
        else:
            self._queue.put(waiting)
        return waiting.future

    def subscribe(self, tables: frozenset[str], wake: Callable[[], None]) -> None:
        """Call `wake` after commits that changed one of `tables`."""
        self._listeners.append((tables, wake))

    @property
    def backlog(self) -> int:
        """How many change sets wait now."""
        return self._queue.qsize()

    def close(self) -> None:
        """Flush what waits, end the thread, refuse everything after."""
        if not self._closed.is_set():
            self._closed.set()
            self._queue.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        waiting_before = 1
        while True:
            group, at_once, open_for_more = self._collect(waiting_before)
            if group:
                self._flush(group)
            if not open_for_more:
                return
            waiting_before = at_once

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
        except IntegrityError:
            # Some row of some change set broke a unique key: find which by writing them one after the other.
            done = self._retry(group)
        except DBAPIError:
            self._fail(group)
            return
        self._tell(done)

    def _retry(self, group: list[_Waiting]) -> Group | None:
        try:
            return self._commit(group, one_by_one=True)
        except DBAPIError:
            self._fail(group)
            return None

    def _commit(self, waiting: list[_Waiting], *, one_by_one: bool) -> Group:
        with writing(self._engine) as connection:
            group = Group(connection, self._numbers)
            group.apply([(item.change_set, item.leaf) for item in waiting], one_by_one=one_by_one)
        self._numbers.advance(group)
        group.waiting = [item.future for item in waiting]
        return group

    def _tell(self, group: Group | None) -> None:
        if group is None:
            return
        if group.leaves:
            self._appended(group.first_sequence, group.leaves, group.recorded)
        # Listeners first: whoever waits for the acknowledgement may rely on what they hold being known as old.
        for tables, wake in self._listeners:
            if not tables.isdisjoint(group.tables):
                wake()
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


def _closed() -> Unreachable:
    return Unreachable(
        "store.closed", "The node is stopping and takes no more acts.", remedy="Try again when it is up."
    )
