"""The import of a list as a job: read and compared first, then entry by entry in steps that each can be the last.

A step is one unit of work: entries, index, report and place to go on are one change set, and its ledger entry names
every entry it touched. After a crash the file is read again, which gives the same rows, and the job goes on behind
the last committed step. An import that must wait for a person ends here as `held`; its release starts a new job.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec

from comity.bureau.lists import store
from comity.bureau.lists.commands import ImportState, ListImport, ReportRow, RowOutcome
from comity.bureau.lists.formats.readers import READERS
from comity.bureau.lists.formats.reading import Problem, Reading, ReadRow, problem_of
from comity.bureau.lists.records import DateForm, Listing
from comity.bureau.lists.rules import standing_of, waits_for
from comity.core.codec import encode
from comity.core.errors import BadInput
from comity.core.hashing import digest
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.job import AnyTask, Step, Task
from comity.core.ports import RecordChanged, Work
from comity.screening.listed import LISTING_KIND

IMPORT: Final = "list.import"
BATCH: Final = 200
"""Entries a step: small enough that others need not wait for the writer, large enough that commits do not count."""

MAX_ENTRY_BYTES: Final = 64 * 1024
"""Most bytes one entry may be read from; the largest at hand has 9 KB. What is larger would slow every search."""

MAX_NUMBER: Final = 80
"""Most characters of what a source calls an entry, as wide as the column it is kept in."""

_ROWS, _PROBLEMS, _WITHDRAWALS = "rows", "problems", "withdrawals"


class RunImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which import to work on; the files and everything personal stand in its own tables."""

    id: RecordId


class Importer:
    """Does the steps. It remembers the reading of the import under way, so that the file is read once a process."""

    def __init__(self) -> None:
        self._reading: tuple[str, Reading] | None = None

    def step(self, work: Work, argument: RunImport, last: Step | None) -> Step:
        """Do the next step of an import."""
        step = self._next(work, argument, last)
        if step.finished:
            self._reading = None
        return step

    def _next(self, work: Work, argument: RunImport, last: Step | None) -> Step:
        one = store.get_import(work, None, argument.id)
        try:
            reading = self._read(work, one)
        except BadInput as error:
            _settle(work, one, ImportState.REFUSED, reasons=(problem_of(error, error.code).place,))
            return Step(done=0, total=0, place="", finished=True, findings={"refused": 1})
        if last is None:
            return self._begin(work, one, reading)
        phase, _, number = last.place.partition(":")
        if phase == _ROWS:
            return _apply_rows(work, one, reading, int(number), last)
        if phase == _PROBLEMS:
            return _report_problems(work, one, reading, int(number), last)
        return _withdraw(work, one, reading, last)

    def _begin(self, work: Work, one: ListImport, reading: Reading) -> Step:
        """Compare before anything is changed: what waits for a person waits here."""
        held = store.held_entries(work, one.owner.party, one.format)
        going = _missing(held, reading)
        listed = sum(each.listed for each in held.values())
        reasons = waits_for(
            held=listed,
            withdrawn=len(going),
            complete=reading.complete,
            unreadable=(problem.source_id for problem in reading.problems),
            older=_is_older(store.newest_generated(work, one), reading.generated),
        )
        counts = {
            "read": len(reading.rows),
            "unreadable": sum(not problem.part for problem in reading.problems),
            "parts-unread": sum(problem.part for problem in reading.problems),
            "not-individuals": reading.skipped,
            "would-withdraw": len(going),
        }
        store.drop_report(work, one)
        if reasons and one.released_by is None:
            _report_waiting(work, one, reading, going)
            _settle(work, one, ImportState.HELD, reasons=reasons, counts=counts)
            return Step(done=0, total=len(reading.rows), place="", finished=True, findings={**counts, "held": 1})
        total = len(reading.rows) + len(reading.problems) + (len(going) if reading.complete else 0)
        del counts["would-withdraw"]
        return Step(done=0, total=total, place=f"{_ROWS}:0", finished=False, findings=counts)

    def _read(self, work: Work, one: ListImport) -> Reading:
        if self._reading is None or self._reading[0] != one.id:
            self._reading = one.id, _fit_to_keep(READERS[one.format](store.file_contents(work, one.id)))
        return self._reading[1]


