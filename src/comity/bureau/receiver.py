"""Hit reports of partners, into the inbox of the bureau whose State owns the alert."""

from __future__ import annotations

import sqlalchemy as sa

from comity.alerts.store import TOMBSTONE, find_alert
from comity.bureau import rules, store
from comity.bureau.forms import HIT_FORM
from comity.bureau.records import REPORT_KIND, SCHEMA, HitReport, Message, MessageKind, MessageState
from comity.core.codec import decode_as, encode
from comity.core.ids import Owner, RecordRef
from comity.core.ports import RecordChanged, Work
from comity.exchange.ports import Applied, Item, refused, stored


class HitReportReceiver:
    """`comity.exchange.ports.Receiver` for hit reports addressed to `party`, the party of this node."""

    schemas = (SCHEMA,)

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
        owner, category = found
        if category != statement.category:
            return refused("hit-report.other-category")
        if store.find_message(work, statement.owner.party, statement.id) is not None:
            return refused("hit-report.final")
        message = Message(
            id=statement.id,
            sender=statement.owner,
            recipient=owner,
            kind=MessageKind.HIT_REPORT,
            state=MessageState.NEW,
            category=category,
            received=work.recorded_at,
            urgent=rules.is_at_once(category),
            due=rules.due(HIT_FORM, category, work.recorded_at),
            version=1,
            report=report,
        )
        store.add_message(work, message)
        work.emit(
            RecordChanged(
                kind=REPORT_KIND, id=message.id, owner=message.sender, version=1, record=message, from_peer=True
            )
        )
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every report held, ordered; a report has one version."""
        return tuple(RecordRef(kind=REPORT_KIND, id=row.id, version=1) for row in store.received(work))

    def erase(self, work: Work, ref: RecordRef) -> None:
        """Erase every report of this id, whichever party sent it."""
        for row in store.received(work, ref.id):
            store.erase_message(work, row.sender_party, row.id)

    def _own_alert(self, work: Work, alert: str) -> tuple[Owner, str] | None:
        """Return owner and category of an own alert, also of a withdrawn one: the report may have crossed its end."""
        standing = find_alert(work, self._party, alert)
        if standing is not None:
            return standing.owner, standing.category
        columns = TOMBSTONE.c
        rows = work.read(
            sa.select(columns.authority, columns.category).where(columns.party == self._party, columns.id == alert)
        )
        return (Owner(party=self._party, authority=rows[0].authority), rows[0].category) if rows else None
