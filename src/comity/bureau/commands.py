"""What the bureau and the first officer may ask for, and what they get."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from comity.bureau.records import (
    Case,
    CaseState,
    Clock,
    Event,
    FilingReason,
    LongText,
    Message,
    MessageState,
    OutcomeWord,
    ShortText,
    Ticked,
    Told,
)
from comity.core.personal import Personal
from comity.core.time import CivilDate, DateText, Instant

PAGE_LIMIT = 200
PageSize = Annotated[int, Meta(ge=1, le=PAGE_LIMIT)]
FieldName = Annotated[str, Meta(max_length=32)]


class ListCases(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of waiting drafts, the most urgent first; `cursor` continues one."""

    limit: PageSize = 50
    cursor: str | None = None


class ListByState(ListCases, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of cases in one state, the most urgent first."""

    state: CaseState


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """Cases in order of legal urgency, each with its clock."""

    cases: tuple[Case, ...]
    cursor: str | None
    clocks: tuple[Clock, ...] = ()


class ShowCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show one case of the own party."""

    case: str


class Checklist(msgspec.Struct, frozen=True, kw_only=True):
    """What both bureaux agreed to do for a hit of this category; `id` is the letter that it was agreed by."""

    id: str
    agreed: Instant
    items: tuple[str, ...]
    ticked: tuple[Ticked, ...]


class Tick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tick an item of the checklist, counted from 1; `deviation` says why it was left out."""

    case: str
    version: int
    item: Annotated[int, Meta(ge=1, le=30)]
    deviation: LongText | None = None


class TellOfficer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tell the officer who confirmed a hit what became of it. `item` is a case, or a note of a hit on an own alert."""

    item: str
    outcome: OutcomeWord
    text: LongText | None = None


class ListOutcomes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of the asker's own hits."""

    limit: PageSize = 50


class OutcomePage(msgspec.Struct, frozen=True, kw_only=True):
    """What was told, the newest first."""

    outcomes: tuple[Told, ...]


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case with all that happened about it, here and abroad. `stays`: fields that no agreement opens.

    `hindered`: why nothing can be sent now, empty if it can; both are empty once the report left.
    """

    case: Case
    clock: Clock
    thread: tuple[Event, ...]
    editable: tuple[str, ...]
    stays: tuple[str, ...]
    hindered: tuple[str, ...]
    erase_by: CivilDate | None
    checklist: Checklist | None = None


class Edits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the bureau corrects in a draft. Fields left out stay as drafted; those named in `clear` are emptied."""

    place: ShortText | None = None
    direction: Annotated[str, Meta(max_length=16)] | None = None
    circumstances: LongText | None = None
    identity: LongText | None = None
    documents: LongText | None = None
    remarks: LongText | None = None
    lane: Annotated[str, Meta(max_length=32)] | None = None
    conveyance: ShortText | None = None
    consent: Annotated[bool, Personal] | None = None
    check_reason: LongText | None = None
    route: ShortText | None = None
    companions: ShortText | None = None
    children: Annotated[int, Personal, Meta(ge=0, le=99)] | None = None
    document_user: ShortText | None = None
    object_used: ShortText | None = None
    objects_carried: ShortText | None = None
    clear: tuple[FieldName, ...] = ()


class Edit(Edits, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Save a draft without sending it; `version` is the one corrected."""

    case: str
    version: int


class Send(Edits, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Release a draft to the issuing State's bureau; `version` is the one checked."""

    case: str
    version: int


class Return(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask the first officer something about a draft, or with `not_a_hit` withdraw the case, sent or not."""

    case: str
    version: int
    text: LongText
    not_a_hit: bool = False


class ListQuestions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Questions of the bureau to the asker."""

    limit: PageSize = 50


class AskedBack(msgspec.Struct, frozen=True, kw_only=True):
    """One question to the officer who confirmed a hit; enough to remember which, no more."""

    case: str
    version: int
    category: str
    found_at: Instant
    place: ShortText
    asked: Instant
    text: LongText


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """What the bureau asks, the most urgent first."""

    questions: tuple[AskedBack, ...]


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Answer the bureau's question; the case is a draft again."""

    case: str
    version: int
    text: LongText


class Replied(msgspec.Struct, frozen=True, kw_only=True):
    """The reply stands in the case."""

    case: str
    version: int


class ListInbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of the inbox: new messages, those of one `state`, or `all`; the most urgent first."""

    all: bool = False
    state: MessageState | None = None
    limit: PageSize = 50
    cursor: str | None = None


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """Messages in order of legal urgency, each with its clock."""

    messages: tuple[Message, ...]
    cursor: str | None
    clocks: tuple[Clock, ...] = ()


class ReadMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show one message. `party` is that of the sender: ids are unique per party only."""

    party: str
    message: str


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """A message with its clock; what was done and answered are its events."""

    message: Message
    clock: Clock
    erase_by: CivilDate | None


class Acknowledge(ReadMessage, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take a message on; the bureau that sent it is told so."""

    version: int


class AnswerMessage(ReadMessage, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Answer the bureau that sent a report, and nobody else. `closes`: for us this ends the matter."""

    version: int
    text: LongText
    closes: bool = False


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """File a case, or with `party` (of its sender) a message: nothing more is to be done. `note` says more."""

    item: str
    party: str | None = None
    version: int
    reason: FilingReason
    note: LongText | None = None


class Reopen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Undo filing: the case or message stands where it stood before."""

    item: str
    party: str | None = None
    version: int


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """Where a case or message stands after it was filed or reopened."""

    item: str
    state: str
    version: int


class AskFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Figures over duties that began in these days (UTC, both included); left out: all that are still kept."""

    since: DateText | None = None
    until: DateText | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many are in one state."""

    state: str
    count: int


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """How long a duty took, in minutes elapsed. `late`: done after its hours. At-once duties stand apart."""

    count: int
    median: int | None
    ninth_tenth: int | None
    longest: int | None
    late: int


class AskWaiting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much waits for the bureau now."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits: duties due `at_once`, which have no hours, the `oldest` of them in minutes, and overdue ones."""

    at_once: int
    oldest: int | None
    overdue: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The bureau in numbers; nothing about a person. `waiting_at_once` duties have no hours; the oldest in minutes."""

    cases: tuple[Tally, ...]
    messages: tuple[Tally, ...]
    waiting_at_once: int
    oldest_at_once: int | None
    overdue: int
    reports_at_once: Times
    reports: Times
    answers_at_once: Times
    answers: Times
