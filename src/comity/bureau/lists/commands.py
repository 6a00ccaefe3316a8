"""What is asked of the lists and answered: staging files, importing them, looking at imports and entries."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.bureau.lists.records import Format, Listing, ListingClass
from comity.core.door import Verbatim
from comity.core.ids import Owner, RecordId
from comity.core.personal import Personal
from comity.core.time import Instant

CHUNK_BYTES: Final = 512 * 1024
"""Most bytes of a file in one call, so that a call stays under the limits of every surface."""
MAX_CHUNKS: Final = 128
PAGE_LIMIT: Final = 200

PageSize = Annotated[int, Meta(ge=1, le=PAGE_LIMIT)]
Content = Annotated[str, Personal, Verbatim, Meta(max_length=(CHUNK_BYTES + 2) // 3 * 4)]


@unique
class ImportState(StrEnum):
    """Life of an import. `held`: it waits for a person; `refused`: the file is none of this list, or hostile."""

    STAGING = "staging"
    RUNNING = "running"
    HELD = "held"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"


@unique
class RowOutcome(StrEnum):
    """What became of one row of the file, or of an entry that the file lacks.

    `part-unread`: the entry was read and is searched; one part of it was left out, or is kept as text only.
    `would-withdraw`: the import waits, and if it is released this entry goes.
    """

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"
    UNREADABLE = "unreadable"
    PART_UNREAD = "part-unread"
    WOULD_WITHDRAW = "would-withdraw"


class ListImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One import of one list. `reasons` say why it is held or refused; `counts` are what it did, once it is done.

    `generated`: when the publisher made the file, as it says itself; empty where it does not.
    """

    id: RecordId
    owner: Owner
    format: Format
    state: ImportState
    staged_by: str
    created: Instant
    updated: Instant
    job: str | None = None
    reasons: tuple[str, ...] = ()
    released_by: str | None = None
    counts: dict[str, int] = {}
    generated: str = ""


class StageList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Bring one chunk of a list's file. Leave out `staging` with the first chunk and give back what it answers.

    `file` is `list`, or for OFAC `sdn`, `alt`, `add` and `comments`; `number` counts its chunks from 0; `content` is
    base64 of at most 512 KiB; `last` marks the file's last chunk.
    """

    format: Format
    file: Annotated[str, Meta(max_length=16)]
    number: Annotated[int, Meta(ge=0, lt=MAX_CHUNKS)]
    content: Content
    last: bool
    staging: str | None = None


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """Where the chunk went."""

    staging: RecordId


class ImportStaged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Import what was staged."""

    staging: str


class NamedImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which import is meant."""

    id: str


class ListImports(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of imports, newest first; or the one named."""

    id: str | None = None
    before: str | None = None
    limit: PageSize = 20


class ImportPage(msgspec.Struct, frozen=True, kw_only=True):
    """Imports, newest first."""

    imports: tuple[ListImport, ...]
    next: str | None


class ShowReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of an import's report, row by row, after the row number `after`; `outcome` narrows it."""

    id: str
    outcome: RowOutcome | None = None
    after: int = -1
    limit: PageSize = 100


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row: its place in the file, and the rule where it was not read; never a value."""

    number: int
    place: str
    outcome: RowOutcome
    rule: str
    listing: str | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a report; `next` is the `after` of the next page."""

    rows: tuple[ReportRow, ...]
    next: int | None


class ListEntries(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of entries that are listed now, of one list and one class where given."""

    source: Format | None = None
    listing_class: ListingClass | None = None
    after: str | None = None
    limit: PageSize = 50


class ListingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in a page."""

    id: str
    source: Format
    reference: str
    name: Annotated[str, Personal]
    listing_class: ListingClass
    deceased: bool
    version: int


class EntryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Entries in order of their ids."""

    entries: tuple[ListingLine, ...]
    next: str | None


class ShowListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show one entry with everything the source says."""

    id: str


class ListingView(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, whether it is listed now, and the very text it was read from."""

    listing: Listing
    listed: bool
    original: Annotated[str, Personal]
