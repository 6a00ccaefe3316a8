"""What the bureau does with official lists: bring them in, release what waits, look at what is listed."""

from __future__ import annotations

import base64
import binascii
from typing import Final

import msgspec

from comity.bureau.lists import store
from comity.bureau.lists.commands import (
    CHUNK_BYTES,
    EntryPage,
    ImportPage,
    ImportStaged,
    ImportState,
    ListEntries,
    ListImport,
    ListImports,
    ListingLine,
    ListingView,
    NamedImport,
    Report,
    ShowListing,
    ShowReport,
    Staged,
    StageList,
)
from comity.bureau.lists.formats.readers import FILES
from comity.bureau.lists.records import Listing
from comity.bureau.lists.tasks import IMPORT, RunImport
from comity.core.errors import BadInput, Conflict
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.said import say
from comity.core.time import DAY_US, Instant
from comity.core.vocabulary import Permission, Purpose
from comity.screening.listed import LISTING_KIND

_PURPOSES: Final = (Purpose.BORDERS,)
_STAGING_US: Final = DAY_US
"""How long an upload may take before it is erased: house rule, law names no period."""


@operation("list.stage", permission=Permission.LIST_MANAGE, purposes=_PURPOSES)
def stage(work: Work, command: StageList) -> Staged:
    """Bring one chunk of a list's file to the node; the first one opens a staging."""
    if command.file not in FILES[command.format]:
        names = ", ".join(FILES[command.format])
        raise BadInput("list.file-unknown", say("The files of this list are: %(names)s.", names=names), field="$.file")
    if command.staging is None:
        _erase_stale(work)
        one = ListImport(
            id=work.new_id(),
            owner=work.who.owner,
            format=command.format,
            state=ImportState.STAGING,
            staged_by=work.who.user,
            created=work.recorded_at,
            updated=work.recorded_at,
        )
        store.add_import(work, one)
    else:
        one = _staging(work, command.staging, "$.staging")
        if one.format is not command.format:
            raise Conflict("list.other-format", "This staging was opened for another list.", field="$.format")
    store.put_chunk(work, one.id, command.file, command.number, _content(command.content), last=command.last)
    work.record(_import_ref(one))
    return Staged(staging=one.id)


@operation("list.import", permission=Permission.LIST_MANAGE, purposes=_PURPOSES)
def import_list(work: Work, command: ImportStaged) -> ListImport:
    """Start the import of a staged list; the job says how far it is."""
    one = _staging(work, command.staging, "$.staging")
    brought = store.chunks(work, one.id)
    missing = [name for name in FILES[one.format] if name not in brought or brought[name][-1:] != (True,)]
    if missing:
        raise Conflict(
            "list.file-missing",
            say("These files are missing or not whole: %(names)s.", names=", ".join(missing)),
            remedy="Bring them with list.stage, the last chunk marked.",
        )
    return _start(work, one, released_by=None)


@operation("list.release", permission=Permission.LIST_MANAGE, purposes=_PURPOSES)
def release(work: Work, command: NamedImport) -> ListImport:
    """Let an import go on that waits for a person; a file that lacks its end updates, and withdraws nothing."""
    one = _held(work, command.id)
    newer = [each for each in store.imports_page(work, one.owner.party, None, 1000) if _overtakes(each, one)]
    if newer:
        raise Conflict(
            "list.overtaken",
            "A newer file of this list was imported since.",
            field="$.id",
            remedy="Drop this import.",
        )
    return _start(work, one, released_by=work.who.user)


@operation("list.drop", permission=Permission.LIST_MANAGE, purposes=_PURPOSES)
def drop(work: Work, command: NamedImport) -> ListImport:
    """Throw away an import that waits for a person; its files are erased and nothing of it stands."""
    one = _held(work, command.id)
    dropped = msgspec.structs.replace(
        one, state=ImportState.DROPPED, updated=work.recorded_at, released_by=work.who.user
    )
    store.replace_import(work, one, dropped)
    store.erase_files(work, one.id)
    store.drop_report(work, one)
    work.record(_import_ref(one))
    return dropped


