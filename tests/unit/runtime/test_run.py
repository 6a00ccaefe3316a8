from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from comity.adapters.sql.tables import ledger_entry
from comity.core import codec
from comity.core.errors import BadInput, Conflict, NotFound, NotPermitted, NotSignedIn, Pending, Refused
from comity.core.operation import AnyOperation
from comity.core.ports import Work
from comity.core.time import Instant
from comity.core.vocabulary import Function, Purpose
from comity.runtime.records import Call
from comity.runtime.run import Runtime
from tests.support import shelf
from tests.support.house import House, actor, call, open_house

OFFICER = actor("FRA", "police-aux-frontieres", Function.ALERT_OFFICER)
GUARD = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE, name="synthetic-2")
DAY_US = 24 * 3600 * 1_000_000


def hold(work: Work, operation: AnyOperation, command: bytes) -> str:
    return f"held:{operation.name}"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, shelf.METADATA) as opened:
        yield opened


@pytest.fixture
def runtime(house: House) -> Iterator[Runtime]:
    opened = house.runtime(shelf.OPERATIONS, hold)
    yield opened
    opened.close()


def put(runtime: Runtime, content: str = "tea", **more: str) -> str:
    body = runtime.run(call("box.put", {"content": content}, **more), OFFICER).body
    return str(msgspec.json.decode(body)["id"])


def entries(house: House) -> list[dict[str, object]]:
    with house.works().open(OFFICER, Purpose.BORDERS) as work:
        rows = work.read(select(ledger_entry.c.entry).order_by(ledger_entry.c.sequence))
    return [msgspec.json.decode(row.entry) for row in rows]


def boxes(house: House) -> dict[str, str]:
    with house.works().open(OFFICER, Purpose.BORDERS) as work:
        return {row.id: row.content for row in work.read(select(shelf.box))}


def test_an_answer_comes_after_the_rows_and_the_ledger_entry_stand(house: House, runtime: Runtime) -> None:
    made = put(runtime)

    assert boxes(house) == {made: "tea"}
    assert [(e["operation"], e["outcome"], e["user"]) for e in entries(house)] == [("box.put", "done", OFFICER.user)]


def test_a_repeated_request_gets_the_same_answer_and_acts_once(house: House, runtime: Runtime) -> None:
    asked = call("box.put", {"content": "tea"})

    first, second = runtime.run(asked, OFFICER), runtime.run(asked, OFFICER)

    assert second.body == first.body
    assert (first.replayed, second.replayed) == (False, True)
    assert len(boxes(house)) == len(entries(house)) == 1


def test_a_request_id_used_for_another_act_is_a_conflict(runtime: Runtime) -> None:
    put(runtime, "tea", request_id="request-one")

    with pytest.raises(Conflict) as refused:
        put(runtime, "coffee", request_id="request-one")

    assert refused.value.code == "request-id.reused"


def test_a_request_id_is_free_again_after_a_day(house: House, runtime: Runtime) -> None:
    put(runtime, "tea", request_id="request-one")

    house.clock.move(DAY_US + 1)
    put(runtime, "coffee", request_id="request-one")

    assert sorted(boxes(house).values()) == ["coffee", "tea"]


def test_one_request_raced_by_many_threads_acts_once(house: House, runtime: Runtime) -> None:
    asked = call("box.put", {"content": "tea"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: runtime.run(asked, OFFICER).body, range(40)))

    assert len(set(answers)) == 1
    assert len(boxes(house)) == 1


def test_changes_raced_on_one_record_all_arrive(house: House, runtime: Runtime) -> None:
    made = put(runtime, "")
    asked = [call("box.refill", {"id": made, "content": sign}, purpose="borders") for sign in "abcdefgh"]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: runtime.run(one, OFFICER), asked))

    assert sorted(boxes(house)[made]) == list("abcdefgh")


def test_a_refusal_leaves_no_change_and_stands_in_the_ledger_with_its_reasons(house: House, runtime: Runtime) -> None:
    with pytest.raises(Refused) as refused:
        put(runtime, "contraband")

    assert refused.value.code == "box.contraband"
    assert boxes(house) == {}
    assert [(e["outcome"], e["reasons"]) for e in entries(house)] == [("refused", ["box.contraband", "CONTRABAND"])]


