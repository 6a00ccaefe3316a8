"""What an alert is: the closed list of its data, its header, and the hit that a person confirmed on it.

The data fields are those of Reg (EU) 2018/1862 Art 20(3), Reg (EU) 2018/1861 Art 20(2) and Reg (EU) 2018/1860 Art 4;
nothing else can be stored. What never leaves the owner (grounds, assessments) stands apart from what does.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.alerts.achieved import AchievementNotice
from comity.alerts.attached import PICTURES, AlertLink, DnaReference, Hidden, MisusedIdentity, Picture
from comity.alerts.before_records import Clearance
from comity.alerts.care.records import CareReview, Requester
from comity.alerts.character import CharacterReview
from comity.alerts.flag_words import FlagLine
from comity.alerts.objects import AlertObject, ObjectType
from comity.core.door import Original
from comity.core.ids import Owner
from comity.core.personal import Personal
from comity.core.time import CivilDate, DateText, Instant

SCHEMA: Final = 3
"""Number of the alert's shape as stored and, where it holds something that shapes 1 and 2 could not, as sent.

Each shape only adds: whatever was stored or sent in an older one reads as the newest without a change.
"""
SECOND_SCHEMA: Final = 2
"""Every category, things and marks."""
FIRST_SCHEMA: Final = 1
"""Arrest and refusal alerts on persons, readable by nodes that know nothing else."""

ALERT_KIND: Final = "alert"
HIT_KIND: Final = "hit"
HIT_SCHEMA: Final = 2
"""Number of the hit's shape as stored: 2 adds who confirmed it, whether its duty is immediate, when its alert ends."""

