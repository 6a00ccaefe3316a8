"""Letters and lines that other bureaux send: held to the same table of forms as the own ones.

A line stands on its letter, and an answer on what was said before, so each is committed before what comes behind it
in the frame is looked at (`turns`).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from comity.agreements.law.load import house_law
from comity.alerts.records import WarningMark
from comity.alerts.store import TOMBSTONE, find_alert
from comity.bureau.letters import noticed, rules, store
from comity.bureau.letters.consulting import note_answer
from comity.bureau.letters.error_notices import end_error_clocks
from comity.bureau.letters.forms import BY_CODE, About
from comity.bureau.letters.onward import hold_back
from comity.bureau.letters.records import (
    LETTER_KIND,
    LINE_KIND,
    SCHEMA,
    Letter,
    LetterContent,
    LetterState,
    Line,
    LineAct,
    LineContent,
)
from comity.core.codec import decode_as, encode
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.ports import Row, Work
from comity.core.time import CivilDate, Instant, date_of
from comity.exchange.ports import Applied, Item, refused, stored


class LetterReceiver:
    """`comity.exchange.ports.Receiver` for letters addressed to `party`, the party of this node."""

    schemas = (SCHEMA,)

    def __init__(self, party: str) -> None:
        self._party = party

    def apply(self, work: Work, item: Item) -> Applied:
        """Keep a letter; one about an alert that is not whose its form says, or that stands already, is refused."""
        statement = item.statement
        if statement.payload is None:
            store.erase(work, statement.owner.party, statement.id)
            noticed.forget(work, statement.owner.party, statement.id)
            return stored()
        content = decode_as(encode(statement.payload), LetterContent)
        form = rules.form_named(content.form)
        rules.check_content(form, content, statement.category)
        if store.find(work, statement.owner.party, statement.id) is not None:
            return refused("letter.final")
        urgent, ends = content.urgent, None
        if content.alert is not None:
            owner = content.alert.owner
            wanted = {About.THEIRS: self._party, About.OWN: statement.owner.party}.get(form.about)
            if owner is None or (wanted is not None and owner.party != wanted):
                return refused("letter.not-that-alert")
            found = alert_known(work, owner.party, content.alert.id)
            if owner.party == self._party and found is None:
                return refused("letter.not-our-alert")
            if found is not None:
                if found.category != statement.category:
                    return refused("letter.other-category")
                urgent, ends = urgent or found.terrorism, found.ends
        letter = Letter(
            id=RecordId(statement.id),
            sender=statement.owner,
            recipient=self._party,
            category=statement.category,
            state=LetterState.OPEN,
            content=msgspec.structs.replace(content, urgent=urgent),
            since=work.recorded_at,
            user="",
        )
        store.add(work, rules.with_clock(letter, house_law(), self._party), ends)
        noticed.let_find(work, letter, store.last_day(work, ends))
        hold_back(work, letter, letter.content, letter.id)
        return stored(turns=True)

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every letter held of others, ordered; a letter has one version."""
        return _refs(LETTER_KIND, store.received(work, self._party)[0])

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Erase the letter that this party sent."""
        store.erase(work, owner.party, ref.id)
        noticed.forget(work, owner.party, ref.id)


class LineReceiver:
    """`comity.exchange.ports.Receiver` for lines in the threads of letters that `party` sent or got."""

    schemas = (SCHEMA,)

    def __init__(self, party: str) -> None:
        self._party = party

    def apply(self, work: Work, item: Item) -> Applied:
        """Join a line to its letter; whoever is no end of the letter, or answers in the other's place, is refused."""
        statement = item.statement
        if statement.payload is None:
            store.erase_line(work, statement.owner.party, statement.id)
            return stored()
        content = decode_as(encode(statement.payload), LineContent)
        other = statement.owner.party
        letter = store.find(work, content.letter_party, content.letter)
        if letter is None or {letter.sender.party, letter.recipient} != {other, self._party}:
            return refused("letter.not-your-letter")
        if letter.category != statement.category:
            return refused("letter.other-category")
        if store.find_line(work, other, statement.id) is not None:
            return refused("letter.final")
        rules.check_files(content.attachments)
        moved = _moved(letter, content, other, work.recorded_at)
        if moved is None:
            return refused("letter.not-open-to-you")
        line = Line(id=statement.id, sender=statement.owner, at=statement.issued, user="", content=content)
        store.add_line(work, line)
        if letter.sender.party == other:
            hold_back(work, letter, content, line.id)
        if moved is not letter:
            store.replace(work, letter, moved)
        if content.act is LineAct.ANSWER and letter.sender.party == self._party:
            end_error_clocks(work, moved)
            note_answer(work, moved)
            noticed.note_answer(work, moved)
        if moved.state is LetterState.CLOSED:
            noticed.forget(work, letter.sender.party, letter.id)
        return stored(turns=True)

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every line held of others, ordered; a line has one version."""
        return _refs(LINE_KIND, store.received(work, self._party)[1])

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Erase the line that this party sent."""
        store.erase_line(work, owner.party, ref.id)


class Known(msgspec.Struct, frozen=True):
    """What a letter needs of an alert: its category, whether it is about terrorism, when it ends."""

    category: str
    terrorism: bool
    ends: CivilDate
    owner: Owner
    version: int


def alert_known(work: Work, party: str, alert: str) -> Known | None:
    """Return an alert that stands here, or an own one that went; None for one not held."""
    standing = find_alert(work, party, alert)
    if standing is not None:
        terrorism = WarningMark.TERRORISM in standing.data.warnings
        return Known(standing.category, terrorism, standing.delete_by, standing.owner, standing.version)
    c = TOMBSTONE.c
    query = sa.select(c.authority, c.category, c.deleted, c.version).where(c.party == party, c.id == alert)
    rows = work.read(query)
    if not rows:
        return None
    gone = rows[0]
    owner = Owner(party=party, authority=gone.authority)
    return Known(gone.category, terrorism=False, ends=date_of(Instant(gone.deleted)), owner=owner, version=gone.version)


def _moved(letter: Letter, content: LineContent, other: str, at: Instant) -> Letter | None:
    """Return the letter after a line of the other party, itself where it does not move; None: not theirs to say."""
    if letter.state is LetterState.CLOSED:
        return None
    act, asked = content.act, other == letter.recipient
    if act is LineAct.REMARK:
        return letter
    if act is LineAct.CLOSED and not asked:
        return rules.closed(letter, letter.version, at)
    if act is LineAct.ANSWER and asked and content.said in BY_CODE[letter.content.form].answers:
        return rules.answered(letter, letter.version, content.said or "", at)
    if act is LineAct.RECEIPT and asked and content.officer:
        return (
            letter if letter.state is not LetterState.OPEN else rules.take_on(letter, letter.version, content.officer)
        )
    return None


def _refs(kind: str, rows: Sequence[Row]) -> tuple[RecordRef, ...]:
    return tuple(RecordRef(kind=kind, id=row.id, version=1) for row in rows)
