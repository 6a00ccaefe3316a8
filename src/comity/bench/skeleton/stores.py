"""Storage with the tables of the made-up room, and the change sets and raw rows that the writer is measured with."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table, create_engine

from comity.adapters.clock import SystemClock
from comity.adapters.sql import tables
from comity.adapters.sql.database import DATABASE, Database
from comity.bench.skeleton import notices
from comity.core import codec
from comity.core.commit import ChangeSet
from comity.core.ids import RecordRef, RequestId, make_record_id
from comity.core.ports import Insert
from comity.core.time import Instant
from comity.core.vocabulary import Purpose
from comity.ledger.leaf import leaf_hash
from comity.runtime import originals
from comity.runtime import store as runtime_store
from comity.runtime.records import KeptAnswer, LedgerEntry

NODE = "bench-node"
_CLOCK = SystemClock()
_DIGEST = "0" * 64
_TABLES = (notices.notice, runtime_store.request_answer, tables.ledger_entry)

RawRows = tuple[dict[str, object], dict[str, object], dict[str, object]]


def make_tables(folder: Path) -> None:
    """Make the database of a node with the tables of ledger, runtime and the made-up room."""
    engine = create_engine(f"sqlite:///{folder / DATABASE}")
    with engine.begin() as connection:
        for metadata in (tables.METADATA, runtime_store.METADATA, originals.METADATA, notices.METADATA):
            metadata.create_all(connection)
    engine.dispose()


@contextlib.contextmanager
def open_store(folder: Path) -> Iterator[Database]:
    """Make storage in `folder`, open it as a node does, and close it at the end."""
    make_tables(folder)
    database = Database(folder, NODE, _CLOCK.now())
    try:
        yield database
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class Template:
    """The parts that all change sets share, so that the bench spends its time on the writer."""

    body: bytes
    review_by: str
    answer: bytes

    @classmethod
    def make(cls) -> Template:
        """Encode the parts once."""
        command = notices.sample(1)
        answer = codec.encode(notices.Entered(id="0" * 26, version=1))
        return cls(body=codec.encode(command), review_by=command.review_by, answer=answer)

    def change_set(self, number: int) -> ChangeSet:
        """Return what entering one notice commits: record, kept answer, ledger entry, each with its own keys."""
        now, salt = _CLOCK.now(), os.urandom(16)
        record_id = make_record_id(now // 1000, salt)
        kept = KeptAnswer(command_digest=_DIGEST, answer=self.answer, pending=None, answered_at=now)
        return ChangeSet(
            changes=(
                Insert(notices.notice, notices.notice_row(record_id, "REF", self.review_by, self.body)),
                runtime_store.keep_answer(notices.OFFICER.account, RequestId(f"bench-request-{number}"), kept),
            ),
            entry=entry_bytes(record_id, now),
            salt=salt,
            user=notices.OFFICER.user,
            recorded_at=now,
        )

    def raw_rows(self, number: int) -> RawRows:
        """Return the same three rows, the ledger's numbered by the caller."""
        made = self.change_set(number)
        inserted = [dict(change.row) for change in made.changes if isinstance(change, Insert)]
        return inserted[0], inserted[1], ledger_row(number, made)


def ledger_row(number: int, made: ChangeSet) -> dict[str, object]:
    """Return the ledger's row of a change set, as the writer numbers and hashes it."""
    entry = made.entry or b""
    return {
        "sequence": number,
        "leaf": leaf_hash(made.salt, entry),
        "salt": made.salt,
        "entry": entry,
        "user": made.user,
        "recorded_at": made.recorded_at,
    }


def entry_bytes(record_id: str, now: Instant) -> bytes:
    """Return a ledger entry as the runtime writes it."""
    entry = LedgerEntry(
        operation="notice.enter",
        outcome="done",
        user=notices.OFFICER.user,
        owner=notices.OFFICER.owner,
        purpose=Purpose.BORDERS.value,
        at=now,
        recorded_at=now,
        records=(RecordRef(kind="notice", id=record_id, version=1),),
        facts={"category": "REF"},
    )
    return codec.encode(entry)


def insert_rows(connection: sqlite3.Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, all with the columns of the first, by one `executemany`."""
    names = list(rows[0])
    columns, places = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    insert = f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})'  # noqa: S608 - our own names
    connection.executemany(insert, ([row[name] for name in names] for row in rows))


class RawStore:
    """The floor: the same tables and durability through `sqlite3` alone, no guards, no numbering, no ledger tree."""

    def __init__(self, folder: Path) -> None:
        make_tables(folder)
        self._connection = sqlite3.connect(folder / DATABASE, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-16000"):
            self._connection.execute(f"PRAGMA {pragma}").close()

    def commit(self, rows: list[RawRows]) -> None:
        """Insert the rows table by table in one durable transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        for table, table_rows in zip(_TABLES, zip(*rows, strict=True), strict=True):
            insert_rows(self._connection, table, table_rows)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