def tasks() -> tuple[AnyTask, ...]:
    """Return the tasks of this room, for one node."""
    return (Task(IMPORT, RunImport, Importer().step),)


def _fit_to_keep(reading: Reading) -> Reading:
    """Refuse entries larger than any real one, and the second row with a number that the list has already used."""
    seen: set[str] = set()
    rows: list[ReadRow] = []
    bad: list[Problem] = []
    for row in reading.rows:
        if len(row.raw) > MAX_ENTRY_BYTES:
            bad.append(Problem(row.place, "list.entry-too-large", row.entry.source_id))
        elif len(row.entry.source_id) > MAX_NUMBER:
            bad.append(Problem(row.place, "list.number-too-long"))
        elif row.entry.source_id in seen:
            bad.append(Problem(row.place, "list.number-used-twice", row.entry.source_id))
        else:
            rows.append(row)
            bad += _kept_as_text(row)
        seen.add(row.entry.source_id)
    return replace(reading, rows=tuple(rows), problems=(*reading.problems, *bad))


def _kept_as_text(row: ReadRow) -> Iterator[Problem]:
    """Name dates and nationalities that no rule could read: they are kept as text, and no search compares them."""
    entry = row.entry
    for number, date in enumerate(entry.birth_dates, 1):
        if date.form is DateForm.OTHER:
            yield Problem(f"{row.place} birth date {number}", "list.date-unread", entry.source_id, part=True)
    for number, nationality in enumerate(entry.nationalities, 1):
        if nationality.country is None:
            yield Problem(f"{row.place} nationality {number}", "list.country-unknown", entry.source_id, part=True)


def _is_older(held: str | None, brought: str) -> bool:
    """Say whether the publisher made the file that is brought before the newest one that was taken in."""
    if held is None:
        return False
    try:
        return datetime.fromisoformat(brought) < datetime.fromisoformat(held)
    except (ValueError, TypeError):
        # One of them says no instant that can be compared: then nothing is known.
        return False


def _missing(held: dict[str, store.Held], reading: Reading) -> list[store.Held]:
    """Return what is listed now and the file lacks; an unreadable row whose number is known is not lacking."""
    present = {row.entry.source_id for row in reading.rows}
    present.update(problem.source_id for problem in reading.problems if problem.source_id is not None)
    return [each for source_id, each in held.items() if each.listed and source_id not in present]


def _report_waiting(work: Work, one: ListImport, reading: Reading, going: list[store.Held]) -> None:
    """Report to whoever decides on a waiting import what could not be read, and whom its release would withdraw."""
    for number, problem in enumerate(reading.problems):
        store.add_report_row(work, one.id, _unread(number, problem))
    # A file that lacks its end withdraws nobody, released or not.
    for number, held in enumerate(going if reading.complete else (), len(reading.problems)):
        row = ReportRow(number=number, place="", outcome=RowOutcome.WOULD_WITHDRAW, rule="", listing=RecordId(held.id))
        store.add_report_row(work, one.id, row)


def _unread(number: int, problem: Problem) -> ReportRow:
    outcome = RowOutcome.PART_UNREAD if problem.part else RowOutcome.UNREADABLE
    return ReportRow(number=number, place=problem.place, outcome=outcome, rule=problem.rule, listing=None)


