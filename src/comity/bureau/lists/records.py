"""An entry of an official list as every reader gives it, whatever the format; what the source wrote stays beside it."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec

from comity.core.ids import Owner, RecordId
from comity.core.personal import Personal
from comity.core.time import CivilDate, PartialDate

SCHEMA: Final = 1

PersonalText = Annotated[str, Personal]
Code = Annotated[str, Personal]
"""An alpha-3 code that says something about a person."""


@unique
class Format(StrEnum):
    """A format that lists come in; also the name of the list, since each has one."""

    UN_SC = "un-sc"
    OFAC_SDN = "ofac-sdn"
    EU_JOURNAL = "eu-journal"


@unique
class NameKind(StrEnum):
    """What a name is to the person: the listed one, another, one borne before, at birth, or in its own script."""

    PRIMARY = "primary"
    ALIAS = "alias"
    FORMER = "former"
    BIRTH = "birth"
    ORIGINAL_SCRIPT = "original-script"


@unique
class Quality(StrEnum):
    """How well the source knows a name; `unstated` where it does not say."""

    GOOD = "good"
    LOW = "low"
    UNSTATED = "unstated"


@unique
class DateForm(StrEnum):
    """How a date of birth is known. `other` is what no calendar rule reads; its text is kept."""

    EXACT = "exact"
    MONTH = "month"
    YEAR = "year"
    APPROXIMATE = "approximate"
    BETWEEN = "between"
    OTHER = "other"


class ListedName(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One name. `text` is whole; surname and forenames only where the source tells them apart.

    `script` is the Unicode script of its first letter (`latin`, `cyrillic`, `arabic` ...).
    """

    text: PersonalText
    kind: NameKind
    surname: PersonalText = ""
    forenames: PersonalText = ""
    quality: Quality = Quality.UNSTATED
    script: str = ""
    note: PersonalText = ""


class BirthDate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One date of birth: `date` for exact, month, year and approximate; `first` and `last` for between.

    `text` is what the source wrote.
    """

    form: DateForm
    text: PersonalText
    date: Annotated[PartialDate, Personal] | None = None
    first: Annotated[PartialDate, Personal] | None = None
    last: Annotated[PartialDate, Personal] | None = None
    note: PersonalText = ""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A place of birth or an address. `country` is alpha-3 where the text beside it is known."""

    text: PersonalText
    country: Code | None = None
    country_text: PersonalText = ""
    note: PersonalText = ""


class Nationality(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A nationality as written, with its alpha-3 code where the text is known."""

    text: PersonalText
    country: Code | None = None


class ListedDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A document or number: its kind as the source calls it, the number, the issuing country, the text around it."""

    kind: str
    number: PersonalText
    country: Code | None = None
    country_text: PersonalText = ""
    issued: PersonalText = ""
    note: PersonalText = ""


class ListingEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One individual of one list. `source_id` is what the source calls the entry and never changes.

    `regimes` are the programmes under which the person is listed; `deceased` is said by the source. `remarks` are the
    source's own words, whole; the bytes it was read from are kept in the store beside the entry.
    """

    source: Format
    source_id: str
    reference: str
    regimes: tuple[str, ...]
    names: tuple[ListedName, ...]
    birth_dates: tuple[BirthDate, ...] = ()
    birth_places: tuple[Place, ...] = ()
    nationalities: tuple[Nationality, ...] = ()
    documents: tuple[ListedDocument, ...] = ()
    addresses: tuple[Place, ...] = ()
    titles: tuple[PersonalText, ...] = ()
    designations: tuple[PersonalText, ...] = ()
    gender: PersonalText = ""
    listed_on: CivilDate | None = None
    updated: tuple[str, ...] = ()
    deceased: bool = False
    measure: str = ""
    remarks: PersonalText = ""


@unique
class ListingClass(StrEnum):
    """What being listed means in law here. Only `travel-ban` may ever touch a border, and only as advice to refer."""

    TRAVEL_BAN = "travel-ban"
    ASSET_FREEZE = "asset-freeze"
    OTHER_LAW = "other-law"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the regime-to-measure table makes of an entry, and the rows of the table it rests on.

    `bound_national`: a national of a bound State, for whom no border action exists whatever the regime.
    """

    listing_class: ListingClass
    bound_national: bool
    deceased: bool
    basis: tuple[str, ...]
    confidence: str


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stored entry: who keeps it, in which version, and what it means. `digest` is that of its content."""

    id: RecordId
    owner: Owner
    version: int
    entry: ListingEntry
    standing: Standing
