"""Alerts of other parties, into this node's copies. The content is judged by the same rules as at entry."""

from __future__ import annotations

from comity.alerts import rules, store
from comity.alerts.categories import FREE_MOVEMENT, category_of
from comity.alerts.records import ALERT_KIND, FIRST_SCHEMA, SCHEMA, AlertData, AlertPayload, AlertRecord
from comity.alerts.wire import data_of, schema_of
from comity.core.codec import from_json_value
from comity.core.ids import Owner, RecordRef
from comity.core.ports import RecordChanged, Work
from comity.core.time import date_of
from comity.exchange.ports import Applied, Item, refused, stored
from comity.exchange.statement import Statement

HEADER_DIFFERS = "alert.header-differs"
OWNER_DIFFERS = "alert.owner-differs"
SCHEMA_DIFFERS = "alert.schema-differs"


class AlertReceiver:
    """`comity.exchange.ports.Receiver` for alerts: copies follow their owner's every version."""

    schemas = (FIRST_SCHEMA, SCHEMA)

    def apply(self, work: Work, item: Item) -> Applied:
        """Store the version, or erase the copy on a tombstone; a copy that was never here makes a tombstone a no-op.

        Refuses content that breaks a rule of its category, a deletion date beyond the law's, a payload that says
        otherwise than its header, and a version that changes owner or category.
        """
        statement = item.statement
        old = store.find_alert(work, statement.owner.party, statement.id)
        if old is not None and (old.owner, old.category) != (statement.owner, statement.category):
            return refused(OWNER_DIFFERS)
        if statement.payload is None:
            if old is not None:
                _forget(work, old, statement.version)
            return stored()
        payload = from_json_value(statement.payload, AlertPayload)
        data = data_of(payload)
        reasons = _reasons(work, statement, payload, data)
        if reasons:
            return refused(*reasons)
        record = _copy(statement, payload, data)
        work.change(*(store.insert_alert(record, own=False) if old is None else store.replace_alert(old, record)))
        work.emit(
            RecordChanged(
                kind=ALERT_KIND, id=record.id, owner=record.owner, version=record.version, record=record, from_peer=True
            )
        )
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every copy held, ordered by owner's party and id."""
        records = (store.alert_of(row) for row in work.read(store.received_statement()))
        return tuple(RecordRef(kind=ALERT_KIND, id=record.id, version=record.version) for record in records)

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Erase the owner's copy of this id in this version; own alerts stay."""
        for row in work.read(store.copy_statement(owner.party, ref.id)):
            record = store.alert_of(row)
            if record.version == ref.version:
                _forget(work, record, record.version)


def _forget(work: Work, record: AlertRecord, version: int) -> None:
    work.change(*store.erase_alert(record))
    work.emit(
        RecordChanged(kind=ALERT_KIND, id=record.id, owner=record.owner, version=version, record=None, from_peer=True)
    )


def _reasons(work: Work, statement: Statement, payload: AlertPayload, data: AlertData) -> tuple[str, ...]:
    """Return every reason against the content; raises `BadInput` for a category this node does not know."""
    category = category_of(statement.category)
    header = {
        "category": statement.category,
        "authority": statement.owner.authority,
        "delete_by": statement.delete_by,
    }
    differs = [name for name, value in header.items() if getattr(payload, name) not in {None, value}]
    failures = (
        *rules.check_received_clock(category, data, statement.delete_by, statement.issued, work.at),
        *rules.check_data(category, data),
        *rules.check_nationalities(category, data, FREE_MOVEMENT),
        *rules.check_entry_day(category, data, payload.entered or date_of(statement.issued)),
    )
    codes = [HEADER_DIFFERS] if differs else []
    if statement.schema < schema_of(statement.category, data):
        codes.append(SCHEMA_DIFFERS)
    return tuple(dict.fromkeys((*codes, *(failure.code for failure in failures))))


def _copy(statement: Statement, payload: AlertPayload, data: AlertData) -> AlertRecord:
    """Return the copy of an alert whose deletion date was checked; clocks that were not sent follow from the header."""
    delete_by = statement.delete_by or date_of(statement.issued)
    return AlertRecord(
        id=statement.id,
        owner=statement.owner,
        category=statement.category,
        version=statement.version,
        data=data,
        entered=payload.entered or date_of(statement.issued),
        review_date=payload.review_date or delete_by,
        delete_by=delete_by,
    )
