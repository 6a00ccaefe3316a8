"""`python -m comity.bench.metered node serve DIR`: a node as any other that also counts what its searches cost.

Measured where it happens: the same search on another connection, or in another process, finds other pages in its cache
and another clock rate. The sums lie in a small file in the node's directory, shared by mapping: adding to it takes no
system call, and two readings of the thread's clock take less than a microsecond a search.
"""

from __future__ import annotations

import mmap
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Final

from comity.node import commands
from comity.screening import MemoryIndex
from comity.screening.index.shelf import Shelf
from comity.screening.ports import Read
from comity.screening.records import Found, Probe

FILE: Final = "bench-searches"
_FORM: Final = struct.Struct("=qqq")


class Meter:
    """The sums of one node: searches done, nanoseconds of their threads' CPU, and whether the index is laid out."""

    def __init__(self, directory: Path) -> None:
        path = directory / FILE
        if not path.exists():
            path.write_bytes(bytes(_FORM.size))
        with path.open("r+b") as stream:
            self._shared = mmap.mmap(stream.fileno(), _FORM.size)
        self._lock = threading.Lock()

    def reset(self) -> None:
        """Begin at nothing."""
        self._shared[:] = bytes(_FORM.size)

    def add(self, nanoseconds: int) -> None:
        """Add one search."""
        with self._lock:
            searches, taken, ready = _FORM.unpack(self._shared[:])
            self._shared[:] = _FORM.pack(searches + 1, taken + nanoseconds, ready)

    def laid_out(self) -> None:
        """Note that the index is laid out."""
        with self._lock:
            searches, taken, _ = _FORM.unpack(self._shared[:])
            self._shared[:] = _FORM.pack(searches, taken, 1)

    def read(self) -> tuple[int, float, bool]:
        """Return searches, seconds of CPU, and whether the index is laid out."""
        searches, taken, ready = _FORM.unpack(self._shared[:])
        return searches, taken / 1e9, bool(ready)


class MeteredIndex(MemoryIndex):
    """The index of a node, with a meter on its searches."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    def search(self, read: Read, probe: Probe) -> Found:
        """Search, and count what it took."""
        begun = time.thread_time_ns()
        try:
            return super().search(read, probe)
        finally:
            self._meter.add(time.thread_time_ns() - begun)

    def lay_out(self, shelf: Shelf, read: Read) -> None:
        """Lay the index out, and say so."""
        super().lay_out(shelf, read)
        self._meter.laid_out()


if __name__ == "__main__":
    meter = Meter(Path(sys.argv[-1]))
    meter.reset()
    sys.exit(commands.serve(sys.argv[-1:], MeteredIndex(meter)))
