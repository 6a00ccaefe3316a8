"""What is searched, what is asked, and what comes back with the evidence for it."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec

from comity.core.ids import Owner
from comity.core.personal import Personal
from comity.core.time import CivilDate


class SubjectName(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One name of a subject. `low_quality` names count as evidence only beside something else that agrees."""

    surname: Annotated[str, Personal]
    forenames: Annotated[str, Personal] = ""
    low_quality: bool = False


class SubjectDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One document: issuing country (empty: unknown) and number as written."""

    country: str
    number: Annotated[str, Personal]


class SubjectObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One identifier of a thing: what kind of identifier, number as written, country that gave it (empty: unknown).

    `kind` is a word of the record's own room (`plate`, `vin`, `document_number`, ...). `last` ends a range of numbers.
    """

    kind: str
    number: Annotated[str, Personal]
    country: str = ""
    last: Annotated[str, Personal] = ""


SEXES: Final = {"male": "M", "m": "M", "female": "F", "f": "F"}
"""How sex is written elsewhere, in small letters, and as it is weighed; other words say nothing to weigh."""


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A searchable person or thing of any record kind, as the index needs it.

    Dates of birth may be partial (`YYYY`, `YYYY-MM`). `sex` is `M`, `F` or empty: it is weighed, and finds nobody.
    `expires` is the last day on which the entry may be found.
    """

    category: str
    names: tuple[SubjectName, ...]
    birth_dates: tuple[Annotated[str, Personal], ...] = ()
    nationalities: Annotated[tuple[str, ...], Personal] = ()
    sex: Annotated[str, Personal] = ""
    documents: tuple[SubjectDocument, ...] = ()
    objects: tuple[SubjectObject, ...] = ()
    expires: CivilDate | None = None


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A document: number as written, and the country that issued it (empty: unknown)."""

    number: Annotated[str, Personal]
    country: str = ""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A person as documents, lists or travellers state them. One of the fields may say several things at once.

    Dates are `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY/YYYY`. Countries are names or ISO 3166 codes. `sex` is `M`, `F`
    or empty.
    """

    names: Annotated[tuple[str, ...], Personal]
    birth_dates: Annotated[tuple[str, ...], Personal] = ()
    countries: Annotated[tuple[str, ...], Personal] = ()
    sex: Annotated[str, Personal] = ""
    papers: tuple[Paper, ...] = ()


class Near(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Numbers of one kind that a slip of reading may have turned into the one asked for, as letters and digits.

    `country` that gave it (empty: unknown). What only they find is weaker evidence.
    """

    kind: str
    numbers: Annotated[tuple[str, ...], Personal]
    country: str = ""


class Probe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Whom or what a search looks for; a number in `documents` also finds things known by it.

    `on` is the day of the search: what has expired by then is not found.

    `kinds` and `categories` narrow the search; empty searches all.
    """

    on: CivilDate
    names: tuple[SubjectName, ...] = ()
    birth_date: Annotated[str, Personal] | None = None
    nationality: Annotated[str, Personal] | None = None
    sex: Annotated[str, Personal] = ""
    documents: tuple[SubjectDocument, ...] = ()
    objects: tuple[SubjectObject, ...] = ()
    near: tuple[Near, ...] = ()
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@unique
class BirthDateRelation(StrEnum):
    """How two dates of birth stand to each other. `swap`: day and month exchanged; `unknown`: one side has none."""

    EXACT = "exact"
    PARTIAL = "partial"
    SWAP = "swap"
    NONE = "none"
    UNKNOWN = "unknown"


@unique
class DocumentRelation(StrEnum):
    """How documents, or identifiers of things, agree.

    Number and country, number alone (the country differs or, for things, is unknown), a number one slip of reading
    away, or not.
    """

    EXACT = "exact"
    NUMBER = "number"
    NEAR = "near"
    NONE = "none"


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why a candidate was found, and what speaks against it; no verdict.

    `name_similarity` is in thousandths of the best pair of names. `fields` names what agrees: `document`, `object`,
    `name`, `birth_date`, `nationality`. `object` is how the identifier of a thing agrees, a document sought as a thing
    included.
    """

    document: DocumentRelation
    birth_date: BirthDateRelation
    name_similarity: int
    low_quality_name: bool
    fields: tuple[str, ...]
    object: DocumentRelation = DocumentRelation.NONE


@unique
class Band(StrEnum):
    """What an amount of evidence is good for. A person decides in each of them."""

    NO_HIT = "no-hit"
    SECOND_LINE = "second-line"
    PROBABLE = "probable"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of the sum: what was compared and how it stands (`birth-date.same-date`), in thousandths of a bit."""

    code: str
    weight_mbit: int


class Weighed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much speaks for one person, in thousandths of a bit: `evidence_mbit` is the sum of the lines' weights.

    With the prior odds of one out of `persons` it gives the probability, in parts of a million. `flags` say what was
    odd about what was compared; none of them weighs anything. What the lines were made of is not kept here.
    """

    evidence_mbit: int
    prior_mbit: int
    probability_ppm: int
    band: Band
    lines: tuple[Line, ...]
    persons: int
    model: str
    flags: tuple[str, ...] = ()


class Candidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A record that may be about the person: a match, which only a person can make a hit.

    `weighed` is None for things, and where neither a name nor a document was there to compare.
    """

    kind: str
    id: str
    owner: Owner
    version: int
    category: str
    evidence: Evidence
    weighed: Weighed | None = None


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a search found, strongest evidence first. `limit_reached`: there may be more; say so to whoever asked."""

    candidates: tuple[Candidate, ...]
    limit_reached: bool
