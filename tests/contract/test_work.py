"""The contract of `Work` and `Writer`, run on every storage there is."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from sqlalchemy import select

from comity.adapters.sql.database import _SNAPSHOTS
from comity.adapters.sql.place import Place
from comity.core.commit import ChangeSet, GuardFailed
from comity.core.errors import Unreachable
from comity.core.ports import Delete, Guard, Insert, Update, Work
from comity.core.vocabulary import Purpose
from tests.support import shelf
from tests.support.house import NOON, House, actor, open_house
from tests.support.postgres import Server
from tests.support.shelf import arrival, box

WHO = actor()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> Place | None:
    """Where the rows lie: in a file, or on a server."""
    if request.param == "sqlite":
        return None
    server: Server = request.getfixturevalue("postgres_server")
    return server.place()


@pytest.fixture
def house(place: Place | None, tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, shelf.METADATA, place=place) as opened:
        yield opened


def change_set(*changes: object, entry: bytes | None = None) -> ChangeSet:
    return ChangeSet(tuple(changes), entry, b"s" * 16, "u", NOON)  # type: ignore[arg-type]  # changes of all kinds


def contents(house: House) -> dict[str, str]:
    with house.works().open(WHO, Purpose.BORDERS) as work:
        return {row.id: row.content for row in work.read(select(box))}


def put(name: str, content: str = "x", version: int = 1) -> Insert:
    return Insert(box, {"id": name, "version": version, "content": content})


def test_a_work_satisfies_the_port(house: House) -> None:
    with house.works().open(WHO, Purpose.BORDERS) as work:
        assert isinstance(work, Work)
        assert work.who == WHO
        assert work.at == work.recorded_at == NOON


def test_reads_see_the_snapshot_and_neither_own_nor_later_changes(house: House) -> None:
    house.database.writer.submit(change_set(put("a"))).result()

    with house.works().open(WHO, Purpose.BORDERS) as work:
        before = [row.id for row in work.read(select(box))]
        work.change(put("b"))
        house.database.writer.submit(change_set(put("c"))).result()
        after = [row.id for row in work.read(select(box))]

    assert before == after == ["a"]


def test_changes_of_one_row_keep_their_order_inside_a_change_set(house: House) -> None:
    changes = (
        put("a", "first"),
        Update(box, {"id": "a"}, {"content": "second"}),
        Delete(box, {"id": "a"}),
        put("a", "third"),
    )

    house.database.writer.submit(change_set(*changes)).result()

    assert contents(house) == {"a": "third"}


def test_a_guard_that_does_not_hold_drops_the_whole_change_set(house: House) -> None:
    house.database.writer.submit(change_set(put("a", version=2))).result()

    stale = house.database.writer.submit(change_set(put("b"), Guard(box, {"id": "a"}, {"version": 1})))

    assert isinstance(stale.exception(), GuardFailed)
    assert contents(house) == {"a": "x"}


def test_a_guard_of_absence_holds_only_while_there_is_no_row(house: House) -> None:
    first = house.database.writer.submit(change_set(Guard(box, {"id": "a"}, None), put("a")))
    second = house.database.writer.submit(change_set(Guard(box, {"id": "a"}, None), put("a", "again")))

    assert first.exception() is None
    assert isinstance(second.exception(), GuardFailed)
    assert contents(house) == {"a": "x"}


def test_two_change_sets_of_one_group_cannot_both_pass_the_same_guard(house: House) -> None:
    house.database.writer.submit(change_set(put("a"))).result()
    guard = Guard(box, {"id": "a"}, {"version": 1})

    futures = [
        house.database.writer.submit(change_set(guard, Update(box, {"id": "a"}, {"version": 2, "content": str(n)})))
        for n in range(20)
    ]

    outcomes = [future.exception() for future in futures]
    assert outcomes.count(None) == 1
    assert contents(house) == {"a": str(outcomes.index(None))}


def test_a_broken_unique_key_drops_its_own_change_set_and_no_other(house: House) -> None:
    futures = [house.database.writer.submit(change_set(put(name), entry=b"e")) for name in ("a", "b", "a", "c")]

    outcomes = [future.exception() for future in futures]

    assert [type(outcome) for outcome in outcomes] == [type(None), type(None), GuardFailed, type(None)]
    assert sorted(contents(house)) == ["a", "b", "c"]
    assert [f.result().ledger_sequence for f in (futures[0], futures[1], futures[3])] == [0, 1, 2]


def test_counters_are_gapless_in_commit_order_even_when_change_sets_fail(house: House) -> None:
    def arrive(name: str) -> ChangeSet:
        numbered = Insert(arrival, {"box": name}, counter="arrivals", column="position")
        return change_set(put(name), numbered)

    futures = [house.database.writer.submit(arrive(name)) for name in ("a", "b", "b", "c", "a", "d")]
    for future in futures:
        future.exception()

    with house.works().open(WHO, Purpose.BORDERS) as work:
        rows = work.read(select(arrival).order_by(arrival.c.position))
    assert [(row.position, row.box) for row in rows] == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


def test_numbers_go_on_where_they_stood_after_reopening(tmp_path: Path, place: Place | None) -> None:
    for expected in (1, 2):
        with open_house(tmp_path, shelf.METADATA, place=place) as house:
            numbered = Insert(arrival, {"box": "a"}, counter="arrivals", column="position")
            committed = house.database.writer.submit(change_set(numbered, entry=b"e")).result()
            with house.works().open(WHO, Purpose.BORDERS) as work:
                positions = [row.position for row in work.read(select(arrival))]

        assert max(positions) == expected
        assert committed.ledger_sequence == expected - 1


def test_who_commits_while_nobody_writes_has_it_done_on_return(house: House) -> None:
    heard: list[int] = []
    house.database.writer.subscribe(frozenset({"box"}), lambda: heard.append(threading.get_ident()))

    done = house.database.writer.commit(change_set(put("a"), entry=b"e")).done()

    assert done
    assert heard == [threading.get_ident()]
    assert contents(house) == {"a": "x"}


def test_who_commits_while_another_writes_waits_its_turn_behind_what_came_before(house: House) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def hold_up(_changes: object) -> None:
        inside.set()
        assert go_on.wait(30)

    house.database.writer.watch(frozenset({"arrival"}), hold_up)
    slow = Insert(arrival, {"box": "slow"}, counter="arrivals", column="position")
    first = house.database.writer.submit(change_set(slow, entry=b"1"))
    assert inside.wait(30)

    second = house.database.writer.submit(change_set(put("a"), entry=b"2"))
    third = house.database.writer.commit(change_set(Update(box, {"id": "a"}, {"content": "third"}), entry=b"3"))
    waited = not third.done()
    go_on.set()

    assert waited
    assert [each.result().ledger_sequence for each in (first, second, third)] == [0, 1, 2]
    assert contents(house) == {"a": "third"}


def test_many_who_commit_at_once_lose_nothing_and_share_no_number(house: House) -> None:
    def write(name: str) -> list[int | None]:
        return [
            house.database.writer.commit(change_set(put(f"{name}{n}"), entry=b"e")).result().ledger_sequence
            for n in range(40)
        ]

    with ThreadPoolExecutor(6) as pool:
        numbers = [number for each in pool.map(write, "abcdef") for number in each]

    assert sorted(number for number in numbers if number is not None) == list(range(240))
    assert len(contents(house)) == 240


def test_a_closed_writer_takes_no_commit(house: House) -> None:
    house.database.writer.close()

    refused = house.database.writer.commit(change_set(put("a")))

    assert isinstance(refused.exception(), Unreachable)


def test_listeners_hear_only_of_their_tables(house: House) -> None:
    heard: list[str] = []
    house.database.writer.subscribe(frozenset({"box"}), lambda: heard.append("box"))
    house.database.writer.subscribe(frozenset({"arrival"}), lambda: heard.append("arrival"))

    house.database.writer.submit(change_set(put("a"))).result()
    house.database.writer.close()

    assert heard == ["box"]


def test_who_reads_or_waits_to_read_when_the_store_closes_is_told_at_once(house: House) -> None:
    snapshots = house.database._storage.snapshots
    with contextlib.ExitStack() as held, ThreadPoolExecutor(2) as pool:
        for _ in range(_SNAPSHOTS):
            held.enter_context(snapshots.take())
        waiting = [pool.submit(lambda: snapshots.take().__enter__()) for _ in range(2)]
        assert not wait(waiting, 0.05).done

        snapshots.close()

        codes = {getattr(each.exception(10), "code", None) for each in waiting}
    with pytest.raises(Unreachable) as later, snapshots.take():
        pass
    assert codes == {later.value.code} == {"store.closed"}


def test_a_closed_writer_refuses_instead_of_hanging(house: House) -> None:
    house.database.writer.close()

    failure = house.database.writer.submit(change_set(put("a"))).exception()

    assert getattr(failure, "code", None) == "store.closed"


def test_what_was_committed_is_acknowledged_even_when_the_ledger_file_cannot_be_written(
    tmp_path: Path, place: Place | None
) -> None:
    with open_house(tmp_path, shelf.METADATA, place=place) as house:
        house.database.writer.submit(change_set(put("a"), entry=b"e")).result()
        torn: list[bytes] = []

        def full_disk(data: bytes) -> None:
            torn.append(data)
            house.database.ledger._stream.write(data[:7])
            raise OSError(28, "no space left")

        house.database.ledger._write = full_disk  # type: ignore[method-assign]  # the fault that strikes
        struck = house.database.writer.submit(change_set(put("b"), entry=b"e")).result()
        after = house.database.writer.submit(change_set(put("c"), entry=b"e"))

        assert struck.ledger_sequence == 1
        assert getattr(after.exception(), "code", None) in {"store.cannot-write", "store.closed"}
        assert house.database.writer.broken == "OSError"
        assert len(torn) == 1
        with pytest.raises(Unreachable, match="to its end"):
            house.database.ledger.append(2, [b"l" * 32], [NOON])

    with open_house(tmp_path, shelf.METADATA, place=place) as again:
        assert sorted(contents(again)) == ["a", "b"]
        assert again.database.ledger.size == 2


def test_a_defect_of_the_writer_reaches_whoever_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("comity.adapters.sql.group.Group.apply", broken)

    failures = [house.database.writer.submit(change_set(put(name))).exception(timeout=10) for name in "abc"]

    assert all(getattr(failure, "code", "").startswith("store.") for failure in failures)
    assert house.database.writer.broken == "ZeroDivisionError"
