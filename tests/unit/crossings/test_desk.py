"""Crossing points of an authority, and the desk that an officer chooses once a shift."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.core.codec import decode_as
from comity.core.errors import Conflict, NotFound, NotPermitted, Refused
from comity.core.ports import Actor
from comity.core.time import HOUR_US
from comity.core.vocabulary import Function, Role
from comity.crossings.asking import PointKind
from comity.crossings.desk import store
from comity.crossings.desk.operations import OPERATIONS
from comity.crossings.desk.records import (
    AddPoint,
    CloseDesk,
    Desk,
    DeskShown,
    ListPoints,
    OpenDesk,
    PointPage,
    RetirePoint,
    ShowDesk,
)
from comity.crossings.records import Direction, Lane
from comity.crossings.store import METADATA
from comity.identity.records import Authority
from comity.identity.store import METADATA as IDENTITY_TABLES
from comity.identity.store import insert_authority
from tests.support.house import House, actor, call, open_house

ADMINISTRATOR = actor("FRA", "police-aux-frontieres", Function.ADMINISTRATOR, name="synthetic-9")
OFFICER = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
COLLEAGUE = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE, name="synthetic-2")
STRANGER = actor("FRA", "douane", Function.FIRST_LINE, name="synthetic-3")
PORT = AddPoint(code="test-port", name="Test port", kind=PointKind.SEA)
FERRY = OpenDesk(
    crossing_point="test-port", lane=Lane.THIRD_COUNTRY, direction=Direction.ENTRY, conveyance="MV Synthetic"
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as opened:
        run(opened, "crossing-point.add", PORT, ADMINISTRATOR)
        yield opened


def run(house: House, name: str, command: msgspec.Struct, who: Actor = OFFICER) -> bytes:
    return house.runtime(OPERATIONS).run(call(name, command), who).body


def shown(house: House, who: Actor = OFFICER) -> Desk | None:
    return decode_as(run(house, "desk.show", ShowDesk(), who), DeskShown).desk


def codes(house: House, command: ListPoints | None = None, who: Actor = OFFICER) -> list[str]:
    page = decode_as(run(house, "crossing-point.list", command or ListPoints(), who), PointPage)
    return [point.code for point in page.points]


def test_a_desk_is_chosen_once_and_stays_with_its_account(house: House) -> None:
    run(house, "desk.open", FERRY)

    desk = shown(house)
    assert desk is not None
    assert (desk.name, desk.kind, desk.conveyance) == ("Test port", PointKind.SEA, "MV Synthetic")
    assert shown(house, COLLEAGUE) is None


def test_another_desk_takes_the_place_of_the_first(house: House) -> None:
    run(house, "desk.open", FERRY)
    run(house, "desk.open", msgspec.structs.replace(FERRY, direction=Direction.EXIT, conveyance=None))

    desk = shown(house)
    assert desk is not None
    assert (desk.direction, desk.conveyance) == (Direction.EXIT, None)


def test_a_desk_is_gone_when_closed(house: House) -> None:
    run(house, "desk.open", FERRY)
    run(house, "desk.close", CloseDesk())

    assert shown(house) is None
    assert decode_as(run(house, "desk.close", CloseDesk()), DeskShown).desk is None


def test_a_desk_closes_by_itself_after_twelve_hours_and_is_swept(house: House) -> None:
    run(house, "desk.open", FERRY)
    house.clock.move(12 * HOUR_US)

    assert shown(house) is None
    with house.work(OFFICER) as work:
        store.drop_past_desks(work, work.recorded_at, 10)
    with house.work(OFFICER) as work:
        assert work.read(store.CROSSING_DESK.select()) == []


def test_a_desk_stands_at_a_crossing_point_of_the_own_authority(house: House) -> None:
    with pytest.raises(NotFound) as refusal:
        run(house, "desk.open", FERRY, STRANGER)

    assert refusal.value.code == "crossing-point.not-found"
    assert codes(house, who=STRANGER) == []


def test_the_kind_is_the_crossing_points_own(house: House) -> None:
    with pytest.raises(Refused) as refusal:
        run(house, "desk.open", msgspec.structs.replace(FERRY, kind=PointKind.AIR))

    assert refusal.value.code == "desk.kind-differs"


def test_a_retired_crossing_point_takes_no_new_desk_and_can_come_back(house: House) -> None:
    run(house, "crossing-point.retire", RetirePoint(code="test-port"), ADMINISTRATOR)

    with pytest.raises(NotFound):
        run(house, "desk.open", FERRY)
    assert (codes(house), codes(house, ListPoints(retired=True))) == ([], ["test-port"])

    run(house, "crossing-point.add", msgspec.structs.replace(PORT, name="New port"), ADMINISTRATOR)
    run(house, "desk.open", FERRY)
    desk = shown(house)
    assert desk is not None
    assert desk.name == "New port"


def test_one_code_names_one_crossing_point(house: House) -> None:
    with pytest.raises(Conflict) as refusal:
        run(house, "crossing-point.add", PORT, ADMINISTRATOR)

    assert refusal.value.code == "crossing-point.exists"


def test_crossing_points_are_listed_page_by_page(house: House) -> None:
    run(house, "crossing-point.add", AddPoint(code="a-port", name="A", kind=PointKind.AIR), ADMINISTRATOR)

    assert codes(house, ListPoints(limit=1)) == ["a-port"]
    assert codes(house, ListPoints(limit=1, after="a-port")) == ["test-port"]


def test_officers_add_no_crossing_points_and_administrators_open_no_desk(house: House) -> None:
    with pytest.raises(NotPermitted):
        run(house, "crossing-point.add", PORT)
    with pytest.raises(NotPermitted):
        run(house, "desk.open", FERRY, ADMINISTRATOR)


def test_the_nodes_operator_adds_for_any_authority_and_others_for_their_own(tmp_path: Path) -> None:
    operator = actor("FRA", "node-operator", Function.ADMINISTRATOR, name="synthetic-8")
    with open_house(tmp_path, METADATA, IDENTITY_TABLES) as house:
        with house.work(operator) as work:
            for name, roles in (("node-operator", (Role.NODE_OPERATOR,)), ("police-aux-frontieres", ())):
                work.change(insert_authority(Authority(id=name, name=name, party="FRA", roles=roles)))

        run(house, "crossing-point.add", msgspec.structs.replace(PORT, authority="police-aux-frontieres"), operator)
        with pytest.raises(NotPermitted):
            run(house, "crossing-point.add", msgspec.structs.replace(PORT, authority="node-operator"), ADMINISTRATOR)

        assert (codes(house), codes(house, who=operator)) == (["test-port"], [])
