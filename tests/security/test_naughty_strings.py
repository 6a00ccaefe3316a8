"""Strings that have broken other programs: refused with a typed problem that does not repeat them, or kept unharmed.

Kept means: NFC without outer white space in the field, and where that changed anything, the original as it came.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unicodedata import is_normalized, normalize

import msgspec
import pytest

from comity.core.door import Original, read_command
from comity.core.errors import BadInput
from comity.core.operation import AnyOperation
from comity.core.vocabulary import PERMISSIONS, Function
from comity.exercise.people import WANTED
from tests.support.live import ask, one_node, people
from tests.support.samples import Place, text_places
from tools.manifest import catalogue

pytestmark = pytest.mark.timeout(300)

OUR_OWN: Final = (
    "",
    " ",
    "\u3000",
    "Mu\u0308ller",
    " Mu\u0308ller\u00a0",
    "\u212bngstro\u0308m",
    "\u1100\u1161\u11a8",
    "q\u0307\u0323",
    "a\u202eb",
    "a\u2066b\u2069",
    "\u200b",
    "\ufeff",
    "a\u200db",
    "\x00",
    "a\x1b[31mb",
    "\x7f",
    "\u0085",
    "\u2028",
    "\ufdd0",
    "\U0001ffff",
    "\U0001f469\u200d\U0001f4bb",
    "../../etc/passwd",
    "x" * 10_000,
    "e\u0301" * 10_000,
    "\u00e9" * 100_000,
)
"""What the list does not have: composition, controls, direction, joiners, noncharacters, length."""
_QUOTED_FROM: Final = 7
"""Shorter texts may stand in a message by chance."""
_LONG: Final = 5_000
_ENDS_THE_SESSION: Final = frozenset({"session.close", "account.set-password", "account.disable"})


@pytest.fixture(scope="module")
def strings(comity_data: Path) -> tuple[str, ...]:
    listed = json.loads((comity_data / "data" / "product" / "blns.json").read_text("utf-8"))
    return (*dict.fromkeys((*listed, *OUR_OWN)),)


def every_place() -> list[tuple[AnyOperation, Place]]:
    return [(declared, place) for declared in catalogue().values() for place in text_places(declared.command)]


def one_of_each_kind() -> list[tuple[AnyOperation, Place]]:
    """The first field of each kind, not in an operation that ends the session it is asked in."""
    found: dict[tuple[object, ...], tuple[AnyOperation, Place]] = {}
    for declared, place in every_place():
        if declared.name not in _ENDS_THE_SESSION:
            found.setdefault(place.kind, (declared, place))
    return list(found.values())


def quotes(told: str, text: str) -> bool:
    """Say whether a message repeats the text, which is no word of ours."""
    return len(text.strip()) >= _QUOTED_FROM and text.strip() in told and not text.strip().isalpha()


def in_form(text: str) -> str:
    return normalize("NFC", text.replace("\r\n", "\n")).strip()


def test_every_text_field_of_every_operation_refuses_or_keeps_each_string(strings: tuple[str, ...]) -> None:
    places = [place for _, place in every_place()]
    representative = [place for _, place in one_of_each_kind()]
    assert len(places) > 100

    for text in strings:
        # The longest ones take their time: one field of each kind is enough for those.
        for place in places if len(text) < _LONG else representative:
            judge(place, text)


def read_or_refuse(place: Place, text: str) -> tuple[msgspec.Struct, tuple[Original, ...]] | BadInput:
    try:
        return read_command(place.filled(text), place.command)
    except BadInput as error:
        return error


def judge(place: Place, text: str) -> None:
    read = read_or_refuse(place, text)
    if isinstance(read, BadInput):
        assert read.problems, (place, read.code)
        assert not quotes(f"{read} {read.remedy}", text), (place, read.code)
        return
    command, originals = read
    held = place.read(command)
    kept = [original for original in originals if original.path == place.json_path]
    if held == text and not kept:
        return
    assert held == (normalize("NFC", text) if place.kind[3] == "password" else in_form(text)), place
    assert is_normalized("NFC", str(held))
    assert place.kind[3] == "password" or [original.text for original in kept] == [text], place


@pytest.mark.parametrize("escaped", [rb"\ud800", rb"\udc00", rb"\udc00\ud800", rb"a\ud83d"])
def test_half_a_surrogate_pair_is_refused_everywhere(escaped: bytes) -> None:
    for _, place in every_place():
        with pytest.raises(BadInput) as refused:
            read_command(place.written(b'"' + escaped + b'"'), place.command)

        assert refused.value.code == "codec.lone-surrogate"


@dataclass(frozen=True)
class Door:
    """A node over HTTP with a person for each function."""

    url: str
    tokens: dict[Function, str]

    def post(self, declared: AnyOperation, command: object) -> tuple[int, dict[str, object]]:
        needed = declared.permission
        who = next((one for one, may in PERMISSIONS.items() if needed in may), Function.FIRST_LINE)
        envelope = {
            "command": msgspec.Raw(command) if isinstance(command, bytes) else command,
            "request_id": secrets.token_hex(16),
            "purpose": declared.purposes[0].value,
        }
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "application/json"}
        path = f"/v1/{declared.subject}/{declared.verb}"
        answer = ask(self.url, "POST", path, msgspec.json.encode(envelope), headers)
        body = msgspec.json.decode(answer.body)
        if answer.status >= 400:
            assert answer.status < 500, (declared.name, body)
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert body["code"]
        return answer.status, body


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with one_node(tmp_path_factory.mktemp("naughty")) as member, contextlib.ExitStack():
        yield Door(member.node.url, {function: one.token or "" for function, one in people(member).items()})
        assert "defect" not in member.node.log.read_text("utf-8")


@pytest.mark.parametrize(
    ("declared", "place"), one_of_each_kind(), ids=lambda value: getattr(value, "name", getattr(value, "json_path", ""))
)
def test_a_node_answers_every_string_as_the_api_says(
    door: Door, strings: tuple[str, ...], declared: AnyOperation, place: Place
) -> None:
    # A field with a pattern refuses nearly all of them, and secrets are made slow to try: some say as much as many.
    pattern, form = place.kind[2:]
    for text in strings[::40] if form == "password" else strings[::8] if pattern else strings:
        status, body = door.post(declared, place.filled(text))

        assert status < 400 or not quotes(json.dumps(body, ensure_ascii=False), text), body


def test_a_kept_name_is_nfc_and_its_original_stands_beside_it(door: Door, strings: tuple[str, ...]) -> None:
    operations = catalogue()
    kept = changed = 0
    for number, text in enumerate(strings):
        command = json.loads(json.dumps(WANTED))
        command["data"]["person"] = {"surnames": text, "birth_date": f"{1900 + number % 100}-01-{1 + number // 100:02}"}
        command["data"]["documents"] = []
        status, body = door.post(operations["alert.enter"], command)
        if status != 200:
            continue
        entered = body["result"]
        assert isinstance(entered, dict)

        _, shown = door.post(operations["alert.show"], {"id": entered["id"]})

        record = shown["result"]
        assert isinstance(record, dict)
        originals = {
            one["path"]: msgspec.json.decode(json.dumps(one["utf8"]), type=bytes) for one in record["originals"]
        }
        assert record["data"]["person"]["surnames"] == in_form(text)
        assert originals == ({} if in_form(text) == text else {"$.data.person.surnames": text.encode()})
        kept += 1
        changed += bool(originals)
    assert kept > 300
    assert changed > 5
