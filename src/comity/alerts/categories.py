"""The table of alert categories that this node can enter and receive, as data with its sources.

A category not in the table does not exist for this room. Rows carried over from the public tables of the regulations;
each keeps source and confidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from comity.alerts.records import Action, GroundCategory
from comity.core.errors import BadInput
from comity.core.vocabulary import Purpose


@unique
class Need(StrEnum):
    """Whether a category's alert must, may or must not hold a field."""

    MANDATORY = "mandatory"
    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One field of the closed list. `arr` and `ref` are the columns of the two categories of this table."""

    field: str
    arr: Need
    ref: Need
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One alert category.

    `period` is the review period, `long_period` the one that applies when the national decision runs longer than
    `period` (None: no such rule). `condition` is the fact that must be asserted at entry.
    """

    code: str
    name: str
    purpose: Purpose
    actions: frozenset[Action]
    grounds: frozenset[GroundCategory]
    condition: str
    third_country_only: bool
    period: str
    long_period: str | None
    source: str
    confidence: str


NOTICE_MONTHS: Final = 4
"""Warning before the review date, in months (Reg (EU) 2018/1861 Art 39(5); verified)."""

_M, _A, _F = Need.MANDATORY, Need.ALLOWED, Need.FORBIDDEN
_POINT: Final = "2018/1862 Art 20(3)"
_MINIMUM: Final = "SR 362.0 Arts 11(2), 11a"

FIELD_RULES: Final[tuple[FieldRule, ...]] = (
    FieldRule(field="person.surnames", arr=_M, ref=_M, source=f"{_POINT}(a); {_MINIMUM}", confidence="verified"),
    FieldRule(field="person.forenames", arr=_A, ref=_A, source=f"{_POINT}(b)", confidence="verified"),
    FieldRule(field="person.birth_names", arr=_A, ref=_A, source=f"{_POINT}(c)", confidence="verified"),
    FieldRule(field="person.previous_names", arr=_A, ref=_A, source=f"{_POINT}(d)", confidence="verified"),
    FieldRule(field="person.aliases", arr=_A, ref=_A, source=f"{_POINT}(d)", confidence="verified"),
    FieldRule(field="person.characteristics", arr=_A, ref=_A, source=f"{_POINT}(e)", confidence="verified"),
    FieldRule(field="person.birth_place", arr=_A, ref=_A, source=f"{_POINT}(f)", confidence="verified"),
    FieldRule(field="person.birth_date", arr=_M, ref=_M, source=f"{_POINT}(g); {_MINIMUM}", confidence="verified"),
    FieldRule(field="person.gender", arr=_A, ref=_A, source=f"{_POINT}(h)", confidence="verified"),
    FieldRule(field="person.nationalities", arr=_A, ref=_A, source=f"{_POINT}(i)", confidence="verified"),
    FieldRule(field="warnings", arr=_A, ref=_A, source=f"{_POINT}(j)", confidence="verified"),
    FieldRule(field="reason", arr=_M, ref=_M, source=f"{_POINT}(k); {_MINIMUM}", confidence="verified"),
    FieldRule(field="decision_reference", arr=_A, ref=_M, source=f"{_POINT}(m); {_MINIMUM}", confidence="verified"),
    FieldRule(field="action", arr=_M, ref=_M, source=f"{_POINT}(n); {_MINIMUM}", confidence="verified"),
    FieldRule(field="offence", arr=_M, ref=_A, source=f"{_POINT}(p); {_MINIMUM}", confidence="verified"),
    FieldRule(field="register_number", arr=_A, ref=_A, source=f"{_POINT}(q)", confidence="verified"),
    FieldRule(field="documents", arr=_A, ref=_A, source=f"{_POINT}(s)-(v)", confidence="verified"),
    FieldRule(field="ground_category", arr=_F, ref=_M, source="2018/1861 Art 20(2)", confidence="verified"),
    FieldRule(field="free_movement", arr=_F, ref=_A, source="2018/1861 Art 20(2)", confidence="from-memory"),
    FieldRule(field="decision_valid_until", arr=_F, ref=_A, source="2018/1861 Art 39(2)", confidence="verified"),
    FieldRule(field="identity_category", arr=_A, ref=_A, source="SIRENE Manual", confidence="from-memory"),
)

CATEGORIES: Final[Mapping[str, Category]] = MappingProxyType(
    {
        "ARR": Category(
            code="ARR",
            name="wanted for arrest for surrender or extradition",
            purpose=Purpose.POLICE,
            actions=frozenset({Action.ARREST_FOR_SURRENDER, Action.ARREST_FOR_EXTRADITION}),
            grounds=frozenset(),
            condition="warrant_present",
            third_country_only=False,
            period="P5Y",
            long_period=None,
            source="2018/1862 Arts 26(1)-(4), 53(2); SR 362.0 Arts 11a(a), 23-27",
            confidence="verified",
        ),
        "REF": Category(
            code="REF",
            name="refusal of entry and stay",
            purpose=Purpose.BORDERS,
            actions=frozenset({Action.REFUSE_ENTRY}),
            grounds=frozenset(GroundCategory) - {GroundCategory.RESTRICTIVE_MEASURE},
            condition="individual_decision",
            third_country_only=True,
            period="P3Y",
            long_period="P5Y",
            source="2018/1861 Arts 24, 39(2); SR 362.0 Arts 11, 11a(d), 22",
            confidence="verified",
        ),
    }
)

# Citizens of the Union, and of the States joined to it for the free movement of persons, are not third-country
# nationals: Reg (EU) 2018/1861 Art 3 with TFEU Art 20, the EEA Agreement and the Swiss agreement (from-memory).
# fmt: off
FREE_MOVEMENT: Final = frozenset({
    "AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN", "IRL", "ITA", "LVA",
    "LTU", "LUX", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "ESP", "SWE", "ISL", "LIE", "NOR", "CHE",
})
# fmt: on


def category_of(code: str, *, field: str = "$.category") -> Category:
    """Return the category, or raise `BadInput` `alert.unknown-category`."""
    found = CATEGORIES.get(code)
    if found is None:
        raise BadInput(
            "alert.unknown-category",
            f"This node handles the alert categories {', '.join(CATEGORIES)}.",
            field=field,
        )
    return found


def needs_of(code: str) -> Mapping[str, Need]:
    """Return field name -> need for a category of the table."""
    return _NEEDS[code]


_NEEDS: Final[Mapping[str, Mapping[str, Need]]] = MappingProxyType(
    {
        "ARR": MappingProxyType({rule.field: rule.arr for rule in FIELD_RULES}),
        "REF": MappingProxyType({rule.field: rule.ref for rule in FIELD_RULES}),
    }
)
