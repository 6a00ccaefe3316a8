"""What the bureau does of itself when a hit is recorded: a draft for the issuing State, or a note at home.

A listed person who was met makes a note too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from comity.alerts.flag_records import FLAG_KIND
from comity.alerts.records import ALERT_KIND, HIT_KIND, HitRecord
from comity.bureau import rules, store
from comity.bureau.cancelling import cancel_draft, cancel_note
from comity.bureau.clocks import erase_by, erase_by_without_alert
from comity.bureau.flag_notes import note_flag
from comity.bureau.records import AlertReference, HitReport, Message, MessageKind, MessageState
from comity.bureau.retention import follow_alert
from comity.core.ids import RecordRef
from comity.core.ports import RecordChanged, Work
from comity.screening.listed import FOUND_KIND, ListedFound


def open_draft(work: Work, change: RecordChanged) -> None:
    """Open the hit report's draft inside the hit's own change set; a hit on an own alert makes no form (LAW.md 1.7)."""
    hit = change.record
    if hit is None and not change.from_peer:
        cancel_draft(work, change)
    if not isinstance(hit, HitRecord) or change.from_peer:
        return
    last_day = erase_by(hit.alert_ends) if hit.alert_ends else erase_by_without_alert(work.recorded_at)
    case = rules.open_case(work.new_id(), hit, work.recorded_at)
    if hit.alert_owner.party != hit.found_by.party:
        store.add_case(work, case, last_day)
        work.record(RecordRef(kind="bureau-case", id=case.id, version=case.version))
        return
    store.add_message(
        work,
        Message(
            id=hit.id,
            sender=hit.found_by,
            recipient=hit.alert_owner,
            kind=MessageKind.OWN_HIT,
            state=MessageState.NEW,
            category=hit.category,
            received=work.recorded_at,
            urgent=case.urgent,
            due=case.due,
            version=1,
            report=case.report,
        ),
        last_day,
    )


def note_listed(work: Work, change: RecordChanged) -> None:
    """Tell the bureau that a listed person was met: no form goes abroad, the bureau informs whoever is competent."""
    found = change.record
    if found is None and not change.from_peer:
        cancel_note(work, change)
    if not isinstance(found, ListedFound) or change.from_peer:
        return
    listing = AlertReference(
        id=found.listing.id, version=found.listing.version, owner=found.owner, category=found.category
    )
    store.add_message(
        work,
        Message(
            id=change.id,
            sender=found.found_by,
            recipient=found.owner,
            kind=MessageKind.LISTED,
            state=MessageState.NEW,
            category=found.category,
            received=work.recorded_at,
            urgent=False,
            due=None,
            version=1,
            report=HitReport(
                alert=listing,
                found_at=found.found_at,
                place=found.place,
                action_taken=found.action_taken,
                circumstances=found.circumstances,
            ),
        ),
        erase_by_without_alert(work.recorded_at),
    )


PROJECTIONS: Mapping[str, Callable[[Work, RecordChanged], None]] = {
    HIT_KIND: open_draft,
    FOUND_KIND: note_listed,
    ALERT_KIND: follow_alert,
    FLAG_KIND: note_flag,
}
