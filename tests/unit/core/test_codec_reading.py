from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest

from comity.core.codec import MAX_DEPTH, decode
from comity.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

DUPLICATES = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}


def refusal(document: bytes, max_bytes: int = 1 << 20) -> BadInput:
    with pytest.raises(BadInput) as caught:
        decode(document, max_bytes=max_bytes)
    return caught.value


def place(error: BadInput) -> str:
    return error.problems[0].field


def test_the_public_suite_of_json_files_is_read_and_refused_as_it_says(comity_data: Path) -> None:
    files = sorted((comity_data / "data/product/jsontestsuite").glob("*.json"))
    verdicts = {}

    for file in files:
        try:
            decode(file.read_bytes())
            verdicts[file.name] = "read"
        except BadInput as error:
            verdicts[file.name] = error.code

    assert len(files) == 318
    assert {name for name, verdict in verdicts.items() if name.startswith("y_") and verdict != "read"} == DUPLICATES
    assert {verdicts[name] for name in DUPLICATES} == {"codec.duplicate-key"}
    assert not [name for name, verdict in verdicts.items() if name.startswith("n_") and verdict == "read"]


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        (b"", "codec.truncated", "@0"),
        (b'{"a"', "codec.truncated", "@4"),
        (b"[1,]", "codec.malformed", "@3"),
        (b"[NaN]", "codec.malformed", "@1"),
        (b"[-Infinity]", "codec.malformed", "@2"),
        (b"[1] 2", "codec.malformed", "@5"),
        (b'["a\x00"]', "codec.malformed", "@3"),
        (b"\xef\xbb\xbf{}", "codec.byte-order-mark", "@0"),
        (b'["\xff"]', "codec.not-utf8", "@2"),
        (b'["\xed\xa0\x80"]', "codec.not-utf8", "@2"),
        ('["x"]'.encode("utf-16"), "codec.not-utf8", "@0"),
        (b'["\\ud800 and more"]', "codec.lone-surrogate", "@8"),
        (b'["\\udc00 and more"]', "codec.lone-surrogate", "@8"),
        (b'["\\ud800"]', "codec.lone-surrogate", "@2"),
        (b'["\\ud800', "codec.truncated", "@8"),
        (b"[1e999]", "codec.number-out-of-range", "$[0]"),
    ],
)
def test_text_that_is_not_strict_json_is_refused_at_its_place(document: bytes, code: str, field: str) -> None:
    error = refusal(document)

    assert (error.code, place(error)) == (code, field)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (b'{"a":1,"a":2}', "@7"),
        (b'{"a":1,"\\u0061":2}', "@7"),
        (b'{"a" : 1 , "a" : 1}', "@11"),
        (b'[{"a":{"b":1,"c":[],"b":1}}]', "@20"),
        (b'{"a":":","a":":"}', "@9"),
        (b'{"\\"":":\\":","\\"":1}', "@13"),
        (b'{"":1,"":1}', "@6"),
    ],
)
def test_a_key_named_twice_is_refused_wherever_it_stands(document: bytes, field: str) -> None:
    error = refusal(document)

    assert (error.code, place(error)) == ("codec.duplicate-key", field)


@pytest.mark.parametrize(
    "document",
    [
        b'{"a":{"a":{"a":1}},"b":{"a":1}}',
        b'[{"a":1},{"a":1}]',
        b'{"a":":","b":"x\\":"}',
        b'{":":":",":a":1,"\\":":2}',
        b'{"a":"\\\\","b":":"}',
    ],
)
def test_one_key_in_several_objects_and_colons_in_texts_are_no_duplicates(document: bytes) -> None:
    assert decode(document) is not None


def test_nesting_stops_at_the_cap_and_says_so() -> None:
    at_cap = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    beyond = b"[" + at_cap + b"]"
    bottomless = b'{"a":' * 150_000

    assert decode(at_cap) is not None
    assert refusal(beyond).code == "codec.too-deep"
    assert refusal(bottomless).code == "codec.too-deep"


@pytest.mark.parametrize(
    "document",
    [
        b'["' + b"[" * 100 + b'"]',
        b'["\\"' + b"[" * 100 + b'\\\\"]',
        b"[" + b"[]," * 100 + b"[{}]]",
        b'[{"]":"' + b"{" * 100 + b'"}]',
    ],
)
def test_brackets_in_texts_and_side_by_side_are_not_depth(document: bytes) -> None:
    assert decode(document) is not None


def test_brackets_in_texts_do_not_hide_depth() -> None:
    for hidden in (b'"]",', b'"\\"]]",', b'"\\\\","]",', b'{"a]":"]"},'):
        document = (b"[" + hidden) * 40 + b"1" + b"]" * 40
        assert refusal(document).code == "codec.too-deep"
        assert refusal((b"[" + hidden) * 50_000).code == "codec.too-deep"


def test_depth_is_refused_on_a_small_stack() -> None:
    codes: list[str] = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: codes.append(refusal(b"[" * 1_000_000).code))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)

    assert codes == ["codec.too-deep"]


def test_a_document_beyond_the_size_cap_is_refused_unread() -> None:
    assert refusal(b'"' + b"x" * 20 + b'"', max_bytes=21).code == "codec.too-large"
    assert decode(b'"' + b"x" * 19 + b'"', max_bytes=21) == "x" * 19


def test_large_integers_are_read_exactly_and_huge_ones_refused_in_little_time() -> None:
    started = time.process_time()

    assert decode(b"[18446744073709551616]") == [2**64]
    assert refusal(b"[" + b"9" * 1_000_000 + b"]").code == "codec.number-out-of-range"
    assert refusal(b"[-" + b"9" * 1_000_000 + b"]").code == "codec.number-out-of-range"
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "document",
    [
        b'["' + b'\\":' * 150_000 + b'"]',
        b"[" + b'":",' * 150_000 + b'""]',
        b"[" + b'"" ,' * 150_000 + b'""]',
        b'{"a"' + b" " * 500_000 + b":1}",
        b'["' + b'x"' * 300_000,
        b"[" + b"{}," * 200_000 + b"{}]",
    ],
)
def test_documents_made_to_be_slow_are_answered_in_linear_time(document: bytes) -> None:
    started = time.process_time()

    with contextlib.suppress(BadInput):
        decode(document)

    assert time.process_time() - started < 2


def test_a_refusal_never_repeats_what_was_sent() -> None:
    errors = [
        refusal(b'{"Mustermann":1,"Mustermann":2}'),
        refusal(b'["Mustermann" x]'),
        refusal(b'["Mustermann'),
        refusal(b'{"Mustermann":1e999}'),
    ]

    assert not [error for error in errors if "Mustermann" in f"{error} {error.problems} {error.__cause__}"]
