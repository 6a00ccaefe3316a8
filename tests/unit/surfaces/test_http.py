"""The HTTP surface: what it lets through, what it refuses and how it says so."""

from __future__ import annotations

import io
import json

import httpx2 as httpx
import msgspec
import pytest

from comity.core.errors import BadInput, ComityError, Conflict, Defect, NotFound, NotPermitted, Pending, Refused
from comity.core.errors import Unreachable as NoAnswer
from comity.surfaces.http.app import make_app
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.metrics import Metrics
from comity.surfaces.http.problems import failure_of
from comity.surfaces.http.settings import HttpSettings
from tests.support.browse import Client
from tests.support.fake_runtime import TOKEN, FakeRuntime, Respond, StillClock, authenticate
from tests.support.sample_room import CATALOGUE, Colour, NoteList, NoteRef, NoteSummary, SessionOpened

SIGNED_IN = {"authorization": f"Bearer {TOKEN}"}
WRITE = {
    "command": {"person": {"surname": "TESTPERSON"}, "colour": "red"},
    "request_id": "attempt-1",
    "purpose": "police",
}


class Node:
    """A node's HTTP surface over a fake runtime."""

    def __init__(self, respond: dict[str, Respond] | None = None, **settings: object) -> None:
        notes = NoteList(notes=(NoteSummary(note="n1", colour=Colour.RED, copies=2),))
        self.runtime = FakeRuntime(
            CATALOGUE,
            {
                "note.write": lambda _: NoteRef(note="n1"),
                "note.list": lambda _: notes,
                "session.open": lambda _: SessionOpened(token=TOKEN, account="officer"),
            }
            | (respond or {}),
        )
        given: dict[str, object] = {
            "node": "n0de",
            "party": "FRA",
            "profile": "exercise",
            "secret": b"s" * 32,
            "clock": StillClock(),
            "secure": False,
        }
        self.settings = HttpSettings(**(given | settings))  # type: ignore[arg-type]  # by name, as each test says
        self.log = io.StringIO()
        self.caller = Caller(self.runtime, authenticate, self.settings, Metrics(self.settings.writer_queue))
        self.client = Client(make_app(self.caller, self.settings, log_stream=self.log))

    def write(self, **changes: object) -> httpx.Response:
        return self.client.post("/v1/note/write", json=WRITE | changes, headers=SIGNED_IN)


def raising(error: ComityError) -> dict[str, Respond]:
    def respond(_: object) -> msgspec.Struct:
        raise error

    return {"note.write": respond}


def test_an_operation_is_a_post_and_its_result_comes_with_a_trace() -> None:
    node = Node()

    answer = node.write()

    assert answer.status_code == 200
    assert answer.json() == {"result": {"note": "n1"}, "trace": answer.headers["trace-id"], "profile": "exercise"}
    (call, actor), *_ = node.runtime.calls
    assert (call.operation, call.request_id, call.purpose, actor.account) == (
        "note.write",
        "attempt-1",
        "police",
        "officer",
    )


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInput("date.unreal", "No such day.", field="$.person.born"), 422),
        (NotFound("note.unknown", "There is no such note."), 404),
        (Refused("agreement.purpose-not-covered", "No clause covers it.", reasons=("PURPOSE", "ROLE")), 422),
        (Conflict("note.version", "The note moved on."), 409),
        (Pending("ap1"), 202),
        (NotPermitted("permission.missing", "Your functions do not cover this."), 403),
        (NoAnswer("peer.silent", "The peer does not answer."), 503),
        (Refused("session.too-many", "Too many attempts."), 429),
        (Defect("house.defect", "A mistake of ours."), 500),
    ],
)
def test_each_error_of_the_house_has_one_status_and_tells_itself_in_full(error: ComityError, status: int) -> None:
    answer = Node(raising(error)).write()

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert (document["status"], document["code"], document["detail"]) == (status, error.code, error.message)
    assert document["type"] == f"urn:comity:problem:{error.code}"
    assert document["instance"] == "/v1/note/write"
    assert document["trace"] == answer.headers["trace-id"]
    assert failure_of(answer.content).kind == type(error).__name__


def test_a_place_in_the_command_is_told_as_a_place_in_the_body() -> None:
    answer = Node().write(command={"person": {"surname": 7}, "colour": "red"})

    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == ["$.command.person.surname"]


def test_a_missing_request_id_is_a_place_beside_the_command() -> None:
    answer = Node().write(request_id=None)

    assert [problem["field"] for problem in answer.json()["problems"]] == ["$.request_id"]


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "codec.truncated"),
        (b'{"command":{},"command":{}}', "application/json", 400, "codec.duplicate-key"),
        (b"\xff", "application/json", 400, "codec.not-utf8"),
        (b"[]", "application/json", 422, "codec.wrong-type"),
        (b'{"command":{},"extra":1}', "application/json", 422, "codec.unknown-field"),
        (b"{}", "text/plain", 415, "http.content-type"),
        (b"{}", "application/json; charset=latin-1", 415, "http.content-type"),
        (b" " * 5000, "application/json", 413, "http.body-too-large"),
    ],
)
def test_a_body_that_is_not_strict_json_of_the_right_size_is_refused(
    content: bytes, kind: str, status: int, code: str
) -> None:
    node = Node(max_body_bytes=4096)

    answer = node.client.post("/v1/note/list", content=content, headers=SIGNED_IN | {"content-type": kind})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert node.runtime.calls == []


