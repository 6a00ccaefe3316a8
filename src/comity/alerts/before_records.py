"""What is recorded before an alert is entered, and what a look at existing alerts answers."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec
from msgspec import Meta

from comity.core.personal import Personal

PartyCode = Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9]{2,11}$")]
AlertId = Annotated[str, Meta(pattern=r"^[0-7][0-9a-hjkmnp-tv-z]{25}$")]
Reason = Annotated[str, Personal, Meta(min_length=1, max_length=2000)]


@unique
class Basis(StrEnum):
    """By what a subject is known again. A name alone may be somebody else's who is described alike."""

    DOCUMENT = "document"
    THING = "thing"
    MARK = "mark"
    NAME = "name"


@unique
class Agreed(StrEnum):
    """What the bureaux of both agreed about two alerts on one subject (form E)."""

    BOTH_STAND = "both_stand"
    OURS_PREVAILS = "ours_prevails"


class Consultation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An incompatible alert of another State about which its bureau was asked, and what was agreed."""

    party: PartyCode
    id: AlertId
    agreed: Agreed
    reference: Annotated[str, Personal, Meta(min_length=1, max_length=200)]


class LookAlike(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An alert on somebody else who is described alike, and how it is known that the two differ (form L)."""

    party: PartyCode
    id: AlertId
    how: Reason


class Clearance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What settles the existing alerts on the subject; kept at home with the alert."""

    consultations: Annotated[tuple[Consultation, ...], Meta(max_length=20)] = ()
    look_alikes: Annotated[tuple[LookAlike, ...], Meta(max_length=20)] = ()


@unique
class Relation(StrEnum):
    """How an existing alert stands to the new one."""

    SAME = "one_per_state"
    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"


class Existing(msgspec.Struct, frozen=True, kw_only=True):
    """An existing alert on the subject. `form` is the letter to write; `prevails`: ours comes before it."""

    party: str
    id: str
    category: str
    by: tuple[Basis, ...]
    relation: Relation
    prevails: bool
    form: str | None


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What a look before entry found among own alerts and copies."""

    existing: tuple[Existing, ...]
