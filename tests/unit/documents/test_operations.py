"""document.read over the one way to run an operation: an answer, and no trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from comity.adapters.sql.tables import ledger_entry
from comity.core.codec import decode_as
from comity.core.errors import BadInput, NotPermitted
from comity.core.vocabulary import Function
from comity.documents import OPERATIONS, Zone, compose_zone
from comity.documents.records import ReadZone
from tests.support.house import House, actor, call, open_house
from tests.support.zones import PASSPORT

OFFICER = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
ADMINISTRATOR = actor("FRA", "police-aux-frontieres", Function.ADMINISTRATOR)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as house:
        yield house


def entries(house: House) -> int:
    with house.work(OFFICER) as work:
        return len(list(work.read(select(ledger_entry.c.entry))))


def test_an_officer_reads_a_zone_and_nothing_is_kept_of_it(house: House) -> None:
    read = call("document.read", ReadZone(zone=compose_zone(PASSPORT)), purpose="borders")

    answer = house.runtime(OPERATIONS).run(read, OFFICER)

    assert decode_as(answer.body, Zone).valid
    assert (house.searches, entries(house)) == ([], 0)


def test_whoever_may_not_check_may_not_read(house: House) -> None:
    read = call("document.read", ReadZone(zone=compose_zone(PASSPORT)), purpose="borders")

    with pytest.raises(NotPermitted):
        house.runtime(OPERATIONS).run(read, ADMINISTRATOR)


@pytest.mark.parametrize("zone", ["SYN123456", "A" * 10_240, "\x00" * 88])
def test_what_is_no_zone_is_refused_without_being_repeated(house: House, zone: str) -> None:
    with pytest.raises(BadInput) as caught:
        house.runtime(OPERATIONS).run(call("document.read", {"zone": zone}, purpose="borders"), OFFICER)

    assert zone not in str(caught.value)
    assert caught.value.problems[0].field.startswith("$.zone")
