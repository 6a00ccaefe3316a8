"""Things and blank documents in the index: found by exact identifiers, in whatever alert they stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts.records import ALERT_KIND, AlertData, AlertRecord
from comity.core.ids import Owner
from comity.core.ports import RecordChanged
from comity.core.time import CivilDate
from comity.crossings.projections import alert_subject
from comity.screening import METADATA, Probe, SimpleIndex, SubjectDocument, SubjectName, SubjectObject, projection
from tests.support.categories import ADULT, BLANKS, BOX, MINIMUM, STOLEN_PASSPORT, VEHICLE, thing
from tests.support.house import House, actor, open_house

TODAY = CivilDate("2026-11-25")
WHO = actor()
DATA: dict[str, tuple[str, AlertData]] = {
    "vehicle": ("OBJ", thing(VEHICLE)),
    "box": ("OBJ", thing(BOX)),
    "passport": ("OBJ", thing(STOLEN_PASSPORT)),
    "blanks": ("OBJ", thing(BLANKS)),
    "watched": ("DIS", thing(VEHICLE, "DIS")),
    "driver": ("ARR", msgspec.structs.replace(MINIMUM["ARR"], objects=(VEHICLE,))),
    "mark": ("UNK", MINIMUM["UNK"]),
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as opened:
        project = projection(alert_subject)
        with opened.work(WHO) as work:
            for name, (category, data) in DATA.items():
                owner = Owner(party="DEU", authority="police")
                record = AlertRecord(
                    id=name,
                    owner=owner,
                    category=category,
                    version=1,
                    data=data,
                    entered=TODAY,
                    review_date=CivilDate("2027-11-25"),
                    delete_by=CivilDate("2027-11-25"),
                )
                project(work, RecordChanged(kind=ALERT_KIND, id=name, owner=owner, version=1, record=record))
        yield opened


def found(house: House, *objects: SubjectObject, **more: object) -> dict[str, str]:
    probe = Probe(on=TODAY, objects=objects, **more)  # type: ignore[arg-type]  # test data
    with house.work(WHO) as work:
        return {one.id: one.evidence.object.value for one in SimpleIndex().search(work.read, probe).candidates}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (SubjectObject(kind="plate", number="syn 123", country="UTO"), {"vehicle", "watched", "driver"}),
        (SubjectObject(kind="plate", number="SYN123", country="XXA"), set()),
        (SubjectObject(kind="vin", number="WSYNTHET1C0000001"), {"vehicle", "watched", "driver"}),
        (SubjectObject(kind="container_number", number="CSQU 305438 3"), {"box"}),
        (SubjectObject(kind="plate", number="CSQU3054383"), set()),
        (SubjectObject(kind="document_number", number="SYN900001", country="UTO"), {"passport"}),
        (SubjectObject(kind="document_number", number="SYN90000l", country="UTO"), set()),
        (SubjectObject(kind="document_number", number="SYB100150", country="UTO"), {"blanks"}),
        (SubjectObject(kind="document_number", number="SYB100200", country="UTO"), set()),
        (SubjectObject(kind="document_number", number="SYB10015", country="UTO"), set()),
    ],
)
def test_a_thing_is_found_by_its_exact_identifier(house: House, asked: SubjectObject, expected: set[str]) -> None:
    assert set(found(house, asked)) == expected


def test_a_plate_of_an_unknown_country_is_found_as_a_number_alone(house: House) -> None:
    assert found(house, SubjectObject(kind="plate", number="SYN-123"))["vehicle"] == "number"


@pytest.mark.parametrize(("number", "expected"), [("SYN900001", {"passport"}), ("SYB100100", {"blanks"})])
def test_the_document_that_somebody_shows_is_looked_for_as_a_thing_too(
    house: House, number: str, expected: set[str]
) -> None:
    somebody = (SubjectName(surname="Synthetic-Nobody"),)

    hits = found(
        house, names=somebody, birth_date="1999-01-01", documents=(SubjectDocument(country="UTO", number=number),)
    )

    assert hits == dict.fromkeys(expected, "exact")


def test_the_zero_is_never_taken_for_the_letter(house: House) -> None:
    assert found(house, SubjectObject(kind="plate", number="SYN-I23", country="UTO")) == {}


def test_a_person_alert_is_still_found_by_the_person(house: House) -> None:
    names = (SubjectName(surname=ADULT.surnames),)

    assert set(found(house, names=names, birth_date=ADULT.birth_date)) == {"driver"}


def test_marks_alone_are_nothing_to_search_for() -> None:
    record = AlertRecord(
        id="0" * 26,
        owner=Owner(party="DEU", authority="police"),
        category="UNK",
        version=1,
        data=MINIMUM["UNK"],
        entered=TODAY,
        review_date=TODAY,
        delete_by=TODAY,
    )

    assert (
        alert_subject(RecordChanged(kind=ALERT_KIND, id=record.id, owner=record.owner, version=1, record=record))
        is None
    )
