"""What an alert on a person is: the closed list of its data, its header, and the hit that a person confirmed on it.

The data fields are those of Reg (EU) 2018/1862 Art 20(3) and Reg (EU) 2018/1861 Art 20(2) that categories ARR and REF
use, and nothing else can be stored. What never leaves the owner (grounds, assessments) stands apart from what does.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.core.door import Original
from comity.core.ids import Owner
from comity.core.personal import Personal
from comity.core.time import CivilDate, Instant

SCHEMA: Final = 1
"""Number of the alert's shape as stored and sent; older rows are upcast on read."""

ALERT_KIND: Final = "alert"
HIT_KIND: Final = "hit"

NameText = Annotated[str, Personal, Meta(min_length=1, max_length=120)]
ShortText = Annotated[str, Personal, Meta(min_length=1, max_length=200)]
LongText = Annotated[str, Personal, Meta(min_length=1, max_length=2000)]
CategoryCode = Annotated[str, Meta(pattern=r"^[A-Z]{2,4}(-[A-Z])?$")]
CountryCode = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
PartialDateText = Annotated[str, Personal, Meta(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]
DateText = Annotated[CivilDate, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


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
    """A further name of the person; a low-quality alias is kept apart when names are compared (Art 20(3)(d))."""

    surname: NameText
    forenames: NameText | None = None
    low_quality: bool = False


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


class AlertData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What an officer enters about a person; the fields of law and no others."""

    person: Person
    reason: LongText
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


class AlertPayload(AlertData, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The alert as it travels: its data and clocks. A peer gets those fields that the agreement allows it."""

    category: CategoryCode | None = None
    authority: str | None = None
    entered: DateText | None = None
    review_date: DateText | None = None
    delete_by: DateText | None = None


class Grounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the owner asserts and records at home, and sends to nobody with the alert.

    `proportionality` says why the case is adequate, relevant and important enough (Reg (EU) 2018/1862 Art 21).
    """

    proportionality: LongText
    warrant_present: bool = False
    individual_decision: bool = False


class Assessment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One recorded extension: when, until when, and the individual assessment that it rests on (Art 53(5)-(6))."""

    assessed: Instant
    until: CivilDate
    text: LongText


class AlertRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of an alert as this node holds it. `grounds` and `assessments` exist at the owner's node only."""

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


class AlertShown(AlertRecord, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An alert as shown. `originals` are its texts as they were entered, where fields hold them in another form."""

    originals: tuple[Original, ...] = ()


class AlertSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of a list: enough to recognise the alert, no more."""

    id: str
    owner: Owner
    category: str
    version: int
    surnames: NameText
    forenames: NameText | None
    action: Action
    review_date: CivilDate
    delete_by: CivilDate
    own: bool


class HitRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hit: a person confirmed that the one found is the one sought, and the alert asks for action (SR 362.0 Art 18).

    `alert_owner`, `alert` and `alert_version` name what was acted on; `check` the crossing check behind it.
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
