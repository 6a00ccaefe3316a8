"""Objects in alerts: what they are and the closed identifiers by which one thing is told from another.

The types are the points of Reg (EU) 2018/1862 Art 38(2), with Art 36(1) for checks. The kinds of identifiers are our
own closed list (synthetic): the technical rules that fix them were not read.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec
from msgspec import Meta

from comity.core.personal import Personal


@unique
class ObjectType(StrEnum):
    """What a thing is; which point of the regulation it stands for is in the table of types."""

    MOTOR_VEHICLE = "motor_vehicle"
    TRAILER = "trailer"
    CARAVAN = "caravan"
    INDUSTRIAL_EQUIPMENT = "industrial_equipment"
    BOAT = "boat"
    BOAT_ENGINE = "boat_engine"
    CONTAINER = "container"
    AIRCRAFT = "aircraft"
    AIRCRAFT_ENGINE = "aircraft_engine"
    FIREARM = "firearm"
    BLANK_DOCUMENT = "blank_document"
    ISSUED_DOCUMENT = "issued_document"
    REGISTRATION_DOCUMENT = "registration_document"
    BANKNOTE = "banknote"
    IT_ITEM = "it_item"
    VEHICLE_PART = "vehicle_part"
    EQUIPMENT_PART = "equipment_part"
    HIGH_VALUE = "high_value"
    PAYMENT_MEANS = "payment_means"


@unique
class IdentifierKind(StrEnum):
    """How a thing is known again; our own closed list."""

    VIN = "vin"
    PLATE = "plate"
    REGISTRATION = "registration"
    SERIAL = "serial"
    HULL = "hull"
    BOAT_NAME = "boat_name"
    MMSI = "mmsi"
    IMO = "imo"
    CONTAINER_NUMBER = "container_number"
    DOCUMENT_NUMBER = "document_number"
    NOTE_SERIAL = "note_serial"
    IMEI = "imei"
    CARD_NUMBER = "card_number"


@unique
class ObjectStatus(StrEnum):
    """What became of a document or plate: points (k) to (m)."""

    STOLEN = "stolen"
    MISAPPROPRIATED = "misappropriated"
    LOST = "lost"
    INVALID = "invalid"
    FALSE = "false"


@unique
class IssuedDocument(StrEnum):
    """Kinds of issued documents: point (l)."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    RESIDENCE_PERMIT = "residence_permit"
    TRAVEL_DOCUMENT = "travel_document"
    DRIVING_LICENCE = "driving_licence"


class Identifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One identifier as written. `country` is the State that gave it; `last` ends a range of blank documents."""

    kind: IdentifierKind
    value: Annotated[str, Personal, Meta(min_length=1, max_length=40)]
    country: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] | None = None
    last: Annotated[str, Personal, Meta(min_length=1, max_length=40)] | None = None


class AlertObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One thing: the subject of an object alert, or what may lead to the person of a person alert.

    `make` and `colour` are codes of the common tables (`alerts.code_tables`).
    """

    type: ObjectType
    identifiers: Annotated[tuple[Identifier, ...], Meta(min_length=1, max_length=12)]
    status: ObjectStatus | None = None
    document: IssuedDocument | None = None
    description: Annotated[str, Personal, Meta(min_length=1, max_length=200)] | None = None
    make: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9-]{1,31}$")] | None = None
    model: Annotated[str, Personal, Meta(min_length=1, max_length=60)] | None = None
    colour: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9-]{1,31}$")] | None = None
