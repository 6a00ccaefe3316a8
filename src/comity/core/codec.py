"""JSON in and out: one strict reader, one canonical writer.

Reading follows RFC 8259 and I-JSON (RFC 7493): UTF-8 without byte order mark, no NaN or Infinity, no duplicate keys,
no lone surrogates, with caps on size and depth. Writing follows RFC 8785 in a restricted profile, so that a record
has exactly one form to hash and sign: no floats, integers within 2^53 - 1, ASCII keys, text in NFC, bytes as base64
with padding (RFC 4648 section 4).
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
import uuid
from typing import Final, TypeAlias, TypeVar

import msgspec

from comity.core.codec_problems import refuse_content, refuse_syntax
from comity.core.codec_profile import check_integers, check_profile
from comity.core.codec_records import record_bytes
from comity.core.errors import BadInput
from comity.core.learning import learn
from comity.core.said import say

T = TypeVar("T")

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 32

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}:]')
_LONG_NUMBER: Final = re.compile(rb"[0-9]{16}")
_KEY_END: Final = re.compile(rb'"[ \t\n\r]*:')
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND: Final = bytes.maketrans(b"{}", b"[]")
# Left as they are by to_builtins, so that the profile check sees and refuses all but bytes.
_UNCONVERTED: Final = (
    bytes,
    dt.datetime,
    dt.date,
    dt.time,
    dt.timedelta,
    decimal.Decimal,
    uuid.UUID,
)


def decode(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JsonValue:
    """Read one strict JSON document.

    Raises BadInput: `codec.too-large`, `codec.not-utf8`, `codec.byte-order-mark`, `codec.malformed`,
    `codec.truncated`, `codec.lone-surrogate`, `codec.number-out-of-range`, `codec.too-deep`, `codec.duplicate-key`.
    """
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("codec.not-utf8", "Text is not UTF-8.", field=f"@{error.start}") from None
    if data.startswith(b"\xef\xbb\xbf"):
        raise BadInput("codec.byte-order-mark", "A byte order mark is not allowed.", field="@0")
    _refuse_depth(data, max_depth)
    try:
        value: JsonValue = msgspec.json.decode(data)
    except msgspec.ValidationError as error:
        raise refuse_content(error) from None
    except msgspec.DecodeError as error:
        raise refuse_syntax(error, data) from None
    keys = _count_keys(value)
    # Both counts can only exceed the number of written keys (a colon may stand in a text): equality proves that no key
    # was swallowed. The exact, slower search runs on the rest.
    if data.count(b":") != keys and len(_KEY_END.findall(data)) != keys:
        _refuse_duplicate_keys(data)
    return value


def decode_as(data: bytes, kind: type[T], *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> T:
    """Read one strict JSON document into a record; types are not coerced.

    Unknown fields are refused where the record forbids them. Raises what `decode` raises, and BadInput with the
    path of the place (`$.person.names[0]`) and the rule: `codec.wrong-type`, `codec.missing-field`,
    `codec.unknown-field`, `codec.unknown-value`, `codec.wrong-length`, `codec.pattern`, `codec.out-of-bounds`,
    `codec.bad-format`, `codec.integer-range`, `codec.invalid`.
    """
    value = decode(data, max_bytes=max_bytes, max_depth=max_depth)
    if _LONG_NUMBER.search(data):
        check_integers(value)
    return from_json_value(value, kind)


def from_json_value(value: object, kind: type[T]) -> T:
    """Turn an already decoded document into a record; raises as `decode_as` does for the content."""
    learn(kind)
    try:
        return msgspec.convert(value, kind, strict=True, str_keys=True)
    except msgspec.ValidationError as error:
        raise refuse_content(error) from None


def convert(value: object, kind: type[T], *, strict: bool = True) -> T:
    """Turn plain values into a record, with msgspec's own errors; like everything here it learns the type first."""
    learn(kind)
    return msgspec.convert(value, kind, strict=strict)


def quick(data: bytes | str, kind: type[T]) -> T:
    """Read what this house wrote a moment ago, with msgspec's own errors and none of the strict reader's checks."""
    learn(kind)
    return msgspec.json.decode(data, type=kind)


def decode_own_as(data: bytes, kind: type[T]) -> T:
    """Read a record from bytes that `encode` wrote and only this node's own database held since.

    Several times quicker than `decode_as`, because what `encode` cannot write (duplicate keys, odd numbers, great
    depth) is not looked for. `kind` may be a part of the record that was written. Raises what `decode_as` raises.
    """
    learn(kind)
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return decode_as(data, kind)


