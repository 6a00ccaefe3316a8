"""How SQL is written for a node's database, and what lies beneath SQLAlchemy there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

from sqlalchemy import Insert, Table
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect

SQLITE: Final[Dialect] = SQLiteDialect_pysqlite(paramstyle="qmark")


class Answer(Protocol):
    """What a driver gives for a statement."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left, each a tuple."""
        ...

    def fetchone(self) -> Any:  # noqa: ANN401 - as drivers have it: a tuple or None
        """Return the next row, None where there is none."""
        ...


class Driver(Protocol):
    """A driver's connection: `sqlite3.Connection`, or `PostgresDriver`. Transactions begin by statements alone."""

    def execute(self, text: str, values: Sequence[Any] = ..., /) -> Answer:
        """Run one statement."""
        ...

    def executemany(self, text: str, rows: Sequence[Sequence[Any]], /) -> object:
        """Run one statement for each row of values."""
        ...


class Speaks(Protocol):
    """What must be known of a database to write rows to it."""

    @property
    def dialect(self) -> Dialect:
        """How its SQL is written."""
        ...

    @property
    def broken_row(self) -> tuple[type[Exception], ...]:
        """What it raises for a row that breaks a unique key or cannot be held."""
        ...


def insert_absent(dialect: Dialect, table: Table, values: dict[str, object], key: tuple[str, ...]) -> Insert:
    """Return an insert that leaves rows alone whose primary key is there already."""
    if dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgres_insert  # noqa: PLC0415 - few nodes need it

        return postgres_insert(table).values(values).on_conflict_do_nothing(index_elements=key)
    return sqlite_insert(table).values(values).on_conflict_do_nothing(index_elements=key)