def test_what_is_not_permitted_is_refused_and_entered(house: House, runtime: Runtime) -> None:
    with pytest.raises(NotPermitted):
        runtime.run(call("box.put", {"content": "tea"}), GUARD)

    assert boxes(house) == {}
    assert [(e["outcome"], e["reasons"]) for e in entries(house)] == [("refused", ["permission.missing"])]


def test_nobody_gets_nothing_and_leaves_no_trace(house: House, runtime: Runtime) -> None:
    nobody = msgspec.structs.replace(OFFICER, signed_in=False, permissions=frozenset())

    with pytest.raises(NotSignedIn):
        runtime.run(call("box.put", {"content": "tea"}), nobody)

    assert entries(house) == []


def test_an_act_for_two_persons_is_held_and_the_same_request_stays_held(house: House, runtime: Runtime) -> None:
    asked = call("box.bless", {"id": put(runtime)})

    held = []
    for _ in range(2):
        with pytest.raises(Pending) as pending:
            runtime.run(asked, OFFICER)
        held.append(pending.value.approval)

    assert held == ["held:box.bless", "held:box.bless"]
    assert list(boxes(house).values()) == ["tea"]
    assert [e["outcome"] for e in entries(house)] == ["done", "pending"]


def test_an_act_for_two_persons_that_is_impossible_is_refused_at_once_and_not_held(
    house: House, runtime: Runtime
) -> None:
    made = put(runtime, "cursed")

    with pytest.raises(Refused) as refused:
        runtime.run(call("box.bless", {"id": made}), OFFICER)

    assert refused.value.code == "box.beyond-help"
    assert list(boxes(house).values()) == ["cursed"]
    assert [e["outcome"] for e in entries(house)] == ["done", "refused"]
    assert entries(house)[-1]["reasons"] == ["box.beyond-help"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Call(operation="box.burn", command=b"{}"), "operation.unknown"),
        (Call(operation="box.put", command=b'{"content":"x"}'), "request-id.malformed"),
        (Call(operation="box.put", command=b'{"content":"x"}', request_id="short"), "request-id.malformed"),
        (call("box.refill", {"id": "a", "content": "b"}), "purpose.missing"),
        (call("box.put", {"content": "b"}, purpose="police"), "purpose.not-allowed"),
    ],
)
def test_a_malformed_call_is_refused_with_its_code_and_leaves_no_trace(
    house: House, runtime: Runtime, asked: Call, code: str
) -> None:
    with pytest.raises((BadInput, NotFound)) as refused:
        runtime.run(asked, OFFICER)

    assert refused.value.code == code
    assert entries(house) == []


def test_unknown_fields_of_a_command_are_refused_with_their_path(runtime: Runtime) -> None:
    with pytest.raises(BadInput) as refused:
        runtime.run(call("box.put", {"content": "tea", "colour": "green"}), OFFICER)

    assert "colour" not in str(refused.value.message) or refused.value.problems


def test_legal_time_moves_only_where_it_may(house: House) -> None:
    moved = msgspec.structs.replace(call("box.put", {"content": "tea"}), at=Instant(0))
    production = house.runtime(shelf.OPERATIONS, hold, may_move_time=False)

    with pytest.raises(NotPermitted) as refused:
        production.run(moved, OFFICER)
    exercise = house.runtime(shelf.OPERATIONS, hold, may_move_time=True)
    exercise.run(moved, OFFICER)
    production.close()
    exercise.close()

    assert refused.value.code == "time.fixed"
    assert entries(house)[-1]["at"] == 0
    assert entries(house)[-1]["recorded_at"] == house.clock.now()


def test_a_read_is_entered_in_the_ledger_too(house: House, runtime: Runtime) -> None:
    made = put(runtime)

    runtime.run(Call(operation="box.show", command=codec.encode({"id": made})), OFFICER)

    assert [e["operation"] for e in entries(house)] == ["box.put", "box.show"]


def test_an_act_that_cannot_be_written_is_not_acknowledged(house: House, runtime: Runtime) -> None:
    house.database.writer.close()

    with pytest.raises(Exception, match=r"stopping") as failed:
        put(runtime)

    assert getattr(failed.value, "code", None) == "store.closed"
