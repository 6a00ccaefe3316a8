"""What a base of a file says of each person, by number: one line each in a mapped file, read when somebody is found."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from comity.core import codec
from comity.screening.files.reading import Stated
from comity.screening.index.mapped.layout import Opened, Writer, open_file
from comity.screening.index.mapped.types import Longs
from comity.screening.records import Person

PURPOSE: Final = "people"
_NEWLINE: Final = 10
_COPIED: Final = 1 << 24


class PeopleWriter:
    """Writes the lines of numbers 0, 1, ... in pieces of whole lines; `finish` publishes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Held for as long as the writer is: closed with it.
        self._spool = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115
        self._ends: list[Longs] = []
        self._size = 0

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of what was gathered."""
        self._spool.close()

    def add(self, lines: bytes) -> None:
        """Add whole lines."""
        self._spool.write(lines)
        text = np.frombuffer(lines, np.uint8)
        self._ends.append(np.flatnonzero(text == _NEWLINE).astype(np.int64) + self._size + 1)
        self._size += len(lines)

    def finish(self) -> int:
        """Write the file and return how many lines it has."""
        ends = np.concatenate((np.zeros(1, np.int64), *self._ends))
        writer = Writer(self._path, PURPOSE)
        try:
            heap = writer.reserve("heap", np.uint8, (self._size,))
            self._spool.seek(0)
            for place in range(0, self._size, _COPIED):
                piece = self._spool.read(_COPIED)
                heap[place : place + len(piece)] = np.frombuffer(piece, np.uint8)
            writer.add("ends", ends)
            writer.finish({"people": len(ends) - 1})
        except BaseException:
            writer.abandon()
            raise
        return len(ends) - 1


class People:
    """The lines of numbers: a `Stated` in JSON, or `id TAB name|name TAB date,date`."""

    def __init__(self, opened: Opened) -> None:
        self._heap, self._ends = opened.arrays["heap"], opened.arrays["ends"]

    @classmethod
    def open(cls, path: Path) -> People:
        """Open a file. Raises as `open_file`."""
        return cls(open_file(path, PURPOSE))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> Stated:
        """Return what is said of a person."""
        line = self._heap[int(self._ends[number]) : int(self._ends[number + 1])].tobytes()
        if line.startswith(b"{"):
            return codec.quick(line, Stated)
        identifier, names, dates = line.decode().rstrip("\n").split("\t")
        return Stated(
            id=identifier,
            person=Person(names=tuple(names.split("|")), birth_dates=tuple(filter(None, dates.split(",")))),
        )
