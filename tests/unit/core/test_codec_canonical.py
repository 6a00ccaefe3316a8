from __future__ import annotations

import datetime as dt
import decimal
import enum
import uuid
from typing import TYPE_CHECKING

import msgspec
import pytest

from comity.core.codec import MAX_DEPTH, decode, decode_canonical_as, encode, is_canonical
from comity.core.codec_profile import MAX_INTEGER
from comity.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    TWO = 2


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    zone: str
    amount: int
    colour: Colour = Colour.RED
    tags: tuple[str, ...] = ()
    raw: bytes = b""


class Lean(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    amount: int = 0
    inner: dict[str, int] = {}


class Loose(msgspec.Struct, frozen=True):
    amount: int


def refusal(value: object) -> BadInput:
    with pytest.raises(BadInput) as caught:
        encode(value)
    return caught.value


def test_a_record_has_one_form_with_sorted_keys_and_no_white_space() -> None:
    record = Record(zone="Zürich", amount=-5, tags=("b", "a"), raw=b"\xff\xfe\x00>")

    assert encode(record) == '{"amount":-5,"colour":"red","raw":"//4APg==","tags":["b","a"],"zone":"Zürich"}'.encode()


def test_plain_values_enums_and_maps_are_written_by_value() -> None:
    value = {"b": [None, True, False, 0, Level.TWO], "a": (Colour.RED,), "B": {}, "": {Colour.RED: 1}}

    assert encode(value) == b'{"":{"red":1},"B":{},"a":["red"],"b":[null,true,false,0,2]}'


def test_defaults_stay_out_where_the_record_says_so() -> None:
    assert encode(Lean()) == b"{}"
    assert encode(Lean(amount=1)) == b'{"amount":1}'


def test_texts_use_the_short_escapes_and_no_others() -> None:
    controls = "".join(chr(code) for code in range(0x20))
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
    expected = "".join(short.get(code, f"\\u{code:04x}") for code in range(0x20))

    assert encode(controls) == f'"{expected}"'.encode()
    assert encode('"\\/\x7f\x80\u2028\U0001f602<>&') == '"\\"\\\\/\x7f\x80\u2028\U0001f602<>&"'.encode()


@pytest.mark.parametrize(
    ("value", "code", "field"),
    [
        (1.0, "codec.float", "$"),
        ({"a": [0, float("nan")]}, "codec.float", "$.a[1]"),
        ([MAX_INTEGER + 1], "codec.integer-range", "$[0]"),
        ([-MAX_INTEGER - 1], "codec.integer-range", "$[0]"),
        ({"ä": 1}, "codec.key-not-ascii", "$[...]"),
        ({"a": {1: 1}}, "codec.key-not-ascii", "$.a[...]"),
        ({"names": [{"given": "A\u030a"}]}, "codec.not-nfc", "$.names[0].given"),
        ({"Mustermann": "A\u030a"}, "codec.not-nfc", "$[...]"),
        ({"max mustermann": "A\u030a"}, "codec.not-nfc", "$[...]"),
        (["\ud800"], "codec.lone-surrogate", "$"),
        ({"at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "codec.unsupported-type", "$.at"),
        ({"at": dt.date(2026, 1, 1)}, "codec.unsupported-type", "$.at"),
        ({"at": dt.timedelta(1)}, "codec.unsupported-type", "$.at"),
        ({"price": decimal.Decimal(1)}, "codec.unsupported-type", "$.price"),
        ({"key": uuid.UUID(int=1)}, "codec.unsupported-type", "$.key"),
        ({"key": object()}, "codec.unsupported-type", "$"),
    ],
)
def test_values_without_one_form_are_refused_at_their_place(value: object, code: str, field: str) -> None:
    error = refusal(value)

    assert (error.code, error.problems[0].field) == (code, field)
    assert "ustermann" not in f"{error}"


def test_the_largest_integers_of_the_profile_are_written() -> None:
    assert encode([MAX_INTEGER, -MAX_INTEGER]) == b"[9007199254740991,-9007199254740991]"


def test_nesting_is_capped_as_for_readers() -> None:
    value: list[object] = []
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    bottomless: dict[str, object] = {}
    for _ in range(100_000):
        bottomless = {"a": bottomless}

    assert decode(encode(value)) == value
    assert refusal([value]).code == "codec.too-deep"
    assert refusal({"a": value}).code == "codec.too-deep"
    assert refusal(bottomless).code == "codec.too-deep"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("arrays", None),
        ("french", "codec.key-not-ascii"),
        ("structures", "codec.float"),
        ("unicode", "codec.not-nfc"),
        ("values", "codec.float"),
        ("weird", "codec.key-not-ascii"),
    ],
)
def test_the_vectors_of_rfc_8785_are_met_inside_the_profile_and_refused_outside(
    comity_data: Path, name: str, code: str | None
) -> None:
    vectors = comity_data / "data/exchange/jcs"
    value = decode((vectors / f"input/{name}.json").read_bytes())

    if code is None:
        assert encode(value) == (vectors / f"output/{name}.json").read_bytes()
        assert encode(value) == bytes.fromhex((vectors / f"outhex/{name}.txt").read_text())
    else:
        assert refusal(value).code == code


CANONICAL = encode(Record(zone="Zürich", amount=5))


def test_canonical_bytes_are_read_into_the_record_they_were_written_from() -> None:
    assert decode_canonical_as(CANONICAL, Record) == Record(zone="Zürich", amount=5)
    assert is_canonical(CANONICAL)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (CANONICAL + b"\n", "codec.not-canonical"),
        (CANONICAL.replace(b":5", b": 5"), "codec.not-canonical"),
        (CANONICAL.replace("ü".encode(), b"\\u00fc"), "codec.not-canonical"),
        (CANONICAL.replace(b"red", b"r\\u0065d"), "codec.not-canonical"),
        (CANONICAL.replace(b":5", b":5.0"), "codec.wrong-type"),
        (CANONICAL.replace(b":5", b":-0"), "codec.not-canonical"),
        (CANONICAL.replace(b'"tags":[],', b""), "codec.not-canonical"),
        (b'{"zone":"x","amount":5,"colour":"red","raw":"","tags":[]}', "codec.not-canonical"),
        (CANONICAL.replace(b'"raw":""', b'"raw":"AB=="'), "codec.not-canonical"),
        (CANONICAL.replace(b'"amount":5', b'"amount":5,"amount":5'), "codec.duplicate-key"),
        (CANONICAL.replace("ü".encode(), b"\\ud800 xxxxx"), "codec.lone-surrogate"),
        (CANONICAL.replace("ü".encode(), b"\xff"), "codec.not-utf8"),
        (CANONICAL.replace("ü".encode(), "u\u0308".encode()), "codec.not-nfc"),
        (CANONICAL.replace(b'"raw"', b'"rew"'), "codec.unknown-field"),
        (CANONICAL.replace(b":5", b":9007199254740992"), "codec.integer-range"),
        (b"[" * 150_000, "codec.too-deep"),
    ],
)
def test_other_bytes_of_the_same_meaning_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        decode_canonical_as(data, Record)

    assert caught.value.code == code


@pytest.mark.parametrize(
    "data", [b"[1, 2]", b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"[1.0]", b"-0", b'"\\u0061"', b"", b'"/\\/"']
)
def test_a_document_that_is_not_canonical_is_known_without_its_type(data: bytes) -> None:
    assert not is_canonical(data)


def test_a_field_that_a_loose_record_would_drop_breaks_its_canonical_form() -> None:
    with pytest.raises(BadInput) as caught:
        decode_canonical_as(b'{"amount":1,"more":2}', Loose)

    assert caught.value.code == "codec.not-canonical"


def test_the_size_cap_holds_for_canonical_readers_too() -> None:
    with pytest.raises(BadInput) as caught:
        decode_canonical_as(CANONICAL, Record, max_bytes=len(CANONICAL) - 1)

    assert caught.value.code == "codec.too-large"
    assert not is_canonical(CANONICAL, max_bytes=len(CANONICAL) - 1)
