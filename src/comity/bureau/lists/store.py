"""Tables of official lists: entries with the bytes they were read from, imports, staged files, reports by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from comity.bureau.lists.commands import ImportState, ListImport, ReportRow, RowOutcome
from comity.bureau.lists.records import SCHEMA, Format, Listing, ListingClass
from comity.core.codec import decode_as, encode
from comity.core.errors import Conflict, NotFound
from comity.core.ports import Delete, Guard, Insert, Row, Update, Work
from comity.core.time import Instant

METADATA: Final = sa.MetaData()

LISTING: Final = sa.Table(
    "listing",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("source_id", sa.String(80), nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False),
    sa.Column("listing_class", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    # Both are erased when the source withdraws the entry.
    sa.Column("body", sa.LargeBinary),
    sa.Column("raw", sa.LargeBinary),
    sa.Index("listing_by_source", "party", "source", "source_id", unique=True),
    sa.Index("listing_by_class", "party", "listed", "id"),
)

LIST_IMPORT: Final = sa.Table(
    "list_import",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("list_import_by_state", "party", "state", "updated_at"),
)

LIST_CHUNK: Final = sa.Table(
    "list_chunk",
    METADATA,
    sa.Column("import", sa.String(26), primary_key=True),
    sa.Column("file", sa.String(16), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("last", sa.Boolean, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
"""Files on their way in; erased as soon as their import ends."""

LIST_REPORT: Final = sa.Table(
    "list_report",
    METADATA,
    sa.Column("import", sa.String(26), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("place", sa.String(120), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("rule", sa.String(80), nullable=False),
    sa.Column("listing", sa.String(26)),
)
"""Kept for the newest import of each list."""

_PLACE: Final = 120


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds of one entry of a source, listed or withdrawn."""

    id: str
    source_id: str
    authority: str
    version: int
    digest: str
    listed: bool


def held_entries(work: Work, party: str, source: Format, source_ids: Collection[str] | None = None) -> dict[str, Held]:
    """Return the entries of a list, listed or withdrawn, by what the source calls it; only those named, if any are."""
    columns = LISTING.c
    query = sa.select(columns.id, columns.source_id, columns.authority, columns.version, columns.digest, columns.listed)
    if source_ids is not None:
        query = query.where(columns.source_id.in_(source_ids))
    rows = work.read(query.where(columns.party == party, columns.source == source.value))
    return {
        row.source_id: Held(row.id, row.source_id, row.authority, row.version, row.digest, bool(row.listed))
        for row in rows
    }


def put_listing(work: Work, listing: Listing, raw: bytes, digest: str, *, before: Held | None) -> None:
    """Add an entry, or put its new version in the place of `before`."""
    values = {
        "listed": True,
        "listing_class": listing.standing.listing_class.value,
        "version": listing.version,
        "digest": digest,
        "schema": SCHEMA,
        "body": encode(listing),
        "raw": raw,
    }
    key = {"id": listing.id}
    if before is None:
        place = {
            "party": listing.owner.party,
            "authority": listing.owner.authority,
            "source": listing.entry.source.value,
            "source_id": listing.entry.source_id,
        }
        work.change(Insert(LISTING, {**key, **place, **values}))
    else:
        work.change(Guard(LISTING, key, {"version": before.version}), Update(LISTING, key, values))


def withdraw_listing(work: Work, held: Held) -> None:
    """Erase the content of an entry that its source withdrew; id and version stay, so that it can come back."""
    key = {"id": held.id}
    gone = {"listed": False, "version": held.version + 1, "digest": "", "body": None, "raw": None}
    work.change(Guard(LISTING, key, {"version": held.version}), Update(LISTING, key, gone))


def find_listing(work: Work, party: str, listing: str) -> tuple[Listing, bytes]:
    """Return a listed entry of the party with the bytes it was read from; raises `NotFound`."""
    columns = LISTING.c
    query = sa.select(columns.body, columns.raw).where(columns.id == listing, columns.party == party)
    rows = work.read(query.where(columns.listed.is_(True)))
    if not rows:
        raise NotFound("list.entry-not-found", "No list has such an entry now.", field="$.id")
    return decode_as(bytes(rows[0].body), Listing), bytes(rows[0].raw)


def listings_page(
    work: Work, party: str, *, source: Format | None, kind: ListingClass | None, after: str | None, limit: int
) -> tuple[Listing, ...]:
    """Return listed entries in order of their ids, after one of them."""
    columns = LISTING.c
    query = sa.select(columns.body).where(columns.party == party, columns.listed.is_(True))
    if source is not None:
        query = query.where(columns.source == source.value)
    if kind is not None:
        query = query.where(columns.listing_class == kind.value)
    if after is not None:
        query = query.where(columns.id > after)
    return tuple(decode_as(bytes(row.body), Listing) for row in work.read(query.order_by(columns.id).limit(limit)))


def add_import(work: Work, one: ListImport) -> None:
    """Add a new import."""
    place = {"id": one.id, "party": one.owner.party, "source": one.format.value}
    work.change(Insert(LIST_IMPORT, {**place, **_import_columns(one)}))


