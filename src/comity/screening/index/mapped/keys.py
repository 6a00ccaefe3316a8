"""Exact keys of documents and things: 64 bits in order, found through a table of beginnings.

A number of at most ten letters and digits is packed without loss, so that no two numbers share a key; a longer one
(a vehicle identification number has 17) is hashed, and whoever reads the record compares it. What kind of number it is
goes into the key as well. Keys are then mixed by a bijection, so that they spread evenly over the table.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import msgspec
import numpy as np

from comity.core.personal import Personal
from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.layout import Opened, check_arrays, open_file, read_ahead
from comity.screening.index.mapped.types import Hashes, Ids

PURPOSE: Final = "keys"
LONGEST: Final = 10
KINDS: Final = 256
_MASK: Final = (1 << 64) - 1
MULTIPLIER: Final = 0x9E3779B97F4A7C15
_HASHED: Final = 1 << 63
BEFORE: Final[tuple[int, ...]] = tuple(sum(36**length for length in range(longest)) for longest in range(LONGEST + 1))
"""How many numbers are shorter, so that `7` and `07` differ."""


class NumberOf(msgspec.Struct, frozen=True, kw_only=True):
    """A number of a document or thing, and the entry it belongs to.

    `kind`: 0 to 255, of the caller's own list; `text`: letters and digits in upper case.
    """

    kind: int
    text: Annotated[str, Personal]
    number: int


class KeyTable(NamedTuple):
    """`keys` in order with their `numbers`; those whose first bits are `i` begin at `begins[i]`."""

    keys: Hashes
    numbers: Ids
    begins: Ids


def pack(kind: int, text: str) -> int:
    """Return the key of a number (letters and digits in upper case); 64 bits, evenly spread."""
    if len(text) <= LONGEST and text.isascii() and text.isalnum():
        key = kind << 54 | BEFORE[len(text)] + int(text, 36)
    else:
        told = hashlib.blake2b(text.encode(), digest_size=8, key=bytes((kind,))).digest()
        key = _HASHED | int.from_bytes(told, "big") >> 1
    key = (key * MULTIPLIER) & _MASK
    return key ^ (key >> 32)


@compiled
def _run(table: KeyTable, key: np.uint64, shift: np.uint64) -> tuple[int, int]:
    """Return where the entries of a key begin and end."""
    keys, wanted = table.keys, key
    bucket = whole(key >> shift)
    low, high = whole(table.begins[bucket]), whole(table.begins[bucket + 1])
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    end = low
    while end < len(keys) and keys[end] == wanted:
        end += 1
    return low, end


class KeyIndex:
    """An open index of exact keys."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.table = KeyTable(*(opened.arrays[name] for name in KeyTable._fields))
        self._shift = np.uint64(64 - (len(self.table.begins) - 1).bit_length() + 1)

    @classmethod
    def open(cls, path: Path) -> KeyIndex:
        """Open an index file. Raises as `open_file`."""
        return cls(open_file(path, PURPOSE))

    @property
    def size(self) -> int:
        """How many keys there are."""
        return len(self.table.keys)

    def check(self) -> None:
        """Read all of it and compare with its checksums. Raises `DamagedIndex`."""
        check_arrays(self.opened)

    def warm_up(self) -> None:
        """Read the table of beginnings, so that a look touches one page of keys that may be cold."""
        read_ahead(self.opened, ("begins",))

    def find(self, key: int) -> tuple[int, ...]:
        """Return the numbers of the entries that have a key, as `pack` makes it."""
        low, end = _run(self.table, np.uint64(key), self._shift)
        return tuple(self.table.numbers[low:end].tolist()) if end > low else ()
