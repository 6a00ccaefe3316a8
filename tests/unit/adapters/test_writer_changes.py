"""Changes of many rows, of runs of numbers, and of what a row holds when it is written."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlalchemy import select

from comity.core.commit import ChangeSet, Committed, GuardFailed
from comity.core.ports import Amend, Change, Guard, Insert, InsertMany, Update
from comity.core.vocabulary import Purpose
from tests.support import shelf
from tests.support.house import NOON, House, actor, open_house
from tests.support.shelf import box

COLUMNS = ("id", "version", "content")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, shelf.METADATA) as opened:
        yield opened


def submit(house: House, *changes: Change) -> Future[Committed]:
    return house.database.writer.submit(ChangeSet(changes, None, b"", None, NOON))


def rows(house: House) -> dict[str, tuple[int, str]]:
    with house.works().open(actor(), Purpose.BORDERS) as work:
        return {row.id: (row.version, row.content) for row in work.read(select(box))}


def test_rows_of_one_shape_are_written_at_once_and_a_taken_key_refuses_them_all(house: House) -> None:
    submit(house, InsertMany(box, COLUMNS, [("a", 1, "x"), ("b", 1, "y")])).result()

    with pytest.raises(GuardFailed):
        submit(house, InsertMany(box, COLUMNS, [("c", 1, "z"), ("a", 2, "other")])).result()

    assert rows(house) == {"a": (1, "x"), "b": (1, "y")}


def test_rows_that_are_there_stay_where_only_absent_ones_are_wanted(house: House) -> None:
    submit(house, Insert(box, {"id": "a", "version": 1, "content": "x"})).result()

    submit(house, InsertMany(box, COLUMNS, [("a", 2, "other"), ("b", 2, "new")], absent_only=True)).result()

    assert rows(house) == {"a": (1, "x"), "b": (2, "new")}


def test_columns_in_another_order_are_a_mistake_of_the_program(house: House) -> None:
    house.database.writer.on_break(lambda _error: None)

    with pytest.raises(Exception, match="nothing of this act stands"):
        submit(house, InsertMany(box, ("version", "id", "content"), [(1, "a", "x")])).result()


def test_an_amendment_works_on_what_is_there_even_twice_in_one_act_and_beside_others(house: House) -> None:
    submit(house, Insert(box, {"id": "a", "version": 1, "content": "x"})).result()

    def longer(values: tuple[object, ...]) -> dict[str, object]:
        return {"content": f"{values[0]}x"}

    amend = Amend(box, {"id": "a"}, ("content",), longer)
    both = [submit(house, amend, amend), submit(house, amend), submit(house, Amend(box, {"id": "none"}, (), longer))]
    for future in both:
        future.result()

    assert rows(house) == {"a": (1, "xxxx")}


def test_an_amended_row_is_touched_for_the_guards_of_its_group(house: House) -> None:
    submit(house, Insert(box, {"id": "a", "version": 1, "content": "x"})).result()
    guard = Guard(box, {"id": "a"}, {"version": 2})
    raised = Amend(box, {"id": "a"}, ("version",), lambda values: {"version": int(str(values[0])) + 1})

    submit(house, raised).result()
    submit(house, guard, Update(box, {"id": "a"}, {"content": "after"})).result()

    assert rows(house) == {"a": (2, "after")}


def test_a_run_of_numbers_is_taken_whole(house: House) -> None:
    def lined_up(name: str, span: int) -> Insert:
        return Insert(box, {"id": name, "content": ""}, counter="run", column="version", span=span)

    submit(house, lined_up("a", 3), lined_up("b", 1)).result()
    submit(house, lined_up("c", 5)).result()
    submit(house, lined_up("d", 1)).result()

    assert {name: version for name, (version, _) in rows(house).items()} == {"a": 1, "b": 4, "c": 5, "d": 10}
