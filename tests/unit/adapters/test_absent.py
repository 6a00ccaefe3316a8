"""What a table certainly lacks is not looked for, and nothing that it holds is ever taken for absent."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from comity.adapters.sql.absent import Filter, Keys
from comity.core.commit import ChangeSet
from comity.core.ports import Change, Insert, InsertMany
from comity.core.vocabulary import Purpose
from tests.support import shelf
from tests.support.house import NOON, House, actor, open_house
from tests.support.shelf import box

WHO = actor()
BY_ID = {"absent": {"id": ("id",)}}
ONE = sa.select(box.c.id).where(box.c.id == sa.bindparam("id")).execution_options(**BY_ID)
NAMES = ("a", "b", "c")
THREE = (
    sa.select(box.c.id)
    .where(box.c.id.in_([sa.bindparam(name) for name in NAMES]))
    .order_by(box.c.id)
    .execution_options(absent={"id": NAMES})
)
OFTEN = 5000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, shelf.METADATA) as opened:
        yield opened


def change(house: House, *changes: Change) -> None:
    house.database.writer.commit(ChangeSet(changes, None, b"", None, NOON)).result()


def put(name: str) -> Insert:
    return Insert(box, {"id": name, "version": 1, "content": "x"})


def find(house: House, query: sa.Select[tuple[str]], **asked: str) -> list[str]:
    with house.works().open(WHO, Purpose.BORDERS) as work:
        return [row.id for row in work.read(query, asked)]


def is_looked_for(house: House, name: str) -> bool:
    """Say whether the database is asked: what is known to be absent is answered by an empty tuple."""
    with house.works().open(WHO, Purpose.BORDERS) as work:
        return work.read(ONE, {"id": name}) != ()


def begin_filter(house: House, query: sa.Select[tuple[str]] = ONE, names: tuple[str, ...] = ("id",)) -> None:
    with house.works().open(WHO, Purpose.BORDERS) as work:
        for _ in range(OFTEN):
            work.read(query, dict.fromkeys(names, "never-there"))
        deadline = time.monotonic() + 30
        while work.read(query, dict.fromkeys(names, "never-there")) != ():
            assert time.monotonic() < deadline, "the filter was never begun"
            threading.Event().wait(0.001)


def test_what_was_there_before_the_filter_and_what_came_after_is_found(house: House) -> None:
    change(house, put("before"))
    begin_filter(house)
    change(house, put("after"))
    change(house, InsertMany(box, ("id", "version", "content"), [("many", 1, "x"), ("more", 1, "x")]))

    assert [find(house, ONE, id=name) for name in ("before", "after", "many", "more")] == [
        ["before"],
        ["after"],
        ["many"],
        ["more"],
    ]
    assert not is_looked_for(house, "never-there")


def test_of_a_list_only_what_may_be_there_is_looked_for(house: House) -> None:
    change(house, put("x"), put("z"))
    begin_filter(house, THREE, NAMES)

    assert find(house, THREE, a="x", b="absent", c="z") == ["x", "z"]
    assert find(house, THREE, a="absent", b="absent", c="absent") == []


def test_a_quiet_select_has_no_filter(house: House) -> None:
    for _ in range(20):
        assert is_looked_for(house, "absent")


def test_what_is_written_while_the_filter_is_read_is_found(house: House) -> None:
    names = [f"n{number:04}" for number in range(600)]
    begun = threading.Event()

    def write() -> None:
        for name in names:
            change(house, put(name))
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    begin_filter(house)
    found_while_writing = find(house, ONE, id=names[0])
    writer.join()

    assert found_while_writing == [names[0]]
    assert [name for name in names if find(house, ONE, id=name) != [name]] == []


@given(st.sets(st.binary(max_size=20), max_size=300))
def test_nothing_added_is_ever_called_absent(added: set[bytes]) -> None:
    small = Filter(words=2)
    small.add(hash(each) for each in added)

    assert all(small.may_hold(hash(each)) for each in added)


def test_of_keys_never_added_few_are_looked_for() -> None:
    keys = Keys(("id",))
    keys.read([(f"here-{number}",) for number in range(200_000)])

    in_vain = sum(not keys.lacks((f"elsewhere-{number}",)) for number in range(20_000))

    assert in_vain < 400


def test_until_all_is_read_everything_may_be_there() -> None:
    keys = Keys(("id",))
    keys.take([put("a")])

    assert not keys.lacks(("anything",))
