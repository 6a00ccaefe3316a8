"""What a copy for offline use is: its header, its lines, what was checked on it, and how it stands on the inventory.

A copy of foreign alerts for offline use lives at most 48 hours and stands in an inventory that the supervisor sees
(Reg (EU) 2018/1862 Art 56(2), (3)).
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from comity.agreements.keys import Deed, Mark
from comity.core.ids import Owner
from comity.core.personal import Personal
from comity.core.time import HOUR_US, Instant
from comity.screening.records import Evidence, Probe, Subject, Weighed

COPY_KIND: Final = "offline-copy"
LIFETIME_US: Final = 48 * HOUR_US
MOST_RECORDS: Final = 50_000
MOST_JOURNAL: Final = 4_000_000

PointCode = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,32}\Z")]
DeviceKey = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""A raw X25519 public key in hex."""
Label = Annotated[str, Meta(min_length=1, max_length=80)]
UserNumber = Annotated[str, Meta(min_length=1, max_length=64)]
Why = Annotated[str, Personal, Meta(max_length=1000)]


@unique
class CopyState(StrEnum):
    """How a copy stands: to be used, holding something that changed or was withdrawn since, past its time."""

    CURRENT = "current"
    STALE = "stale"
    ENDED = "ended"


# --- the file ------------------------------------------------------------------------------------------------------


class CopyHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands in clear at the head of a copy, signed by the node.

    `wrapped` is the key of the content, sealed to the device of the crossing point; `digest` is that of the encrypted
    content. Whatever is checked on it is sealed to `report_key`, so that the device cannot read it again. `deeds` lead
    from the node's first key to `signed_by`.
    """

    format: Literal["comity-offline-copy/1"] = "comity-offline-copy/1"
    copy: str
    node: str
    party: str
    authority: str
    crossing_point: str
    device: str
    made: Instant
    ends: Instant
    records: int
    wrapped: str
    digest: str
    report_key: DeviceKey
    signed_by: str
    deeds: tuple[Deed, ...]


class SignedHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A header with the node's mark over its canonical bytes."""

    header: CopyHeader
    mark: Mark


class CopyLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One alert as the copy holds it: what is searched by, and what an officer must know of it."""

    kind: str
    id: str
    owner: Owner
    version: int
    category: str
    expires: str | None
    subject: Subject
    action: str
    warnings: Annotated[tuple[str, ...], Personal] = ()


class CopyMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A possible match in a copy, which only a person can make a hit."""

    id: str
    owner: Owner
    version: int
    category: str
    action: str
    warnings: Annotated[tuple[str, ...], Personal]
    evidence: Evidence
    weighed: Weighed | None


class CopyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a check on a copy says: always COPY, with its age. No match is no "no hit": the copy may be behind."""

    freshness: Literal["copy"] = "copy"
    copy: str
    age_s: int
    ends: Instant
    number: int
    incomplete: bool
    matches: tuple[CopyMatch, ...]


class CheckedOffline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One check on a copy, for the search log: sealed the moment it is made. `previous` chains them."""

    format: Literal["comity-offline-check/1"] = "comity-offline-check/1"
    copy: str
    number: Annotated[int, Meta(ge=1)]
    previous: str
    at: Instant
    user: UserNumber
    justification: Why
    probe: Annotated[Probe, Personal]
    found: tuple[tuple[str, int], ...]


# --- the inventory ---------------------------------------------------------------------------------------------------


class RegisterDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Register the device of a crossing point by the public key that `copy device show` prints."""

    crossing_point: PointCode
    key: DeviceKey
    label: Label


class RetireDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Make no more copies for a device."""

    key: DeviceKey


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    """A device that copies are made for."""

    key: DeviceKey
    crossing_point: str
    label: str
    registered_at: Instant
    retired: bool


class MakeCopy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Make a copy for a registered device of a crossing point."""

    key: DeviceKey


class MadeCopy(msgspec.Struct, frozen=True, kw_only=True):
    """A copy: `content` is the file in base64. Only the device can read it."""

    copy: str
    records: int
    ends: Instant
    content: str


class ReportChecks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Report what was checked on a copy: its journal, one sealed check a line."""

    copy: Annotated[str, Meta(max_length=26)]
    journal: Annotated[str, Meta(max_length=MOST_JOURNAL)]


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """How many checks of the copy are in the search log now, how many of them came with this report."""

    copy: str
    checks: int
    new: int


class ListCopies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The inventory: devices, copies of the last 90 days, and what else holds alerts beside the records themselves."""


class CopyView(msgspec.Struct, frozen=True, kw_only=True):
    """A copy on the inventory; `changed` counts what it holds that changed or was withdrawn since."""

    copy: str
    crossing_point: str
    authority: str
    device: str
    made: Instant
    made_by: str
    ends: Instant
    records: int
    state: CopyState
    changed: int
    checks: int
    reported_at: Instant | None


class HoldingView(msgspec.Struct, frozen=True, kw_only=True):
    """Something of the node's own that is derived from alerts: an index, a cache, an export; None: not counted."""

    kind: Literal["index", "cache", "export"]
    name: str
    records: int | None
    ends: str


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """Every copy in the wide sense."""

    devices: tuple[DeviceView, ...]
    copies: tuple[CopyView, ...]
    holdings: tuple[HoldingView, ...]
