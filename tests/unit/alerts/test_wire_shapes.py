"""The two shapes of an alert on the wire and in the store: their exact bytes, and how the older one reads."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from comity.alerts.operations import payload_of
from comity.alerts.receiver import AlertReceiver
from comity.alerts.records import AlertData, AlertPayload, AlertRecord
from comity.alerts.wire import data_of, schema_of
from comity.core import codec
from comity.core.ids import Owner
from comity.core.time import CivilDate
from tests.support.alerts import PASSPORT, arrest, grounds, refusal
from tests.support.categories import MINIMUM, VEHICLE

GOLDEN = Path(__file__).with_name("golden")
REPLACE = msgspec.structs.replace


def record(category: str, data: AlertData) -> AlertRecord:
    day = CivilDate("2031-11-25")
    return AlertRecord(
        id="01k0000000000000000000test",
        owner=Owner(party="FRA", authority="court"),
        category=category,
        version=1,
        data=data,
        entered=CivilDate("2026-11-25"),
        review_date=day,
        delete_by=day,
        grounds=grounds(),
    )


SHAPES = {
    "alert-1": record("ARR", arrest(None, PASSPORT)),
    "alert-2": record("OBJ", MINIMUM["OBJ"]),
    "alert-2-person": record("ARR", REPLACE(arrest(), objects=(VEHICLE,))),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_bytes_on_the_wire_are_those_of_the_golden_files(name: str) -> None:
    golden = (GOLDEN / f"{name}.json").read_bytes().rstrip(b"\n")
    payload = payload_of(SHAPES[name])

    assert codec.encode(payload) == golden
    assert codec.decode_as(golden, AlertPayload) == payload


def test_a_row_stored_in_the_first_shape_reads_and_writes_as_it_is() -> None:
    stored = (GOLDEN / "row-1.json").read_bytes().rstrip(b"\n")

    held = codec.decode_as(stored, AlertRecord)

    assert held.data == arrest(None, PASSPORT)
    assert held.grounds == grounds(individual_decision=False)
    assert codec.decode_as(codec.encode(held), AlertRecord) == held


@pytest.mark.parametrize(
    ("category", "data", "schema"),
    [
        ("ARR", arrest(), 1),
        ("REF", refusal(valid_until="2030-01-01"), 1),
        ("ARR", REPLACE(arrest(), objects=(VEHICLE,)), 2),
        *((category, data, 2) for category, data in MINIMUM.items() if category not in {"ARR", "REF"}),
    ],
)
def test_what_the_first_shape_can_say_goes_out_in_it(category: str, data: AlertData, schema: int) -> None:
    assert schema_of(category, data) == schema
    assert data_of(payload_of(record(category, data))) == data


def test_a_node_reads_every_shape() -> None:
    assert AlertReceiver.schemas == (1, 2, 3)
