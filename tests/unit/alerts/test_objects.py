"""Things in alerts: types, identifiers, what became of them, and where the law lets them stand."""

from __future__ import annotations

import msgspec
import pytest

from comity.alerts import rules
from comity.alerts.categories import CATEGORIES
from comity.alerts.failure import Failure
from comity.alerts.object_types import OBJECT_TYPES, types_for_tracing
from comity.alerts.objects import AlertObject, Identifier, IdentifierKind, IssuedDocument, ObjectStatus, ObjectType
from comity.alerts.records import AlertData
from comity.alerts.subjects import subject_keys
from comity.core.time import CivilDate
from tests.support.categories import BLANKS, BOX, MINIMUM, STOLEN_PASSPORT, VEHICLE, thing

REPLACE = msgspec.structs.replace
GUN = AlertObject(type=ObjectType.FIREARM, identifiers=(Identifier(kind=IdentifierKind.SERIAL, value="SYN-GUN-1"),))
CARD = AlertObject(
    type=ObjectType.PAYMENT_MEANS,
    identifiers=(Identifier(kind=IdentifierKind.CARD_NUMBER, value="4111 1111 1111 1111"),),
)
PHONE = AlertObject(
    type=ObjectType.IT_ITEM, identifiers=(Identifier(kind=IdentifierKind.IMEI, value="49-015420-323751-8"),)
)
TODAY = CivilDate("2026-11-25")


def failures(data: AlertData, category: str = "OBJ") -> set[tuple[str, str]]:
    found: tuple[Failure, ...] = rules.check_data(CATEGORIES[category], data)
    return {(failure.code, failure.field.removeprefix("$.data.objects[0].")) for failure in found}


def numbered(one: AlertObject, value: str, **more: object) -> AlertData:
    return thing(REPLACE(one, identifiers=(REPLACE(one.identifiers[0], value=value, **more),)))


@pytest.mark.parametrize("one", [VEHICLE, BOX, STOLEN_PASSPORT, BLANKS, GUN, PHONE], ids=lambda one: one.type.value)
def test_a_thing_known_by_an_identifier_of_its_type_is_entered(one: AlertObject) -> None:
    assert failures(thing(one)) == set()


@pytest.mark.parametrize(
    ("one", "days"), [(VEHICLE, "2036-11-25"), (BOX, "2031-11-25"), (PHONE, "2027-11-25"), (GUN, "2036-11-25")]
)
def test_a_thing_is_reviewed_after_the_period_of_its_type(one: AlertObject, days: str) -> None:
    assert rules.review_date(CATEGORIES["OBJ"], TODAY, thing(one)) == days
    assert rules.review_date(CATEGORIES["DIS"], TODAY, thing(one, "DIS")) == "2027-11-25"


@pytest.mark.parametrize("kind", ObjectType)
def test_a_type_stands_only_where_law_lets_it(kind: ObjectType) -> None:
    rule = OBJECT_TYPES[kind]
    one = AlertObject(
        type=kind,
        identifiers=(Identifier(kind=min(rule.identifiers), value="1"),),
    )

    assert (("OUT_OF_SCOPE", "type") in failures(thing(one))) is not rule.seizure
    assert (("OUT_OF_SCOPE", "type") in failures(thing(one, "DIS"), "DIS")) is not rule.check


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (numbered(BOX, "CSQU3054384"), {("IDENTIFIER_MALFORMED", "identifiers[0].value")}),
        (numbered(BOX, "csqu 305438-3"), set()),
        (numbered(PHONE, "490154203237517"), {("IDENTIFIER_MALFORMED", "identifiers[0].value")}),
        (numbered(VEHICLE, "SYN-123", country=None), {("MIN_DATA_MISSING", "identifiers[0].country")}),
        (
            numbered(VEHICLE, "WSYNTHETIC0000001", kind=IdentifierKind.VIN, country=None),
            {("IDENTIFIER_MALFORMED", "identifiers[0].value")},
        ),
        (
            numbered(BOX, "CSQU3054383", kind=IdentifierKind.VIN),
            {
                ("OUT_OF_SCOPE", "identifiers[0].kind"),
                ("IDENTIFIER_MALFORMED", "identifiers[0].value"),
            },
        ),
        (numbered(GUN, "---"), {("IDENTIFIER_MALFORMED", "identifiers[0].value")}),
        (numbered(BLANKS, "SYB100100", last="SYB100099"), {("IDENTIFIER_MALFORMED", "identifiers[0].last")}),
        (numbered(BLANKS, "SYB100100", last="SYC100199"), {("IDENTIFIER_MALFORMED", "identifiers[0].last")}),
        (numbered(STOLEN_PASSPORT, "SYN1", last="SYN9"), {("OUT_OF_SCOPE", "identifiers[0].last")}),
        (thing(REPLACE(STOLEN_PASSPORT, status=None)), {("MIN_DATA_MISSING", "status")}),
        (thing(REPLACE(STOLEN_PASSPORT, document=None)), {("MIN_DATA_MISSING", "document")}),
        (thing(REPLACE(VEHICLE, status=ObjectStatus.STOLEN)), {("OUT_OF_SCOPE", "status")}),
        (thing(REPLACE(VEHICLE, document=IssuedDocument.PASSPORT)), {("OUT_OF_SCOPE", "document")}),
        (REPLACE(thing(VEHICLE), objects=(VEHICLE, GUN)), {("OUT_OF_SCOPE", "$.data.objects")}),
    ],
)
def test_what_is_wrong_with_a_thing_is_told_at_its_field(data: AlertData, expected: set[tuple[str, str]]) -> None:
    assert failures(data) == expected


@pytest.mark.parametrize(
    ("category", "one", "taken"),
    [
        ("ARR", VEHICLE, True),
        ("ARR", GUN, True),
        ("JUD", GUN, False),
        ("MIS-P", BOX, True),
        ("CHI-A", VEHICLE, True),
        ("VUL", REPLACE(BLANKS, status=None), True),
        ("JUD", STOLEN_PASSPORT, False),
        ("REF", VEHICLE, False),
        ("INF", VEHICLE, False),
        ("DIS", VEHICLE, False),
    ],
)
def test_a_person_alert_carries_only_things_that_may_lead_to_the_person(
    category: str, one: AlertObject, taken: bool
) -> None:
    data = REPLACE(MINIMUM[category], objects=(one,))

    assert bool(failures(data, category)) is not taken


def test_a_firearm_helps_to_find_whom_to_arrest_and_nobody_else() -> None:
    assert ObjectType.FIREARM in types_for_tracing("ARR")
    assert ObjectType.FIREARM not in types_for_tracing("JUD")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (thing(BOX), numbered(BOX, "csqu-305438/3"), True),
        (thing(GUN), thing(GUN), False),  # two makers may number alike
        (thing(VEHICLE), numbered(VEHICLE, "SYN-123", country="XXA"), False),
        (MINIMUM["UNK"], MINIMUM["UNK"], True),
    ],
)
def test_the_same_thing_is_known_again(one: AlertData, other: AlertData, same: bool) -> None:
    assert bool(set(subject_keys(one)) & set(subject_keys(other))) is same


def test_no_text_of_a_failure_holds_an_identifier() -> None:
    data = numbered(BOX, "SECRET99")

    assert not [one for one in rules.check_data(CATEGORIES["OBJ"], data) if "SECRET" in str(one.text) + one.field]
