"""A check at the border: what is asked, what is advised, and what the officer decides."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.alerts.records import Observed
from comity.core.decision import Reason
from comity.core.door import Original
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.personal import Personal
from comity.core.time import Instant
from comity.core.vocabulary import Role
from comity.crossings.abroad.records import AnswerAbroad, AskedAbroad
from comity.crossings.asking import CaseNumber, Cleared, LaneDuty, PointKind, ScanKind, ScanText, Thing
from comity.crossings.finding_records import Evidence, FoundBy, Freshness, SourceAge
from comity.crossings.told_records import Told
from comity.documents.records import ZoneText
from comity.screening.records import Weighed

CHECK_KIND = "crossing-check"

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
    """The officer's say on one possible match; `undone` opens it again."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CANNOT_TELL = "cannot-tell"
    UNDONE = "undone"


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
    """One question at the border: a document, a surname or a thing is needed; a name alone also a reason and a case.

    Direction, lane, crossing point and conveyance that are left out are those of the own desk. `scan` is whatever came
    in the one field, `taken_as` what it is where that was said. A scanned `zone` stands for identity and document; what
    is typed beside it must agree with it. `justification` is the reason, `case` the number of the case. `near`: look
    also for numbers that one slip of reading may have turned into these; left out, for those of things alone.
    """

    direction: Direction | None = None
    crossing_point: Line | None = None
    lane: Lane | None = None
    conveyance: Line | None = None
    scan: ScanText | None = None
    taken_as: ScanKind | None = None
    identity: Identity = Identity()
    document: Document | None = None
    things: Annotated[tuple[Thing, ...], msgspec.Meta(max_length=5)] = ()
    justification: PersonalProse = ""
    case: CaseNumber = ""
    zone: ZoneText | None = None
    near: bool | None = None


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question in clean form: where it was asked, and with what. Stored, searched with and sealed in the search log.

    `kind` is None where the crossing point was named freely. `taken_as`: what a scanned text was taken for, the
    likelier first. `role` is the legal role of whoever asks: advice speaks to it. `near_things`, `near_document`: asked
    also for numbers that one slip of reading is away.
    """

    direction: Direction
    crossing_point: Line
    lane: Lane
    role: Role | None = None
    kind: PointKind | None = None
    conveyance: Line | None = None
    taken_as: tuple[ScanKind, ...] = ()
    identity: Identity = Identity()
    document: Document | None = None
    things: tuple[Thing, ...] = ()
    justification: PersonalProse = ""
    case: CaseNumber = ""
    near_things: bool = False
    near_document: bool = False


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


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One possible match as the officer sees it; `separates` names the fields that tell it from the other matches.

    `lane` is the one whose rules apply: that of the check, or free movement where the owner noted it. `cleared`: this
    document was found to be another person's before; such matches stand last. `weighed`: how much speaks for one
    person, line by line; None for things. `flagged`: not acted on in this State.
    """

    alert: RecordRef
    owner: Owner
    category: str
    action: Sentence
    evidence: tuple[Evidence, ...]
    separates: tuple[str, ...]
    lane: Lane
    must_not_show: bool
    cleared: Cleared | None = None
    found_by: FoundBy = FoundBy.PERSON
    weighed: Weighed | None = None
    flagged: bool = False


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What the officer reads: the sentence first, then warnings, matches and reasons. It advises and never decides.

    `incomplete`: the index stopped early, so there may be more matches than these. `lane_duties` is what the lane asks
    for whatever was found, `notes` what else the officer should know, such as a nationality that another lane is for.
    `referral` is set where the house itself sent the person to the second line; why, the counter does not learn.
    `abroad` says which other parties were asked, `answers` what they said: shown for minutes, and never stored.
    `degraded`: the ledger could not be written; fewer sources were searched, and nothing can be confirmed on this yet.
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
    lane_duties: tuple[LaneDuty, ...] = ()
    notes: tuple[Sentence, ...] = ()
    referral: RecordId | None = None
    abroad: tuple[AskedAbroad, ...] = ()
    answers: tuple[AnswerAbroad, ...] = ()
    degraded: bool = False


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
    """This is the person, and this is what was done.

    `place` is the crossing point of the check unless given. `observed` is what the report adds for some categories.
    """

    place: PersonalLine | None = None
    circumstances: PersonalProse = ""
    action_taken: Action
    safeguards: Safeguards = Safeguards()
    observed: Observed = Observed()


class Reject(Decide, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """This is another person, and why."""

    reason: PersonalProse


class CannotTell(Decide, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """It cannot be told at the counter, and why: the second line looks."""

    reason: PersonalProse


class Undo(Decide, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That was a wrong click, and why; the match stands open again."""

    reason: PersonalProse


class ShowCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show a check of the own authority again, until it expires."""

    check: str


class EarlierSay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was said of a match before, and was undone or settled since."""

    verdict: Verdict
    user: str
    at: Instant
    reason: PersonalProse = ""
    action_taken: Action | None = None
    hit: RecordId | None = None


class Resolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The officer's say on one match. `hit` is set when confirmed, `referral` when it could not be told.

    `told` is the message to the own bureau about a listed person. `obligations` follow from the answers to the
    safeguard questions; they stay here and travel nowhere. `earlier` is the history, the first first.
    """

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
    told: RecordId | None = None
    obligations: tuple[str, ...] = ()
    earlier: tuple[EarlierSay, ...] = ()


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """A check with what was decided on its matches so far.

    `originals` are texts as they were typed; `told` is what the matched records say, while they stand as found.
    """

    advice: Advice
    question: Asked
    resolutions: tuple[Resolution, ...]
    originals: tuple[Original, ...] = ()
    told: tuple[Told, ...] = ()


class StoredCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is kept of a check until it expires; erased with it.

    `shown` is what the counter reads where that is less than was found; None where it is the same.
    """

    question: Asked
    advice: Advice
    shown: Advice | None = None

    @property
    def at_the_counter(self) -> Advice:
        """The advice as the first line may see it."""
        return self.shown or self.advice
