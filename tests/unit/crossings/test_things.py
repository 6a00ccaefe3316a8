"""Documents and plates are sought as things too, whoever has them; a document beside the person sought with it."""

from __future__ import annotations

import pytest

from comity.alerts.objects import AlertObject, Identifier, IdentifierKind, ObjectType
from comity.alerts.records import Action, AlertData, AlertRecord
from comity.crossings.asking import Thing, ThingKind
from comity.crossings.finding_records import FoundBy
from comity.crossings.records import Advice, Check, Direction, Document, Identity, Lane, Outcome
from comity.crossings.safeguards import ADVERSE, SENDS_AWAY
from tests.support.border_post import FRENCH, Post, alert, enter


def sought(number: int, kind: IdentifierKind, value: str, type_: ObjectType, country: str | None = None) -> AlertRecord:
    thing = AlertObject(type=type_, identifiers=(Identifier(kind=kind, value=value, country=country),))
    return alert(number, FRENCH, "OBJ", AlertData(reason="synthetic", action=Action.SEIZE, objects=(thing,)))


PLATE = sought(11, IdentifierKind.PLATE, "SY-NT 123", ObjectType.MOTOR_VEHICLE)
PASSPORT = sought(12, IdentifierKind.DOCUMENT_NUMBER, "SYN123456", ObjectType.ISSUED_DOCUMENT, "XXA")
BOX = sought(13, IdentifierKind.CONTAINER_NUMBER, "CSQU3054383", ObjectType.CONTAINER)


@pytest.fixture(autouse=True)
def things(post: Post) -> None:
    for record in (PLATE, PASSPORT, BOX):
        enter(post.house, record)


def scan(post: Post, text: str) -> Advice:
    return post.check(Check(direction=Direction.ENTRY, crossing_point="frcqf-1", lane=Lane.THIRD_COUNTRY, scan=text))


def found(advice: Advice) -> list[tuple[str, FoundBy]]:
    return [(match.alert.id[-2:], match.found_by) for match in advice.matches]


def test_a_plate_is_found_as_a_thing_and_says_nothing_of_the_driver(post: Post) -> None:
    advice = scan(post, "synt123")

    assert found(advice) == [("11", FoundBy.THING)]
    (match,) = advice.matches
    assert [(each.field, each.grade) for each in match.evidence] == [("object", "exact")]


def test_a_container_is_found_by_its_number(post: Post) -> None:
    assert found(scan(post, "CSQU 305438-3")) == [("13", FoundBy.THING)]


def test_a_person_and_a_thing_on_one_document_stand_in_one_group(post: Post) -> None:
    question = Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames="Synthetic-Alpha", forenames="Test Anna", birth_date="1980-02-03"),
        document=Document(country="XXA", number="SYN123456"),
    )

    assert found(post.check(question)) == [
        ("02", FoundBy.DOCUMENT),
        ("12", FoundBy.DOCUMENT),
        ("01", FoundBy.PERSON),
    ]


def test_a_plate_that_nobody_seeks_is_a_no_hit(post: Post) -> None:
    plate = Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        things=(Thing(kind=ThingKind.PLATE, number="NO-NE 999"),),
    )

    assert post.check(plate).outcome is Outcome.NO_HIT


def test_the_fear_of_a_person_forbids_refusal_and_return_and_nothing_protective() -> None:
    assert {action.value for action in SENDS_AWAY} == {"entry-refused", "return-confirmed"}
    assert {action.value for action in ADVERSE - SENDS_AWAY} == {
        "arrested",
        "national-measure",
        "travel-prevented",
        "questioned",
        "searched",
    }
