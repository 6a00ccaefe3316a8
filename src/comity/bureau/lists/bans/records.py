"""Who may enter the travel bans of a list, which alert a listing gave, and what is asked about both."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.alerts.records import LongText
from comity.bureau.lists.records import Format
from comity.core.ids import Owner
from comity.core.personal import Personal
from comity.core.time import CivilDate, DateText, Instant

SCHEMA: Final = 1


@unique
class BanState(StrEnum):
    """How the alert stands to its listing. `changed`: the listing was updated, and a person must look at the alert."""

    STANDING = "standing"
    CHANGED = "changed"


class Designation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """This party enters the travel bans of a list, by what is named in `basis`, to the end of the day `until`.

    Reg (EU) 2018/1861 Art 25: the State that holds the Presidency, or one designated (recalled).
    """

    source: Format
    basis: str
    until: CivilDate
    by: Owner
    user: str
    at: Instant


class Ban(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which alert stands for which listing, and by which version of the listing its data were written."""

    listing: str
    listing_version: int
    alert: str
    owner: Owner
    state: BanState


class Designate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """State that this party enters the travel bans of a list until a day; a day that has passed ends it."""

    source: Format
    basis: Annotated[str, Meta(min_length=1, max_length=500)]
    until: DateText


class EnterBan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Enter the alert of one listing. `version` is that of the listing as it was looked at.

    `birth_date` chooses one where the list knows several; `until` is the listing's end, if its act states one.
    """

    listing: str
    version: Annotated[int, Meta(ge=1)]
    proportionality: LongText
    listing_in_force: bool = False
    birth_date: Annotated[str, Personal, Meta(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")] | None = None
    until: DateText | None = None


class UpdateBan(EnterBan, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Bring the alert of a listing to what the listing says now."""


class ListBans(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of listings with an alert, behind the listing `after`; `state` narrows it."""

    state: BanState | None = None
    after: Annotated[str, Meta(max_length=26)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class BanPage(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts of listings in order of the listings' ids, and what this party is designated for."""

    bans: tuple[Ban, ...]
    designations: tuple[Designation, ...]
    next: str | None
