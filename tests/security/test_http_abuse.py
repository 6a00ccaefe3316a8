"""What a real node says to bytes that nobody sane would send: a refusal with its reason, never a mistake of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from comity.core.vocabulary import Function
from comity.exercise.federation import Member
from tests.support.live import BUREAU, Answered, ask, one_node, post, raw

ENTER = "/v1/alert/enter"
JSON = {"Content-Type": "application/json"}
LIMIT = 1 << 20


@dataclass
class Target:
    member: Member
    token: str
    read: int = 0

    @property
    def url(self) -> str:
        return self.member.node.url

    @property
    def head(self) -> bytes:
        host = self.url.removeprefix("http://")
        return f"POST {ENTER} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {self.token}\r\n".encode()

    def lives(self) -> bool:
        """Whether it still answers, and logged no mistake of its own."""
        answers = ask(self.url, "GET", "/health").status == 200
        log = self.member.node.log.read_text("utf-8")[self.read :]
        self.read += len(log)
        return answers and "defect" not in log and "Traceback" not in log


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with one_node(tmp_path_factory.mktemp("abuse")) as member:
        officer = member.staff.hire("officer-1", BUREAU, Function.ALERT_OFFICER)
        yield Target(member, officer.client.token or "")


def is_refusal(answer: Answered) -> bool:
    """Whether this is a client's error told as a problem document that says which."""
    problem = msgspec.json.decode(answer.body)
    right = answer.headers["content-type"] == "application/problem+json"
    told = right and bool(problem["code"] and problem["detail"])
    return told and 400 <= answer.status < 500 and problem["status"] == answer.status


def test_every_text_of_the_json_test_suite_is_refused_and_breaks_nothing(target: Target, comity_data: Path) -> None:
    files = sorted((comity_data / "data/product/jsontestsuite").rglob("*.json"))
    assert len(files) > 300

    wrong = [file.name for file in files if not is_refusal(post(target.url, ENTER, file.read_bytes(), target.token))]

    assert wrong == []
    assert target.lives()


def test_the_same_texts_inside_a_command_are_refused_too(target: Target, comity_data: Path) -> None:
    files = sorted((comity_data / "data/product/jsontestsuite").rglob("n_*.json"))
    wrapped = [
        b'{"request_id":"%032d","purpose":"police","command":%b}' % (n, f.read_bytes()) for n, f in enumerate(files)
    ]

    wrong = [
        file.name
        for file, body in zip(files, wrapped, strict=True)
        if not is_refusal(post(target.url, ENTER, body, target.token))
    ]

    assert wrong == []
    assert target.lives()


REQUESTS: dict[str, tuple[str, str, bytes | None, dict[str, str]]] = {
    "another method": ("GET", ENTER, None, {}),
    "a method nobody knows": ("BREW", ENTER, None, {}),
    "a path with dots": ("POST", "/v1/../v1/alert/enter", b"{}", JSON),
    "a path with encoded dots": ("GET", "/static/%2e%2e/%2e%2e/etc/passwd", None, {}),
    "a path with an encoded slash": ("GET", "/static/..%2f..%2fconfig.json", None, {}),
    "a path with a null byte": ("GET", "/static/comity.css%00.png", None, {}),
    "a path of bytes that are no UTF-8": ("GET", "/%ff%fe", None, {}),
    "a very long path": ("GET", "/" + "a" * 20_000, None, {}),
    "a closing slash": ("POST", ENTER + "/", b"{}", JSON),
    "no content type": ("POST", ENTER, b"{}", {}),
    "a form": ("POST", ENTER, b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}),
    "another charset": ("POST", ENTER, b"{}", {"Content-Type": "application/json; charset=utf-16"}),
    "a compressed body": ("POST", ENTER, b"{}", {**JSON, "Content-Encoding": "gzip"}),
    "no body": ("POST", ENTER, b"", JSON),
    "a list": ("POST", ENTER, b"[]", JSON),
    "deep nesting": ("POST", ENTER, b'{"command":' * 5000 + b"{}" + b"}" * 5000, JSON),
    "a number beyond all bounds": ("POST", ENTER, b'{"command":{"version":' + b"9" * 5000 + b"}}", JSON),
    "a body over the limit": ("POST", ENTER, b'{"command":"' + b"a" * LIMIT + b'"}', JSON),
    "a token with spaces": ("POST", ENTER, b"{}", {**JSON, "Authorization": "Bearer a b c"}),
    "another scheme": ("POST", ENTER, b"{}", {**JSON, "Authorization": "Basic YTpi"}),
    "a stranger's host": ("GET", "/health", None, {"Host": "evil.example"}),
    "a cookie of nonsense": ("GET", "/alerts", None, {"Cookie": "session=\xff\xfe; ; =;=", "Accept": "*/*"}),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_an_impossible_request_is_refused_with_its_reason(target: Target, name: str) -> None:
    method, path, body, headers = REQUESTS[name]
    if method == "POST" and "Authorization" not in headers:
        headers = {**headers, "Authorization": f"Bearer {target.token}"}

    answer = ask(target.url, method, path, body, headers)

    if name == "a cookie of nonsense":
        assert answer.status in {303, 401}, "a page sends whoever is not signed in to the door"
    elif name == "a very long path":
        assert 400 <= answer.status < 500, "the server itself ends it before it is a request of ours"
    else:
        assert is_refusal(answer), (answer.status, answer.body[:200])
    assert target.lives()


BROKEN: dict[str, bytes] = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "an endless header": b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    "many headers": b"GET /health HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    "a header with a null": b"GET /health HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a negative length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "length and chunks": b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk that is none": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a folded header": b"GET /health HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
    "no host": b"GET /health HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_request_is_ended_and_harms_nobody(target: Target, name: str) -> None:
    answer = raw(target.url, BROKEN[name])

    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:200]
    assert target.lives()


CHUNKS = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "a target": (b"GET /", b"a"),
    "a field": (b"GET / HTTP/1.1\r\nX: ", b"a"),
    "fields": (b"GET /health HTTP/1.1\r\n", b"X: y\r\n"),
    "an extension of a chunk": (CHUNKS + b"5;", b"a"),
    "fields behind the body": (CHUNKS + b"1\r\na\r\n0\r\n", b"X: y\r\n"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_refused_with_its_reason(target: Target, name: str) -> None:
    begun, piece = ENDLESS[name]

    answer = raw(target.url, begun + piece * (400_000 // len(piece)))

    assert b"HTTP/1.1 400" in answer
    assert msgspec.json.decode(answer.rpartition(b"\r\n\r\n")[2])["code"] == "http.malformed"
    assert target.lives()


def test_bodies_that_end_early_or_never_harm_nobody(target: Target) -> None:
    head = target.head + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    host, _, port = target.url.removeprefix("http://").partition(":")

    cut = raw(target.url, head + b'{"command":')
    waiting = [socket.create_connection((host, int(port)), timeout=5) for _ in range(60)]
    for connection in waiting:
        connection.sendall(head + b"{")

    assert cut == b"" or not cut.startswith(b"HTTP/1.1 5")
    assert target.lives(), "sixty callers who never finish hold up nobody else"
    for connection in waiting:
        connection.close()
    assert target.lives()


def test_a_body_over_the_limit_without_a_stated_length_is_cut_off(target: Target) -> None:
    head = target.head + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"

    answer = raw(target.url, head + chunk * 18 + b"0\r\n\r\n")

    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")
    assert target.lives()
