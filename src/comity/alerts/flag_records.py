"""A flag: why one State does not take the action of another's alert on its soil, and what it does instead.

Reg (EU) 2018/1862 Arts 24-25. A flag deletes nothing: the alert stays, and every other State acts on it.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.alerts.commands import AlertId, PartyCode
from comity.alerts.flag_words import FlagGround, JudicialGround
from comity.alerts.records import LongText, ShortText
from comity.core.ids import Owner
from comity.core.time import Instant

FLAG_KIND: Final = "flag"
FLAG_SCHEMA: Final = 1


class FlagAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Flag another party's alert for the own State.

    `vetted_by` names the own authority that examined the case, `vetting` says what it found; both stay at home.
    """

    party: PartyCode
    id: AlertId
    ground: FlagGround
    judicial: JudicialGround | None = None
    vetted_by: ShortText
    vetting: LongText


class LiftFlag(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Lift the own State's flag: the action is taken here again."""

    party: PartyCode
    id: AlertId


class ListFlags(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List flags: those that the own State set (`own`), those that others set on its alerts, or both."""

    own: bool | None = None
    after: Annotated[str, Meta(max_length=64)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class FlagRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One flag as this node holds it: `owner` set it. The vetting is held at the node of whoever set it only."""

    id: str
    owner: Owner
    alert: str
    alert_owner: Owner
    alert_version: int
    category: str
    ground: FlagGround
    judicial: JudicialGround | None
    since: Instant
    vetted_by: ShortText | None = None
    vetting: LongText | None = None


class FlaggedAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The alert that a notice is about, as its owner knows it."""

    id: str
    version: int | None = None
    owner: Owner | None = None
    category: str | None = None


class FlagNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the alert's owner is told of a flag (form F): which alert, why, since when; nothing of the vetting."""

    alert: FlaggedAlert
    flag_ground: FlagGround
    flagged_since: Instant
    judicial_ground: JudicialGround | None = None


class FlagState(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a flag stands. `instead` is what is done here on a hit, in the words of the decision."""

    flag: str
    party: str
    alert: str
    alert_party: str
    category: str
    ground: FlagGround
    judicial: JudicialGround | None
    since: Instant
    own: bool
    instead: tuple[str, ...] = ()
    lifted: bool = False


class FlagPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One page of flags. `next` is the cursor of the following page, None at the end."""

    flags: tuple[FlagState, ...]
    next: str | None
