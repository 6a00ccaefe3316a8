"""`POST /gate`: one word for automatic gates, at the next half second, whatever was behind it."""

from __future__ import annotations

import asyncio

import httpx2 as httpx
import pytest

from comity.core.errors import ComityError, NotPermitted, Refused, Unreachable
from comity.core.ids import RecordId
from comity.core.operation import Catalogue
from comity.crossings import gates
from comity.crossings.gates import GateAnswer, GateWord, PassGate
from comity.crossings.operations import make_operations
from comity.screening import SimpleIndex
from comity.surfaces.http.calls import SLOTS_S
from tests.support.fake_runtime import TOKEN
from tests.unit.surfaces.test_http import Node

SIGNED_IN = {"authorization": f"Bearer {TOKEN}"}
PASSAGE = RecordId("01hzzzzzzzzzzzzzzzzzzzzz01")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the route waited for its slot; nobody waits in these tests."""
    waited: list[float] = []

    async def note(begun: float, slot: float) -> None:
        assert begun <= asyncio.get_running_loop().time()
        waited.append(slot)

    monkeypatch.setattr("comity.surfaces.http.gate.until_slot", note)
    monkeypatch.setattr("comity.surfaces.http.calls.until_slot", note)
    return waited


def node_that(monkeypatch: pytest.MonkeyPatch, told: GateAnswer | ComityError) -> Node:
    operations = make_operations(SimpleIndex())
    catalogue = Catalogue((*operations, *gates.make_operations(operations[0])))
    monkeypatch.setattr("tests.unit.surfaces.test_http.CATALOGUE", catalogue)

    def answer(_command: PassGate) -> GateAnswer:
        if isinstance(told, ComityError):
            raise told
        return told

    return Node({"crossing.pass-gate": answer})


def ask(node: Node, body: object, headers: dict[str, str] | None = None) -> httpx.Response:
    return node.client.post("/gate", json=body, headers=SIGNED_IN if headers is None else headers)


@pytest.mark.parametrize("word", GateWord)
def test_the_word_and_the_number_of_the_check_are_told_in_a_slot(
    monkeypatch: pytest.MonkeyPatch, waits: list[float], word: GateWord
) -> None:
    node = node_that(monkeypatch, GateAnswer(answer=word, passage=PASSAGE))

    told = ask(node, {"zone": "P<SYNTHETIC"})

    assert (told.status_code, told.json()) == (200, {"answer": word.value, "passage": PASSAGE})
    assert waits == [SLOTS_S["crossing.pass-gate"]]


@pytest.mark.parametrize(
    "error",
    [Refused("synthetic.no", "Synthetic."), Unreachable("http.too-busy", "Synthetic.")],
    ids=["refused", "busy"],
)
def test_whatever_fails_is_an_officers_in_the_same_length_and_slots(
    monkeypatch: pytest.MonkeyPatch, waits: list[float], error: ComityError
) -> None:
    told = ask(node_that(monkeypatch, error), {"zone": "P<SYNTHETIC"})
    discreet = ask(
        node_that(monkeypatch, GateAnswer(answer=GateWord.TO_OFFICER, passage=PASSAGE)), {"zone": "P<SYNTHETIC"}
    )

    assert (told.status_code, told.json()["answer"]) == (200, "to-officer")
    assert len(told.content) == len(discreet.content)
    assert len(waits) == 2


def test_a_zone_that_is_none_is_an_officers_too(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    node = node_that(monkeypatch, GateAnswer(answer=GateWord.OPEN, passage=PASSAGE))

    told = ask(node, {"zone": "x" * 100_000})

    assert (told.status_code, told.json()["answer"], len(waits)) == (200, "to-officer", 1)
    assert node.runtime.calls == []


@pytest.mark.parametrize(
    ("body", "headers", "error", "status"),
    [
        ({"zone": "P<", "colour": "red"}, SIGNED_IN, None, 422),
        ({"zone": "P<"}, {}, None, 401),
        ({"zone": "P<"}, SIGNED_IN, NotPermitted("synthetic.right", "Synthetic."), 403),
    ],
    ids=["unknown-field", "no-session", "no-right"],
)
def test_what_has_nothing_to_do_with_the_person_is_an_error_of_the_gate_in_a_slot(
    monkeypatch: pytest.MonkeyPatch,
    waits: list[float],
    body: dict[str, str],
    headers: dict[str, str],
    error: ComityError | None,
    status: int,
) -> None:
    node = node_that(monkeypatch, error or GateAnswer(answer=GateWord.OPEN, passage=PASSAGE))

    told = ask(node, body, headers)

    assert (told.status_code, len(waits)) == (status, 1)


def test_the_call_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    node = node_that(monkeypatch, GateAnswer(answer=GateWord.OPEN, passage=PASSAGE))

    assert "post" in node.client.get("/openapi.json").json()["paths"]["/gate"]


@pytest.mark.parametrize("told", [GateAnswer(answer=GateWord.OPEN, passage=PASSAGE), Unreachable("x.y", "Away.")])
def test_the_same_operation_called_like_any_other_is_answered_in_a_slot_too(
    monkeypatch: pytest.MonkeyPatch, waits: list[float], told: GateAnswer | ComityError
) -> None:
    node = node_that(monkeypatch, told)

    node.client.post(
        "/v1/crossing/pass-gate",
        json={"command": {"zone": "P<SYNTHETIC"}, "purpose": "borders", "request_id": "gate-1"},
        headers=SIGNED_IN,
    )

    assert waits == [SLOTS_S["crossing.pass-gate"]]
