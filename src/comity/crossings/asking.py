"""What is asked with beside identity and document: where, how it was scanned, and things instead of persons."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.personal import Personal

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
    """Kinds of things that are asked about by their number alone."""

    PLATE = "plate"
    CONTAINER = "container"


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A thing at the border: a number plate or the number of a container (ISO 6346). A plate leads to its holder."""

    kind: ThingKind
    number: Annotated[str, msgspec.Meta(max_length=200), Personal]
