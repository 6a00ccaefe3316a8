"""A check with one scanned field: found as if typed, and nothing searched where the zone was misread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts.records import ALERT_KIND, AlertRecord
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.alerts.store import insert_alert
from comity.core.codec import decode_as
from comity.core.errors import BadInput
from comity.core.ids import Owner
from comity.core.ports import RecordChanged, Work
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Function
from comity.crossings import store
from comity.crossings.operations import Around, make_operations
from comity.crossings.projections import PROJECTIONS
from comity.crossings.records import Advice, Check, CheckView, Direction, Lane, ShowCheck
from comity.documents import compose_zone
from comity.screening.index.simple import SimpleIndex
from comity.screening.store import METADATA as SCREENING_TABLES
from tests.support.alerts import person, refusal
from tests.support.house import House, actor, call, open_house
from tests.support.zones import PASSPORT

OFFICER = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
REFUSAL = AlertRecord(
    id="01hzzzzzzzzzzzzzzzzzzzzz01",
    owner=Owner(party="FRA", authority="prefecture"),
    category="REF",
    version=1,
    data=refusal(person("Synthetic-Müller", nationalities=("XXA",))),
    entered=CivilDate("2026-11-01"),
    review_date=CivilDate("2029-11-01"),
    delete_by=CivilDate("2029-11-01"),
)
ZONE = compose_zone(msgspec.structs.replace(PASSPORT, nationality="XXA"))


class NoPartners:
    """A node that exchanges with nobody."""

    def heard(self, _work: Work) -> dict[str, Instant | None]:
        return {}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, ALERT_TABLES, SCREENING_TABLES, store.METADATA) as house:
        house.projections = {kind: (project,) for kind, project in PROJECTIONS.items()}
        with house.work(OFFICER) as work:
            work.change(*insert_alert(REFUSAL, own=True))
            work.emit(RecordChanged(kind=ALERT_KIND, id=REFUSAL.id, owner=REFUSAL.owner, version=1, record=REFUSAL))
        yield house


def run(house: House, name: str, command: msgspec.Struct) -> bytes:
    operations = make_operations(SimpleIndex(), Around(partners=NoPartners()))
    return house.runtime(operations).run(call(name, command, purpose="borders"), OFFICER).body


def scan(house: House, zone: str) -> Advice:
    question = Check(direction=Direction.ENTRY, crossing_point="frcqf-1", lane=Lane.THIRD_COUNTRY, zone=zone)
    return decode_as(run(house, "crossing.check", question), Advice)


def test_a_scanned_zone_finds_the_person_without_anything_typed(house: House) -> None:
    advice = scan(house, ZONE.replace("\n", "\r\n") + "\r\n")

    (match,) = advice.matches
    assert match.alert.id == REFUSAL.id
    assert [(one.field, one.grade) for one in match.evidence] == [
        ("document", "not-known"),
        ("name", "exact"),
        ("birth_date", "exact"),
        ("nationality", "exact"),
    ]


def test_what_is_kept_and_logged_is_what_was_searched_and_not_the_zone(house: House) -> None:
    advice = scan(house, ZONE)

    shown = decode_as(run(house, "crossing.show", ShowCheck(check=advice.check)), CheckView)

    assert shown.question.identity.surnames == "SYNTHETIC MUELLER"
    (logged,) = house.searches
    assert b"<<" not in logged.terms
    assert b"SYN123456" in logged.terms


def test_a_misread_zone_searches_nobody(house: House) -> None:
    with pytest.raises(BadInput) as caught:
        scan(house, ZONE.replace("SYN123456", "5YN123456"))

    assert caught.value.code == "crossing.zone-unreadable"
    assert ("$.zone line 2 column 1", "mrz.misreading") in [
        (problem.field, problem.code) for problem in caught.value.problems
    ]
    assert house.searches == []
