"""What every act asks is kept between acts, and never longer than until somebody may know of a change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from comity.core.commit import ChangeSet
from comity.core.ports import Change, Delete, Insert, Update
from comity.core.vocabulary import Purpose
from tests.support import shelf
from tests.support.house import NOON, House, actor, open_house
from tests.support.shelf import arrival, box

WHO = actor()
KEPT = sa.select(box.c.version, box.c.content).where(box.c.id == sa.bindparam("id")).execution_options(kept=True)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, shelf.METADATA) as opened:
        yield opened


def change(house: House, *changes: Change) -> None:
    house.database.writer.commit(ChangeSet(changes, None, b"", None, NOON)).result()


def content(house: House, name: str = "a") -> str | None:
    with house.works().open(WHO, Purpose.BORDERS) as work:
        rows = work.read(KEPT, {"id": name})
    return rows[0].content if rows else None


def put(name: str, content: str = "x") -> Insert:
    return Insert(box, {"id": name, "version": 1, "content": content})


def test_an_answer_is_that_of_the_table_after_every_kind_of_change(house: House) -> None:
    seen = [content(house) for _ in range(3)]
    for each in (put("a"), Update(box, {"id": "a"}, {"content": "y"}), Delete(box, {"id": "a"}), put("a", "z")):
        change(house, each)
        seen += [content(house) for _ in range(3)]

    assert seen == [None] * 3 + ["x"] * 3 + ["y"] * 3 + [None] * 3 + ["z"] * 3


def test_a_kept_answer_is_given_again_without_reading(house: House) -> None:
    change(house, put("a"))
    for _ in range(3):
        content(house)

    with house.works().open(WHO, Purpose.BORDERS) as first, house.works().open(WHO, Purpose.BORDERS) as second:
        again = first.read(KEPT, {"id": "a"}) is second.read(KEPT, {"id": "a"})

    assert again


def test_other_tables_do_not_age_an_answer_and_other_parameters_have_their_own(house: House) -> None:
    change(house, put("a"), put("b", "other"))
    for _ in range(3):
        content(house)
    with house.works().open(WHO, Purpose.BORDERS) as work:
        before = work.read(KEPT, {"id": "a"})

    change(house, Insert(arrival, {"box": "a"}, counter="arrivals", column="position"))

    with house.works().open(WHO, Purpose.BORDERS) as work:
        assert work.read(KEPT, {"id": "a"}) is before
    assert content(house, "b") == "other"


def test_what_was_read_on_a_snapshot_from_before_a_change_is_not_kept_past_it(house: House) -> None:
    change(house, put("a"))
    for _ in range(3):
        content(house)
    with house.works().open(WHO, Purpose.BORDERS) as early:
        early.read(sa.select(box.c.id))  # the snapshot stands from here on
        change(house, Update(box, {"id": "a"}, {"content": "later"}))
        read_early = early.read(KEPT, {"id": "a"})[0].content

    assert read_early == "x"
    assert content(house) == "later"


def test_whoever_was_told_of_a_change_reads_it_however_many_read_beside(house: House) -> None:
    change(house, put("a", "0"))
    over = threading.Event()

    def read_on() -> int:
        times = 0
        while not over.is_set():
            content(house)
            times += 1
        return times

    with ThreadPoolExecutor(3) as pool:
        beside = [pool.submit(read_on) for _ in range(3)]
        try:
            for number in range(1, 300):
                change(house, Update(box, {"id": "a"}, {"content": str(number)}))
                assert content(house) == str(number)
        finally:
            over.set()

    assert all(each.result() > 10 for each in beside)
