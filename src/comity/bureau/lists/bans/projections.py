"""What a change of a listing does to the alert it gave, and what the end of an alert does to the note of it.

A listing that was withdrawn, or that bans travel no more, takes its alert with it in the same change set; one that was
merely updated asks a person to look at the alert.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from comity.alerts.operations import withdraw
from comity.alerts.records import ALERT_KIND, DeletionReason
from comity.alerts.store import find_alert
from comity.bureau.lists.bans import rules, store
from comity.bureau.lists.bans.records import BanState
from comity.bureau.lists.records import Listing
from comity.core.ports import RecordChanged, Work
from comity.screening.listed import LISTING_KIND


def follow_listing(work: Work, change: RecordChanged) -> None:
    """Delete or flag the alert of a listing that changed."""
    ban = store.find_ban(work, change.owner.party, change.id)
    if ban is None:
        return
    if isinstance(change.record, Listing) and rules.still_stands(change.record):
        work.change(*store.replace_ban(msgspec.structs.replace(ban, state=BanState.CHANGED)))
        return
    alert = find_alert(work, ban.owner.party, ban.alert)
    if alert is None:
        work.change(*store.remove_ban(ban))
    else:
        withdraw(work, alert, DeletionReason.WITHDRAWN if change.record is None else DeletionReason.DECISION_REVOKED)


def forget_alert(work: Work, change: RecordChanged) -> None:
    """Forget which listing a deleted alert stood for."""
    if change.record is None and not change.from_peer:
        ban = store.ban_of_alert(work, change.owner.party, change.id)
        if ban is not None:
            work.change(*store.remove_ban(ban))


PROJECTIONS: Mapping[str, Callable[[Work, RecordChanged], None]] = {
    LISTING_KIND: follow_listing,
    ALERT_KIND: forget_alert,
}
