"""Rows that are placed later against a model: every snapshot reads them as if they were in their places."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.adapters.sql import late
from comity.adapters.sql.absent import KnownKeys
from comity.adapters.sql.engine import Snapshots, WriteConnection, open_writer
from comity.adapters.sql.group import Numbers
from comity.adapters.sql.kept import Changes
from comity.adapters.sql.late import Late, recover
from comity.adapters.sql.prepared import Selects
from comity.adapters.sql.shadow import Snapshot
from comity.adapters.sql.tables import METADATA as CORE
from comity.adapters.sql.writer import GroupWriter
from comity.core.commit import ChangeSet, GuardFailed
from comity.core.ports import Change, Delete, Guard, Insert, InsertMany, Update
from tests.support.house import NOON

METADATA = sa.MetaData()
PAIR = sa.Table(
    "pair",
    METADATA,
    sa.Column("name", sa.String(8), primary_key=True),
    sa.Column("way", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
    info={"late": ("name",)},
)
OTHER = sa.Table("other", METADATA, sa.Column("id", sa.Integer, primary_key=True))
COLUMNS = ("name", "way", "version")
NAMES = ("a", "b", "c", "d", "e", "f")
ASKED = ("r0", "r1")
SOME = (
    sa.select(PAIR)
    .where(PAIR.c.name.in_([sa.bindparam(one) for one in ASKED]))
    .execution_options(absent={"name": ASKED})
)
ALL = sa.select(PAIR).order_by(PAIR.c.name, PAIR.c.way)
Rows = dict[tuple[str, int], int]


class Store:
    """A writer that puts every row off, two by two, and readers; `lacks`: what is known of absent keys is used."""

    def __init__(self, folder: Path, *, lacks: bool) -> None:
        self.path = folder / "comity.sqlite"
        engine = open_writer(self.path)
        METADATA.create_all(engine)
        CORE.create_all(engine)
        self.write = WriteConnection(engine)
        with self.write.writing() as driver:
            recover(driver)
        self.late = Late(self._lacks, few=1, many=4)
        self.writer = GroupWriter(self.write, Numbers(0, {}), lambda *_: None, self.late)
        self.known = KnownKeys(self.writer.watch, lambda *_: self.rows_in_place()) if lacks else None
        self.reads = Snapshots(self.path, count=9)
        self.selects = Selects(Changes(self.writer.subscribe), self.known, self.late, self.write.dialect)
        if self.known is not None:
            keys = self.known.of(PAIR.name, ("name",))
            keys.read(self.rows_in_place())

    def rows_in_place(self) -> list[tuple[str]]:
        with self.write.between() as driver:
            return driver.execute("SELECT name FROM pair").fetchall()

    def _lacks(self, name: str, columns: tuple[str, ...]) -> Callable[[tuple[object, ...]], bool] | None:
        return (lambda _: False) if self.known is None else self.known.sure(name, columns)

    def commit(self, *changes: Change) -> bool:
        try:
            self.writer.commit(ChangeSet(changes, None, b"", None, NOON)).result()
        except GuardFailed:
            return False
        return True

    @contextlib.contextmanager
    def as_left(self) -> Iterator[Store]:
        """Read as a process would that finds the pieces of another and cannot place them."""
        mine = self.late, self.selects
        self.late = Late(self._lacks)
        with self.write.between() as driver:
            self.late.leave(driver)
        self.selects = Selects(Changes(self.writer.subscribe), None, self.late, self.write.dialect)
        yield self
        self.late, self.selects = mine

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self.reads.take() as (connection, driver):
            driver.execute("SELECT count(*) FROM pair").fetchone()
            yield Snapshot(connection, driver, 0)

    def close(self) -> None:
        self.writer.close()
        self.reads.close()


@contextlib.contextmanager
def opened(folder: Path, *, lacks: bool = False) -> Iterator[Store]:
    store = Store(folder, lacks=lacks)
    try:
        yield store
    finally:
        store.close()


def some(store: Store, snapshot: Snapshot, *names: str) -> Rows:
    rows = store.selects.read(snapshot, SOME, dict(zip(ASKED, names, strict=True)))
    assert len(rows) == len({(row.name, row.way) for row in rows})
    return {(row.name, row.way): row.version for row in rows}


def every(store: Store, snapshot: Snapshot) -> Rows:
    rows = store.selects.read(snapshot, ALL, None)
    assert len(rows) == len({(row.name, row.way) for row in rows})
    return {(row.name, row.way): row.version for row in rows}


def add(*rows: tuple[str, int, int], absent_only: bool = False) -> InsertMany:
    return InsertMany(PAIR, COLUMNS, rows, absent_only=absent_only, late=True)


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, list[Change]]]:
    name, way = st.sampled_from(NAMES), st.integers(1, 2)

    def one() -> tuple[str, list[Change]]:
        key: dict[str, object] = {"name": draw(name), "way": draw(way)}
        version = draw(st.integers(1, 9))
        kinds = ["many", "many", "many", "absent", "put", "set", "move", "drop", "sweep", "guarded", "unborn", "look"]
        kind = draw(st.sampled_from(kinds))
        fresh = {(draw(name), draw(way)): version for _ in range(draw(st.integers(1, 3)))}
        rows = tuple((*pair, number) for pair, number in fresh.items())
        choices: dict[str, list[Change]] = {
            "many": [add(*rows)],
            "absent": [add(*rows, absent_only=True)],
            "put": [Insert(PAIR, {**key, "version": version})],
            "set": [Update(PAIR, key, {"version": version})],
            "move": [Update(PAIR, key, {"way": draw(way), "version": version})],
            "drop": [Delete(PAIR, key)],
            "sweep": [Delete(PAIR, {"name": key["name"]})],
            "guarded": [Guard(PAIR, key, {"version": version}), Update(PAIR, key, {"version": version + 1})],
            "unborn": [Guard(PAIR, key, None), add((str(key["name"]), int(str(key["way"])), version))],
            "look": [],
        }
        return kind, choices[kind]

    return [one() for _ in range(draw(st.integers(1, 25)))]


def after(rows: Rows, change: Change) -> Rows | None:
    """The model: the rows after one change, None where it must not pass."""
    if isinstance(change, InsertMany):
        fresh = {(str(name), int(str(way))): int(str(version)) for name, way, version in change.rows}
        if change.absent_only:
            return {**fresh, **rows}
        return None if rows.keys() & fresh.keys() else {**rows, **fresh}
    if isinstance(change, Insert):
        key = (str(change.row["name"]), int(str(change.row["way"])))
        return None if key in rows else {**rows, key: int(str(change.row["version"]))}
    meant = {pair for pair in rows if {"name": pair[0], "way": pair[1]}.items() >= change.key.items()}
    if isinstance(change, Guard):
        found = [rows[pair] for pair in meant]
        return rows if found == ([] if change.expect is None else [change.expect["version"]]) else None
    left = {pair: version for pair, version in rows.items() if pair not in meant}
    if isinstance(change, Update) and meant:
        ((name, way),) = meant
        moved = (name, int(str(change.values.get("way", way))))
        return None if moved in left else {**left, moved: int(str(change.values["version"]))}
    return left


def stepped(rows: Rows, changes: list[Change]) -> Rows | None:
    now: Rows | None = rows
    for change in changes:
        now = None if now is None else after(now, change)
    return now


@settings(max_examples=60)
@given(steps(), st.booleans(), st.lists(st.sampled_from(NAMES), min_size=2, max_size=2))
def test_a_snapshot_reads_just_what_stood_when_it_began(
    made: list[tuple[str, list[Change]]], lacks: bool, asked: list[str]
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(Path(folder), lacks=lacks) as store,
        contextlib.ExitStack() as looking,
    ):
        rows: Rows = {}
        looks: list[tuple[Snapshot, Rows]] = []
        for kind, changes in made:
            if kind == "look" and len(looks) < 8:
                looks.append((looking.enter_context(store.snapshot()), rows))
                continue
            expected = stepped(rows, changes)
            assert store.commit(*changes) is (expected is not None)
            rows = rows if expected is None else expected
        looks.append((looking.enter_context(store.snapshot()), rows))

        for snapshot, then in looks:
            meant = {pair: version for pair, version in then.items() if pair[0] in asked}
            assert some(store, snapshot, *asked) == meant
            assert every(store, snapshot) == then
            assert some(store, snapshot, *asked) == meant


@settings(max_examples=40)
@given(steps())
def test_a_node_that_is_killed_finds_every_row_again_and_none_that_went(made: list[tuple[str, list[Change]]]) -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as left:
        rows: Rows = {}
        with opened(Path(folder)) as store:
            for _, changes in made:
                expected = stepped(rows, changes)
                store.commit(*changes)
                rows = rows if expected is None else expected
            # What lies on the disk at this moment is all that a killed process leaves.
            for each in Path(folder).iterdir():
                shutil.copy(each, Path(left) / each.name)

        with opened(Path(left)) as again, again.snapshot() as snapshot:
            assert every(again, snapshot) == rows
            assert not again.late.piles
            assert {name for (name,) in again.rows_in_place()} == {name for name, _ in rows}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path) as made:
        yield made


def test_rows_wait_beside_their_table_until_many_have_come_and_are_placed_in_order(store: Store) -> None:
    store.commit(add(("c", 1, 1), ("a", 1, 1)))
    assert store.rows_in_place() == []

    store.commit(add(("b", 1, 1), ("e", 1, 1)))
    store.commit(add(("d", 1, 1)))

    assert [name for (name,) in store.rows_in_place()] == ["a", "b", "c", "e"]


def test_once_no_more_rows_come_those_that_wait_are_placed_and_forgotten(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.commit(add(("c", 1, 1), ("a", 1, 1)))
    monkeypatch.setattr(late, "_QUIET_S", -1.0)
    monkeypatch.setattr(late, "_REMEMBERED_S", 0.0)

    for _ in range(3):
        store.commit(Delete(OTHER, {"id": 1}))

    assert [name for (name,) in store.rows_in_place()] == ["a", "c"]
    assert store.late.piles[PAIR.name].find(["a"], (1, 1)) is None


def test_rows_of_a_transaction_that_fails_are_not_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.commit(add(("a", 1, 1)))

    def full(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(store.write, "conclude", full)
        with pytest.raises(Exception):  # noqa: B017 - whatever the writer makes of it
            store.commit(add(("b", 1, 1), ("a", 2, 1)))

    with store.snapshot() as snapshot:
        assert every(store, snapshot) == {("a", 1): 1}
        assert some(store, snapshot, "a", "b") == {("a", 1): 1}
    assert not store.late.piles[PAIR.name].holds("b")


def test_a_closed_database_has_every_row_in_its_place(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.commit(add(("c", 1, 1), ("a", 1, 1)))

    with opened(tmp_path) as again:
        assert [name for (name,) in again.rows_in_place()] == ["a", "c"]


def test_a_store_that_cannot_write_at_start_reads_what_was_left(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.commit(add(("c", 1, 1), ("a", 1, 1)))
        with store.as_left() as again, again.snapshot() as snapshot:
            assert some(again, snapshot, "a", "b") == {("a", 1): 1}
            assert every(again, snapshot) == {("a", 1): 1, ("c", 1): 1}
            assert [name for (name,) in again.rows_in_place()] == []
