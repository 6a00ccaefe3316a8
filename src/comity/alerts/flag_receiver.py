"""Flags that other States set on own alerts, as they tell them (form F)."""

from __future__ import annotations

from comity.alerts import flag_store, store
from comity.alerts.flag_records import FLAG_KIND, FLAG_SCHEMA, FlagNotice, FlagRecord
from comity.core.codec import decode_as, encode
from comity.core.ids import Owner, RecordRef
from comity.core.ports import RecordChanged, Work
from comity.exchange.ports import Applied, Item, refused, stored


class FlagReceiver:
    """`comity.exchange.ports.Receiver` for flags on alerts of `party`, the party of this node."""

    schemas = (FLAG_SCHEMA,)

    def __init__(self, party: str) -> None:
        self._party = party

    def apply(self, work: Work, item: Item) -> Applied:
        """Keep a flag on an own alert that stands, or let one go that was lifted.

        Refuses one on anything else, of another category than the alert's, and a second one of the same party.
        """
        statement = item.statement
        held = flag_store.find_by_id(work, statement.owner.party, statement.id)
        if statement.payload is None:
            if held is not None:
                work.change(*flag_store.delete_flag(held))
                _tell(work, held, None)
            return stored()
        notice = decode_as(encode(statement.payload), FlagNotice)
        alert = store.find_alert(work, self._party, notice.alert.id)
        if alert is None:
            return refused("flag.not-our-alert")
        if alert.category != statement.category:
            return refused("flag.other-category")
        if held is not None or flag_store.find_flag(work, statement.owner.party, self._party, alert.id) is not None:
            return refused("flag.final")
        made = FlagRecord(
            id=statement.id,
            owner=statement.owner,
            alert=alert.id,
            alert_owner=alert.owner,
            alert_version=notice.alert.version or alert.version,
            category=alert.category,
            ground=notice.flag_ground,
            judicial=notice.judicial_ground,
            since=notice.flagged_since,
        )
        work.change(*flag_store.insert_flag(made, own=False))
        _tell(work, made, made)
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every flag held of others, ordered; a flag has one version."""
        return tuple(RecordRef(kind=FLAG_KIND, id=each.id, version=1) for each in flag_store.received(work))

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Erase the flag that this party set."""
        held = flag_store.find_by_id(work, owner.party, ref.id)
        if held is not None and held.owner.party != self._party:
            work.change(*flag_store.delete_flag(held))


def _tell(work: Work, made: FlagRecord, record: FlagRecord | None) -> None:
    work.emit(
        RecordChanged(
            kind=FLAG_KIND, id=made.id, owner=made.owner, version=1 if record else 2, record=record, from_peer=True
        )
    )
