"""Reading tables some of whose rows are not in their places yet, on a snapshot: as if all were.

Few rows by key are found in memory. Whatever reads a table otherwise reads a temporary view of the same name instead,
which joins the table with what the snapshot's pieces hold; it goes with the snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.sql import Executable, visitors

from comity.adapters.sql.dialects import Driver
from comity.adapters.sql.late import Late, Pile, Values, read_piece
from comity.adapters.sql.tables import unplaced

_SPAN = f'SELECT min(n), max(n) FROM "{unplaced.name}" WHERE name = ?'  # noqa: S608 - a constant
_PIECES = f'SELECT content FROM "{unplaced.name}" WHERE name = ? ORDER BY n'  # noqa: S608 - a constant

Span: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class Snapshot:
    """One snapshot: SQLAlchemy's connection and the driver's below it.

    `begun_at` is what the count of changes was before it began. `spans` are the pieces of each table that it holds,
    as far as they were looked for; `shadowed` the tables that are read through a view.
    """

    connection: Connection
    driver: Driver
    begun_at: int
    spans: dict[str, Span | None] = field(default_factory=dict)
    shadowed: set[str] = field(default_factory=set)


def tables_in(query: Executable) -> tuple[str, ...]:
    """Return the names of the tables that a statement reads."""
    if not isinstance(query, visitors.ExternallyTraversible):
        return ()
    return tuple({str(part.name) for part in visitors.iterate(query) if isinstance(part, Table)})


def shadow(late: Late, snapshot: Snapshot, names: Iterable[str]) -> None:
    """See to it that these tables are read with all their rows."""
    for name in names:
        pile = late.piles.get(name)
        if pile is not None and name not in snapshot.shadowed and _span(snapshot, name) is not None:
            _lay_view(snapshot.driver, pile)
            snapshot.shadowed.add(name)


def beside(late: Late, snapshot: Snapshot, pile: Pile, handles: Sequence[object]) -> list[Values]:
    """Return rows of these handles that the snapshot holds in pieces, and may hold in their places too.

    None of them where the table is read through a view: by then, whatever it reads has them.
    """
    if pile.table in snapshot.shadowed:
        return []
    span = _span(snapshot, pile.table)
    if span is None:
        return []
    found = pile.find(handles, span)
    if found is None:
        # They have been in their places for so long that memory has forgotten them; this snapshot is older.
        shadow(late, snapshot, (pile.table,))
        return []
    return found


def _span(snapshot: Snapshot, name: str) -> Span | None:
    if name not in snapshot.spans:
        low, high = snapshot.driver.execute(_SPAN, (name,)).fetchone()
        snapshot.spans[name] = None if low is None else (low, high)
    return snapshot.spans[name]


def _lay_view(driver: Driver, pile: Pile) -> None:
    pieces = driver.execute(_PIECES, (pile.table,)).fetchall()
    table, young = f'"{pile.table}"', f'temp."{pile.table}_unplaced"'
    columns = ", ".join(f'"{name}"' for name in pile.columns)
    key = ", ".join(f'"{name}"' for name in pile.key)
    same = " AND ".join(f'placed."{name}" = late."{name}"' for name in pile.key)
    marks = ", ".join("?" * len(pile.columns))
    driver.execute("PRAGMA query_only=OFF")
    try:
        driver.execute(f"CREATE TABLE {young} ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID")
        for (content,) in pieces:
            _, rows = read_piece(content)
            driver.executemany(f"INSERT OR IGNORE INTO {young} VALUES ({marks})", rows)  # noqa: S608 - own names
        driver.execute(
            f"CREATE TEMP VIEW {table} AS SELECT {columns} FROM main.{table} UNION ALL "  # noqa: S608 - own names
            f"SELECT {columns} FROM {young} AS late "
            f"WHERE NOT EXISTS (SELECT 1 FROM main.{table} AS placed WHERE {same})"
        )
    finally:
        driver.execute("PRAGMA query_only=ON")
