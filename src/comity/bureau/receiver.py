"""What partners' bureaux send: hit reports into the inbox of the alert's owner, answers to the case they are about."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from comity.alerts.records import WarningMark
from comity.alerts.store import TOMBSTONE, find_alert
from comity.bureau import store
from comity.bureau.clocks import due, erase_by, is_at_once
from comity.bureau.forms import HIT_FORM
from comity.bureau.records import (
    ANSWER_KIND,
    ANSWER_SCHEMA,
    READABLE,
    REPORT_KIND,
    Answer,
    BureauAnswer,
    HitReport,
    Message,
    MessageKind,
    MessageState,
)
from comity.core.codec import decode_as, encode
from comity.core.ids import Owner, RecordRef
from comity.core.ports import RecordChanged, Work
from comity.core.time import CivilDate, Instant, date_of
from comity.exchange.ports import Applied, Item, refused, stored


class _OwnAlert(NamedTuple):
    """What the inbox needs of the own alert that a report is about."""

    owner: Owner
    category: str
    terrorism: bool
    ends: CivilDate


class HitReportReceiver:
    """`comity.exchange.ports.Receiver` for hit reports addressed to `party`, the party of this node."""

    schemas = READABLE

    def __init__(self, party: str) -> None:
        self._party = party

    def apply(self, work: Work, item: Item) -> Applied:
        """Store a report on an alert of ours, standing or withdrawn meanwhile; one on anything else is refused."""
        statement = item.statement
        if statement.payload is None:
            store.erase_message(work, statement.owner.party, statement.id)
            return stored()
        report = decode_as(encode(statement.payload), HitReport)
        found = self._own_alert(work, report.alert.id)
        if found is None:
            return refused("hit-report.not-our-alert")
        if found.category != statement.category:
            return refused("hit-report.other-category")
        if store.find_message(work, statement.owner.party, statement.id) is not None:
            return refused("hit-report.final")
        message = Message(
            id=statement.id,
            sender=statement.owner,
            recipient=found.owner,
            kind=MessageKind.HIT_REPORT,
            state=MessageState.NEW,
            category=found.category,
            received=work.recorded_at,
            urgent=is_at_once(found.category, terrorism=found.terrorism),
            due=due(HIT_FORM, found.category, work.recorded_at, terrorism=found.terrorism),
            version=1,
            report=report,
        )
        store.add_message(work, message, erase_by(found.ends))
        work.emit(
            RecordChanged(
                kind=REPORT_KIND, id=message.id, owner=message.sender, version=1, record=message, from_peer=True
            )
        )
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every report held, ordered; a report has one version."""
        return tuple(RecordRef(kind=REPORT_KIND, id=row.id, version=1) for row in store.received(work))

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Erase the report that this party sent."""
        store.erase_message(work, owner.party, ref.id)

    def _own_alert(self, work: Work, alert: str) -> _OwnAlert | None:
        """Return an own alert, also a withdrawn one: the report may have crossed its end."""
        standing = find_alert(work, self._party, alert)
        if standing is not None:
            terrorism = WarningMark.TERRORISM in standing.data.warnings
            return _OwnAlert(standing.owner, standing.category, terrorism, standing.delete_by)
        columns = TOMBSTONE.c
        rows = work.read(
            sa.select(columns.authority, columns.category, columns.deleted).where(
                columns.party == self._party, columns.id == alert
            )
        )
        if not rows:
            return None
        owner = Owner(party=self._party, authority=rows[0].authority)
        return _OwnAlert(owner, rows[0].category, terrorism=False, ends=date_of(Instant(rows[0].deleted)))


class AnswerReceiver:
    """`comity.exchange.ports.Receiver` for answers to hit reports that the bureau of `party` sent."""

    schemas = (ANSWER_SCHEMA,)

    def __init__(self, party: str) -> None:
        self._party = party

    def apply(self, work: Work, item: Item) -> Applied:
        """Join an answer to its case; one to a report that was not sent to the answering party is refused."""
        statement = item.statement
        if statement.payload is None:
            store.erase_answer(work, statement.owner.party, statement.id)
            return stored()
        content = decode_as(encode(statement.payload), BureauAnswer)
        case = store.case_or_none(work, self._party, content.report)
        if case is None or case.sent is None or case.recipient.party != statement.owner.party:
            return refused("bureau-answer.not-our-report")
        if case.category != statement.category:
            return refused("bureau-answer.other-category")
        answer = Answer(id=statement.id, sender=statement.owner, at=work.recorded_at, content=content)
        store.add_answer(work, case, answer)
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every answer held from others, ordered; an answer has one version."""
        rows = store.answers_received(work)
        return tuple(RecordRef(kind=ANSWER_KIND, id=row.id, version=1) for row in rows)

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Erase the answer that this party sent."""
        store.erase_answer(work, owner.party, ref.id)
