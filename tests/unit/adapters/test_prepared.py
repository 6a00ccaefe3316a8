"""Statements asked again are read from prepared text, and answer as SQLAlchemy does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa

from comity.adapters.sql.dialects import SQLITE
from comity.adapters.sql.prepared import prepare
from comity.core.ports import Change, Delete, Insert
from tests.support.house import House, actor, open_house

METADATA = sa.MetaData()
THING = sa.Table(
    "thing",
    METADATA,
    sa.Column("id", sa.String(8), primary_key=True),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("count", sa.BigInteger),
    sa.Column("body", sa.LargeBinary),
    sa.Column("from", sa.Text),
)
Select: TypeAlias = sa.Select[Any]
"""`Any`: rows of whatever columns."""
COLUMNS = THING.c
NAMED = (COLUMNS.id, COLUMNS.open, COLUMNS["count"], COLUMNS.body)
WHO = actor()

PREPARED: Mapping[str, Select] = {
    "by key": sa.select(*NAMED).where(COLUMNS.id == sa.bindparam("id")),
    "constants": sa.select(COLUMNS.id).where(
        COLUMNS.open.is_(True), COLUMNS.id > "a", COLUMNS.id != sa.bindparam("id")
    ),
    "counted": sa.select(sa.func.count().label("many")).where(COLUMNS.id <= sa.bindparam("id")),
    "page": sa.select(*NAMED).where(COLUMNS.id > sa.bindparam("id")).order_by(COLUMNS.id).limit(2),
}
NOT_PREPARED: Mapping[str, Select] = {
    "list": sa.select(COLUMNS.id).where(COLUMNS.id.in_(sa.bindparam("ids", expanding=True))),
    "a name that is no attribute": sa.select(COLUMNS["from"]).where(COLUMNS.id == sa.bindparam("id")),
    "without a name": sa.select(sa.func.max(COLUMNS.id)),
    "twice the same name": sa.select(COLUMNS.id, COLUMNS.body.label("id")),
    "a parameter to be turned": sa.select(COLUMNS.id).where(COLUMNS.open == sa.bindparam("open")),
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as house:
        with house.work(WHO) as work:
            for number, name in enumerate("abcd"):
                row = {"id": name, "open": number % 2 == 1, "count": number or None, "body": bytes([number])}
                work.change(Insert(THING, row))
        yield house


@pytest.mark.parametrize("name", list(PREPARED))
def test_a_statement_asked_again_answers_the_same(house: House, name: str) -> None:
    query = PREPARED[name]

    with house.work(WHO) as work:
        answers = [[tuple(row) for row in work.read(query, {"id": "b"})] for _ in range(4)]

    assert prepare(query, SQLITE) is not None
    assert answers[0]
    assert answers == [answers[0]] * 4


def test_rows_have_named_attributes_and_truth_values(house: House) -> None:
    with house.work(WHO) as work:
        rows = [work.read(PREPARED["by key"], {"id": "b"})[0] for _ in range(3)]

    assert [(row.id, row.open, row.body) for row in rows] == [("b", True, b"\x01")] * 3
    assert all(row.open is True for row in rows)


@pytest.mark.parametrize("name", list(NOT_PREPARED))
def test_what_changes_with_its_parameters_goes_the_other_way(house: House, name: str) -> None:
    given = {"ids": ["a", "b"], "id": "a", "open": True}
    query = NOT_PREPARED[name]
    wanted = {key: value for key, value in given.items() if key in query.compile().params}

    with house.work(WHO) as work:
        answers = [[tuple(row) for row in work.read(query, wanted)] for _ in range(3)]

    assert prepare(query, SQLITE) is None
    assert answers == [answers[0]] * 3


def test_a_watcher_hears_of_its_tables_only_before_the_change_is_acknowledged(house: House) -> None:
    heard: list[Change] = []
    house.database.writer.watch(frozenset({"thing"}), heard.extend)

    with house.work(WHO) as work:
        work.change(Delete(THING, {"id": "a"}))
    with house.work(WHO) as work:
        gone = work.read(PREPARED["by key"], {"id": "a"})

    assert heard == [Delete(THING, {"id": "a"})]
    assert gone == []
