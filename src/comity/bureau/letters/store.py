"""What is read from the tables of letters, and the changes that keep them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from comity.bureau.clocks import erase_by, erase_by_without_alert, rank
from comity.bureau.letters.commands import ListLetters
from comity.bureau.letters.records import SCHEMA, Letter, LetterState, Line
from comity.bureau.letters.rules import duty_of
from comity.bureau.letters.tables import BUREAU_HELD_BACK, BUREAU_LETTER, BUREAU_LETTER_LINE
from comity.core.codec import decode_own_as, encode
from comity.core.errors import BadInput, NotFound
from comity.core.ports import Delete, Guard, Insert, Row, Update, Work
from comity.core.time import CivilDate, Instant

_L: Final = BUREAU_LETTER.c
_N: Final = BUREAU_LETTER_LINE.c


def find(work: Work, sender: str, letter: str) -> Letter | None:
    """Return a letter by its sender and number, or None."""
    rows = work.read(sa.select(_L.body).where(_L.sender_party == sender, _L.id == letter))
    return decode_own_as(bytes(rows[0].body), Letter) if rows else None


def get(work: Work, sender: str, letter: str) -> Letter:
    """Return a letter; raises `NotFound`."""
    found = find(work, sender, letter)
    if found is None:
        raise NotFound("letter.not-found", "There is no such letter.", field="$.letter")
    return found


def erased_by(work: Work, letter: Letter) -> CivilDate:
    """Return the last day on which a letter may be kept."""
    rows = work.read(sa.select(_L.erase_by).where(_L.sender_party == letter.sender.party, _L.id == letter.id))
    return CivilDate(rows[0].erase_by) if rows else erase_by_without_alert(work.recorded_at)


def last_day(work: Work, alert_ends: CivilDate | None) -> CivilDate:
    """Return the last day for a new letter: a year after its alert's end, or after today where it is about none."""
    return erase_by(alert_ends) if alert_ends else erase_by_without_alert(work.recorded_at)


def add(work: Work, letter: Letter, alert_ends: CivilDate | None) -> None:
    """Add a letter, to be erased a year after its alert ended; a year from now where it is about none."""
    alert = letter.content.alert
    row: dict[str, object] = {
        "sender_party": letter.sender.party,
        "id": letter.id,
        "recipient_party": letter.recipient,
        "form": letter.content.form,
        "category": letter.category,
        "alert_party": alert.owner.party if alert and alert.owner else None,
        "alert": alert.id if alert else None,
        "erase_by": last_day(work, alert_ends),
    }
    work.change(Insert(BUREAU_LETTER, {**row, **_columns(letter)}))


def replace(work: Work, old: Letter, new: Letter) -> None:
    """Put `new` in the place of `old`, guarded by the version read."""
    key = _key(old)
    work.change(Guard(BUREAU_LETTER, key, {"version": old.version}), Update(BUREAU_LETTER, key, _columns(new)))


def erase(work: Work, sender: str, letter: str) -> None:
    """Remove a letter with its lines; none is no error."""
    work.change(
        Delete(BUREAU_LETTER, {"sender_party": sender, "id": letter}),
        Delete(BUREAU_LETTER_LINE, {"letter_party": sender, "letter": letter}),
        Delete(BUREAU_HELD_BACK, {"giver": sender, "letter": letter}),
    )


def page(work: Work, party: str, asked: ListLetters) -> tuple[tuple[Letter, ...], str | None]:
    """Return a page of letters that `party` received or sent, the most urgent first, and the cursor of the next one."""
    side = _L.recipient_party if asked.side == "received" else _L.sender_party
    other = _L.sender_party if asked.side == "received" else _L.recipient_party
    query = sa.select(_L.rank, _L.id, _L.body).where(side == party)
    if asked.state is not None:
        query = query.where(_L.state == asked.state.value)
    else:
        query = query.where(_L.state.not_in((LetterState.CLOSED.value, LetterState.WITHDRAWN.value)))
    if asked.form is not None:
        query = query.where(_L.form == asked.form)
    if asked.partner is not None:
        query = query.where(other == asked.partner)
    if asked.cursor is not None:
        query = query.where(sa.tuple_(_L.rank, _L.id) > sa.tuple_(*map(sa.literal, _place(asked.cursor))))
    rows = work.read(query.order_by(_L.rank, _L.id).limit(asked.limit + 1))
    letters = tuple(decode_own_as(bytes(row.body), Letter) for row in rows[: asked.limit])
    more = len(rows) > asked.limit
    return letters, f"{rows[asked.limit - 1].rank}:{rows[asked.limit - 1].id}" if more else None


