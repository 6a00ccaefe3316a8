"""`POST /match/{dataset}`: a search of the house in the shape that users of yente know."""

from __future__ import annotations

import httpx2 as httpx
import pytest

from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.operation import Catalogue
from comity.crossings import matching
from comity.crossings.finding_records import Evidence
from comity.crossings.match_records import MatchedPersons, MatchPersons, PersonMatch, PersonMatches
from comity.crossings.operations import make_operations
from comity.crossings.records import Outcome, Sentence
from comity.crossings.told_records import Fact
from comity.screening import SimpleIndex
from comity.screening.records import Band, Line, Weighed
from tests.support.fake_runtime import TOKEN
from tests.unit.surfaces.test_http import Node

SIGNED_IN = {"authorization": f"Bearer {TOKEN}"}
PLACE = {"direction": "entry", "lane": "third-country", "crossing_point": "frcqf-1"}
ERIKA = {"schema": "Person", "properties": {"name": ["Erika Mustermann"], "birthDate": "1970-03-04"}}
WEIGHED = Weighed(
    evidence_mbit=25_500,
    prior_mbit=-24_500,
    probability_ppm=666_667,
    band=Band.SECOND_LINE,
    lines=(Line(code="name.base", weight_mbit=11_000), Line(code="birth-date.same-date", weight_mbit=14_500)),
    persons=2048,
    model="1",
)


def found(kind: str, name: str) -> PersonMatch:
    return PersonMatch(
        alert=RecordRef(kind=kind, id=f"01{name}", version=1),
        owner=Owner(party="DEU", authority="bundespolizei"),
        category="REF",
        check=RecordId("check-1"),
        action=Sentence(code="synthetic", text="synthetic"),
        must_not_show=False,
        evidence=(Evidence(field="name", grade="exact"),),
        facts=(Fact(field="name", values=(name,)), Fact(field="birth_date", values=("1970-03-04",))),
        weighed=WEIGHED,
    )


def answer(command: MatchPersons) -> MatchedPersons:
    told = tuple(
        PersonMatches(
            key=query.key,
            outcome=Outcome.POSSIBLE,
            matches=(found("alert", "Mustermann, Erika"), found("listing", "Musterman, Erica")),
            total=2,
        )
        for query in command.queries
    )
    return MatchedPersons(queries=told, model="1")


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Node:
    operations = make_operations(SimpleIndex())
    catalogue = Catalogue((*operations, *matching.make_operations(operations[0])))
    monkeypatch.setattr("tests.unit.surfaces.test_http.CATALOGUE", catalogue)
    return Node({"crossing.match": answer})


def ask(node: Node, dataset: str = "default", parameters: str = "purpose=borders", **queries: object) -> httpx.Response:
    return node.client.post(f"/match/{dataset}?{parameters}", json={"queries": queries, **PLACE}, headers=SIGNED_IN)


def test_a_person_is_answered_with_score_match_and_features_that_add_up(node: Node) -> None:
    told = ask(node, q1=ERIKA).json()

    one = told["responses"]["q1"]
    assert (one["status"], one["total"], told["limit"]) == (200, {"value": 2, "relation": "eq"}, 5)
    first = one["results"][0]
    assert first["caption"] == "Mustermann, Erika"
    assert first["properties"] == {"name": ["Mustermann, Erika"], "birthDate": ["1970-03-04"]}
    assert (first["score"], first["match"], first["band"]) == (0.666667, True, "second-line")
    assert sum(first["features"].values()) == first["evidence_bits"] == 25.5
    assert set(told["matcher"]) == {"name.base", "birth-date.same-date"}
    assert first["datasets"] == ["alerts", "DEU"]


def test_the_search_is_put_as_any_other_with_purpose_and_place(node: Node) -> None:
    ask(node, q1=ERIKA)

    ((call, actor),) = node.runtime.calls
    assert (call.operation, call.purpose, actor.account) == ("crossing.match", "borders", "officer")
    (command,) = node.runtime.commands("crossing.match")
    assert isinstance(command, dict)
    assert command["queries"] == [
        {"key": "0", "person": {"names": ["Erika Mustermann"], "birth_dates": ["1970-03-04"]}}
    ]
    assert (command["direction"], command["crossing_point"]) == ("entry", "frcqf-1")


@pytest.mark.parametrize("dataset", ["alerts", "listings"])
def test_a_dataset_is_asked_for_and_not_sifted_from_the_first_few(node: Node, dataset: str) -> None:
    ask(node, dataset, "purpose=borders&limit=1", q1=ERIKA)

    (command,) = node.runtime.commands("crossing.match")
    assert isinstance(command, dict)
    assert (command["dataset"], command["limit"]) == (dataset, 1)


def test_a_threshold_of_the_caller_decides_what_counts_as_a_match(node: Node) -> None:
    one = ask(node, parameters="purpose=borders&threshold=0.7", q1=ERIKA).json()["responses"]["q1"]

    assert [result["match"] for result in one["results"]] == [False, False]


def test_what_is_no_person_is_said_in_its_place_and_the_others_are_asked(node: Node) -> None:
    ship = {"schema": "Vessel", "properties": {"name": ["Synthetic"]}}

    told = ask(node, ship=ship, q1=ERIKA).json()["responses"]

    assert (told["ship"]["status"], told["ship"]["results"]) == (422, [])
    assert told["ship"]["problems"][0]["code"] == "entity.not-a-person"
    assert told["q1"]["status"] == 200


@pytest.mark.parametrize(
    ("dataset", "parameters", "status", "code"),
    [
        ("nowhere", "purpose=borders", 404, "match.dataset"),
        ("default", "purpose=borders&limit=0", 422, "match.limit"),
        ("default", "purpose=borders&limit=many", 422, "match.limit"),
        ("default", "purpose=borders&threshold=2", 422, "match.threshold"),
        ("default", "purpose=borders&threshold=nan", 422, "match.threshold"),
        ("default", "purpose=borders&threshold=x", 422, "match.threshold"),
    ],
)
def test_what_cannot_be_meant_is_refused(node: Node, dataset: str, parameters: str, status: int, code: str) -> None:
    refused = ask(node, dataset, parameters, q1=ERIKA)

    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_nobody_is_searched_for_by_a_stranger(node: Node) -> None:
    refused = node.client.post("/match/default?purpose=borders", json={"queries": {"q1": ERIKA}, **PLACE})

    assert (refused.status_code, refused.json()["code"]) == (401, "session.none")


def test_the_call_is_described(node: Node) -> None:
    described = node.client.get("/openapi.json").json()["paths"]["/match/{dataset}"]["post"]

    assert described["parameters"][0]["schema"] == {"enum": ["default", "alerts", "listings"]}


def test_a_key_of_the_callers_comes_back_as_it_was_given(node: Node) -> None:
    keys = ("e\N{COMBINING ACUTE ACCENT}", "\N{LATIN SMALL LETTER E WITH ACUTE}", " ", "\N{ZERO WIDTH JOINER}")

    queries: dict[str, object] = dict.fromkeys(keys, ERIKA)
    told = node.client.post("/match/default?purpose=borders", json={"queries": queries, **PLACE}, headers=SIGNED_IN)

    assert set(told.json()["responses"]) == set(keys)
