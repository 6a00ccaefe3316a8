"""Protection orders, requesters, and victims of trafficking, as they are kept: by digests wherever a name can lack.

Victims stand here and nowhere among alerts: no list has victims and suspects side by side.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec
from msgspec import Meta

from comity.core.ids import Owner
from comity.core.personal import Personal
from comity.core.time import CivilDate, DateText, Instant

Name = Annotated[str, Personal, Meta(min_length=1, max_length=120)]
Short = Annotated[str, Personal, Meta(min_length=1, max_length=200)]
Long = Annotated[str, Personal, Meta(min_length=1, max_length=2000)]
FullDate = Annotated[str, Personal, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Somebody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person by name and full date of birth: what a digest is made of."""

    surnames: Name
    birth_date: FullDate
    forenames: Name | None = None


@unique
class Relation(StrEnum):
    """Who asks, seen from the person asked about."""

    PARENT = "parent"
    SPOUSE = "spouse"
    RELATIVE = "relative"
    GUARDIAN = "guardian"
    OTHER = "other_person"
    AUTHORITY = "authority"


FAMILY = frozenset({Relation.PARENT, Relation.SPOUSE, Relation.RELATIVE})


class Requester(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who asks for an alert, or where somebody is."""

    who: Somebody
    relation: Relation


class CareReview(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a person found who looked at it, and why it may go on all the same; kept at home."""

    reviewed_by: Short
    reasons: Long


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order that keeps one person away from another. Both are kept as digests; the paper is where it says."""

    id: str
    reference: Short
    issued_by: Short
    until: CivilDate
    protected: str
    against: str


@unique
class Indicator(StrEnum):
    """What may point to trafficking; our own closed list after the indicators that public bodies use (synthetic)."""

    PAPERS_HELD_BY_ANOTHER = "papers_held_by_another"
    DESTINATION_UNKNOWN = "destination_unknown"
    COACHED_ANSWERS = "coached_answers"
    SIGNS_OF_VIOLENCE = "signs_of_violence"
    FEAR_OF_COMPANION = "fear_of_companion"
    DEBT_FOR_JOURNEY = "debt_for_journey"
    MOVEMENT_CONTROLLED = "movement_controlled"
    NEVER_ALONE = "never_alone"
    CHILD_WITHOUT_FAMILY = "child_without_family"
    WORK_PROMISED_BY_STRANGER = "work_promised_by_stranger"
    NO_MONEY_OF_OWN = "no_money_of_own"


@unique
class VictimState(StrEnum):
    """Where the help for a victim stands."""

    REFLECTING = "reflecting"
    ENDED = "ended"


class VictimRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A presumed victim of trafficking: who recorded it, what pointed to it, who helps, until when nobody acts.

    `subject` is the digest of name and date of birth. `age_known` False: taken for a child.
    """

    id: str
    owner: Owner
    subject: str
    indicators: tuple[Indicator, ...]
    child: bool
    age_known: bool
    referred_to: Short
    reflection_until: CivilDate
    recorded_at: Instant
    state: VictimState
    erase_by: CivilDate
    interpreter: Short | None = None
    ended_because: Short | None = None


class RecordOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Record an order of a court or of police that keeps `against` away from `protected`."""

    protected: Somebody
    against: Somebody
    issued_by: Short
    reference: Short
    until: DateText


class LiftOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take an order out: it was lifted, or recorded in error."""

    id: Annotated[str, Meta(pattern=r"^[0-7][0-9a-hjkmnp-tv-z]{25}$")]


class ListOrders(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List the orders that stand, by the day on which they end."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """An order as listed: where its paper is, never whom it names."""

    id: str
    reference: Short
    issued_by: Short
    until: CivilDate


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """The orders that stand."""

    orders: tuple[OrderLine, ...]


@unique
class MayTell(StrEnum):
    """What may be told to whoever asks where somebody is."""

    NOTHING = "nothing"
    LOCATED = "located"
    PLACE = "place"


class AskPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """May whoever asks be told where the person of an own alert is? `consent` is the adult's; left out: not asked.

    `reviewed` is what a person found about a requester against whom an order stands.
    """

    id: Annotated[str, Meta(pattern=r"^[0-7][0-9a-hjkmnp-tv-z]{25}$")]
    requester: Requester
    consent: Annotated[bool, Personal] | None = None


class PlaceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What may be told, why, and what is to be done. The place itself stands in no answer of this kind."""

    may_tell: MayTell
    reasons: tuple[str, ...]
    obligations: tuple[str, ...]


class RecordVictim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Record a presumed victim of trafficking and who helps; of `who`, only a digest is kept.

    `age_known` False, or a date of birth that leaves it open, makes the person a child until shown otherwise.
    """

    who: Somebody
    indicators: Annotated[tuple[Indicator, ...], Meta(min_length=1, max_length=11)]
    referred_to: Short
    age_known: bool = True
    interpreter: Short | None = None


class VictimById(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One victim's record of the own authority."""

    id: Annotated[str, Meta(pattern=r"^[0-7][0-9a-hjkmnp-tv-z]{25}$")]


class ProlongReflection(VictimById, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Give more time to reflect."""

    until: DateText


class EndReflection(VictimById, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """End the time to reflect before its day: the person asked for it, or was no victim; why, in a sentence."""

    because: Short


class ListVictims(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List the own authority's records of victims, the one whose time ends first."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class VictimLine(msgspec.Struct, frozen=True, kw_only=True):
    """A record as listed: nobody's name."""

    id: str
    indicators: tuple[Indicator, ...]
    child: bool
    referred_to: Short
    reflection_until: CivilDate
    state: VictimState


class Victims(msgspec.Struct, frozen=True, kw_only=True):
    """Records of victims, and of nobody else."""

    victims: tuple[VictimLine, ...]
