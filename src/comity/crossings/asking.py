"""What a check is asked with beside identity and document, and what it says beside its matches."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.personal import Personal
from comity.core.time import CivilDate

ScanText = Annotated[str, msgspec.Meta(max_length=1000), Personal]
"""Whatever a scanner or a person puts in the one field."""
CaseNumber = Annotated[str, msgspec.Meta(max_length=80)]


@unique
class PointKind(StrEnum):
    """How people come to a crossing point (Reg (EU) 2016/399 Annex VI)."""

    AIR = "air"
    SEA = "sea"
    RAIL = "rail"
    ROAD = "road"


@unique
class ScanKind(StrEnum):
    """What the one field can hold."""

    ZONE = "zone"
    DOCUMENT = "document"
    PLATE = "plate"
    CONTAINER = "container"
    NAME = "name"


@unique
class ThingKind(StrEnum):
    """Kinds of things that are asked about by their number alone; the words are those of identifiers in alerts."""

    PLATE = "plate"
    CONTAINER = "container"
    VIN = "vin"
    REGISTRATION = "registration"
    SERIAL = "serial"
    HULL = "hull"
    BOAT_NAME = "boat_name"
    MMSI = "mmsi"
    IMO = "imo"
    NOTE_SERIAL = "note_serial"
    IMEI = "imei"
    CARD_NUMBER = "card_number"


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A thing at the border by a number that it bears: plate, container (ISO 6346), vehicle, engine, boat, weapon...

    A plate leads to its holder.
    """

    kind: ThingKind
    number: Annotated[str, msgspec.Meta(max_length=200), Personal]


class LaneDuty(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the check in a lane has to cover, whatever was found; `code` for translation, `text` in English.

    `source` and `confidence` say where the rule was read.
    """

    code: str
    text: str
    source: str
    confidence: str


class Cleared(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """This match was looked at before on this document, and was another person: when, and why."""

    on: CivilDate
    reason: Annotated[str, msgspec.Meta(max_length=4000), Personal]
