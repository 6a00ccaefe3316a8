"""A check at the border: what is asked, what is advised, and what the officer decides."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.decision import Reason
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.personal import Personal
from comity.core.time import Instant
from comity.documents.records import ZoneText

Line = Annotated[str, msgspec.Meta(max_length=200)]
Prose = Annotated[str, msgspec.Meta(max_length=4000)]
PersonalLine = Annotated[Line, Personal]
PersonalProse = Annotated[Prose, Personal]
Version = Annotated[int, msgspec.Meta(ge=1)]


@unique
class Direction(StrEnum):
    """Which way the person goes; mandatory, since one alert means different things on entry and exit (LAW.md 14)."""

    ENTRY = "entry"
    EXIT = "exit"
    INLAND = "inland"


@unique
class Lane(StrEnum):
    """What kind of check nationality and status call for (Reg (EU) 2016/399 Arts 6(5)(a), 8)."""

    FREE_MOVEMENT = "free-movement"
    THIRD_COUNTRY = "third-country"
    TRANSIT = "transit"


@unique
class Outcome(StrEnum):
    """The answer in one word. `unknown` is silence of a source, and never `no-hit` (LAW.md 0.5)."""

    NO_HIT = "no-hit"
    POSSIBLE = "possible"
    REFER = "refer"
    UNKNOWN = "unknown"


@unique
class Freshness(StrEnum):
    """Where the data of a source come from: the owner itself, a copy of some age, or nowhere."""

    LIVE = "live"
    COPY = "copy"
    NOTHING = "nothing"


@unique
class Action(StrEnum):
    """What the officer did on a confirmed hit."""

    ARRESTED = "arrested"
    LOCATED = "located"
    ENTRY_REFUSED = "entry-refused"
    REFERRED = "referred"
    ALLOWED_ON = "allowed-on"
    NATIONAL_MEASURE = "national-measure"
    PLACED_UNDER_PROTECTION = "placed-under-protection"
    PLACE_RECORDED = "place-recorded"
    TRAVEL_PREVENTED = "travel-prevented"
    CHECKED_DISCREETLY = "checked-discreetly"
    QUESTIONED = "questioned"
    SEARCHED = "searched"
    SEIZED = "seized"
    ISSUER_ASKED = "issuer-asked"
    RETURN_CONFIRMED = "return-confirmed"


@unique
class Answer(StrEnum):
    """Answer to a question put to the officer; `unknown` is also what an unanswered question counts as."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@unique
class Verdict(StrEnum):
    """The officer's say on one possible match."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CANNOT_TELL = "cannot-tell"


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who the person says or shows to be. `birth_date` as far as known: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

    `nationality` is an ICAO Doc 9303 code, ISO 3166-1 alpha-3 where ISO has one.
    """

    surnames: PersonalLine | None = None
    forenames: PersonalLine | None = None
    birth_date: PersonalLine | None = None
    nationality: Annotated[str, Personal] | None = None
    gender: Annotated[str, Personal] | None = None


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The document shown: kind, issuing State or organisation, number."""

    category: Line = "passport"
    country: Line | None = None
    number: PersonalLine


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question at the border: a document number or a surname is needed; without document also a justification.

    A scanned `zone` stands for identity and document; what is typed beside it must agree with it.
    """

    direction: Direction
    crossing_point: Line
    lane: Lane
    identity: Identity = Identity()
    document: Document | None = None
    justification: PersonalProse = ""
    zone: ZoneText | None = None


