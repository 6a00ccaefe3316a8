"""Cases and messages of the national bureau: drafts that wait for release, what came in, and what was answered."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.core.ids import Owner, RecordId
from comity.core.personal import Personal
from comity.core.time import Instant

REPORT_KIND: Final = "hit-report"
ANSWER_KIND: Final = "bureau-answer"
SCHEMA: Final = 2
"""Number of the report's shape; 2 adds lane, conveyance and what Reg (EU) 2018/1862 Art 37(1) lists."""
READABLE: Final = (1, SCHEMA)
ANSWER_SCHEMA: Final = 1
STORED_SCHEMA: Final = 2
"""Number of the shape of stored cases and messages; 2 adds events, filing, answers."""

ShortText = Annotated[str, Personal, Meta(max_length=200)]
LongText = Annotated[str, Personal, Meta(max_length=2000)]


@unique
class CaseState(StrEnum):
    """Where a case stands. `returned`: the first officer was asked; `answered`: an answer came and nobody filed it."""

    DRAFT = "draft"
    RETURNED = "returned"
    SENT = "sent"
    ANSWERED = "answered"
    FILED = "filed"
    WITHDRAWN = "withdrawn"


@unique
class MessageKind(StrEnum):
    """What lies in the inbox: a partner's hit on an alert of ours, or what makes no form: our own hit, a listed person.

    Of a listed person who was met here the bureau informs the competent authority. `flag`: a partner does not act on an
    alert of ours; its report names the ground in the place of an action.
    """

    HIT_REPORT = "hit-report"
    OWN_HIT = "own-hit"
    LISTED = "listed"
    FLAG = "flag"


@unique
class MessageState(StrEnum):
    """How far a message is: taken on by a person of the bureau, answered, filed."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    FILED = "filed"


@unique
class FilingReason(StrEnum):
    """Why nothing more is to be done."""

    DEALT_WITH = "dealt-with"
    NOTHING_TO_DO = "nothing-to-do"
    AUTHORITY_TOLD = "authority-told"
    DUPLICATE = "duplicate"
    OTHER = "other"


@unique
class Act(StrEnum):
    """What was done about a case or message."""

    OPENED = "opened"
    EDITED = "edited"
    ASKED = "asked"
    REPLIED = "replied"
    SENT = "sent"
    RECEIVED = "received"
    TAKEN_ON = "taken-on"
    ANSWERED = "answered"
    FILED = "filed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    TICKED = "ticked"


@unique
class OutcomeWord(StrEnum):
    """What became of a hit, as the officer who confirmed it is told."""

    ARREST_STANDS = "arrest-stands"
    SURRENDERED = "surrendered"
    RELEASED = "released"
    REFUSAL_STANDS = "refusal-stands"
    PROTECTED = "protected"
    ALERT_DELETED = "alert-deleted"
    ALERT_KEPT = "alert-kept"
    INFORMATION_USED = "information-used"
    NOT_THE_PERSON = "not-the-person"
    OTHER = "other"


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What an officer is told of a hit."""

    hit: str
    category: str
    at: Instant
    outcome: OutcomeWord
    text: LongText | None = None


class Ticked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """An item of an agreed checklist that was done, or left out for the reason in `deviation`; counted from 1."""

    checklist: str
    item: int
    at: Instant
    user: str
    deviation: LongText | None = None


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One line of what happened: `user` is a user number here, or the party that did it abroad."""

    at: Instant
    user: str
    act: Act
    text: LongText | None = None


class AlertReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The version of the alert that was acted on. Fields other than `id` may be cut by an agreement."""

    id: str
    version: int | None = None
    owner: Owner | None = None
    category: str | None = None


class HitReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the executing State tells the issuing one about a hit (form G): SR 362.0 Art 18(1), and nothing else.

    From `check_reason` on: what check alerts bring back (Reg (EU) 2018/1862 Art 37(1)); `children` is a number.
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


class BureauAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the issuing State's bureau answers to a report. `receipt`: it was taken on, and no more is said yet."""

    report: str
    text: LongText | None = None
    closes: bool = False
    receipt: bool = False


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An answer that the issuing State's bureau sent to one of our reports."""

    id: str
    sender: Owner
    at: Instant
    content: BureauAnswer


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One form of the own bureau. `due` None with `urgent` means at once: such a duty has no grace period.

    `recipient` is the party and authority that the form is for, `officer` the user number of whoever confirmed the
    hit, `bureau` who sent it. Times are instants; `version` counts changes. `acknowledged`: the issuer's bureau took
    the report on.
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
    officer: str = ""
    bureau: Owner | None = None
    acknowledged: Instant | None = None
    answered: Instant | None = None
    filing: FilingReason | None = None
    events: tuple[Event, ...] = ()
    ticked: tuple[Ticked, ...] = ()


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
    answered: Instant | None = None
    filing: FilingReason | None = None
    events: tuple[Event, ...] = ()


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A duty in time. `urgent` has no hours: it is due at once, and `minutes` say since when it waits.

    `due` None without `urgent`: no period runs. `ended` is when the duty was done.
    """

    urgent: bool
    since: Instant
    due: Instant | None
    ended: Instant | None
    minutes: int
    overdue: bool