def test_nobody_is_told_to_sign_in_and_raises_one_counter() -> None:
    node = Node()

    answer = node.client.post("/v1/note/list", json={"command": {}})
    stale = node.client.post("/v1/note/list", json={"command": {}}, headers={"authorization": "Bearer old"})
    basic = node.client.post("/v1/note/list", json={"command": {}}, headers={"authorization": "Basic eA=="})

    assert [answer.status_code, stale.status_code, basic.status_code] == [401, 401, 401]
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "comity_not_signed_in_total 2" in node.client.get("/metrics").text


def test_counters_name_operations_and_outcomes_and_the_writer_queue() -> None:
    node = Node(raising(Refused("rule.x", "A rule.")), writer_queue=lambda: 3)
    node.write()
    node.client.post("/v1/note/list", json={"command": {}}, headers=SIGNED_IN)

    text = node.client.get("/metrics").text

    assert 'comity_calls_total{operation="note.list",outcome="done"} 1' in text
    assert 'comity_calls_total{operation="note.write",outcome="Refused"} 1' in text
    assert "comity_writer_queue 3" in text


def test_an_unknown_address_or_method_is_a_typed_problem() -> None:
    node = Node()

    nowhere = node.client.post("/v1/note/burn", json={})
    get = node.client.get("/v1/note/list")

    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "http.path")
    assert (get.status_code, get.json()["code"], get.headers["allow"]) == (405, "http.method", "POST")


def test_a_host_name_that_is_not_ours_is_refused() -> None:
    answer = Node(hosts=("127.0.0.1:8000",)).client.get("/health")

    assert (answer.status_code, answer.json()["code"]) == (421, "http.host")


def test_too_many_waiting_calls_are_told_to_come_back() -> None:
    answer = Node(threads=1, waiting=-1).write()

    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "http.too-busy", "2")


def test_a_defect_is_told_without_its_message_and_logged_without_data() -> None:
    def respond(_: object) -> msgspec.Struct:
        message = "value TESTPERSON is odd"
        raise RuntimeError(message)

    node = Node({"note.list": respond})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeRuntime, "start", lambda *_: respond(None))
        answer = node.client.post("/v1/note/list", json={"command": {}}, headers=SIGNED_IN)

    assert (answer.status_code, answer.json()["code"]) == (500, "http.defect")
    assert "TESTPERSON" not in answer.text + node.log.getvalue()
    assert "RuntimeError" in node.log.getvalue()


def test_the_access_log_names_the_operation_and_holds_no_query_or_body() -> None:
    node = Node()
    node.write()
    node.client.get("/v1?surname=TESTPERSON")

    lines = [json.loads(line) for line in node.log.getvalue().splitlines()]

    assert [line["operation"] for line in lines] == ["note.write", "index"]
    assert all(set(line) == {"at", "event", "operation", "status", "trace", "ms"} for line in lines)
    assert "TESTPERSON" not in node.log.getvalue()


@pytest.mark.parametrize("path", ["/v1", "/health", "/metrics", "/openapi.json", "/nowhere"])
def test_every_answer_carries_the_security_headers(path: str) -> None:
    headers = Node().client.get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_the_description_holds_each_operation_with_its_rules() -> None:
    described = Node().client.get("/openapi.json").json()

    post = described["paths"]["/v1/note/write"]["post"]
    envelope = post["requestBody"]["content"]["application/json"]["schema"]
    assert envelope["required"] == ["command", "request_id", "purpose"]
    assert envelope["properties"]["purpose"] == {"enum": ["borders", "police"]}
    assert envelope["properties"]["command"] == {"$ref": "#/components/schemas/WriteNote"}
    assert {"200", "202", "401", "422", "503"} <= set(post["responses"])
    assert described["paths"]["/v1/session/open"]["post"]["security"] == [{}]
    assert described["components"]["schemas"]["WriteNote"]["additionalProperties"] is False


def test_schemathesis_reads_the_description_as_valid() -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="the development dependencies are not installed")
    described = Node().client.get("/openapi.json").json()

    schema = schemathesis.openapi.from_dict(described)

    assert schema.validate() is None
    assert sum(1 for _ in schema.get_all_operations()) == len(CATALOGUE) + 4


@pytest.mark.parametrize(("profile", "marked"), [("exercise", True), ("production", False)])
def test_every_answer_says_whether_the_data_are_synthetic(profile: str, marked: bool) -> None:
    node = Node(profile=profile)

    done, lost = node.write(), node.client.get("/v1/no/such")
    described = node.client.get("/openapi.json").json()

    assert [answer.headers["comity-profile"] for answer in (done, lost)] == [profile, profile]
    assert ("profile" in done.json()) is marked
    assert described["info"]["x-profile"] == profile
    assert ("EXERCISE" in described["info"]["description"]) is marked
    body = described["paths"]["/v1/note/write"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert ("profile" in body["required"]) is marked
