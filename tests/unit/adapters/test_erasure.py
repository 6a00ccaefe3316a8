"""Erased means erased: no byte of it is left in the files of a running node."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, select

from comity.adapters.sql.database import DATABASE
from comity.core.ports import Delete, Insert, Update, Work
from comity.core.vocabulary import Purpose
from tests.support.house import actor, open_house

METADATA = MetaData()
SECRET_TABLE = Table(
    "test_secret", METADATA, Column("id", String(8), primary_key=True), Column("body", LargeBinary, nullable=True)
)
CANARY = b"synthetic canary in a row"


def holding(folder: Path) -> list[str]:
    return [file.name for file in folder.glob(f"{DATABASE}*") if CANARY in file.read_bytes()]


def test_what_was_erased_is_gone_from_the_files_while_the_node_runs(tmp_path: Path) -> None:
    with open_house(tmp_path, METADATA) as house:
        with house.work(actor()) as work:
            work.change(*(Insert(SECRET_TABLE, {"id": str(n), "body": CANARY * 400}) for n in range(20)))
        assert holding(tmp_path)
        with house.work(actor()) as work:
            work.change(*(Delete(SECRET_TABLE, {"id": str(n)}) for n in range(10)))
            work.change(*(Update(SECRET_TABLE, {"id": str(n)}, {"body": None}) for n in range(10, 20)))

        assert house.database.erase_for_good()

        assert holding(tmp_path) == []


def test_a_long_reading_holds_the_emptying_up_and_nothing_else(tmp_path: Path) -> None:
    with open_house(tmp_path, METADATA) as house:
        with house.works().open(actor(), Purpose.BORDERS) as reading:
            read_something(reading)
            with house.work(actor()) as work:
                work.change(Insert(SECRET_TABLE, {"id": "1", "body": CANARY}))

            assert not house.database.erase_for_good()

            with house.work(actor()) as work:
                work.change(Delete(SECRET_TABLE, {"id": "1"}))

        assert house.database.erase_for_good()
        assert holding(tmp_path) == []


def read_something(work: Work) -> None:
    work.read(select(SECRET_TABLE.c.id))
