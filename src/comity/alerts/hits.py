"""Confirmed hits: recorded here by the room in which a person confirmed them."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.alerts import store
from comity.alerts.records import ALERT_KIND, HIT_KIND, HitDetails, HitRecord, LongText, WarningMark
from comity.core.errors import Conflict, NotFound
from comity.core.ids import Owner, RecordRef
from comity.core.ports import Change, RecordChanged, Work
from comity.core.time import date_of, start_of_day

CHECKS: Final = frozenset({"DIS", "INQ", "SPE", "INF"})
"""Alerts of which the executing State keeps no timeline."""


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
    work.change(*_kept(work, hit))
    told = msgspec.structs.replace(hit, details=confirmation.details)
    work.emit(RecordChanged(kind=HIT_KIND, id=hit.id, owner=hit.found_by, version=1, record=told))
    work.record(
        RecordRef(kind=HIT_KIND, id=hit.id, version=1), RecordRef(kind=ALERT_KIND, id=alert.id, version=alert.version)
    )
    return hit


def _kept(work: Work, hit: HitRecord) -> tuple[Change, ...]:
    """Return the changes that keep a hit. Of another State's check no timeline is kept: one row, its day, no place.

    The report goes to that State with all it needs; here the last hit stands, so that a wrong click can be taken back
    (discreet checks are not tracking: LAW.md 14).
    """
    if hit.category not in CHECKS or hit.alert_owner.party == work.who.owner.party:
        return (store.insert_hit(hit),)
    bare = msgspec.structs.replace(
        hit, place="", circumstances=None, check=None, found_at=start_of_day(date_of(hit.found_at))
    )
    return (store.forget_hits(hit), store.insert_hit(bare))


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
