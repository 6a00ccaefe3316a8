"""The quality of alerts: what is lacking, doubled, stale, never hit, or cannot be; told to the owner by letter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts.records import AlertData, AlertRecord
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.alerts.store import insert_alert
from comity.bureau import tables
from comity.bureau.quality import rules
from comity.bureau.quality.operations import OPERATIONS
from comity.bureau.quality.records import (
    AskQuality,
    Doubt,
    Findings,
    ListFindings,
    QualityReport,
    ScoreAlert,
    Scored,
)
from comity.core.codec import decode_as
from comity.core.errors import NotFound
from comity.core.ids import RecordId
from comity.core.time import CivilDate
from tests.support.alerts import PASSPORT, arrest, person, refusal
from tests.support.house import House, call, open_house
from tests.unit.bureau.test_bureau_operations import BUREAU, FRENCH, GERMAN, alert

TODAY = CivilDate("2026-11-25")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, ALERT_TABLES, tables.METADATA) as opened:
        yield opened


def put(house: House, *records: AlertRecord) -> None:
    with house.work(BUREAU) as work:
        for record in records:
            work.change(*insert_alert(record, own=record.owner.party == "FRA"))


def made(number: int, data: AlertData, **more: object) -> AlertRecord:
    record = alert(number, FRENCH, "REF")
    return msgspec.structs.replace(record, id=RecordId(record.id), data=data, **more)


def run(house: House, name: str, command: msgspec.Struct) -> bytes:
    return house.runtime(OPERATIONS).run(call(name, command, purpose="police"), BUREAU).body


def test_each_doubt_is_found_and_counted_per_party(house: House) -> None:
    whole = refusal(person("Synthetic-A", nationalities=("UTO",)))
    put(
        house,
        made(1, whole),
        made(2, whole),
        made(3, refusal(person("Synthetic-7", "2031-01-01"))),
        made(4, refusal(person("Synthetic-D")), entered=CivilDate("2024-01-01"), review_date=CivilDate("2027-01-01")),
        made(5, refusal(person("Synthetic-E")), delete_by=CivilDate("2026-11-01")),
        alert(6, GERMAN, "REF"),
    )

    report = decode_as(run(house, "quality.report", AskQuality()), QualityReport)

    german, french = report.parties
    assert (report.looked_at, report.whole) == (6, True)
    assert (german.party, german.alerts, german.never_hit) == ("DEU", 1, 0)
    assert (french.alerts, french.duplicate, french.implausible, french.stale, french.never_hit, french.past_due) == (
        5,
        1,
        1,
        1,
        1,
        1,
    )
    assert german.incomplete == 1
    assert german.lowest_score < french.lowest_score


def test_findings_name_the_fields_and_the_twin_and_narrow_to_one_doubt(house: House) -> None:
    whole = refusal(person("Synthetic-A", nationalities=("UTO",)))
    put(house, made(1, whole), made(2, whole), made(3, refusal(person("Synthetic-7", "1880"))))

    asked = ListFindings(party="FRA", doubt=Doubt.DUPLICATE)
    (twin,) = decode_as(run(house, "quality.findings", asked), Findings).findings
    wrong = decode_as(
        run(house, "quality.findings", ListFindings(party="FRA", doubt=Doubt.IMPLAUSIBLE, limit=1)), Findings
    )

    assert (twin.alert, twin.other) == (made(2, whole).id, made(1, whole).id)
    assert [each.fields for each in wrong.findings] == [("person.birth_date", "person.surnames")]
    assert wrong.many == 1


def test_one_alert_is_scored_by_what_it_lacks(house: House) -> None:
    put(house, alert(6, GERMAN, "REF"))

    scored = decode_as(run(house, "quality.score", ScoreAlert(party="DEU", alert=alert(6, GERMAN, "REF").id)), Scored)

    assert {"decision_reference", "ground_category", "photographs"} <= set(scored.lacks)
    with pytest.raises(NotFound):
        run(house, "quality.score", ScoreAlert(party="FRA", alert="01hzzzzzzzzzzzzzzzzzzzzz77"))


def test_what_depends_on_the_case_is_no_lack_and_more_data_never_lower_a_score() -> None:
    bare = rules.completeness("ARR", arrest())
    fuller = rules.completeness("ARR", arrest(None, PASSPORT))

    assert fuller.score > bare.score
    assert not {"warnings", "person.aliases", "links"} & set(bare.lacks)
    assert rules.implausible(arrest(), TODAY, TODAY) == ()
