"""Originals stand beside their record, follow it from version to version, and go with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts import OPERATIONS
from comity.alerts.commands import AlertState
from comity.alerts.records import AlertShown
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.core import codec
from comity.core.door import Original
from comity.core.vocabulary import Function, Purpose
from comity.runtime.originals import TEXT_ORIGINAL
from comity.runtime.records import Call
from comity.runtime.run import Runtime
from tests.support.alerts import arrest, grounds, person
from tests.support.house import House, actor, call, open_house

OFFICER = actor("FRA", "police-aux-frontieres", Function.ALERT_OFFICER)
RAW = "Synthetic-Mu\u0308ller "


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, ALERT_TABLES) as opened:
        yield opened


def do(runtime: Runtime, name: str, command: dict[str, object]) -> bytes:
    return runtime.run(sent(name, command), OFFICER).body


def sent(name: str, command: dict[str, object], request_id: str | None = None) -> Call:
    """Write as outsiders write: the canonical writer would refuse what is not NFC."""
    return msgspec.structs.replace(
        call(name, {}, purpose="police", request_id=request_id), command=msgspec.json.encode(command)
    )


def entered(runtime: Runtime, surnames: str = RAW) -> AlertState:
    command = {"category": "ARR", "data": arrest(person(surnames)), "grounds": grounds()}
    return codec.decode_as(do(runtime, "alert.enter", command), AlertState)


def shown(runtime: Runtime, alert: str) -> AlertShown:
    return codec.decode_as(do(runtime, "alert.show", {"id": alert}), AlertShown)


def rows(house: House) -> int:
    with house.works().open(OFFICER, Purpose.POLICE) as work:
        return len(work.read(TEXT_ORIGINAL.select()))


def test_the_field_is_nfc_and_the_original_stands_unchanged_beside_it(house: House) -> None:
    runtime = house.runtime(OPERATIONS)

    record = shown(runtime, entered(runtime).id)

    assert record.data.person is not None
    assert record.data.person.surnames == "Synthetic-M\u00fcller"
    assert record.originals == (Original(path="$.data.person.surnames", utf8=RAW.encode()),)


def test_an_original_stays_while_its_text_stands_in_the_record(house: House) -> None:
    runtime = house.runtime(OPERATIONS)
    state = entered(runtime)

    do(runtime, "alert.change", {"id": state.id, "version": 1, "data": arrest(person("Synthetic-M\u00fcller"))})
    kept = shown(runtime, state.id).originals
    do(runtime, "alert.change", {"id": state.id, "version": 2, "data": arrest(person("Synthetic-Other"))})

    assert [original.text for original in kept] == [RAW]
    assert shown(runtime, state.id).originals == ()
    assert rows(house) == 0


def test_an_original_goes_with_its_record(house: House) -> None:
    runtime = house.runtime(OPERATIONS)
    state = entered(runtime)
    assert rows(house) == 1

    do(runtime, "alert.delete", {"id": state.id, "version": 1, "reason": "withdrawn"})

    assert rows(house) == 0


def test_one_text_in_two_forms_is_one_act_for_a_repeated_request(house: House) -> None:
    runtime = house.runtime(OPERATIONS)
    commands = [{"category": "ARR", "data": arrest(person(name)), "grounds": grounds()} for name in (RAW, RAW.strip())]

    answers = [runtime.run(sent("alert.enter", command, "same-request"), OFFICER).body for command in commands]

    assert answers[0] == answers[1]
    assert rows(house) == 1
