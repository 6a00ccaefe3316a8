"""What the bureau is told of a flag that another State set on an own alert (form F): a message with its hours."""

from __future__ import annotations

from typing import Final

from comity.alerts.flag_records import FlagRecord
from comity.alerts.store import find_alert
from comity.bureau import store
from comity.bureau.clocks import erase_by
from comity.bureau.forms import form_of
from comity.bureau.records import AlertReference, HitReport, Message, MessageKind, MessageState
from comity.core.ports import RecordChanged, Work
from comity.core.time import add_to_instant

FLAG_FORM: Final = "F"
_ARREST: Final = "ARR"
_ARREST_PERIOD: Final = "PT24H"
"""A flag on an arrest alert is answered within this; SIRENE manual, F form, recalled."""


def note_flag(work: Work, change: RecordChanged) -> None:
    """Put a flag into the inbox; one that is lifted before anybody took it on goes again."""
    made = change.record
    if not change.from_peer:
        return
    if not isinstance(made, FlagRecord):
        noted = store.find_message(work, change.owner.party, change.id)
        if noted is not None and noted.state is MessageState.NEW:
            store.erase_message(work, noted.sender.party, noted.id)
        return
    alert = find_alert(work, made.alert_owner.party, made.alert)
    if alert is None:
        return
    period = _ARREST_PERIOD if made.category == _ARREST else form_of(FLAG_FORM).period
    store.add_message(
        work,
        Message(
            id=made.id,
            sender=made.owner,
            recipient=made.alert_owner,
            kind=MessageKind.FLAG,
            state=MessageState.NEW,
            category=made.category,
            received=work.recorded_at,
            urgent=False,
            due=None if period is None else add_to_instant(work.recorded_at, period),
            version=1,
            report=HitReport(
                alert=AlertReference(
                    id=made.alert, version=made.alert_version, owner=made.alert_owner, category=made.category
                ),
                found_at=made.since,
                place="",
                action_taken=(made.judicial or made.ground).value,
            ),
        ),
        erase_by(alert.delete_by),
    )