class SourceAge(msgspec.Struct, frozen=True, kw_only=True):
    """How old the data of one party are; `age_s` is seconds since its stream was last heard, for copies only."""

    party: str
    freshness: Freshness
    age_s: int | None = None


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """What to do here and now: `code` for translation, `text` in English."""

    code: str
    text: str


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What a category asks for. `urgency` orders matches, 1 first; empty `lanes` cover every lane.

    `refer` sends the case to the second line; `adverse` marks what only a person may decide after the safeguards;
    `discreet` must not be shown or said to the person. `reasons` are told with the advice.
    """

    category: str
    directions: tuple[Direction, ...]
    lanes: tuple[Lane, ...] = ()
    sentence: Sentence
    actions: tuple[Action, ...]
    urgency: int
    obligations: tuple[str, ...] = ()
    refer: bool = False
    adverse: bool = False
    discreet: bool = False
    reasons: tuple[Reason, ...] = ()
    source: str
    confidence: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Why something matched, or what speaks against it: the field, and how; words, never a bare score.

    `grade` is `exact`, `similar`, `partial`, `swapped` (day and month), `number-only`, `differs` or `not-known`.
    """

    field: str
    grade: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that the index found and the agreements let this officer see.

    `strength` orders candidates of one action, larger first, and is not shown. `free_movement` is what the owner noted.
    `referred` holds the reasons where the decision point asked for a person.
    """

    alert: RecordRef
    owner: Owner
    category: str
    strength: int
    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...] = ()
    free_movement: bool = False
    referred: tuple[Reason, ...] = ()


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a search brought: candidates, how old each source is, and whether the index stopped early."""

    candidates: tuple[Candidate, ...]
    sources: tuple[SourceAge, ...]
    incomplete: bool = False


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One possible match as the officer sees it; `separates` names the fields that tell it from the other matches.

    `lane` is the one whose rules apply: that of the check, or free movement where the owner noted it.
    """

    alert: RecordRef
    owner: Owner
    category: str
    action: Sentence
    evidence: tuple[Evidence, ...]
    separates: tuple[str, ...]
    lane: Lane
    must_not_show: bool


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What the officer reads: the sentence first, then warnings, matches and reasons. It advises and never decides.

    `incomplete`: the index stopped early, so there may be more matches than these.
    """

    check: RecordId
    outcome: Outcome
    sentence: Sentence
    warnings: tuple[str, ...]
    matches: tuple[Match, ...]
    reasons: tuple[Reason, ...]
    obligations: tuple[str, ...]
    must_not_show: bool
    freshness: Freshness
    sources: tuple[SourceAge, ...]
    incomplete: bool
    expires: Instant


class Safeguards(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the officer answers before any adverse decision (LAW.md 14)."""

    fear_expressed: Answer = Answer.UNKNOWN
    child_or_age_unknown: Answer = Answer.UNKNOWN
    vulnerable: Answer = Answer.UNKNOWN
    interpreter: Answer = Answer.UNKNOWN


class Decide(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which match of which check is decided on. `version` is the alert's version as shown.

    `party` is the alert owner's, needed only where two owners' alerts have the same id.
    """

    check: str
    alert: str
    version: Version
    party: Line | None = None


class Confirm(Decide, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """This is the person, and this is what was done."""

    place: PersonalLine
    circumstances: PersonalProse
    action_taken: Action
    safeguards: Safeguards = Safeguards()


class Reject(Decide, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """This is another person, and why."""

    reason: PersonalProse


class CannotTell(Decide, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """It cannot be told at the counter, and why: the second line looks."""

    reason: PersonalProse


class ShowCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show a check of the own authority again, until it expires."""

    check: str


class Resolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The officer's say on one match. `hit` is set when confirmed, `referral` when it could not be told."""

    check: RecordId
    alert: RecordRef
    alert_owner: Owner
    verdict: Verdict
    version: Version
    user: str
    at: Instant
    reason: PersonalProse = ""
    action_taken: Action | None = None
    safeguards: Safeguards | None = None
    hit: RecordId | None = None
    referral: RecordId | None = None


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """A check with what was decided on its matches so far."""

    advice: Advice
    question: Check
    resolutions: tuple[Resolution, ...]


class StoredCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is kept of a check until it expires; erased with it."""

    question: Check
    advice: Advice


class Referral(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person sent to the second line, with the reason; erased with its check."""

    referral: RecordId
    check: RecordId
    alert: RecordRef
    owner: Owner
    user: str
    at: Instant
    crossing_point: Line
    reason: PersonalProse
