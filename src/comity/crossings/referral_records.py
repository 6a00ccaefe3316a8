"""A person sent to the second line: why, how urgent, who took it on, and what came of it."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.time import CivilDate, Instant
from comity.crossings.records import (
    Action,
    CheckView,
    Direction,
    Document,
    Identity,
    Line,
    PersonalLine,
    PersonalProse,
    Safeguards,
    Version,
)

PerThousand = Annotated[int, msgspec.Meta(ge=0, le=1000)]


@unique
class ReferralReason(StrEnum):
    """Why somebody is sent on. `second-line` is given by the house alone, and says no more than that to the counter."""

    FEAR_EXPRESSED = "fear-expressed"
    CHILD_ALONE = "child-alone"
    VULNERABLE = "vulnerable"
    HEALTH = "health"
    CANNOT_TELL = "cannot-tell"
    POSSIBLE_MATCH = "possible-match"
    DOCUMENT_DOUBT = "document-doubt"
    OFFICERS_DOUBT = "officers-doubt"
    ENTRY_CONDITIONS = "entry-conditions"
    SECOND_LINE = "second-line"


@unique
class Origin(StrEnum):
    """Who chose this person: an officer, chance, or a match that must not be known at the counter.

    `house` is what is shown of the latter two to whom law does not open the match.
    """

    OFFICER = "officer"
    RANDOM = "random"
    DISCREET = "discreet"
    HOUSE = "house"


@unique
class Urgency(StrEnum):
    """The classes of the queue, the first served first."""

    PROTECTION = "protection"
    ENFORCEMENT = "enforcement"
    ROUTINE = "routine"


@unique
class ReferralState(StrEnum):
    """Where a referral stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    RESOLVED = "resolved"


@unique
class ReferralOutcome(StrEnum):
    """What the second line came to. `finished` is what the counter reads where more would tell why."""

    IDENTITY_CONFIRMED = "identity-confirmed"
    OTHER_PERSON = "other-person"
    ALLOWED_ON = "allowed-on"
    ENTRY_REFUSED = "entry-refused"
    ASYLUM_PROCEDURE = "asylum-procedure"
    CHILD_PROTECTION = "child-protection"
    HANDED_TO_POLICE = "handed-to-police"
    HANDED_TO_CUSTOMS = "handed-to-customs"
    FINISHED = "finished"


@unique
class RefusalGround(StrEnum):
    """The grounds of the standard form, by its letters (Reg (EU) 2016/399 Annex V Part B; letters from memory)."""

    NO_DOCUMENT = "A"
    FALSE_DOCUMENT = "B"
    NO_VISA = "C"
    FALSE_VISA = "D"
    PURPOSE_NOT_SHOWN = "E"
    STAY_USED_UP = "F"
    NO_MEANS = "G"
    ALERT = "H"
    THREAT = "I"


class ReferralResolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the second line decided, by whom and why."""

    outcome: ReferralOutcome
    reason: PersonalProse
    safeguards: Safeguards
    user: str
    at: Instant
    hit: RecordId | None = None
    refusal: RecordId | None = None


class Referral(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person sent to the second line; erased with its check, or some hours after it was resolved.

    `code` and `reason` are what the counter gave, code and words; `alert` the match that it could not tell.
    """

    referral: RecordId
    check: RecordId
    alert: RecordRef | None = None
    owner: Owner
    user: str
    at: Instant
    crossing_point: Line
    reason: PersonalProse = ""
    code: ReferralReason = ReferralReason.CANNOT_TELL
    origin: Origin = Origin.OFFICER
    state: ReferralState = ReferralState.WAITING
    version: Version = 1
    taken_by: str | None = None
    taken_at: Instant | None = None
    resolution: ReferralResolution | None = None


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The written refusal of entry: the register's entry and what the form is printed from.

    Reg (EU) 2016/399 Art 14(2), (3) and Annex V. `appeal` says where and how to appeal.
    """

    refusal: RecordId
    referral: RecordId
    owner: Owner
    user: str
    at: Instant
    crossing_point: Line
    identity: Identity
    document: Document | None
    grounds: tuple[RefusalGround, ...]
    facts: PersonalProse
    appeal: PersonalProse
    interpreter: Line = ""
    delete_by: CivilDate


# --- commands ----------------------------------------------------------------------------------------------------


class OpenReferral(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Send the person of this check on; `alert` (with its owner's `party`) where a match is the reason."""

    check: str
    reason: ReferralReason
    words: PersonalProse = ""
    alert: Line | None = None
    party: Line | None = None


