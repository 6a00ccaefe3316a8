"""The table of object types, as data: point of law, where each may stand, how long, by what it is known.

Facts on types and periods: Reg (EU) 2018/1862 Arts 36(1), 38(2); SR 362.0 Arts 14a, 44(2) (verified). Identifiers per
type are our own (synthetic).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.alerts.objects import IdentifierKind as Id
from comity.alerts.objects import ObjectType as Type

SOURCE: Final = "2018/1862 Arts 36(1), 38(2); SR 362.0 Art 44(2)"
CONFIDENCE: Final = "verified"
IDENTIFIERS_CONFIDENCE: Final = "synthetic"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRule:
    """One object type. `seizure` and `check` say in which alerts it may be the subject.

    `period` is the review period of an alert for seizure; every check on an object is reviewed after `CHECK_PERIOD`.
    `needs_status` asks for what became of it; `tracing` says that it may be added to find a person.
    """

    point: str
    identifiers: frozenset[Id]
    seizure: bool = True
    check: bool = False
    period: str = "P10Y"
    needs_status: bool = False
    tracing: bool = False


CHECK_PERIOD: Final = "P1Y"
COUNTRY_NEEDED: Final = frozenset({Id.PLATE, Id.DOCUMENT_NUMBER})
"""Identifiers that many countries give alike: without the country they name nothing."""

_VEHICLE: Final = frozenset({Id.VIN, Id.PLATE, Id.SERIAL})
_PART: Final = frozenset({Id.SERIAL})

OBJECT_TYPES: Final[Mapping[Type, TypeRule]] = MappingProxyType(
    {
        Type.MOTOR_VEHICLE: TypeRule(point="a", identifiers=_VEHICLE, check=True, tracing=True),
        Type.TRAILER: TypeRule(point="b", identifiers=_VEHICLE, check=True, tracing=True),
        Type.CARAVAN: TypeRule(point="c", identifiers=_VEHICLE, check=True, tracing=True),
        Type.INDUSTRIAL_EQUIPMENT: TypeRule(point="d", identifiers=_PART),
        Type.BOAT: TypeRule(
            point="e",
            identifiers=frozenset({Id.BOAT_NAME, Id.MMSI, Id.IMO, Id.HULL, Id.REGISTRATION}),
            check=True,
            tracing=True,
        ),
        Type.BOAT_ENGINE: TypeRule(point="f", identifiers=_PART),
        Type.CONTAINER: TypeRule(
            point="g", identifiers=frozenset({Id.CONTAINER_NUMBER}), check=True, period="P5Y", tracing=True
        ),
        Type.AIRCRAFT: TypeRule(
            point="h", identifiers=frozenset({Id.REGISTRATION, Id.SERIAL}), check=True, tracing=True
        ),
        Type.AIRCRAFT_ENGINE: TypeRule(point="i", identifiers=_PART),
        Type.FIREARM: TypeRule(point="j", identifiers=_PART, check=True),
        Type.BLANK_DOCUMENT: TypeRule(
            point="k", identifiers=frozenset({Id.DOCUMENT_NUMBER}), check=True, needs_status=True, tracing=True
        ),
        Type.ISSUED_DOCUMENT: TypeRule(
            point="l", identifiers=frozenset({Id.DOCUMENT_NUMBER}), check=True, needs_status=True
        ),
        Type.REGISTRATION_DOCUMENT: TypeRule(
            point="m", identifiers=frozenset({Id.DOCUMENT_NUMBER, Id.PLATE}), needs_status=True
        ),
        Type.BANKNOTE: TypeRule(point="n", identifiers=frozenset({Id.NOTE_SERIAL})),
        Type.IT_ITEM: TypeRule(point="o", identifiers=frozenset({Id.IMEI, Id.SERIAL}), period="P1Y"),
        Type.VEHICLE_PART: TypeRule(point="p", identifiers=_PART),
        Type.EQUIPMENT_PART: TypeRule(point="q", identifiers=_PART),
        Type.HIGH_VALUE: TypeRule(point="r", identifiers=_PART),
        Type.PAYMENT_MEANS: TypeRule(
            point="x-payment", identifiers=frozenset({Id.CARD_NUMBER, Id.SERIAL}), seizure=False, check=True
        ),
    }
)

TRACING_ALSO: Final[Mapping[str, frozenset[Type]]] = MappingProxyType({"ARR": frozenset({Type.FIREARM})})
"""Types that only some person alerts may carry beside those marked `tracing` (SR 362.0 Art 14a; verified)."""


def types_for_tracing(category: str) -> frozenset[Type]:
    """Return the types that a person alert of this category may carry, if it may carry any."""
    return frozenset(kind for kind, rule in OBJECT_TYPES.items() if rule.tracing) | TRACING_ALSO.get(
        category, frozenset()
    )
