"""A passage that went unchecked waits until it is made good, and goes after seven days in any case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.core.codec import decode_as
from comity.core.errors import BadInput, NotFound
from comity.core.vocabulary import Function
from comity.crossings import tables
from comity.crossings.records import Direction
from comity.crossings.unchecked import store
from comity.crossings.unchecked.operations import OPERATIONS
from comity.crossings.unchecked.records import (
    KEPT_US,
    ListPassages,
    NotePassage,
    Passage,
    Passages,
    Settled,
    SettlePassage,
    WhyUnchecked,
)
from tests.support.house import House, actor, call, open_house

GUARD = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
OTHER = actor("FRA", "douane", Function.FIRST_LINE, name="synthetic-2")
NOTED = NotePassage(
    at="2026-11-25T10:00:00Z",
    crossing_point="frcqf-1",
    direction=Direction.ENTRY,
    why=WhyUnchecked.LINK_CUT,
    document="UTO SYN123",
    surnames="Synthetic-Alpha",
    birth_date="1980",
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, tables.METADATA) as opened:
        yield opened


def run(house: House, name: str, command: msgspec.Struct, who: object = GUARD) -> bytes:
    return house.runtime(OPERATIONS).run(call(name, command, purpose="borders"), who).body  # type: ignore[arg-type]  # an actor


def waiting(house: House, who: object = GUARD) -> Passages:
    return decode_as(run(house, "unchecked.list", ListPassages(), who), Passages)


def test_a_passage_waits_for_its_own_authority_and_is_erased_once_made_good(house: House) -> None:
    noted = decode_as(run(house, "unchecked.note", NOTED), Passage)

    assert waiting(house).passages == (noted,)
    assert waiting(house, OTHER).waiting == 0
    with pytest.raises(BadInput):
        run(house, "unchecked.settle", SettlePassage(id=noted.id))
    with pytest.raises(NotFound):
        run(house, "unchecked.settle", SettlePassage(id=noted.id, check="no-such-check"))
    with pytest.raises(NotFound):
        run(house, "unchecked.settle", SettlePassage(id=noted.id, reason="synthetic"), OTHER)
    settled = SettlePassage(id=noted.id, reason="The person left on the same ferry.")

    assert decode_as(run(house, "unchecked.settle", settled), Settled).waiting == 0
    assert waiting(house).passages == ()


def test_what_lies_in_the_future_is_refused_and_what_waits_too_long_goes(house: House) -> None:
    with pytest.raises(BadInput):
        run(house, "unchecked.note", msgspec.structs.replace(NOTED, at="2030-01-01T00:00:00Z"))
    run(house, "unchecked.note", NOTED)

    house.clock.move(KEPT_US + 1)
    with house.work(GUARD) as work:
        gone = store.drop_past(work, work.recorded_at, 10)

    assert (gone, waiting(house).waiting) == (1, 0)
