"""What can be asked of this room, and what it answers."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from comity.alerts.achieved import Achievement
from comity.alerts.before_records import Clearance
from comity.alerts.character import CharacterReview
from comity.alerts.records import (
    AlertData,
    AlertSummary,
    CategoryCode,
    DeletionReason,
    Grounds,
    LongText,
    ShortText,
)
from comity.core.ids import Owner
from comity.core.time import CivilDate, DateText, Instant

AlertId = Annotated[str, Meta(pattern=r"^[0-7][0-9a-hjkmnp-tv-z]{25}$")]
Version = Annotated[int, Meta(ge=1)]
PartyCode = Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9]{2,11}$")]


class EnterAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Enter an alert; the owner is the asker's party and authority."""

    category: CategoryCode
    data: AlertData
    grounds: Grounds


class ChangeAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Put `data` in the place of the data of `version`, which must be the present one.

    Pictures that are kept need not be sent again: their digest is enough. `character` and `clearance` say what a person
    found, where the new data are stopped by the screening or meet further alerts on the same subject.
    """

    id: AlertId
    version: Version
    data: AlertData
    character: CharacterReview | None = None
    clearance: Clearance | None = None


class LookFirst(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Look for existing alerts on the subject of `data` before one of `category` is entered."""

    category: CategoryCode
    data: AlertData


class ExtendAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Move the review date to `until` on a recorded individual assessment.

    A check that was extended before is extended again only if another authority agrees, which `agreed_by` names.
    """

    id: AlertId
    version: Version
    until: DateText
    assessment: LongText
    agreed_by: ShortText | None = None


class DeleteAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Delete the alert here and at every peer."""

    id: AlertId
    version: Version
    reason: DeletionReason


class TellAchieved(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tell the authority behind an own alert that its purpose is achieved."""

    id: AlertId
    version: Version
    what: Achievement


class KeepAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Reply that the alert is still needed, and why."""

    id: AlertId
    version: Version
    reason: LongText


class ShowAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show an alert of `party`; left out: of the asker's own party."""

    id: AlertId
    party: PartyCode | None = None


class ListAlerts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List alerts behind the cursor `after`, oldest first; `own` narrows to own or to foreign ones.

    Whom alerts protect and whom they are against never stand in one list: `protected` asks for the former.
    """

    category: CategoryCode | None = None
    protected: bool = False
    own: bool | None = None
    after: Annotated[str, Meta(max_length=64)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class SweepAlerts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say what retention takes away at `as_of` (now, where left out).

    An exercise node lets it go, unless this is a dry run; on a node of production it always is one.
    """

    as_of: Annotated[str, Meta(max_length=40)] | None = None
    dry_run: bool = False


class SweepLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Alerts of one owner and category: how many are past their last day, and how many own ones have their warning."""

    party: str
    category: str
    own: bool
    past: int
    warned: int


class Sweep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What retention takes away on a day. `job` is the one that deletes it; None where nothing was to be done."""

    as_of: Instant
    day: CivilDate
    lines: tuple[SweepLine, ...]
    past: int
    job: str | None = None


class AlertState(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where an alert stands after an act; its data are not repeated.

    `notice_date` is the day from which its owner is warned that it will be deleted.
    """

    id: str
    owner: Owner
    category: str
    version: int
    notice_date: CivilDate
    review_date: CivilDate
    delete_by: CivilDate
    deleted: bool = False


class AlertPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One page of a list. `next` is the cursor of the following page, None at the end.

    A page may be short or empty where alerts stand that the asker may not see.
    """

    alerts: tuple[AlertSummary, ...]
    next: str | None
