"""Several processes over one PostgreSQL: one ledger, one order, and nobody reads what was not told to it first."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, bindparam, select

from comity.adapters.sql.place import Place
from comity.adapters.sql.postgres import connect, leases, write
from comity.adapters.sql.postgres.leases import Leases
from comity.core.commit import ChangeSet, GuardFailed
from comity.core.errors import BadInput, Refused, Unreachable
from comity.core.ports import Delete, Guard, Insert, Update
from comity.core.vocabulary import Purpose
from tests.support import shelf
from tests.support.house import NOON, House, actor, open_house
from tests.support.postgres import Server
from tests.support.shelf import arrival, box

WHO = actor()
SECRETS = MetaData()
secret = Table("test_secret", SECRETS, Column("id", String(8), primary_key=True), Column("body", LargeBinary))
CANARY = b"synthetic canary in a row"
ONE = select(box.c.content).where(box.c.id == bindparam("id")).execution_options(kept=True)


@pytest.fixture
def place(postgres_server: Server) -> Place:
    return postgres_server.place()


@pytest.fixture
def houses(place: Place, tmp_path: Path) -> Iterator[tuple[House, House]]:
    """Two processes of one node, each with a folder of its own."""
    with contextlib.ExitStack() as open_ones:
        opened = []
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            opened.append(open_ones.enter_context(open_house(tmp_path / name, shelf.METADATA, SECRETS, place=place)))
        yield opened[0], opened[1]


def change_set(*changes: object, entry: bytes | None = None) -> ChangeSet:
    return ChangeSet(tuple(changes), entry, b"s" * 16, "u", NOON)  # type: ignore[arg-type]  # changes of all kinds


def put(name: str, content: str = "x") -> Insert:
    return Insert(box, {"id": name, "version": 1, "content": content})


def commit(house: House, *changes: object, entry: bytes | None = None) -> int | None:
    return house.database.writer.commit(change_set(*changes, entry=entry)).result().ledger_sequence


def content(house: House, name: str) -> list[str]:
    with house.works().open(WHO, Purpose.BORDERS) as work:
        return [row.content for row in work.read(ONE, {"id": name})]


def root(house: House) -> tuple[int, bytes]:
    house.database.fill_ledger()
    return house.database.ledger.size, house.database.ledger._frontier.root()


def ask(place: Place, text: str) -> list[tuple[object, ...]]:
    with psycopg.connect(place.url, autocommit=True) as connection:
        return connection.execute(text).fetchall()


def test_two_processes_write_one_ledger_without_a_gap_and_derive_the_same_file(houses: tuple[House, House]) -> None:
    def write_many(number: int) -> list[int | None]:
        house = houses[number % 2]
        arrive = Insert(arrival, {"box": str(number)}, counter="arrivals", column="position")
        return [commit(house, put(f"{number}-{turn}"), arrive, entry=b"e") for turn in range(25)]

    with ThreadPoolExecutor(4) as pool:
        numbers = [number for each in pool.map(write_many, range(4)) for number in each]

    assert sorted(number for number in numbers if number is not None) == list(range(100))
    assert root(houses[0]) == root(houses[1])
    assert root(houses[0])[0] == 100
    with houses[0].works().open(WHO, Purpose.BORDERS) as work:
        assert [row.position for row in work.read(select(arrival).order_by(arrival.c.position))] == list(range(1, 101))


def test_of_many_acts_in_both_processes_one_passes_the_same_guard(houses: tuple[House, House]) -> None:
    commit(houses[0], put("a"))
    guard = Guard(box, {"id": "a"}, {"version": 1})

    futures = [
        houses[number % 2].database.writer.submit(
            change_set(guard, Update(box, {"id": "a"}, {"version": 2, "content": str(number)}))
        )
        for number in range(20)
    ]

    outcomes = [future.exception() for future in futures]
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, GuardFailed) for outcome in outcomes) == 19
    assert content(houses[0], "a") == content(houses[1], "a") == [str(outcomes.index(None))]


def test_an_answer_kept_in_one_process_is_old_once_another_was_told_that_its_change_stands(
    houses: tuple[House, House],
) -> None:
    commit(houses[0], put("a", "0"))
    assert [content(houses[1], "a") for _ in range(4)] == [["0"]] * 4

    for turn in range(1, 30):
        commit(houses[0], Update(box, {"id": "a"}, {"content": str(turn)}))

        assert content(houses[1], "a") == [str(turn)]


def test_who_keeps_rows_in_memory_is_told_their_keys_before_a_snapshot_holds_them(houses: tuple[House, House]) -> None:
    seen: list[tuple[Sequence[object] | None, int]] = []
    for house in houses:
        house.database.heed(box, lambda read, keys: seen.append((keys, len(read(select(box))))))

    commit(houses[0], put("a"), put("b"))
    content(houses[1], "a")

    # The other process alone, with both keys, on a snapshot that holds both rows.
    assert seen in ([([("a",), ("b",)], 2)], [([("b",), ("a",)], 2)])


def test_a_process_that_nobody_asks_anything_hears_of_a_change_within_a_second(houses: tuple[House, House]) -> None:
    heard = threading.Event()
    houses[1].database.writer.subscribe(frozenset({"box"}), heard.set)

    begun = time.monotonic()
    commit(houses[0], put("a"), entry=b"e")

    assert heard.wait(10)
    assert time.monotonic() - begun < 1


def test_a_process_that_lost_track_is_told_that_anything_may_have_changed(
    houses: tuple[House, House], place: Place
) -> None:
    told: list[Sequence[object] | None] = []
    houses[1].database.heed(box, lambda _read, keys: told.append(keys))
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
            "CREATE TRIGGER lose BEFORE INSERT ON store_group FOR EACH ROW EXECUTE FUNCTION lose()"
        )

    commit(houses[0], put("a"))
    content(houses[1], "a")

    assert told == [None]


def test_a_lost_connection_costs_the_acts_under_way_alone(houses: tuple[House, House], place: Place) -> None:
    commit(houses[0], put("a"), entry=b"e")

    ended = ask(
        place,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND application_name = 'comity'",
    )

    assert len(ended) >= 4
    assert commit(houses[0], put("b"), entry=b"e") == 1
    assert content(houses[1], "b") == ["x"]


@pytest.mark.parametrize("committed", [True, False])
def test_after_a_connection_breaks_in_the_commit_the_rows_say_whether_it_stands(
    houses: tuple[House, House], *, committed: bool
) -> None:
    store = houses[0].database._storage.write
    assert isinstance(store, write.PostgresWriteStore)
    connection: Any = store._connection
    struck: list[str] = []

    class Breaking:
        """The connection, until it is to commit."""

        def __getattr__(self, name: str) -> object:
            return getattr(connection, name)

        def execute(self, text: str, *values: object, **how: object) -> object:
            if text == "COMMIT":
                struck.append(text)
                connection.execute("COMMIT" if committed else "ROLLBACK")
                connection.close()
                raise psycopg.OperationalError
            return connection.execute(text, *values, **how)

    store._connection = Breaking()  # type: ignore[assignment]
    future = houses[0].database.writer.commit(change_set(put("a"), entry=b"e"))

    assert struck == ["COMMIT"]
    if committed:
        assert future.result().ledger_sequence == 0
    else:
        assert isinstance(future.exception(), Unreachable)
    assert content(houses[1], "a") == (["x"] if committed else [])
    assert commit(houses[0], put("b"), entry=b"e") == (1 if committed else 0)
    assert root(houses[0]) == root(houses[1])


def test_a_process_that_stops_while_it_writes_holds_the_others_up_for_moments_only(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "_WRITER", "-c idle_in_transaction_session_timeout=200ms -c lock_timeout=20s")
    with open_house(tmp_path, shelf.METADATA, place=place) as house:
        stopped = write.PostgresWriteStore(place, house.database._storage._follower)  # type: ignore[attr-defined]
        begun = time.monotonic()
        with contextlib.suppress(psycopg.Error), stopped.writing():
            assert commit(house, put("a"), entry=b"e") == 0
            waited = time.monotonic() - begun

        assert waited < 5
        stopped.close()


def test_leases_are_shared_out_and_pass_on_from_who_renews_no_more(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE_S", 0.4)
    monkeypatch.setattr(leases, "_BELIEF_S", 0.3)
    names = [f"peer:{number}" for number in range(4)]
    changed: list[str] = []
    with open_house(tmp_path, shelf.METADATA, place=place):
        first, second = (
            Leases(place, name, lambda: names, lambda name=name: changed.append(name))  # type: ignore[misc]
            for name in ("first", "second")
        )
        first.renew()
        alone = [name for name in names if first.holds(name)]
        second.renew()  # says that it lives; what there is, is held
        first.renew()
        second.renew()
        shared = [[name for name in names if each.holds(name)] for each in (first, second)]

        # The first is stopped: it believes in nothing before the second takes over.
        deadline = time.monotonic() + 10
        while not all(second.holds(name) for name in names):
            assert time.monotonic() < deadline
            assert not any(first.holds(name) and second.holds(name) for name in names)
            second.renew()

    assert alone == names
    assert [len(each) for each in shared] == [2, 2]
    assert sorted(shared[0] + shared[1]) == names
    assert not any(first.holds(name) for name in names)
    assert set(changed) == {"first", "second"}
    for each in (first, second):
        each._drop()


def test_what_was_erased_is_gone_from_the_servers_tables(houses: tuple[House, House], postgres_server: Server) -> None:
    house, place = houses[0], houses[0].database._storage.place  # type: ignore[attr-defined]

    def holding() -> int:
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        ((path,),) = ask(place, "SELECT pg_relation_filepath('test_secret')")
        return (postgres_server.folder / "data" / str(path)).read_bytes().count(CANARY)

    commit(house, *(Insert(secret, {"id": str(number), "body": CANARY * 20}) for number in range(20)))
    before = holding()
    commit(house, *(Delete(secret, {"id": str(number)}) for number in range(10)))
    commit(house, *(Update(secret, {"id": str(number)}, {"body": None}) for number in range(10, 20)))

    done = house.database.erase_for_good()

    assert (before, done, holding()) == (400, True, 0)


def test_a_database_belongs_to_one_node(place: Place, tmp_path: Path) -> None:
    with open_house(tmp_path, shelf.METADATA, place=place):
        ask(place, "UPDATE store_head SET node = 'another' RETURNING 1")

    with pytest.raises(Refused) as refused, open_house(tmp_path, shelf.METADATA, place=place):
        pass

    assert refused.value.code == "store.other-node"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://comity:kanari@host/name", "node.database-password"),
        ("postgresql://host/name?password=kanari", "node.database-password"),
        ("sqlite:///name", "node.database-url"),
        ("postgresql://host", "node.database-url"),
    ],
)
def test_a_url_names_a_database_and_no_password(url: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        Place(url=url).check()

    assert refused.value.code == code
    assert "kanari" not in str(refused.value)


def test_a_server_that_cannot_be_reached_is_told_without_its_address(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as refused:
        connect.connect(Place(url=f"postgresql://kanari@/kanari?host={tmp_path}"))

    assert refused.value.code == "store.unreachable"
    assert "kanari" not in f"{refused.value} {refused.value.remedy} {refused.value.__context__ and ''}"
