"""Confirmed hits: recorded here by the room in which a person confirmed them."""

from __future__ import annotations

import msgspec

from comity.alerts import store
from comity.alerts.records import ALERT_KIND, HIT_KIND, HitDetails, HitRecord, LongText, WarningMark
from comity.core.errors import Conflict, NotFound
from comity.core.ids import Owner, RecordRef
from comity.core.ports import RecordChanged, Work


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """What a person confirmed: this alert in this version, here, with this done about it.

    `details` go to the own bureau with the tidings of the hit and are not kept here.
    """

    alert: str
    alert_owner: Owner
    alert_version: int
    place: str
    action_taken: str
    circumstances: LongText | None = None
    check: str | None = None
    details: HitDetails | None = None


def record_hit(work: Work, confirmation: Confirmation) -> HitRecord:
    """Store a confirmed hit and tell other rooms, inside the caller's work; the hit stays at this node.

    Raises `NotFound` if the alert is no longer held, `Conflict` `alert.changed-since` if another version is.
    """
    alert = store.get_alert(work, confirmation.alert_owner.party, confirmation.alert)
    if alert.version != confirmation.alert_version:
        raise Conflict(
            "alert.changed-since",
            "The alert has changed since the person was compared with it.",
            field="$.alert_version",
            remedy="Search again and compare with the present version.",
        )
    hit = HitRecord(
        id=work.new_id(),
        alert=alert.id,
        alert_owner=alert.owner,
        alert_version=alert.version,
        category=alert.category,
        found_by=work.who.owner,
        found_at=work.at,
        place=confirmation.place,
        action_taken=confirmation.action_taken,
        circumstances=confirmation.circumstances,
        check=confirmation.check,
        user=work.who.user,
        at_once=WarningMark.TERRORISM in alert.data.warnings,
        alert_ends=alert.delete_by,
    )
    work.change(store.insert_hit(hit))
    told = msgspec.structs.replace(hit, details=confirmation.details)
    work.emit(RecordChanged(kind=HIT_KIND, id=hit.id, owner=hit.found_by, version=1, record=told))
    work.record(
        RecordRef(kind=HIT_KIND, id=hit.id, version=1), RecordRef(kind=ALERT_KIND, id=alert.id, version=alert.version)
    )
    return hit


def withdraw_hit(work: Work, hit: str) -> None:
    """Take back a hit that was confirmed by mistake, and tell other rooms, which may refuse.

    That it was stays in the ledger. Raises `NotFound` if there is no such hit of the actor's authority, and what the
    other rooms raise.
    """
    found = store.get_hit(work, hit)
    if found.found_by != work.who.owner:
        raise NotFound("alert.hit-not-found", "There is no such hit here.", field="$.hit")
    work.change(store.delete_hit(hit))
    work.emit(RecordChanged(kind=HIT_KIND, id=hit, owner=found.found_by, version=2, record=None))
    work.record(RecordRef(kind=HIT_KIND, id=hit, version=2))
