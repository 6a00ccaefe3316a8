"""Alerts of other parties, into this node's copies. The content is judged by the same rules as at entry."""

from __future__ import annotations

import msgspec

from comity.alerts import held_store, pictures, receiving, rules, store, vetting
from comity.alerts.categories import FREE_MOVEMENT, category_of
from comity.alerts.character import suspected
from comity.alerts.held_store import HeldAlert, HeldState
from comity.alerts.records import ALERT_KIND, FIRST_SCHEMA, SCHEMA, SECOND_SCHEMA, AlertData, AlertPayload, AlertRecord
from comity.alerts.subjects import subject_keys
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
REFUSED_HERE = "alert.refused-here"


class AlertReceiver:
    """`comity.exchange.ports.Receiver` for alerts: copies follow their owner's every version."""

    schemas = (FIRST_SCHEMA, SECOND_SCHEMA, SCHEMA)

    def apply(self, work: Work, item: Item) -> Applied:
        """Store the version, or erase the copy on a tombstone; a copy that was never here makes a tombstone a no-op.

        Refuses content that breaks a rule of its category, a deletion date beyond the law's, a payload that says
        otherwise than its header, a version that changes owner or category, and what this party does not take. What the
        screening stops is stored and told to no other room until a person has decided.
        """
        statement = item.statement
        old = store.find_alert(work, statement.owner.party, statement.id)
        if old is not None and (old.owner, old.category) != (statement.owner, statement.category):
            return refused(OWNER_DIFFERS)
        if statement.payload is None:
            if old is not None:
                _forget(work, old, statement.version)
            return stored()
        if held_store.is_refused(work, statement.owner.party, statement.category):
            return refused(REFUSED_HERE)
        payload = from_json_value(statement.payload, AlertPayload)
        data = data_of(payload)
        reasons = _reasons(work, statement, payload, data)
        if reasons:
            return refused(*reasons)
        record = _copy(statement, payload, pictures.without_bytes(data))
        stopped = _stopped(work, record)
        if stopped is not None and stopped.state is HeldState.REFUSED:
            return refused(REFUSED_HERE)
        self._store(work, old, record, data)
        if stopped is None or stopped.state is HeldState.RELEASED:
            receiving.tell(work, record, record)
        else:
            _hold_back(work, old, record, stopped)
        return stored()

    def _store(self, work: Work, old: AlertRecord | None, record: AlertRecord, data: AlertData) -> None:
        work.change(*(store.insert_alert(record, own=False) if old is None else store.replace_alert(old, record)))
        subjects = subject_keys(record.data)
        if old is None or subject_keys(old.data) != subjects:
            work.change(*store.know_copy(record, subjects, anew=old is None))
        if record.data.photographs or record.data.document_copies or old is not None:
            held = pictures.stored_contents(work, record.owner.party, record.id) if old is not None else {}
            work.change(*pictures.keep(record.owner.party, record.id, record.data, pictures.contents_of(data), held))
        if old is None and record.category == vetting.ARREST:
            vetting.line_up(work, record.owner.party, record.id, record.version)

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


def _stopped(work: Work, record: AlertRecord) -> HeldAlert | None:
    """Return what the screening says of a version: nothing, or what was decided about the copy, or that it is held."""
    data = record.data
    character = suspected(data.offence_codes, data.reason, data.offence)
    if character is None:
        return None
    known = held_store.find_held(work, record.owner.party, record.id)
    return known or HeldAlert(
        party=record.owner.party,
        id=record.id,
        category=record.category,
        version=record.version,
        suspected=character,
        state=HeldState.HELD,
        since=work.at,
        erase_by=record.delete_by,
    )


def _hold_back(work: Work, old: AlertRecord | None, record: AlertRecord, stopped: HeldAlert) -> None:
    held = msgspec.structs.replace(stopped, version=record.version, erase_by=record.delete_by)
    work.change(*held_store.put_held(held))
    if old is not None:
        # An earlier version may be searched for: nobody is found by it any more.
        receiving.tell(work, record, None)


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
        *pictures.check(data, {}),
        *rules.check_hidden(category, payload.hidden_until, statement.issued),
    )
    codes = [HEADER_DIFFERS] if differs else []
    if statement.schema < schema_of(statement.category, data, hidden=payload.hidden_until is not None):
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
        hidden_until=payload.hidden_until,
    )
