"""Which record an entry's number stands for, in a mapped file: one JSON text for each number from 0 on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from comity.core.learning import decoder
from comity.screening.index.mapped.layout import Opened, Writer, open_file

PURPOSE: Final = "refs"


class Ref(msgspec.Struct, frozen=True, array_like=True):
    """One version of a record in the index's tables, and what a search may be narrowed by."""

    kind: str
    party: str
    id: str
    version: int
    category: str
    expires: str | None


_READ: Final = decoder(Ref)


def write_refs(refs: Iterable[Ref], path: Path) -> int:
    """Write the records of numbers 0, 1, ... and return how many."""
    heap = bytearray()
    ends = [0]
    for ref in refs:
        heap += msgspec.json.encode(ref)
        ends.append(len(heap))
    writer = Writer(path, PURPOSE)
    try:
        writer.add("heap", np.frombuffer(bytes(heap), np.uint8))
        writer.add("ends", np.array(ends, np.int64))
        writer.finish({"refs": len(ends) - 1})
    except BaseException:
        writer.abandon()
        raise
    return len(ends) - 1


class Refs:
    """The records of numbers."""

    def __init__(self, opened: Opened) -> None:
        self._heap, self._ends = opened.arrays["heap"], opened.arrays["ends"]

    @classmethod
    def open(cls, path: Path) -> Refs:
        """Open a file. Raises as `open_file`."""
        return cls(open_file(path, PURPOSE))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> Ref:
        return _READ.decode(self._heap[int(self._ends[number]) : int(self._ends[number + 1])].tobytes())