class ListReferrals(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show the queue, of one crossing point where it is named."""

    crossing_point: Line | None = None


class ListMine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show what came of those whom I sent; of one check where it is named."""

    check: Line | None = None


class NameReferral(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Name a referral of the own authority."""

    referral: str


class ConfirmedMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which match is confirmed or rejected, in the version shown, and what was done."""

    alert: str
    version: Version
    party: Line | None = None
    place: PersonalLine = ""
    circumstances: PersonalProse = ""
    action_taken: Action | None = None


class WrittenRefusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a refusal of entry must say in writing: its grounds, the facts, and where and how to appeal."""

    grounds: tuple[RefusalGround, ...]
    facts: PersonalProse
    appeal: PersonalProse
    interpreter: Line = ""


class ResolveReferral(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say what came of it. `match` for an identity confirmed or another person; `refusal` where entry is refused."""

    referral: str
    outcome: ReferralOutcome
    reason: PersonalProse
    safeguards: Safeguards = Safeguards()
    match: ConfirmedMatch | None = None
    refusal: WrittenRefusal | None = None


class NameRefusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Name a refusal of the own authority."""

    refusal: str


class SetRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Send so many of a thousand persons at random to the second line of a crossing point; 0 ends it."""

    crossing_point: Line
    per_thousand: PerThousand


class ShowFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show how long people wait today, by crossing point."""


# --- answers -----------------------------------------------------------------------------------------------------


class SentReferral(msgspec.Struct, frozen=True, kw_only=True):
    """What the counter knows of a referral; `call` is the short mark by which a person is called up.

    `position` counts from 1 while the person waits.
    """

    referral: RecordId
    call: str
    check: RecordId
    code: ReferralReason
    state: ReferralState
    crossing_point: str
    sent_at: Instant
    waiting_s: int
    position: int | None = None
    outcome: ReferralOutcome | None = None
    resolved_at: Instant | None = None


class SentReferrals(msgspec.Struct, frozen=True, kw_only=True):
    """Those whom I sent, the newest first."""

    referrals: tuple[SentReferral, ...]


class QueueEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One who waits. `own`: sent by the reader, who cannot take it; `raised`: moved up for having waited long."""

    referral: RecordId
    call: str
    code: ReferralReason
    urgency: Urgency
    crossing_point: str
    sent_at: Instant
    waiting_s: int
    position: int
    own: bool
    raised: bool


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """Who waits, in the order of serving; what the reader has taken; how many others have."""

    waiting: tuple[QueueEntry, ...]
    mine: tuple[QueueEntry, ...]
    taken_by_others: int


class ReferralView(msgspec.Struct, frozen=True, kw_only=True):
    """A referral as the one who took it sees it: with the whole check, as far as law opens it to that person."""

    referral: Referral
    urgency: Urgency
    direction: Direction
    check: CheckView


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """The rate of random referrals at a crossing point."""

    crossing_point: str
    per_thousand: PerThousand
    version: Version


class PointFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting at one crossing point today, in seconds until taken; None where nobody was taken yet."""

    crossing_point: str
    sent: int
    waiting: int
    longest_waiting_s: int
    median_s: int | None
    p90_s: int | None
    per_thousand: PerThousand


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting by crossing point on the day (UTC) of the call; no person's data."""

    points: tuple[PointFigures, ...]