def add_line(work: Work, line: Line) -> None:
    """Add a line to a letter's thread."""
    row = {
        "sender_party": line.sender.party,
        "id": line.id,
        "letter_party": line.content.letter_party,
        "letter": line.content.letter,
        "schema": SCHEMA,
        "body": encode(line),
    }
    work.change(Insert(BUREAU_LETTER_LINE, row))


def lines(work: Work, letter: Letter) -> tuple[Line, ...]:
    """Return the thread of a letter, oldest first."""
    query = sa.select(_N.body).where(_N.letter_party == letter.sender.party, _N.letter == letter.id)
    found = (decode_own_as(bytes(row.body), Line) for row in work.read(query))
    return tuple(sorted(found, key=lambda line: (line.at, line.id)))


def find_line(work: Work, sender: str, line: str) -> Line | None:
    """Return a line by its sender and number, or None."""
    rows = work.read(sa.select(_N.body).where(_N.sender_party == sender, _N.id == line))
    return decode_own_as(bytes(rows[0].body), Line) if rows else None


def erase_line(work: Work, sender: str, line: str) -> None:
    """Remove a line; none is no error."""
    work.change(
        Delete(BUREAU_LETTER_LINE, {"sender_party": sender, "id": line}),
        Delete(BUREAU_HELD_BACK, {"giver": sender, "source": line}),
    )


def received(work: Work, own: str) -> tuple[Sequence[Row], Sequence[Row]]:
    """Return the numbers of all letters and lines of others, ordered."""
    letters = work.read(sa.select(_L.id).where(_L.sender_party != own).order_by(_L.id, _L.sender_party))
    others = work.read(sa.select(_N.id).where(_N.sender_party != own).order_by(_N.id, _N.sender_party))
    return letters, others


def alert_ends(work: Work, party: str, alert: str, last_day: CivilDate) -> None:
    """Set the last day of every letter about an alert."""
    work.change(Update(BUREAU_LETTER, {"alert_party": party, "alert": alert}, {"erase_by": last_day}))


def past(work: Work, today: CivilDate, limit: int) -> Sequence[Row]:
    """Return at most `limit` letters (sender_party, id) whose last day is over."""
    return work.read(sa.select(_L.sender_party, _L.id).where(_L.erase_by < today).limit(limit))


def tallied(work: Work, since: Instant, until: Instant) -> Sequence[Row]:
    """Return sender, recipient, form, clock and answer of every letter that began in a span of time."""
    columns = (_L.sender_party, _L.recipient_party, _L.form, _L.due, _L.answered, _L.answer, _L.ended)
    return work.read(sa.select(*columns).where(_L.since.between(since, until)))


def _columns(letter: Letter) -> dict[str, object]:
    duty = duty_of(letter)
    return {
        "state": letter.state.value,
        "rank": rank(urgent=duty.urgent, due_at=duty.due),
        "urgent": duty.urgent,
        "since": duty.since,
        "due": duty.due,
        "ended": duty.ended,
        "answered": letter.answered,
        "answer": letter.answer,
        "version": letter.version,
        "schema": SCHEMA,
        "body": encode(letter),
    }


def _key(letter: Letter) -> dict[str, object]:
    return {"sender_party": letter.sender.party, "id": letter.id}


def _place(cursor: str) -> tuple[int, str]:
    number, _, last = cursor.partition(":")
    if not (number.isascii() and number.isdigit() and last):
        raise BadInput("letter.cursor", "This is not a cursor of this list.", field="$.cursor", remedy="Start again.")
    return int(number), last
