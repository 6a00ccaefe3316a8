"""What a node's storage stands on, whichever database it is: `engine` for SQLite, `postgres` for PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from sqlalchemy import Connection, Engine, Table

from comity.adapters.sql.dialects import Driver, Speaks
from comity.adapters.sql.group import Group, Numbers
from comity.core.ports import Row

Read: TypeAlias = Callable[..., Sequence[Row]]
"""Runs a select on a snapshot and returns all rows."""
Heed: TypeAlias = Callable[[Read, Sequence[tuple[object, ...]] | None], None]
"""Told the primary keys that other processes changed in a table, on a snapshot that holds the change; None: any."""


class WriteStore(Speaks, Protocol):
    """The one connection that writes for a process, open as long as the node is."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What it raises when it cannot write; nothing of the transaction stands then."""
        ...

    def writing(self) -> AbstractContextManager[Driver]:
        """Hold one transaction, with the write lock from its first moment; commit it at the end."""
        ...

    def settle(self) -> None:
        """Return once what this process is writing now stands, or does not."""
        ...

    def numbers(self, connection: Driver, held: Numbers) -> Numbers:
        """Return the numbers as committed, given those that this process knew last; the write lock is held."""
        ...

    def conclude(self, connection: Driver, group: Group) -> None:
        """Write beside a group what other processes need to follow it; called last before the commit."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class ReadStore(Protocol):
    """Read snapshots."""

    def take(self) -> AbstractContextManager[tuple[Connection, Driver]]:
        """Hold one snapshot, as SQLAlchemy's connection and the driver's below it."""
        ...

    def close(self) -> None:
        """Close the connections that nobody holds."""
        ...


class Storage(Protocol):
    """One database, opened."""

    @property
    def readers(self) -> Engine:
        """For what reads in long passes beside the works, such as the check of the whole ledger."""
        ...

    @property
    def snapshots(self) -> ReadStore:
        """The snapshots of works."""
        ...

    @property
    def write(self) -> WriteStore:
        """The connection that writes."""
        ...

    @property
    def process(self) -> str | None:
        """The name of this process among those that may write this database; None where it is the only one."""
        ...

    def start(self, told: Callable[[frozenset[str]], None], after: Callable[[], None]) -> None:
        """Begin to follow other processes: `told` hears of the tables that they changed, before a snapshot holds it.

        `after` is called in a thread of its own when they have written.
        """
        ...

    def heed(self, table: Table, tell: Heed) -> None:
        """Tell the keys that other processes change in a table."""
        ...

    def erase_for_good(self) -> bool:
        """Make what rows held before they were erased unreadable; say whether it was done."""
        ...

    def stop(self) -> None:
        """End following; the writer is closed by then."""
        ...
