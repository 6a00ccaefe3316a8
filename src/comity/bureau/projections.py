"""What the bureau does of itself when a hit is recorded: a draft for the issuing State, or a note at home."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from comity.alerts.records import HIT_KIND, HitRecord
from comity.bureau import rules, store
from comity.bureau.records import Message, MessageKind, MessageState
from comity.core.ids import RecordRef
from comity.core.ports import RecordChanged, Work


def open_draft(work: Work, change: RecordChanged) -> None:
    """Open the hit report's draft inside the hit's own change set; a hit on an own alert makes no form (LAW.md 1.7)."""
    hit = change.record
    if not isinstance(hit, HitRecord) or change.from_peer:
        return
    case = rules.open_case(work.new_id(), hit, work.recorded_at)
    if hit.alert_owner.party != hit.found_by.party:
        store.add_case(work, case)
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
    )


PROJECTIONS: Mapping[str, Callable[[Work, RecordChanged], None]] = {HIT_KIND: open_draft}
