"""The short way to canonical bytes: for records whose types leave nothing to be refused but what their bytes show.

A record of texts, whole numbers, truth values, bytes and other such records is written at once, and the bytes are
looked at as a whole: all ASCII, so every text is in NFC and every key ASCII; no number with a point, an exponent or
more digits than 2^53 - 1 may have. Whatever may be otherwise goes the long way, which also names the place.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec
from msgspec import inspect

from comity.core.learning import described

# A digit, then a point or an exponent, or so many more that 2^53 - 1 may be exceeded. The digit stands first and alone,
# so that everything else is skipped at once.
_ODD_NUMBER: Final = re.compile(rb"[0-9](?:[.eE]|[0-9]{16}|(?<=9)[0-9]{15})")
_PLAIN: Final = (inspect.StrType, inspect.IntType, inspect.BoolType, inspect.NoneType, inspect.BytesType)
_MAX_LEVELS: Final = 16

_settled: Final[dict[type, bool]] = {}


def record_bytes(record: msgspec.Struct) -> bytes | None:
    """Return the canonical bytes of a record, None where the long way must look."""
    kind = type(record)
    settled = _settled.get(kind)
    if settled is None:
        settled = _settled[kind] = _is_settled(described(kind), _MAX_LEVELS)
    if not settled:
        return None
    try:
        data = msgspec.json.encode(record, order="sorted")
    except (UnicodeEncodeError, TypeError, ValueError, OverflowError):
        return None
    return None if not data.isascii() or _ODD_NUMBER.search(_outside_texts(data)) else data


def _outside_texts(data: bytes) -> bytes:
    """Return what of JSON stands outside its texts: a tenth of most records, and where their numbers are."""
    if b"\\" in data:
        data = data.replace(rb"\\", b"").replace(rb"\"", b"")
    return b"".join(data.split(b'"')[::2])


def _is_settled(kind: inspect.Type, levels: int) -> bool:
    """Say whether a type holds nothing but plain values and records of them, in few levels."""
    match kind:
        case _ if levels == 0:
            settled = False
        case inspect.Metadata():
            settled = _is_settled(kind.type, levels)
        case inspect.StructType():
            settled = all(_is_settled(field.type, levels - 1) for field in kind.fields)
        case inspect.VarTupleType() | inspect.ListType():
            settled = _is_settled(kind.item_type, levels - 1)
        case inspect.DictType():
            settled = _is_settled(kind.key_type, levels) and _is_settled(kind.value_type, levels - 1)
        case inspect.UnionType():
            settled = all(_is_settled(each, levels) for each in kind.types)
        case inspect.EnumType():
            settled = issubclass(kind.cls, str)
        case inspect.LiteralType():
            settled = all(isinstance(value, str) for value in kind.values)
        case _:
            settled = isinstance(kind, _PLAIN)
    return settled
