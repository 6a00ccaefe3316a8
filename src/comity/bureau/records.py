"""Cases and messages of the national bureau: drafts that wait for release, and what came in."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.core.ids import Owner, RecordId
from comity.core.personal import Personal
from comity.core.time import Instant

REPORT_KIND: Final = "hit-report"
SCHEMA: Final = 1
PAGE_LIMIT: Final = 200

PageSize = Annotated[int, Meta(ge=1, le=PAGE_LIMIT)]
ShortText = Annotated[str, Personal, Meta(max_length=200)]
LongText = Annotated[str, Personal, Meta(max_length=2000)]


@unique
class CaseState(StrEnum):
    """Where a case stands: drafted by the house, sent by the bureau."""

    DRAFT = "draft"
    SENT = "sent"


@unique
class MessageKind(StrEnum):
    """What lies in the inbox: a partner's hit on an alert of ours, or what makes no form: our own hit, a listed person.

    Of a listed person who was met here the bureau informs the competent authority.
    """

    HIT_REPORT = "hit-report"
    OWN_HIT = "own-hit"
    LISTED = "listed"


@unique
class MessageState(StrEnum):
    """Whether a person of the bureau took the message on."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"


class AlertReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The version of the alert that was acted on. Fields other than `id` may be cut by an agreement."""

    id: str
    version: int | None = None
    owner: Owner | None = None
    category: str | None = None


class HitReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the executing State tells the issuing one about a hit (form G): SR 362.0 Art 18(1), and nothing else.

    Answers to the safeguard questions are not part of it: a report must not betray who asked for protection.
    `case` is the number of the executing bureau's case.
    """

    alert: AlertReference
    found_at: Instant
    place: ShortText
    action_taken: Annotated[str, Meta(max_length=64)]
    case: str | None = None
    direction: Annotated[str, Meta(max_length=16)] | None = None
    circumstances: LongText | None = None
    identity: LongText | None = None
    documents: LongText | None = None
    remarks: LongText | None = None


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One form of the own bureau. `due` None with `urgent` means at once: such a duty has no grace period.

    `recipient` is the party and authority that the form is for. Times are instants; `version` counts changes.
    """

    id: RecordId
    form: str
    state: CaseState
    party: str
    recipient: Owner
    category: str
    hit: str
    found_by: Owner
    opened: Instant
    urgent: bool
    due: Instant | None
    version: int
    report: HitReport
    sent: Instant | None = None
    sent_by: str | None = None


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What came in for the own bureau. `sender` is the reporting bureau, or the own authority for an own hit.

    `recipient` is the authority that owns the alert; the bureau tells it.
    """

    id: str
    sender: Owner
    recipient: Owner
    kind: MessageKind
    state: MessageState
    category: str
    received: Instant
    urgent: bool
    due: Instant | None
    version: int
    report: HitReport
    acknowledged: Instant | None = None
    acknowledged_by: str | None = None


class ListCases(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of waiting drafts, the most urgent first; `cursor` continues one."""

    limit: PageSize = 50
    cursor: str | None = None


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """Drafts in order of legal urgency."""

    cases: tuple[Case, ...]
    cursor: str | None


class ShowCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show one case of the own party."""

    case: str


class Send(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Release a draft to the issuing State's bureau. Fields left out stay as drafted; `version` is the one checked."""

    case: str
    version: int
    place: ShortText | None = None
    direction: Annotated[str, Meta(max_length=16)] | None = None
    circumstances: LongText | None = None
    identity: LongText | None = None
    documents: LongText | None = None
    remarks: LongText | None = None


class ListInbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of the inbox, new messages only unless `all`; the most urgent first."""

    all: bool = False
    limit: PageSize = 50
    cursor: str | None = None


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """Messages in order of legal urgency."""

    messages: tuple[Message, ...]
    cursor: str | None


class Acknowledge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take a message on. `party` is that of the sender: ids are unique per party only."""

    party: str
    message: str
    version: int
