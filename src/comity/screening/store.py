"""Tables and statements of the search index. An entry is derived from a record and goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from comity.core import codec
from comity.core.ports import Change, Delete, Insert, InsertMany, RecordChanged, Row, Work
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
    # One tree instead of two: a search looks up many rows, each in its own place.
    sqlite_with_rowid=False,
)

KEY: Final = Table(
    "screening_key",
    METADATA,
    Column("key", String(160), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("party", String(12), primary_key=True),
    Column("id", String(26), primary_key=True),
    Index("screening_key_by_record", "kind", "party", "id"),
    # Deleting one that is not in its place has all of them placed: only a full load is worth that.
    info={"late": ("kind", "party", "id"), "late_from": 64},
    sqlite_with_rowid=False,
)

TABLES: Final = frozenset({ENTRY.name, KEY.name})
_KEY_COLUMNS: Final = ("key", "kind", "party", "id")

_VERSION: Final = (
    select(ENTRY.c.version)
    .where(ENTRY.c.kind == bindparam("kind"), ENTRY.c.party == bindparam("party"), ENTRY.c.id == bindparam("id"))
    .execution_options(absent={"kind": ("kind",), "party": ("party",), "id": ("id",)})
)

_ANY_OF_TWO_KINDS: Final = select(
    exists().where(ENTRY.c.kind == bindparam("first")).label("first"),
    exists().where(ENTRY.c.kind == bindparam("second")).label("second"),
).execution_options(kept=True)


_ENTRY_OF: Final = select(ENTRY).where(
    ENTRY.c.kind == bindparam("kind"), ENTRY.c.party == bindparam("party"), ENTRY.c.id == bindparam("id")
)

_KEYS_OF: Final = select(KEY).where(
    KEY.c.kind == bindparam("kind"), KEY.c.party == bindparam("party"), KEY.c.id == bindparam("id")
)

_COUNT: Final = select(func.count().label("entries")).select_from(ENTRY)

_PAGE: Final = 5000


def _pages(table: Table, *order: str) -> Select[*tuple[Any, ...]]:
    columns = [table.c[name] for name in order]
    behind = tuple_(*columns) > tuple_(*(bindparam(name) for name in order))
    return select(table).where(behind).order_by(*columns).limit(bindparam("page"))


_ENTRIES: Final = _pages(ENTRY, "kind", "party", "id")
_KEYS: Final = _pages(KEY, "key", "kind", "party", "id")


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
    return (Insert(ENTRY, entry), *_key_rows((change.kind, change.owner.party, change.id), keys))


def _key_rows(identity: tuple[str, str, str], keys: Sequence[str]) -> tuple[Change, ...]:
    # None of them can be there: the entry's own key refuses a second one.
    rows = [(key, *identity) for key in keys]
    return (InsertMany(KEY, _KEY_COLUMNS, rows, absent_only=True, late=True),) if rows else ()


def keys_in(change: InsertMany) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Yield the record and the key of each row that is added to the table of keys."""
    for key, kind, party, name in change.rows:
        yield (str(kind), str(party), str(name)), str(key)


def holds(work: Work, change: RecordChanged) -> bool:
    """Say whether the index holds the record, in whatever version."""
    return bool(work.read(_VERSION, record_key(change)))


def holds_kinds(read: Read, first: str, second: str) -> tuple[bool, bool]:
    """Say whether the index holds any record of each kind: a look that costs less than a search for nothing."""
    (row,) = read(_ANY_OF_TWO_KINDS, {"first": first, "second": second})
    return bool(row.first), bool(row.second)


def find_version(read: Read, kind: str, party: str, record: str) -> int | None:
    """Return the version in which the index holds a record, None where it does not."""
    rows = read(_VERSION, {"kind": kind, "party": party, "id": record})
    return int(rows[0].version) if rows else None


def find_entry(read: Read, kind: str, party: str, record: str) -> Row | None:
    """Return the row of an entry, None where the snapshot holds none."""
    rows = read(_ENTRY_OF, {"kind": kind, "party": party, "id": record})
    return rows[0] if rows else None


def count_entries(read: Read) -> int:
    """Return how many entries there are; this reads them all."""
    return int(read(_COUNT)[0].entries)


def all_entries(read: Read) -> Iterator[Row]:
    """Yield all entries of one snapshot, in pages."""
    place: dict[str, object] = dict.fromkeys(("kind", "party", "id"), "")
    while rows := read(_ENTRIES, {**place, "page": _PAGE}):
        yield from rows
        place = {"kind": rows[-1].kind, "party": rows[-1].party, "id": rows[-1].id}


def all_keys(read: Read) -> Iterator[Row]:
    """Yield all keys of one snapshot, equal ones one after the other, in pages."""
    place: dict[str, object] = dict.fromkeys(("key", "kind", "party", "id"), "")
    while rows := read(_KEYS, {**place, "page": _PAGE}):
        yield from rows
        last = rows[-1]
        place = {"key": last.key, "kind": last.kind, "party": last.party, "id": last.id}


def find_subject(read: Read, kind: str, party: str, record: str) -> Subject | None:
    """Return a record as the index holds it, None where it does not."""
    row = find_entry(read, kind, party, record)
    return None if row is None else codec.decode_own_as(row.body, Subject)


@cache
def entries_by_keys(*, kinds: bool, categories: bool) -> Select[tuple[object, ...]]:
    """Return the statement for the entries that hold one of `:keys` and have not expired at `:on`, at most `:limit`.

    With `kinds` or `categories` it keeps to those named by the parameter of the same name. Made once: building a
    statement takes longer than running it.
    """
    named = select(KEY.c.kind, KEY.c.party, KEY.c.id).where(KEY.c.key.in_(bindparam("keys", expanding=True)))
    # Found by key first and narrowed then: a planner without statistics would sooner walk through all keys of a kind.
    found = named.distinct().cte("found").prefix_with("MATERIALIZED")
    same = (found.c.kind == ENTRY.c.kind) & (found.c.party == ENTRY.c.party) & (found.c.id == ENTRY.c.id)
    query = select(ENTRY).select_from(found.join(ENTRY, same)).limit(bindparam("limit"))
    query = query.where(or_(ENTRY.c.expires.is_(None), ENTRY.c.expires >= bindparam("on")))
    if kinds:
        query = query.where(found.c.kind.in_(bindparam("kinds", expanding=True)))
    return query.where(ENTRY.c.category.in_(bindparam("categories", expanding=True))) if categories else query


def present(read: Read, kind: object, party: object, name: object) -> tuple[Change, ...]:
    """Return an entry as it stands as the changes that made it: what stood before goes, what is there comes."""
    which = {"kind": kind, "party": party, "id": name}
    entries, keys = read(_ENTRY_OF, which), read(_KEYS_OF, which)
    made = [Insert(ENTRY, _values(ENTRY, row)) for row in entries]
    return Delete(ENTRY, which), *made, *_key_rows((str(kind), str(party), str(name)), [row.key for row in keys])


def _values(table: Table, row: Row) -> dict[str, object]:
    return {str(column.name): value for column, value in zip(table.columns, row, strict=True)}
