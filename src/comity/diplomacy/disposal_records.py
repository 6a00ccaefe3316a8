"""Messages by which a party tells an owner that it parted with what the owner had sent, and what people see of it."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.agreements.sourced import Kebab, PartyCode
from comity.core.ids import RecordId
from comity.core.personal import Personal
from comity.core.time import Instant
from comity.diplomacy.records import Hash

DISPOSAL_KIND: Final = "agreement-disposal"
DISPOSAL_RECEIPT_KIND: Final = "agreement-disposal-receipt"

Count = Annotated[int, Meta(ge=0)]


@unique
class How(StrEnum):
    """What the agreement wants done with data received once it has ended."""

    DELETED = "deleted"
    RETURNED = "returned"


class PartedRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One record of the owner that was held and is erased now.

    `content` is the owner's statement as it came, where it is handed back: its SHA-256 is `digest`.
    """

    kind: Annotated[str, Meta(max_length=64)]
    id: Annotated[str, Meta(max_length=128)]
    authority: Annotated[str, Meta(max_length=96)]
    version: Annotated[int, Meta(ge=1)]
    digest: Hash
    content: Annotated[str, Meta(max_length=1 << 20), Personal] | None = None


class Disposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of what a party parted with at `at`, because the agreement under which it came has ended."""

    id: RecordId
    agreement: Hash
    party: PartyCode
    how: How
    at: Instant
    records: Annotated[tuple[PartedRecord, ...], Meta(min_length=1, max_length=1024)]


class DisposalReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The owner's word that a page reached it: how many records are what it had sent, and how many are not."""

    disposal: RecordId
    agreement: Hash
    party: PartyCode
    received_at: Instant
    agreed: Count
    differing: Count


class DisposalMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Payload of an `agreement-disposal` statement: the canonical page as text."""

    notice: Annotated[str, Meta(max_length=1 << 20), Personal]


class DisposalReceiptMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Payload of an `agreement-disposal-receipt` statement: the canonical receipt as text."""

    receipt: Annotated[str, Meta(max_length=4096)]


# --- what people see ------------------------------------------------------------------------------------------------


class ShowAftermath(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of the data exchanged under an agreement, in all its versions, once it had ended."""

    agreement: Hash


class DisposalView(msgspec.Struct, frozen=True, kw_only=True):
    """One page: who parted with how many records of whom, how and when, and what the owner answered and when.

    `outgoing`: this node parted with them. `differing` and `received_at` are None until the owner has answered.
    """

    id: RecordId
    outgoing: bool
    how: How
    records: int
    differing: int | None
    parted_at: Instant
    received_at: Instant | None


class Afterwards(msgspec.Struct, frozen=True, kw_only=True):
    """What is left between this node and one partner.

    `held` are the partner's records still here, `out` own ones that it is believed to hold, `taken_back` own ones that
    it held and holds no more.
    """

    node: str
    party: PartyCode
    held: int
    out: int
    taken_back: int
    pages: tuple[DisposalView, ...]


class Aftermath(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of received data when the agreement ends, and where that stands, by party and node.

    `ended_since` is None while nothing has to go.
    """

    agreement: Hash
    lineage: Kebab
    terms: str
    ended_since: Instant | None
    partners: tuple[Afterwards, ...]
