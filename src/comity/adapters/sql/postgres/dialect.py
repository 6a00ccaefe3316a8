"""SQL as PostgreSQL has it, and its driver's connection behind the shape of SQLite's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import psycopg
from sqlalchemy import String
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles

from comity.adapters.sql.dialects import Answer

POSTGRES: Final[Dialect] = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]  # SQLAlchemy's own

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]


@compiles(String, "postgresql")
def _text(kind: String, compiler: object, **how: object) -> str:
    """Declare text as SQLite has it: of any length (rules check lengths) and ordered by its bytes in every database."""
    del kind, compiler
    return 'TEXT COLLATE "C"' if how.get("type_expression") is not None else "TEXT"


class PostgresDriver:
    """`comity.adapters.sql.dialects.Driver` on psycopg."""

    __slots__ = ("connection",)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(self, text: str, values: Sequence[Any] = (), /) -> Answer:
        """Run one statement."""
        return self.connection.execute(text, values)

    def executemany(self, text: str, rows: Sequence[Sequence[Any]], /) -> None:
        """Run one statement for each row, all sent at once."""
        with self.connection.cursor() as cursor:
            cursor.executemany(text, rows)