@operation("list.status", permission=Permission.LIST_MANAGE, purposes=_PURPOSES, kind=Kind.READ)
def status(work: Work, command: ListImports) -> ImportPage:
    """Show imports: what each did, and why it waits or was refused."""
    party = work.who.owner.party
    if command.id is not None:
        return ImportPage(imports=(store.get_import(work, party, command.id),), next=None)
    found = store.imports_page(work, party, command.before, command.limit)
    return ImportPage(imports=found, next=found[-1].id if len(found) == command.limit else None)


@operation("list.report", permission=Permission.LIST_MANAGE, purposes=_PURPOSES, kind=Kind.READ)
def report(work: Work, command: ShowReport) -> Report:
    """Show row by row what an import read, and what it could not read and why."""
    one = store.get_import(work, work.who.owner.party, command.id)
    rows = store.report_page(work, one.id, command.outcome, command.after, command.limit)
    return Report(rows=rows, next=rows[-1].number if len(rows) == command.limit else None)


@operation("list.entries", permission=Permission.LIST_MANAGE, purposes=_PURPOSES, kind=Kind.READ)
def entries(work: Work, command: ListEntries) -> EntryPage:
    """List who is listed now."""
    found = store.listings_page(
        work,
        work.who.owner.party,
        source=command.source,
        kind=command.listing_class,
        after=command.after,
        limit=command.limit,
    )
    work.record(*(_ref(listing) for listing in found))
    return EntryPage(
        entries=tuple(_line(listing) for listing in found),
        next=found[-1].id if len(found) == command.limit else None,
    )


@operation("list.show", permission=Permission.LIST_MANAGE, purposes=_PURPOSES, kind=Kind.READ)
def show(work: Work, command: ShowListing) -> ListingView:
    """Show one entry with everything its source says and the text it was read from."""
    listing, raw = store.find_listing(work, work.who.owner.party, command.id)
    work.record(_ref(listing))
    return ListingView(listing=listing, listed=True, original=raw.decode("utf-8", "replace"))


def _start(work: Work, one: ListImport, *, released_by: str | None) -> ListImport:
    job = work.enqueue(IMPORT, RunImport(id=one.id))
    started = msgspec.structs.replace(
        one, state=ImportState.RUNNING, updated=work.recorded_at, job=job, released_by=released_by
    )
    store.replace_import(work, one, started)
    work.record(_import_ref(one))
    return started


def _staging(work: Work, staging: str, field: str) -> ListImport:
    one = store.get_import(work, work.who.owner.party, staging)
    if one.state is not ImportState.STAGING:
        raise Conflict("list.not-staging", "This staging was imported or dropped.", field=field)
    return one


def _held(work: Work, one: str) -> ListImport:
    found = store.get_import(work, work.who.owner.party, one)
    if found.state is not ImportState.HELD:
        raise Conflict("list.not-held", "This import does not wait for a person.", field="$.id")
    return found


def _overtakes(each: ListImport, one: ListImport) -> bool:
    settled = each.state in {ImportState.RUNNING, ImportState.DONE}
    return each.format is one.format and settled and each.created > one.created


def _erase_stale(work: Work) -> None:
    """Erase uploads that nobody finished."""
    for one in store.imports_in(work, work.who.owner.party, (ImportState.STAGING,)):
        if one.updated < work.recorded_at - _STAGING_US:
            gone = msgspec.structs.replace(one, state=ImportState.DROPPED, updated=Instant(work.recorded_at))
            store.replace_import(work, one, gone)
            store.erase_files(work, one.id)


def _content(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("list.not-base64", "A chunk is base64.", field="$.content") from None
    if len(content) > CHUNK_BYTES:
        raise BadInput(
            "list.chunk-too-large",
            say("A chunk has at most %(most)s bytes.", most=CHUNK_BYTES),
            field="$.content",
        )
    return content


def _line(listing: Listing) -> ListingLine:
    return ListingLine(
        id=listing.id,
        source=listing.entry.source,
        reference=listing.entry.reference,
        name=listing.entry.names[0].text,
        listing_class=listing.standing.listing_class,
        deceased=listing.standing.deceased,
        version=listing.version,
    )


def _ref(listing: Listing) -> RecordRef:
    return RecordRef(kind=LISTING_KIND, id=listing.id, version=listing.version)


def _import_ref(one: ListImport) -> RecordRef:
    return RecordRef(kind="list-import", id=one.id, version=1)


OPERATIONS: tuple[AnyOperation, ...] = (
    stage,
    import_list,
    release,
    drop,
    status,
    report,
    entries,
    show,
)
