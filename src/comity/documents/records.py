"""What a machine-readable zone says, what its check digits say about it, and what is wrong with it."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.door import Verbatim
from comity.core.personal import Personal
from comity.core.time import CivilDate, PartialDate

ZoneText = Annotated[str, msgspec.Meta(max_length=1000), Personal, Verbatim]
"""A zone as a scanner or a person types it; the reader says more exactly what is too long."""


@unique
class ZoneFormat(StrEnum):
    """Size and use of the document, and so the layout of its zone (ICAO Doc 9303 parts 4 to 7)."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"


@unique
class Part(StrEnum):
    """The parts of a zone, as flaws, check digits and misreadings name them."""

    DOCUMENT_CODE = "document-code"
    ISSUER = "issuer"
    NAMES = "names"
    NUMBER = "number"
    NATIONALITY = "nationality"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    EXPIRY_DATE = "expiry-date"
    OPTIONAL_DATA = "optional-data"
    COMPOSITE = "composite"


@unique
class Sex(StrEnum):
    """Sex as printed: M, F, or a filler for unspecified (Doc 9303-4 section 4.2.2.2)."""

    MALE = "male"
    FEMALE = "female"
    UNSPECIFIED = "unspecified"


class ZoneCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A code of a State or organisation: as printed, in the house's codes, and the party that answers for it.

    `code` is None for codes that are unknown or withdrawn; `party` also for specimens and legal positions (`XXA`).
    """

    printed: str
    code: str | None
    party: str | None


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Primary and secondary identifier, components apart by one space.

    A zone filled to its last position may show a cut name, or one that just fits: nothing in it tells which. Then
    `secondary_may_be_cut` is set (also where no secondary identifier is left), and `primary_may_be_cut` where the
    primary one reaches the end, or stands before a secondary one that was reduced to initials (Doc 9303-3 section 4.6).
    """

    primary: Annotated[str, Personal]
    secondary: Annotated[str, Personal] = ""
    primary_may_be_cut: bool = False
    secondary_may_be_cut: bool = False


class CheckDigit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One check digit: of which part, where it stands (from 1), what it should be and what stands there."""

    part: Part
    line: int
    column: int
    expected: Annotated[str, Personal]
    found: Annotated[str, Personal]
    ok: bool


class Misreading(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place where a look-alike may have been read; never repaired by the house.

    `pair` names the two characters (`0/O`). `certain`: the one read cannot stand there at all. `fits`: with the other
    one the part's check digit would hold; None where no check digit covers the place.
    """

    part: Part
    line: int
    column: int
    pair: str
    certain: bool
    fits: bool | None


class Flaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that Doc 9303 does not allow: machine code, sentence, source, and the place (from 1)."""

    code: str
    text: str
    basis: str
    part: Part
    line: int
    column: int


class Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A machine-readable zone as read.

    `valid`: structure, characters, codes, dates and every check digit are as Doc 9303 has them; whether the document
    has expired is not judged. Dates that cannot be read are None, with a flaw; an unknown date of birth is None
    without one. `birth_date_printed` is YYMMDD as it stands. `specimen`: the code of Utopia stands in it.
    """

    format: ZoneFormat
    document_code: str
    issuer: ZoneCode
    number: Annotated[str, Personal]
    nationality: Annotated[ZoneCode, Personal]
    names: Names
    birth_date: Annotated[PartialDate | None, Personal]
    birth_date_printed: Annotated[str, Personal]
    sex: Annotated[Sex | None, Personal]
    expiry_date: CivilDate | None
    optional_data: Annotated[tuple[str, ...], Personal]
    checks: tuple[CheckDigit, ...]
    composite_ok: bool | None
    misreadings: tuple[Misreading, ...]
    flaws: tuple[Flaw, ...]
    specimen: bool
    valid: bool


class ZoneFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a zone is written from. Names are as in the document's visual zone, codes those of the house.

    `birth_date` None: unknown. `optional_data` has one text, two for TD1.
    """

    format: ZoneFormat
    document_code: str
    issuer: str
    number: Annotated[str, Personal]
    nationality: Annotated[str, Personal]
    primary: Annotated[str, Personal]
    secondary: Annotated[str, Personal] = ""
    birth_date: Annotated[PartialDate | None, Personal] = None
    sex: Annotated[Sex, Personal] = Sex.UNSPECIFIED
    expiry_date: CivilDate
    optional_data: Annotated[tuple[str, ...], Personal] = ()


class ReadZone(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Read this zone, lines apart by line ends or without any."""

    zone: ZoneText
