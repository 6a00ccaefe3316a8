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

from comity.alerts.field_table import FIELD_RULES, Group, Need
from comity.alerts.records import Action, GroundCategory
from comity.core.errors import BadInput
from comity.core.said import say
from comity.core.vocabulary import Purpose


@unique
class Subject(StrEnum):
    """What an alert can be about."""

    PERSON = "person"
    OBJECT = "object"
    MARKS = "marks"


@unique
class Age(StrEnum):
    """What the person's age must be on the day of entry; nobody of unknown age is taken for an adult."""

    ANY = "any"
    CHILD = "child"
    ADULT = "adult"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One alert category.

    `period` is the review period; `long_period` the longer one where a national decision runs longer (`long_decision`)
    or where a listing act states its end (`follows_decision`). `conditions` are the facts that must be asserted at
    entry. `traced` says that an alert on a person may carry things that lead to the person.
    """

    code: str
    group: Group
    name: str
    purpose: Purpose
    actions: frozenset[Action]
    conditions: tuple[str, ...]
    period: str
    source: str
    confidence: str
    grounds: frozenset[GroundCategory] = frozenset()
    subjects: frozenset[Subject] = frozenset({Subject.PERSON})
    age: Age = Age.ANY
    third_country_only: bool = False
    reference_needed: bool = False
    traced: bool = False
    long_period: str | None = None
    follows_decision: bool = False


NOTICE_MONTHS: Final = 4
"""Warning before the review date, in months (Reg (EU) 2018/1861 Art 39(5); verified)."""
ADULT_AGE: Final = 18

_ROWS: Final = (
    Category(
        code="RET",
        group=Group.RET,
        name="return decision",
        purpose=Purpose.RETURN,
        actions=frozenset({Action.CONFIRM_RETURN}),
        conditions=("return_decision",),
        third_country_only=True,
        period="P3Y",
        source="2018/1860 Arts 3, 8; SR 362.0 Arts 11, 11a(c), 19c, 43(3)(a)",
        confidence="verified",
    ),
    Category(
        code="REF",
        group=Group.REF,
        name="refusal of entry and stay",
        purpose=Purpose.BORDERS,
        actions=frozenset({Action.REFUSE_ENTRY}),
        grounds=frozenset(GroundCategory) - {GroundCategory.RESTRICTIVE_MEASURE},
        conditions=("individual_decision",),
        third_country_only=True,
        reference_needed=True,
        period="P3Y",
        long_period="P5Y",
        source="2018/1861 Arts 24, 39(2); SR 362.0 Arts 11, 11a(d), 22",
        confidence="verified",
    ),
    # No period of its own: the alert follows the listing. Without a stated end it is looked at again within a year.
    Category(
        code="REFX",
        group=Group.REFX,
        name="refusal of entry and stay under a restrictive measure",
        purpose=Purpose.BORDERS,
        actions=frozenset({Action.REFUSE_ENTRY}),
        grounds=frozenset({GroundCategory.RESTRICTIVE_MEASURE}),
        conditions=("listing_in_force",),
        third_country_only=True,
        period="P1Y",
        long_period="P5Y",
        follows_decision=True,
        source="2018/1861 Art 25",
        confidence="from-memory",
    ),
    Category(
        code="ARR",
        group=Group.ARR,
        name="wanted for arrest for surrender or extradition",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.ARREST_FOR_SURRENDER, Action.ARREST_FOR_EXTRADITION}),
        conditions=("warrant_present",),
        reference_needed=True,
        traced=True,
        period="P5Y",
        source="2018/1862 Arts 26(1)-(4), 53(2); SR 362.0 Arts 11a(a), 23-27",
        confidence="verified",
    ),
    Category(
        code="MIS-P",
        group=Group.MIS,
        name="missing, to be placed under protection",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.PLACE_UNDER_PROTECTION}),
        conditions=("missing_reported", "protection_needed"),
        traced=True,
        period="P5Y",
        source="2018/1862 Arts 32(1)(a), 53(2); SR 362.0 Arts 11a(b), 28-30",
        confidence="verified",
    ),
    Category(
        code="MIS-N",
        group=Group.MIS,
        name="missing, no protection requested",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.REPORT_PLACE}),
        conditions=("missing_reported",),
        traced=True,
        period="P5Y",
        source="2018/1862 Arts 32(1)(b), 53(2); SR 362.0 Art 30(1)-(2)",
        confidence="verified",
    ),
    Category(
        code="CHI-A",
        group=Group.CHI_VUL,
        name="child at risk of abduction",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.PREVENT_TRAVEL}),
        conditions=("imminent_risk",),
        age=Age.CHILD,
        traced=True,
        period="P1Y",
        source="2018/1862 Arts 32(1)(c), 53(4); SR 362.0 Arts 11a(b), 28(c), 30(5)-(6), 43(3)(d)",
        confidence="verified",
    ),
    Category(
        code="CHI-T",
        group=Group.CHI_VUL,
        name="child at risk of trafficking, forced marriage, mutilation or terrorism",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.PREVENT_TRAVEL}),
        conditions=("imminent_risk",),
        age=Age.CHILD,
        traced=True,
        period="P1Y",
        source="2018/1862 Arts 32(1)(d), 53(4)",
        confidence="verified",
    ),
    Category(
        code="VUL",
        group=Group.CHI_VUL,
        name="vulnerable adult to be prevented from travelling",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.PREVENT_TRAVEL}),
        conditions=("imminent_risk", "consent_or_order"),
        age=Age.ADULT,
        traced=True,
        period="P1Y",
        source="2018/1862 Arts 32(1)(e), 53(4); SR 362.0 Art 29(2)",
        confidence="verified",
    ),
    Category(
        code="JUD",
        group=Group.JUD,
        name="sought to assist with a judicial procedure",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.REPORT_RESIDENCE}),
        conditions=("procedure_pending",),
        traced=True,
        period="P3Y",
        source="2018/1862 Arts 34, 53(3); SR 362.0 Arts 31-32",
        confidence="verified",
    ),
    *(
        Category(
            code=code,
            group=Group.CHECK,
            name=name,
            purpose=Purpose.POLICE,
            actions=frozenset({action}),
            conditions=("serious_crime",),
            subjects=frozenset({Subject.PERSON, Subject.OBJECT}),
            period="P1Y",
            source=source,
            confidence="verified",
        )
        for code, name, action, source in (
            ("DIS", "discreet check", Action.DISCREET_CHECK, "2018/1862 Arts 36(1)-(3), 37(1), 53(4); SR 362.0 Art 33"),
            ("INQ", "inquiry check", Action.INQUIRY_CHECK, "2018/1862 Arts 36, 37(4), 53(4); SR 362.0 Art 34(5)-(6)"),
            ("SPE", "specific check", Action.SPECIFIC_CHECK, "2018/1862 Arts 36, 37(5), 53(4); SR 362.0 Art 34(5)-(6)"),
        )
    ),
    Category(
        code="INF",
        group=Group.INF,
        name="information alert in the interest of the Union",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.COLLECT_INFORMATION}),
        conditions=("europol_proposal", "europol_verified"),
        third_country_only=True,
        period="P1Y",
        source="2018/1862 Arts 37a, 37b, 53(4) as amended by 2022/1190",
        confidence="verified",
    ),
    # The period is that of most things; containers and IT items have their own, in the table of object types.
    Category(
        code="OBJ",
        group=Group.OBJ,
        name="object for seizure or use as evidence",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.SEIZE, Action.SECURE_EVIDENCE}),
        conditions=("seizure_ground",),
        subjects=frozenset({Subject.OBJECT}),
        period="P10Y",
        source="2018/1862 Art 38(2); SR 362.0 Arts 35-36, 44(2)",
        confidence="verified",
    ),
    Category(
        code="UNK",
        group=Group.UNK,
        name="unknown wanted person",
        purpose=Purpose.POLICE,
        actions=frozenset({Action.IDENTIFY}),
        conditions=("scene_of_serious_offence", "not_identifiable"),
        subjects=frozenset({Subject.MARKS}),
        period="P3Y",
        source="2018/1862 Arts 40, 53(3); SR 362.0 Arts 34a-34b",
        confidence="verified",
    ),
)

CATEGORIES: Final[Mapping[str, Category]] = MappingProxyType({row.code: row for row in _ROWS})

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
            say("This node handles the alert categories %(names)s.", names=", ".join(CATEGORIES)),
            field=field,
        )
    return found


def needs_of(code: str) -> Mapping[str, Need]:
    """Return field name -> need for a category of the table."""
    return _NEEDS[code]


_NEEDS: Final[Mapping[str, Mapping[str, Need]]] = MappingProxyType(
    {
        code: MappingProxyType({rule.field: rule.needs[category.group] for rule in FIELD_RULES})
        for code, category in CATEGORIES.items()
    }
)
