"""Having msgspec look into types, one thread at a time.

msgspec looks into a type at its first use, and shows it to others before it has seen it whole: a thread that reads a
record meanwhile ends the process (seen with 0.22 and CPython 3.11). So whatever makes it look, be it for reading, for
describing or for a schema, happens here, alone; readers learn their type first.
"""

from __future__ import annotations

import threading
from typing import Final, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T")

alone: Final = threading.Lock()
"""Held by whoever makes msgspec look into types by another way than those below."""
_learnt: Final[set[object]] = set()


def learn(kind: object) -> None:
    """Have msgspec look into a type before it is used."""
    if kind not in _learnt:
        with alone:
            msgspec.json.Decoder(kind)
            _learnt.add(kind)


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Return a reader of one type."""
    with alone:
        return msgspec.json.Decoder(kind)


def described(kind: object) -> inspect.Type:
    """Return what a type is made of."""
    with alone:
        return inspect.type_info(kind)
