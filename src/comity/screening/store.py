"""Tables and statements of the search index. An entry is derived from a record and goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Select, String, Table, or_, select

from comity.core import codec
from comity.core.ports import Change, Delete, Insert, RecordChanged
from comity.core.time import CivilDate
from comity.screening.ports import Read
from comity.screening.records import Subject

METADATA: Final = MetaData()

ENTRY: Final = Table(
    "screening_entry",
    METADATA,
    Column("kind", String(32), primary_key=True),
    Column("party", String(12), primary_key=True),
    Column("id", String(26), primary_key=True),
    Column("authority", String(48), nullable=False),
    Column("version", Integer, nullable=False),
    Column("category", String(8), nullable=False),
    Column("expires", String(10)),
    Column("body", LargeBinary, nullable=False),
)

KEY: Final = Table(
    "screening_key",
    METADATA,
    Column("key", String(160), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("party", String(12), primary_key=True),
    Column("id", String(26), primary_key=True),
    Index("screening_key_by_record", "kind", "party", "id"),
)


def record_key(change: RecordChanged) -> dict[str, object]:
    """Return what identifies a record in both tables."""
    return {"kind": change.kind, "party": change.owner.party, "id": change.id}


def remove(change: RecordChanged) -> tuple[Change, ...]:
    """Return the changes that take a record out of the index."""
    key = record_key(change)
    return (Delete(KEY, key), Delete(ENTRY, key))


def add(change: RecordChanged, subject: Subject, keys: Sequence[str]) -> tuple[Change, ...]:
    """Return the changes that put a record into the index, which does not hold it."""
    identity = record_key(change)
    entry = {
        **identity,
        "authority": change.owner.authority,
        "version": change.version,
        "category": subject.category,
        "expires": subject.expires,
        "body": codec.encode(subject),
    }
    return (Insert(ENTRY, entry), *(Insert(KEY, {**identity, "key": key}) for key in keys))


def stored_version(change: RecordChanged) -> Select[tuple[int]]:
    """Return the statement that finds whether the index holds a record, and in which version."""
    key = record_key(change)
    return select(ENTRY.c.version).where(*(ENTRY.c[name] == value for name, value in key.items()))


def find_version(read: Read, kind: str, party: str, record: str) -> int | None:
    """Return the version in which the index holds a record, None where it does not."""
    columns = ENTRY.c
    query = select(columns.version).where(columns.kind == kind, columns.party == party, columns.id == record)
    rows = read(query)
    return int(rows[0].version) if rows else None


def find_subject(read: Read, kind: str, party: str, record: str) -> Subject | None:
    """Return a record as the index holds it, None where it does not."""
    columns = ENTRY.c
    query = select(columns.body).where(columns.kind == kind, columns.party == party, columns.id == record)
    rows = read(query)
    return codec.decode_as(bytes(rows[0].body), Subject) if rows else None


def entries_by_keys(
    keys: Sequence[str], on: CivilDate, *, kinds: Sequence[str], categories: Sequence[str], limit: int
) -> Select[tuple[object, ...]]:
    """Return the statement for the entries that hold one of the keys and have not expired, at most `limit`."""
    named = select(KEY.c.kind, KEY.c.party, KEY.c.id).where(KEY.c.key.in_(keys)).distinct().subquery()
    same = (named.c.kind == ENTRY.c.kind) & (named.c.party == ENTRY.c.party) & (named.c.id == ENTRY.c.id)
    query = (
        select(ENTRY)
        .select_from(named.join(ENTRY, same))
        .where(or_(ENTRY.c.expires.is_(None), ENTRY.c.expires >= on))
        .limit(limit)
    )
    if kinds:
        query = query.where(ENTRY.c.kind.in_(kinds))
    if categories:
        query = query.where(ENTRY.c.category.in_(categories))
    return query
