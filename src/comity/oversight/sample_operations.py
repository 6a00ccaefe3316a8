"""What the supervisor does with samples: draw, judge, keep, count. Each act is in the ledger, without content."""

from __future__ import annotations

from typing import Final

from nacl.public import PrivateKey

from comity.core.errors import BadInput, NotFound, Refused
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Row, Work
from comity.core.said import say
from comity.core.text import clean_text
from comity.core.time import Instant, end_of_day, parse_date, start_of_day
from comity.core.vocabulary import Permission, Purpose
from comity.oversight import people, sampling, sealing, store
from comity.oversight.opening import unlock
from comity.oversight.samples import (
    AskSearchFigures,
    Mark,
    MarkCount,
    Marked,
    MarkLine,
    MarkSearch,
    MarkVerdict,
    Sample,
    SampledSearch,
    SampleFile,
    SampleSearchLog,
    SearchFigures,
)
from comity.oversight.sampling import Counted, Drawable

_SUPERVISION: Final = (Purpose.SUPERVISION,)
_READ: Final = Permission.SEARCH_LOG_READ
POPULATION: Final = 200_000
"""How many searches one sample or count may stand for; about a year of a busy post, or a day of a country."""
OPENED: Final = 5_000
"""How many searches one count opens, the first of the span; sealed boxes open at some ten thousand a second."""
_SEED_BYTES: Final = 8
_NOTE_MAX: Final = 2000


@operation("search-log.sample", permission=_READ, purposes=_SUPERVISION, kind=Kind.READ)
def sample(work: Work, command: SampleSearchLog) -> Sample:
    """Draw a random sample of searches that the same seed draws again, and open it; rare users are not missed."""
    return _drawn(work, command)


@operation("search-log.export", permission=_READ, purposes=_SUPERVISION, kind=Kind.READ)
def export(work: Work, command: SampleSearchLog) -> SampleFile:
    """Draw the same sample as a file for the supervisor to keep."""
    drawn = _drawn(work, command)
    name = f"search-log-{command.since}-{command.until}-{drawn.seed}.csv"
    return SampleFile(name=name, seed=drawn.seed, content=sampling.to_csv(drawn.rows))


@operation("search-log.mark", permission=_READ, purposes=_SUPERVISION)
def mark(work: Work, command: MarkSearch) -> Marked:
    """Say of searches whether they were justified; the ledger keeps verdicts, the notes are sealed."""
    first = MarkLine(search=command.search, verdict=command.verdict, note=command.note)
    lines = {line.search: line for line in (first, *command.more)}
    known = {row.id for row in store.sealed(work, tuple(lines))}
    if known != set(lines):
        raise NotFound("search-log.no-such-search", "The search log has no such search.", field="$.search")
    earlier = store.marks(work, tuple(lines))
    for line in lines.values():
        store.set_mark(work, _mark_row(work, line), anew=line.search in earlier)
    verdicts = [line.verdict for line in lines.values()]
    work.record(**{verdict.value: verdicts.count(verdict) for verdict in MarkVerdict})
    return Marked(marked=len(lines))


@operation("search-log.figures", permission=_READ, purposes=_SUPERVISION, kind=Kind.READ)
def figures(work: Work, command: AskSearchFigures) -> SearchFigures:
    """Count searches by user and hour; with the passphrase also how many were made without a document."""
    span = _span(command.since, command.until)
    rows = _population(work, span, None, None)
    read = _without_document(work, command.passphrase, rows) if command.passphrase else {}
    counted = tuple(Counted(row.user, Instant(row.recorded_at), read.get(row.id)) for row in rows)
    users = sampling.count(counted, people.names_of(work, {row.user for row in rows}))
    opened, without = sum(user.opened for user in users), sum(user.without_document for user in users)
    verdicts = store.count_marks(work, span)
    work.record(counted=len(rows), opened=len(read))
    return SearchFigures(
        searches=len(rows),
        opened=opened,
        without_document=without,
        without_document_permille=sampling.permille(without, opened),
        users=users,
        marks=tuple(MarkCount(verdict=each, count=verdicts.get(each.value, 0)) for each in MarkVerdict),
    )


