"""What the bureau does to turn listed travel bans into alerts, one listing at a time.

Nothing here enters an alert by itself: a list is not an alert (LAW.md 14).
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.alerts import operations as alerts
from comity.alerts.commands import AlertState, ChangeAlert, EnterAlert
from comity.alerts.records import Grounds
from comity.alerts.store import get_alert
from comity.bureau.lists import store as lists
from comity.bureau.lists.bans import rules, store
from comity.bureau.lists.bans.records import (
    Ban,
    BanPage,
    BanState,
    Designate,
    Designation,
    EnterBan,
    ListBans,
    UpdateBan,
)
from comity.bureau.lists.records import Listing
from comity.core.errors import BadInput, Conflict
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import date_of, parse_date
from comity.core.vocabulary import Permission, Purpose
from comity.screening.listed import LISTING_KIND

_PURPOSES: Final = (Purpose.BORDERS,)
_CATEGORY: Final = "REFX"


@operation("list.designate", permission=Permission.LIST_MANAGE, purposes=_PURPOSES, four_eyes=True)
def designate(work: Work, command: Designate) -> Designation:
    """State that this party enters the travel bans of a list, by which decision and until when."""
    designation = Designation(
        source=command.source,
        basis=command.basis,
        until=parse_date(command.until, field="$.until"),
        by=work.who.owner,
        user=work.who.user,
        at=work.recorded_at,
    )
    store.put_designation(work, work.who.owner.party, designation)
    work.record(source=designation.source.value, until=designation.until)
    return designation


@operation("list.enter-alert", permission=Permission.LIST_MANAGE, purposes=_PURPOSES)
def enter_alert(work: Work, command: EnterBan) -> AlertState:
    """Enter the refusal alert of one listed travel ban, at the designated party only.

    Raises `Refused` with the reason that stands against it (`list.not-designated`, `list.no-travel-ban`,
    `list.bound-national`, ...), or as `alert.enter` does; `Conflict` `list.alert-exists`.
    """
    listing = _listing(work, command)
    if store.find_ban(work, listing.owner.party, listing.id) is not None:
        raise Conflict(
            "list.alert-exists",
            "An alert stands for this listing already.",
            field="$.listing",
            remedy="Bring it up to date instead.",
        )
    entered = alerts.enter.run(
        work,
        EnterAlert(
            category=_CATEGORY,
            data=rules.data_of(listing, command),
            grounds=Grounds(proportionality=command.proportionality, listing_in_force=command.listing_in_force),
        ),
    )
    ban = Ban(
        listing=listing.id,
        listing_version=listing.version,
        alert=entered.id,
        owner=entered.owner,
        state=BanState.STANDING,
    )
    work.change(*store.add_ban(ban))
    work.record(_ref(listing))
    return entered


@operation("list.update-alert", permission=Permission.LIST_MANAGE, purposes=_PURPOSES)
def update_alert(work: Work, command: UpdateBan) -> AlertState:
    """Bring the alert of a listing to what the listing says now; raises as `list.enter-alert` and `alert.change`."""
    listing = _listing(work, command)
    if not command.listing_in_force:
        raise BadInput(
            "list.not-in-force", "Say that the listing is in force, or delete the alert.", field="$.listing_in_force"
        )
    ban = store.get_ban(work, listing.owner.party, listing.id)
    held = get_alert(work, ban.owner.party, ban.alert)
    changed = alerts.change.run(
        work, ChangeAlert(id=held.id, version=held.version, data=rules.data_of(listing, command))
    )
    standing = msgspec.structs.replace(ban, listing_version=listing.version, state=BanState.STANDING)
    work.change(*store.replace_ban(standing))
    work.record(_ref(listing))
    return changed


@operation("list.bans", permission=Permission.LIST_MANAGE, purposes=_PURPOSES, kind=Kind.READ)
def list_bans(work: Work, command: ListBans) -> BanPage:
    """List which alerts stand for listings, which of them need a look, and what this party is designated for."""
    party = work.who.owner.party
    found = store.bans_page(work, party, command.state, command.after, command.limit)
    work.record(*(RecordRef(kind=LISTING_KIND, id=ban.listing, version=ban.listing_version) for ban in found))
    return BanPage(
        bans=found,
        designations=store.designations(work, party),
        next=found[-1].listing if len(found) == command.limit else None,
    )


OPERATIONS: Final[tuple[AnyOperation, ...]] = (designate, enter_alert, update_alert, list_bans)


def _listing(work: Work, command: EnterBan) -> Listing:
    """Return the listing in the version that was looked at, if it may carry an alert of this party today."""
    listing, _ = lists.find_listing(work, work.who.owner.party, command.listing)
    if listing.version != command.version:
        raise Conflict("list.changed-since", "The listing has a newer version than the one named.", field="$.version")
    found = store.designations(work, work.who.owner.party, listing.entry.source)
    rules.may_be_entered(listing, found[0] if found else None, date_of(work.at))
    return listing


def _ref(listing: Listing) -> RecordRef:
    return RecordRef(kind=LISTING_KIND, id=listing.id, version=listing.version)
