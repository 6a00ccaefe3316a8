"""What an alert may hold beside its fields of text: pictures, a DNA profile by reference, links, and a victim's data.

Reg (EU) 2018/1862 Arts 20(3)(o), (w)-(z), 42, 62, 63. Pictures travel with the alert and lie in a table of their own;
a DNA profile stays in its owner's database and is named by number and digest.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.core.personal import Personal
from comity.core.time import DateText, Instant

PICTURE_BYTES: Final = 128 * 1024
"""Most bytes of one picture (our own bound, so that an alert fits into one statement)."""
PICTURES: Final = 3
"""Most photographs, and most copies of documents, of one alert (our own bound)."""

_Sha256 = Annotated[str, Personal, Meta(pattern=r"^[0-9a-f]{64}$")]
_Name = Annotated[str, Personal, Meta(min_length=1, max_length=120)]
_Short = Annotated[str, Personal, Meta(min_length=1, max_length=200)]
_Country = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
_PartialDate = Annotated[str, Personal, Meta(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]


@unique
class PictureKind(StrEnum):
    """What a picture shows."""

    FACE = "face"
    PERSON = "person"
    FEATURE = "feature"
    DOCUMENT = "document_page"


@unique
class Media(StrEnum):
    """Forms of pictures that can be kept; read from their first bytes, never from what is said of them."""

    JPEG = "jpeg"
    PNG = "png"
    JPEG2000 = "jpeg2000"


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One picture. `sha256` names its bytes; `content` is left out where they are here already.

    Nobody is searched for by a face: a picture confirms or refutes who was found by other data (Art 43).
    """

    kind: PictureKind
    sha256: _Sha256
    media: Media | None = None
    taken: DateText | None = None
    content: Annotated[bytes, Personal, Meta(max_length=PICTURE_BYTES)] | None = None


class DnaReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A DNA profile that its owner holds: number and digest. `of_relative` says whose it is instead of the person's."""

    reference: _Short
    sha256: _Sha256
    of_relative: bool = False


class AlertLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another alert to which an own one is linked; it changes nothing about either (Art 63)."""

    party: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9]{2,11}$")]
    id: Annotated[str, Meta(pattern=r"^[0-7][0-9a-hjkmnp-tv-z]{25}$")]


class VictimDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A document of the person whose identity is misused."""

    category: Annotated[str, Meta(max_length=32)]
    country: _Country
    number: Annotated[str, Personal, Meta(min_length=1, max_length=40)]


class Victim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Who really bears the misused identity: the closed list of Art 62(3), kept only to tell the two apart."""

    surnames: _Name
    birth_date: _PartialDate
    forenames: _Name | None = None
    birth_names: tuple[_Name, ...] = ()
    previous_names: tuple[_Name, ...] = ()
    aliases: tuple[_Name, ...] = ()
    characteristics: _Short | None = None
    birth_place: _Short | None = None
    gender: Annotated[str, Personal, Meta(max_length=16)] | None = None
    nationalities: Annotated[tuple[_Country, ...], Personal] = ()
    documents: tuple[VictimDocument, ...] = ()
    address: _Short | None = None
    parents_names: _Short | None = None


class MisusedIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The victim's data, the day on which the victim consented, and where the signed consent is kept."""

    victim: Victim
    consented: DateText
    consent_reference: _Short


class Hidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An arrest alert hidden from end users during an operation (Art 26(4)); bureaux see it all the same.

    What stands behind it (`operation`, who authorised it, which States were told) stays at home.
    """

    until: Instant
    operation: _Short
    authorised_by: _Short
    states_told: tuple[Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9]{2,11}$")], ...]
    since: Instant
    times: int = 1


def media_of(content: bytes) -> Media | None:
    """Return the form of a picture by its first bytes; None for what is none of ours."""
    if content.startswith(b"\xff\xd8\xff"):
        return Media.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Media.PNG
    if content.startswith((b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")):
        return Media.JPEG2000
    return None