def _drawn(work: Work, command: SampleSearchLog) -> Sample:
    private_keys = unlock(work, command.passphrase)
    span = _span(command.since, command.until)
    users = people.users_of(work, account=command.account, authority=command.authority)
    population = _population(work, span, users, command.operation)
    seed = command.seed or work.random(_SEED_BYTES).hex()
    chosen = sampling.draw([Drawable(row.id, row.user) for row in population], command.size, seed)
    rows, locked = _opened(work, chosen, private_keys)
    user_count = len({row.user for row in population})
    work.record(
        seed=seed,
        since=command.since,
        until=command.until,
        size=command.size,
        population=len(population),
        users=user_count,
        opened=len(rows),
        locked=locked,
        narrowed=users is not None or command.operation is not None,
    )
    return Sample(seed=seed, population=len(population), users=user_count, rows=rows, locked=locked)


def _span(since: str, until: str) -> tuple[Instant, Instant]:
    first = start_of_day(parse_date(since, field="$.since"))
    last = end_of_day(parse_date(until, field="$.until"))
    if last < first:
        raise BadInput("search-log.days", "The last day lies before the first.", field="$.until")
    return first, last


def _population(
    work: Work, span: tuple[Instant, Instant], users: tuple[str, ...] | None, asked: str | None
) -> tuple[Row, ...]:
    rows = store.drawable(work, span=span, users=users, operation=asked, limit=POPULATION + 1)
    if len(rows) > POPULATION:
        raise Refused(
            "search-log.too-many",
            say("These days hold more than %(most)s searches.", most=POPULATION),
            field="$.until",
            remedy="Take fewer days, or one authority or account at a time.",
        )
    return rows


def _opened(
    work: Work, searches: tuple[str, ...], private_keys: dict[str, PrivateKey]
) -> tuple[tuple[SampledSearch, ...], int]:
    rows = store.sealed(work, searches)
    unsealed = (sealing.unseal(row.sealed, private_keys[row.key]) for row in rows if row.key in private_keys)
    entries = [sealing.opened(entry) for entry in unsealed]
    names = people.names_of(work, {entry.user for entry in entries})
    marks = store.marks(work, searches)
    sampled = tuple(
        SampledSearch(entry=entry, account=names.get(entry.user), mark=_mark_of(marks.get(entry.search), private_keys))
        for entry in entries
    )
    return sampled, len(rows) - len(entries)


def _without_document(work: Work, passphrase: str, rows: tuple[Row, ...]) -> dict[str, bool]:
    """Open the first searches of a span and say of each whether it had a document; who is named stays unread."""
    private_keys = unlock(work, passphrase)
    found: dict[str, bool] = {}
    for row in store.sealed(work, tuple(row.id for row in rows[:OPENED])):
        if row.key in private_keys:
            said = sampling.without_document(sealing.unseal(row.sealed, private_keys[row.key]).terms)
            if said is not None:
                found[row.id] = said
    return found


def _mark_row(work: Work, line: MarkLine) -> dict[str, object]:
    note = clean_text(line.note, "$.note", _NOTE_MAX, may_be_empty=True) if line.note else ""
    key = store.sealing_key(work) if note else None
    if note and key is None:
        raise Refused("search-log.no-supervisor-key", "No key seals notes.", remedy="Call search-log.set-key once.")
    return {
        "search": line.search,
        "verdict": line.verdict.value,
        "marked_at": work.recorded_at,
        "marked_by": work.who.user,
        "key": key[0] if key else None,
        "note": sealing.seal_note(note, key[1]) if key else None,
    }


def _mark_of(row: Row | None, private_keys: dict[str, PrivateKey]) -> Mark | None:
    if row is None:
        return None
    readable = row.note is not None and row.key in private_keys
    return Mark(
        verdict=MarkVerdict(row.verdict),
        note=sealing.unseal_note(row.note, private_keys[row.key]) if readable else None,
        at=row.marked_at,
        by=row.marked_by,
    )


OPERATIONS: tuple[AnyOperation, ...] = (sample, export, mark, figures)
