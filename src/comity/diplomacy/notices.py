"""Notices between the parties of a treaty, and what people say to give one.

A notice and its receipt travel in the stream of the treaty's own data, so that what was sent before it is judged before
it, and what comes after it after it.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.agreements.sourced import Kebab, PartyCode
from comity.core.ids import RecordId
from comity.core.time import Instant
from comity.diplomacy.records import Hash

NOTICE_KIND: Final = "agreement-notice"
NOTICE_RECEIPT_KIND: Final = "agreement-notice-receipt"

NoticeWord = Annotated[str, Meta(min_length=1, max_length=120)]
"""The name of a notification or arrangement, as the agreement has it: `USA.art29.2`."""
Clauses = Annotated[tuple[Kebab, ...], Meta(max_length=1000)]


@unique
class NoticeKind(StrEnum):
    """What a party gives notice of."""

    COMPLETE = "complete"
    """Its internal procedures for the version's entry into force are completed."""
    NOTIFY = "notify"
    """Something that clauses wait for: a notification they name, an implementing arrangement."""
    SUSPEND = "suspend"
    RESUME = "resume"
    TERMINATE = "terminate"
    LOSE_PROTECTION = "lose-protection"
    """That another party no longer protects data as the agreement presumes."""
    RESTORE_PROTECTION = "restore-protection"


@unique
class Ground(StrEnum):
    """Why notice is given; a closed list, so that no free text travels."""

    MATERIAL_BREACH = "material-breach"
    LAW_CHANGED = "law-changed"
    PROTECTION_LOST = "protection-lost"
    PUBLIC_ORDER = "public-order"
    SETTLED = "settled"
    PROCEDURE_DONE = "procedure-done"
    UNSTATED = "unstated"


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One party's notice about one version. `clauses` empty is the whole; `word` names what a clause waits for.

    Inside one party `authority` is the one that gives it; between parties it is left out.
    """

    id: RecordId
    agreement: Hash
    party: PartyCode
    kind: NoticeKind
    ground: Ground
    sent_at: Instant
    clauses: Clauses = ()
    word: NoticeWord | None = None
    authority: Kebab | None = None
    of: PartyCode | None = None
    """Whose protection is lost or restored."""

    @property
    def speaker(self) -> str:
        """Who gives it: the party, or the authority inside it."""
        return self.authority or self.party


class NoticeReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A party's word that a notice reached it, and when: many treaties count from this moment."""

    notice: RecordId
    agreement: Hash
    party: PartyCode
    received_at: Instant


class NoticeMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Payload of an `agreement-notice` statement: the canonical notice as text."""

    notice: Annotated[str, Meta(max_length=65_536)]


class ReceiptMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Payload of an `agreement-notice-receipt` statement: the canonical receipt as text."""

    receipt: Annotated[str, Meta(max_length=4096)]


# --- what people say ------------------------------------------------------------------------------------------------


class Complete(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Notify the parties that the own internal procedures for a version's entry into force are completed."""

    agreement: Hash


class Notify(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Give the notification, or conclude the implementing arrangement, that sleeping clauses of a version wait for."""

    agreement: Hash
    word: NoticeWord


class Suspend(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Suspend a treaty, whole or (named) clauses of it."""

    agreement: Hash
    clauses: Clauses = ()
    ground: Ground = Ground.UNSTATED


class Resume(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """End the own suspension of a treaty, whole or for some clauses."""

    agreement: Hash
    clauses: Clauses = ()


class Terminate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Give notice of termination; among more than two parties only the own party leaves."""

    agreement: Hash
    ground: Ground = Ground.UNSTATED


class LoseProtection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """State that a party no longer protects data as the agreement presumes: what rests on that stops towards it."""

    agreement: Hash
    of: PartyCode


class RestoreProtection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """State that a party protects data again: what the own party had stopped for that goes on."""

    agreement: Hash
    of: PartyCode


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """A notice, who received it when, and from when it counts towards whom (None: not yet known)."""

    notice: Notice
    receipts: tuple[NoticeReceipt, ...]


class Turned(msgspec.Struct, frozen=True, kw_only=True):
    """One turn in a version's life, as people see it."""

    turn: str
    since: Instant
    recorded_at: Instant
    reason: str
    clauses: tuple[str, ...]
    by: str | None
    towards: str | None
    word: str | None


class ShowHistory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that happened to one version."""

    agreement: Hash


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Turns of force in the order they were recorded, and the notices with their receipts."""

    agreement: Hash
    turns: tuple[Turned, ...]
    notices: tuple[NoticeView, ...]