def replace_import(work: Work, old: ListImport, new: ListImport) -> None:
    """Put `new` in the place of `old`, guarded by its state and time."""
    key = {"id": old.id}
    guard = Guard(LIST_IMPORT, key, {"state": old.state.value, "updated_at": old.updated})
    work.change(guard, Update(LIST_IMPORT, key, _import_columns(new)))


def get_import(work: Work, party: str | None, one: str) -> ListImport:
    """Return an import of the party (None: of any); raises `NotFound`."""
    query = sa.select(LIST_IMPORT.c.body).where(LIST_IMPORT.c.id == one)
    rows = work.read(query if party is None else query.where(LIST_IMPORT.c.party == party))
    if not rows:
        raise NotFound("list.import-not-found", "There is no such import.", field="$.id")
    return decode_as(bytes(rows[0].body), ListImport)


def imports_page(work: Work, party: str, before: str | None, limit: int) -> tuple[ListImport, ...]:
    """Return imports of the party, newest first."""
    columns = LIST_IMPORT.c
    query = sa.select(columns.body).where(columns.party == party)
    if before is not None:
        query = query.where(columns.id < before)
    return tuple(
        decode_as(bytes(row.body), ListImport) for row in work.read(query.order_by(columns.id.desc()).limit(limit))
    )


def imports_in(work: Work, party: str, states: Iterable[ImportState]) -> tuple[ListImport, ...]:
    """Return the imports of the party in one of some states, the longest unchanged first."""
    columns = LIST_IMPORT.c
    query = sa.select(columns.body).where(columns.party == party, columns.state.in_([each.value for each in states]))
    return tuple(decode_as(bytes(row.body), ListImport) for row in work.read(query.order_by(columns.updated_at)))


def newest_generated(work: Work, one: ListImport) -> str | None:
    """Return when the publisher made the file that the last finished import of the same list took in."""
    done = imports_in(work, one.owner.party, (ImportState.DONE,))
    return next((each.generated for each in reversed(done) if each.format is one.format), None)


def put_chunk(work: Work, one: str, file: str, number: int, content: bytes, *, last: bool) -> None:
    """Keep one chunk; a chunk brought again takes the place of the earlier one."""
    key = {"import": one, "file": file, "number": number}
    work.change(Delete(LIST_CHUNK, key), Insert(LIST_CHUNK, {**key, "last": last, "content": content}))


def chunks(work: Work, one: str) -> Mapping[str, tuple[bool, ...]]:
    """Return by file whether each chunk is the last; raises `Conflict` `list.chunk-missing` where one lacks."""
    columns = LIST_CHUNK.c
    query = sa.select(columns.file, columns.number, columns.last).where(columns["import"] == one)
    found: dict[str, list[bool]] = {}
    for row in work.read(query.order_by(columns.file, columns.number)):
        seen = found.setdefault(row.file, [])
        if row.number != len(seen):
            raise Conflict("list.chunk-missing", "A chunk of a file is missing.", remedy="Bring it, then import.")
        seen.append(bool(row.last))
    return {file: tuple(lasts) for file, lasts in found.items()}


def file_contents(work: Work, one: str) -> Mapping[str, bytes]:
    """Return the staged files of an import."""
    columns = LIST_CHUNK.c
    query = sa.select(columns.file, columns.content).where(columns["import"] == one)
    found: dict[str, list[bytes]] = {}
    for row in work.read(query.order_by(columns.file, columns.number)):
        found.setdefault(row.file, []).append(bytes(row.content))
    return {file: b"".join(parts) for file, parts in found.items()}


def erase_files(work: Work, one: str) -> None:
    """Erase the staged files of an import."""
    work.change(Delete(LIST_CHUNK, {"import": one}))


def add_report_row(work: Work, one: str, row: ReportRow) -> None:
    """Add one row to an import's report."""
    work.change(
        Insert(
            LIST_REPORT,
            {
                "import": one,
                "number": row.number,
                "place": row.place[:_PLACE],
                "outcome": row.outcome.value,
                "rule": row.rule,
                "listing": row.listing,
            },
        )
    )


def drop_report(work: Work, one: ListImport) -> None:
    """Drop what was reported of an import while it waited."""
    work.change(Delete(LIST_REPORT, {"import": one.id}))


def drop_older_reports(work: Work, one: ListImport) -> None:
    """Drop the reports of the imports of the same list that ended before this one."""
    for other in imports_in(work, one.owner.party, (ImportState.DONE,)):
        if other.format is one.format and other.id != one.id:
            work.change(Delete(LIST_REPORT, {"import": other.id}))


def report_page(work: Work, one: str, outcome: RowOutcome | None, after: int, limit: int) -> tuple[ReportRow, ...]:
    """Return rows of a report in the order of the file."""
    columns = LIST_REPORT.c
    query = sa.select(LIST_REPORT).where(columns["import"] == one, columns.number > after)
    if outcome is not None:
        query = query.where(columns.outcome == outcome.value)
    return tuple(_report_row(row) for row in work.read(query.order_by(columns.number).limit(limit)))


def _report_row(row: Row) -> ReportRow:
    return ReportRow(
        number=row.number, place=row.place, outcome=RowOutcome(row.outcome), rule=row.rule, listing=row.listing
    )


def _import_columns(one: ListImport) -> dict[str, object]:
    updated: Instant = one.updated
    return {"state": one.state.value, "updated_at": updated, "schema": SCHEMA, "body": encode(one)}