def _apply_rows(work: Work, one: ListImport, reading: Reading, start: int, last: Step) -> Step:
    rows = reading.rows[start : start + BATCH]
    numbers = [row.entry.source_id for row in rows]
    held = store.held_entries(work, one.owner.party, one.format, numbers)
    findings = dict(last.findings)
    for number, row in enumerate(rows, start):
        outcome, listing = _apply(work, one.owner, row, held.get(row.entry.source_id))
        findings[outcome.value] = findings.get(outcome.value, 0) + 1
        store.add_report_row(
            work, one.id, ReportRow(number=number, place=row.place, outcome=outcome, rule="", listing=listing)
        )
    after = start + len(rows)
    place = f"{_ROWS}:{after}" if after < len(reading.rows) else f"{_PROBLEMS}:0"
    return Step(done=after, total=last.total, place=place, finished=False, findings=findings)


def _apply(work: Work, owner: Owner, row: ReadRow, before: store.Held | None) -> tuple[RowOutcome, str]:
    """Bring the store to what the row says; an entry of the same content is left alone."""
    standing = standing_of(row.entry)
    content = digest(encode((row.entry, standing)))
    if before is not None and before.listed and before.digest == content:
        return RowOutcome.UNCHANGED, before.id
    if before is not None:
        owner = Owner(party=owner.party, authority=before.authority)
    listing = Listing(
        id=RecordId(before.id) if before else work.new_id(),
        owner=owner,
        version=before.version + 1 if before else 1,
        entry=row.entry,
        standing=standing,
    )
    store.put_listing(work, listing, row.raw, content, before=before)
    _tell(work, listing.id, owner, listing.version, listing)
    return RowOutcome.CHANGED if before is not None and before.listed else RowOutcome.ADDED, listing.id


def _report_problems(work: Work, one: ListImport, reading: Reading, start: int, last: Step) -> Step:
    problems = reading.problems[start : start + BATCH]
    for number, problem in enumerate(problems, len(reading.rows) + start):
        store.add_report_row(work, one.id, _unread(number, problem))
    after = start + len(problems)
    place = f"{_PROBLEMS}:{after}" if after < len(reading.problems) else f"{_WITHDRAWALS}:"
    return Step(done=last.done + len(problems), total=last.total, place=place, finished=False, findings=last.findings)


def _withdraw(work: Work, one: ListImport, reading: Reading, last: Step) -> Step:
    """Withdraw a batch of what the file lacks; a file that lacks its end withdraws nothing."""
    going = _missing(store.held_entries(work, one.owner.party, one.format), reading) if reading.complete else []
    batch = sorted(going, key=lambda each: each.id)[:BATCH]
    for number, held in enumerate(batch, last.done):
        store.withdraw_listing(work, held)
        owner = Owner(party=one.owner.party, authority=held.authority)
        _tell(work, held.id, owner, held.version + 1, None)
        row = ReportRow(number=number, place="", outcome=RowOutcome.WITHDRAWN, rule="", listing=held.id)
        store.add_report_row(work, one.id, row)
    findings = dict(last.findings)
    if batch:
        findings["withdrawn"] = findings.get("withdrawn", 0) + len(batch)
    done = len(going) <= BATCH
    if done:
        _settle(work, one, ImportState.DONE, counts=findings, generated=reading.generated)
        store.drop_older_reports(work, one)
    return Step(done=last.done + len(batch), total=last.total, place=last.place, finished=done, findings=findings)


def _tell(work: Work, listing: RecordId | str, owner: Owner, version: int, record: Listing | None) -> None:
    work.record(RecordRef(kind=LISTING_KIND, id=listing, version=version))
    work.emit(RecordChanged(kind=LISTING_KIND, id=listing, owner=owner, version=version, record=record))


def _settle(
    work: Work,
    one: ListImport,
    state: ImportState,
    *,
    reasons: tuple[str, ...] = (),
    counts: dict[str, int] | None = None,
    generated: str = "",
) -> None:
    """End the import or let it wait; files that nobody will read again are erased."""
    settled = msgspec.structs.replace(
        one, state=state, updated=work.recorded_at, reasons=reasons, counts=counts or {}, generated=generated[:40]
    )
    store.replace_import(work, one, settled)
    if state is not ImportState.HELD:
        store.erase_files(work, one.id)