NameText = Annotated[str, Personal, Meta(min_length=1, max_length=120)]
ShortText = Annotated[str, Personal, Meta(min_length=1, max_length=200)]
LongText = Annotated[str, Personal, Meta(min_length=1, max_length=2000)]
CategoryCode = Annotated[str, Meta(pattern=r"^[A-Z]{2,4}(-[A-Z])?$")]
CountryCode = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
Code = Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9-]{1,31}$")]
"""A code of one of the common tables (`alerts.code_tables`)."""
PartialDateText = Annotated[str, Personal, Meta(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]


@unique
class IdentityCategory(StrEnum):
    """How sure the owner is that the names are the person's own (SIRENE Manual; recalled)."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    ALIAS = "alias"
    MISUSED = "misused"


@unique
class Gender(StrEnum):
    """As ICAO Doc 9303 writes it; `unknown` where neither holds or nobody knows."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


@unique
class WarningMark(StrEnum):
    """The six warnings of Reg (EU) 2018/1862 Art 20(3)(j)."""

    ARMED = "armed"
    VIOLENT = "violent"
    ABSCONDED = "absconded"
    SUICIDE_RISK = "suicide_risk"
    HEALTH_THREAT = "health_threat"
    TERRORISM = "terrorism"


@unique
class Action(StrEnum):
    """What is asked of whoever finds the person; which may be asked stands in the category table."""

    ARREST_FOR_SURRENDER = "arrest_for_surrender"
    ARREST_FOR_EXTRADITION = "arrest_for_extradition"
    REFUSE_ENTRY = "refuse_entry"
    CONFIRM_RETURN = "confirm_return"
    PLACE_UNDER_PROTECTION = "place_under_protection"
    REPORT_PLACE = "report_place"
    PREVENT_TRAVEL = "prevent_travel"
    REPORT_RESIDENCE = "report_residence"
    DISCREET_CHECK = "discreet_check"
    INQUIRY_CHECK = "inquiry_check"
    SPECIFIC_CHECK = "specific_check"
    COLLECT_INFORMATION = "collect_information"
    SEIZE = "seize"
    SECURE_EVIDENCE = "secure_evidence"
    IDENTIFY = "identify"


@unique
class CaseType(StrEnum):
    """Type of the case of a missing or vulnerable person, Reg (EU) 2018/1862 Art 20(3)(r); words of our own."""

    RUNAWAY = "runaway"
    PARENTAL_ABDUCTION = "parental_abduction"
    TRAFFICKING = "trafficking"
    FORCED_MARRIAGE = "forced_marriage"
    GENITAL_MUTILATION = "genital_mutilation"
    GENDER_VIOLENCE = "gender_violence"
    TERRORISM = "terrorism"
    ARMED_CONFLICT = "armed_conflict"
    DISASTER = "disaster"
    OTHER = "other_case"
    UNKNOWN = "unknown_case"


@unique
class MarkKind(StrEnum):
    """What was found at a scene: Reg (EU) 2018/1862 Art 40."""

    FINGERPRINT = "fingerprint"
    PALMPRINT = "palmprint"


@unique
class GroundCategory(StrEnum):
    """Why entry is refused: Reg (EU) 2018/1861 Art 24(1)-(2), and Art 25 for the last."""

    CONVICTION = "conviction"
    SERIOUS_THREAT = "serious_threat"
    CIRCUMVENTION = "circumvention"
    ENTRY_BAN = "entry_ban"
    RESTRICTIVE_MEASURE = "restrictive_measure"


@unique
class DocumentCategory(StrEnum):
    """Kinds of identification documents, Reg (EU) 2018/1862 Art 20(3)(s) and 38(2)(l)."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    RESIDENCE_PERMIT = "residence_permit"
    TRAVEL_DOCUMENT = "travel_document"
    DRIVING_LICENCE = "driving_licence"
    OTHER = "other"


@unique
class DeletionReason(StrEnum):
    """Why an alert goes: Regs (EU) 2018/1861 Art 40, 2018/1862 Art 55."""

    PURPOSE_ACHIEVED = "purpose_achieved"
    DECISION_REVOKED = "decision_revoked"
    ENTERED_IN_ERROR = "entered_in_error"
    CITIZENSHIP_ACQUIRED = "citizenship_acquired"
    WITHDRAWN = "withdrawn"
    REVIEW_EXPIRED = "review_expired"


class PersonName(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A further name of the person; a low-quality alias is kept apart when names are compared (Art 20(3)(d)).

    `kind` says how sure the owner is that this name is the person's own; left out: as the alert's identity.
    """

    surname: NameText
    forenames: NameText | None = None
    low_quality: bool = False
    kind: IdentityCategory | None = None


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Who is sought: points (a) to (i). Dates of birth may be partial: `YYYY`, `YYYY-MM`."""

    surnames: NameText
    birth_date: PartialDateText
    forenames: NameText | None = None
    birth_names: tuple[PersonName, ...] = ()
    previous_names: tuple[PersonName, ...] = ()
    aliases: tuple[PersonName, ...] = ()
    characteristics: LongText | None = None
    birth_place: ShortText | None = None
    gender: Annotated[Gender, Personal] | None = None
    nationalities: Annotated[tuple[CountryCode, ...], Personal] = ()


class IdentityDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One identification document: points (s) to (v)."""

    category: DocumentCategory
    country: CountryCode
    number: Annotated[str, Personal, Meta(min_length=1, max_length=40)]
    issued: Annotated[CivilDate, Personal, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None


class MarkReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A finger or palm mark that the owner holds at home: what it is, its number there, the digest of its image."""

    kind: MarkKind
    reference: ShortText
    sha256: Annotated[str, Personal, Meta(pattern=r"^[0-9a-f]{64}$")]


class AlertData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What an officer enters about a person, a thing or a mark; the fields of law and no others.

    `objects` are the subject where there is no person, else what may lead to the person. `listing` names the listing
    act's entry behind a travel ban; its end, if the act states one, is `decision_valid_until`.
    """

    person: Person | None = None
    objects: Annotated[tuple[AlertObject, ...], Meta(max_length=20)] = ()
    dactyloscopic_data: Annotated[tuple[MarkReference, ...], Meta(max_length=20)] = ()
    reason: LongText | None = None
    action: Action
    identity_category: IdentityCategory = IdentityCategory.NOT_CONFIRMED
    warnings: Annotated[tuple[WarningMark, ...], Personal] = ()
    decision_reference: ShortText | None = None
    offence: ShortText | None = None
    register_number: ShortText | None = None
    documents: tuple[IdentityDocument, ...] = ()
    ground_category: GroundCategory | None = None
    free_movement: Annotated[bool, Personal] = False
    decision_valid_until: DateText | None = None
    case_type: Annotated[CaseType, Personal] | None = None
    listing: ShortText | None = None
    departure_by: DateText | None = None
    suspended: Annotated[bool, Personal] | None = None
    entry_ban: Annotated[bool, Personal] | None = None
    offence_codes: Annotated[tuple[Code, ...], Meta(max_length=10)] = ()
    photographs: Annotated[tuple[Picture, ...], Meta(max_length=PICTURES)] = ()
    document_copies: Annotated[tuple[Picture, ...], Meta(max_length=PICTURES)] = ()
    dna_profile: DnaReference | None = None
    links: Annotated[tuple[AlertLink, ...], Meta(max_length=20)] = ()
    misused_identity: MisusedIdentity | None = None


class AlertPayload(AlertData, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The alert as it travels: its data and clocks. A peer gets those fields that the agreement allows it."""

    category: CategoryCode | None = None
    authority: str | None = None
    entered: DateText | None = None
    review_date: DateText | None = None
    delete_by: DateText | None = None
    hidden_until: Instant | None = None


class Grounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the owner asserts and records at home, and sends to nobody with the alert.

    `proportionality` says why the case is adequate, relevant and important enough (Reg (EU) 2018/1862 Art 21). Which
    of the facts a category needs stands in its table.
    """

    proportionality: LongText
    warrant_present: bool = False
    individual_decision: bool = False
    return_decision: bool = False
    listing_in_force: bool = False
    missing_reported: bool = False
    protection_needed: bool = False
    imminent_risk: bool = False
    consent_or_order: bool = False
    procedure_pending: bool = False
    serious_crime: bool = False
    europol_proposal: bool = False
    seizure_ground: bool = False
    scene_of_serious_offence: bool = False
    not_identifiable: bool = False
    europol_verified: bool = False
    relative_consent: bool = False
    character: CharacterReview | None = None
    clearance: Clearance = Clearance()
    requester: Requester | None = None
    requester_review: CareReview | None = None
    victim_review: CareReview | None = None


class Assessment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One recorded extension: when, until when, and the individual assessment that it rests on (Art 53(5)-(6)).

    `agreed_by` is the other authority that agreed, where a check was extended again.
    """

    assessed: Instant
    until: CivilDate
    text: LongText
    agreed_by: ShortText | None = None


class AlertRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of an alert as this node holds it. `grounds`, `assessments`, `told`, `hidden`: at its owner's only.

    Its pictures lie beside it without their bytes (`alerts.pictures`).
    """

    id: str
    owner: Owner
    category: str
    version: int
    data: AlertData
    entered: CivilDate
    review_date: CivilDate
    delete_by: CivilDate
    grounds: Grounds | None = None
    assessments: tuple[Assessment, ...] = ()
    told: tuple[AchievementNotice, ...] = ()
    hidden_until: Instant | None = None
    hidden: Hidden | None = None


class AlertShown(AlertRecord, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An alert as shown. `originals` are its texts as they were entered, where fields hold them in another form.

    `flags` say who does not take its action: at its owner's all who told so, elsewhere the own State.
    """

    originals: tuple[Original, ...] = ()
    flags: tuple[FlagLine, ...] = ()


class AlertSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of a list: enough to recognise the alert, no more. Of a thing: its type and first identifier."""

    id: str
    owner: Owner
    category: str
    version: int
    surnames: NameText | None
    forenames: NameText | None
    action: Action
    object_type: ObjectType | None = None
    identifier: Annotated[str, Personal] | None = None
    review_date: CivilDate
    delete_by: CivilDate
    own: bool


class Observed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the officer saw or heard and no search knows: the closed list of Reg (EU) 2018/1862 Art 37(1)(c)-(g).

    Children who travel along are counted in `children`, and nothing else is said of them. `consent` is that of a
    missing adult to tell more than the place (Art 33(2)); None: not asked.
    """

    route: ShortText | None = None
    companions: ShortText | None = None
    children: Annotated[int, Personal, Meta(ge=0, le=99)] | None = None
    document_user: ShortText | None = None
    object_used: ShortText | None = None
    objects_carried: ShortText | None = None
    consent: Annotated[bool, Personal] | None = None


class HitDetails(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the check knew of the person found: told to the own bureau for its report, and not kept with the hit.

    Answers to the safeguard questions have no field here: they never travel (LAW.md 14).
    """

    identity: LongText | None = None
    documents: LongText | None = None
    direction: str | None = None
    lane: str | None = None
    conveyance: ShortText | None = None
    reason: LongText | None = None
    observed: Observed = Observed()


class HitRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hit: a person confirmed that the one found is the one sought, and the alert asks for action (SR 362.0 Art 18).

    `alert_owner`, `alert` and `alert_version` name what was acted on; `check` the crossing check behind it, `user` the
    user number of whoever confirmed. `at_once`: the alert warns of terrorism. `alert_ends` is the alert's last day as
    known at the hit.
    """

    id: str
    alert: str
    alert_owner: Owner
    alert_version: int
    category: str
    found_by: Owner
    found_at: Instant
    place: str
    action_taken: str
    circumstances: LongText | None = None
    check: str | None = None
    user: str = ""
    at_once: bool = False
    alert_ends: CivilDate | None = None
    details: HitDetails | None = None
