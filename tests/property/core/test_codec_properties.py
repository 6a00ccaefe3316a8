from __future__ import annotations

import json
from typing import Annotated, Any
from unicodedata import is_normalized, normalize

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.codec import decode, decode_as, decode_canonical_as, encode, is_canonical
from comity.core.codec_profile import MAX_INTEGER
from comity.core.errors import BadInput

SHORT = {0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x22: '\\"', 0x5C: "\\\\"}

TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: normalize("NFC", text))
KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
LEAVES = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS
PROFILE = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=15,
)


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    count: Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)] = 0
    raw: bytes = b""


class Tree(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    leaves: tuple[Leaf, ...] = ()
    notes: dict[str, str] = {}
    parent: Leaf | None = None


LEAF = st.builds(Leaf, name=TEXTS, count=st.integers(-MAX_INTEGER, MAX_INTEGER), raw=st.binary(max_size=20))
TREES = st.builds(
    Tree,
    leaves=st.lists(LEAF, max_size=4).map(tuple),
    notes=st.dictionaries(KEYS, TEXTS, max_size=4),
    parent=st.none() | LEAF,
)


def slow_rfc_8785(value: Any) -> str:  # noqa: ANN401 - an oracle for any document
    """RFC 8785 section 3.2, step by step, for documents without fractions."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(slow_character(character) for character in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(slow_rfc_8785(item) for item in value) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{slow_rfc_8785(name)}:{slow_rfc_8785(value[name])}" for name in names) + "}"


def slow_character(character: str) -> str:
    code = ord(character)
    if code in SHORT:
        return SHORT[code]
    return f"\\u{code:04x}" if code < 0x20 else character


def has_duplicate_keys(text: str) -> bool:
    found = False

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal found
        found = found or len(dict(pairs)) != len(pairs)
        return dict(pairs)

    json.loads(text, object_pairs_hook=look)
    return found


def refusal_code(data: bytes, kind: Any) -> str | None:  # noqa: ANN401 - unions are no classes to mypy
    try:
        decode_as(data, kind)
    except BadInput as error:
        return error.code
    return None


@given(PROFILE)
def test_what_is_written_equals_a_slow_rfc_8785_and_is_read_back(value: Any) -> None:  # noqa: ANN401 - any document
    written = encode(value)

    assert written == slow_rfc_8785(value).encode()
    assert decode(written) == value
    assert encode(decode(written)) == written
    assert is_canonical(written)


@given(TREES)
def test_a_record_and_its_canonical_bytes_name_each_other(tree: Tree) -> None:
    written = encode(tree)

    assert decode_canonical_as(written, Tree) == tree
    assert decode_as(written, Tree) == tree
    assert is_canonical(written)


@given(TREES, st.data())
def test_any_changed_byte_changes_the_record_or_is_refused(tree: Tree, data: st.DataObject) -> None:
    written = encode(tree)
    at = data.draw(st.integers(0, len(written) - 1))
    changed = written[:at] + bytes([data.draw(st.integers(0, 255))]) + written[at + 1 :]

    try:
        read = decode_canonical_as(changed, Tree)
    except BadInput:
        return

    assert (read == tree) == (changed == written)


@given(ANY_JSON, st.sampled_from([None, 1]), st.booleans())
def test_any_document_of_another_writer_is_read_as_that_writer_meant_it(
    value: Any,  # noqa: ANN401 - any document
    indent: int | None,
    ascii_only: bool,
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    assert decode(text.encode()) == json.loads(text)


@given(ANY_JSON)
def test_a_document_is_written_exactly_when_it_is_inside_the_profile(value: Any) -> None:  # noqa: ANN401 - any document
    try:
        encode(value)
        written = True
    except BadInput:
        written = False

    assert written == inside_profile(value)


def inside_profile(value: Any) -> bool:  # noqa: ANN401 - an oracle for any document
    if isinstance(value, float):
        return False
    if isinstance(value, str):
        return is_normalized("NFC", value) and not any(0xD800 <= ord(character) <= 0xDFFF for character in value)
    if isinstance(value, dict):
        return all(key.isascii() and inside_profile(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(inside_profile, value))
    return value is None or abs(value) <= MAX_INTEGER


@given(st.lists(st.tuples(st.sampled_from(["a", "b", ":", '":', "\\", '\\":', ""]), KEYS), max_size=6), st.booleans())
def test_duplicate_keys_are_found_exactly_whatever_stands_in_keys_and_texts(
    pairs: list[tuple[str, str]], nested: bool
) -> None:
    members = " , ".join(f"{json.dumps(key)} : {json.dumps(text + key)}" for key, text in pairs)
    text = f'[{{"a":{{{members}}}}}, {{}}]' if nested else f"{{{members}}}"

    code = refusal_code(text.encode(), dict | list)

    assert code == ("codec.duplicate-key" if has_duplicate_keys(text) else None)


def slow_depth(value: Any) -> int:  # noqa: ANN401 - an oracle for any document
    if not isinstance(value, (list, dict)):
        return 0
    return 1 + max(map(slow_depth, value.values() if isinstance(value, dict) else value), default=0)


@given(
    st.recursive(
        st.text('[]{}"\\', max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\', max_size=4), inner, max_size=3),
    )
)
def test_depth_is_measured_exactly_before_parsing(value: Any) -> None:  # noqa: ANN401 - any document
    depth = slow_depth(value)
    data = json.dumps(value).encode()

    assert decode(data, max_depth=depth) == value
    if depth:
        with pytest.raises(BadInput) as caught:
            decode(data, max_depth=depth - 1)
        assert caught.value.code == "codec.too-deep"


@given(st.binary(max_size=40) | st.text('[]{}:,"\\u0dD8aetrfn1-.E \n', max_size=40).map(str.encode))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    codes = {refusal_code(data, kind) for kind in (Tree, int, list[Leaf])}

    assert all(code.startswith("codec.") and code != "codec.invalid" for code in codes if code)


@pytest.mark.parametrize("mark", ["\u0303", "\u0338", "\u0301"])
@given(before=st.text('\n\r\t\b"\\=<>an', max_size=3))
def test_a_combining_mark_is_judged_with_its_text_not_with_the_escape_before_it(mark: str, before: str) -> None:
    text = before + mark

    try:
        encode([text])
        written = True
    except BadInput:
        written = False

    assert written == is_normalized("NFC", text)