def encode(value: object) -> bytes:
    """Write the canonical bytes of a record, map, list or plain value.

    Enums are written by value, bytes as base64 text, fields at their default left out where the record says
    `omit_defaults`. Raises BadInput where the value is outside the profile: `codec.float`, `codec.integer-range`,
    `codec.key-not-ascii`, `codec.not-nfc`, `codec.lone-surrogate`, `codec.too-deep`, `codec.unsupported-type`.
    """
    if isinstance(value, msgspec.Struct):
        written = record_bytes(value)
        if written is not None:
            return written
    try:
        plain = msgspec.to_builtins(value, builtin_types=_UNCONVERTED)
    except RecursionError:
        raise _too_deep(MAX_DEPTH) from None
    except TypeError:
        raise BadInput("codec.unsupported-type", "Value has a type that has no canonical form.", field="$") from None
    check_profile(plain, MAX_DEPTH)
    try:
        return msgspec.json.encode(plain, order="deterministic")
    except UnicodeEncodeError:
        raise BadInput("codec.lone-surrogate", "Text holds half of a surrogate pair.", field="$") from None


def is_canonical(data: bytes, *, max_bytes: int = MAX_BYTES) -> bool:
    """Say whether these bytes are the canonical form of the document they hold."""
    try:
        return encode(decode(data, max_bytes=max_bytes)) == data
    except BadInput:
        return False


def decode_canonical_as(data: bytes, kind: type[T], *, max_bytes: int = MAX_BYTES) -> T:
    """Read a record from the only bytes that `encode` would write for it.

    Raises what `decode_as` and `encode` raise, and `codec.not-canonical` where other bytes would have the same
    meaning: so a signed record cannot be shown in two forms.
    """
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    _refuse_depth(data, MAX_DEPTH)
    learn(kind)
    try:
        record = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # The strict reader names what is wrong; this quick one proves by re-encoding that nothing is.
        record = decode_as(data, kind, max_bytes=max_bytes)
    if encode(record) == data:
        return record
    decode_as(data, kind, max_bytes=max_bytes)
    raise BadInput(
        "codec.not-canonical",
        "Bytes are not in canonical form.",
        remedy="Write it by RFC 8785: sorted keys, no white space, shortest escapes, defaults as the record says.",
    )


def _refuse_depth(data: bytes, max_depth: int) -> None:
    """Raise `codec.too-deep` before a recursive parser sees the text: its own guard trusts in a large stack.

    Exact for JSON; for text that is not, as deep as a parser could get before it stops.
    """
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    # Without escaped quotes, every second part between quotes lies outside the strings.
    unescaped = data.replace(rb"\\", b"").replace(rb"\"", b"")
    brackets = b"".join(unescaped.split(b'"')[::2]).translate(_ONE_KIND, _NOT_BRACKETS)
    for _ in range(max_depth):
        inner_removed = brackets.replace(b"[]", b"")
        if len(inner_removed) == len(brackets):
            break
        brackets = inner_removed
    # Each round took the innermost level away: what still opens and closes lies beyond the cap.
    if b"[]" in brackets or brackets.count(b"[") > max_depth:
        raise _too_deep(max_depth)


def _count_keys(value: JsonValue) -> int:
    """Count the keys of all objects, without recursion."""
    keys = 0
    waiting = [value] if isinstance(value, (dict, list)) else []
    while waiting:
        container = waiting.pop()
        if type(container) is dict:
            keys += len(container)
        for item in container.values() if type(container) is dict else container:
            # Exact types: the parser makes no others, and this loop reads every document.
            if type(item) is dict or type(item) is list:
                waiting.append(item)  # noqa: PERF401 - a comprehension per container measured slower
    return keys


def _too_large(max_bytes: int) -> BadInput:
    return BadInput("codec.too-large", say("Document is larger than %(most)s bytes.", most=max_bytes))


def _too_deep(max_depth: int) -> BadInput:
    return BadInput("codec.too-deep", say("Document is nested deeper than %(most)s levels.", most=max_depth))


def _refuse_duplicate_keys(data: bytes) -> None:
    """Find an object that names one key twice, in text already known to be JSON."""
    open_keys: list[set[str]] = []
    last = (b"", 0)
    for token in _TOKEN.finditer(data):
        mark = token[0]
        if mark in b"{[":
            open_keys.append(set())
        elif mark in b"}]":
            open_keys.pop()
        elif mark != b":":
            last = (mark, token.start())
        else:
            # Compared decoded: "a" and "\u0061" are one key.
            key = msgspec.json.decode(last[0], type=str)
            if key in open_keys[-1]:
                raise BadInput("codec.duplicate-key", "An object names one key twice.", field=f"@{last[1]}")
            open_keys[-1].add(key)
