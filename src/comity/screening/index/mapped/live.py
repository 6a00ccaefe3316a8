"""The log of what changed since an index was built: one file that every process reads and one process writes.

    offset 0    magic (8), generation of the index it belongs to (u64), bytes of records that stand (u64), closed (u64)
    64 ...      records: length (u32), CRC-32 (u32), JSON of `Change`

The writer puts a record behind the last, then raises the number of bytes that stand. Readers have that number mapped:
looking whether anything is new costs no system call, and what is new is read before the search goes on. A record that
was cut off by a crash does not count and is written over. The log can always be made again from the records' own
store; so it is not forced to disk with each change.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Annotated, Final, Self

import msgspec

from comity.core.errors import Refused
from comity.core.learning import decoder
from comity.core.personal import Personal
from comity.screening.index.mapped.layout import DamagedIndex

MAGIC: Final = b"COMITYLG"
HEAD: Final = 64
_FRAME: Final = struct.Struct("<II")
_WORD: Final = struct.Struct("<Q")
_GENERATION, _STANDS, _CLOSED = 8, 16, 24
LARGEST: Final = 1 << 20


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an entry is from now on; one without names and keys is withdrawn. `keys`: as `keys.pack` makes them."""

    number: int
    names: Annotated[tuple[str, ...], Personal] = ()
    dates: Annotated[tuple[str, ...], Personal] = ()
    keys: tuple[int, ...] = ()


_READ: Final = decoder(Change)


def make_log(path: Path, generation: int) -> None:
    """Make an empty log."""
    head = MAGIC + _WORD.pack(generation) + _WORD.pack(0) + _WORD.pack(0)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, head.ljust(HEAD, b"\0"))
        os.fsync(handle)
    finally:
        os.close(handle)


class _Mapped:
    """A log's file with its head mapped."""

    def __init__(self, path: Path, *, writes: bool) -> None:
        try:
            self.handle = os.open(path, os.O_RDWR if writes else os.O_RDONLY)
        except OSError as error:
            raise DamagedIndex(
                "screening.log-missing", "The log of the index cannot be opened.", field="log"
            ) from error
        if os.fstat(self.handle).st_size < HEAD:
            os.close(self.handle)
            raise DamagedIndex("screening.log-damaged", "The log of the index has been cut short.", field="log")
        access = mmap.ACCESS_WRITE if writes else mmap.ACCESS_READ
        self.head = mmap.mmap(self.handle, HEAD, access=access)
        # By the word: a word in step with memory is written and read as a whole.
        self.words = memoryview(self.head).cast("Q")
        if self.head[: len(MAGIC)] != MAGIC:
            self.close()
            raise DamagedIndex("screening.log-foreign", "This file is not the log of an index.", field="log")

    def word(self, place: int) -> int:
        return self.words[place // 8]

    def close(self) -> None:
        self.words.release()
        self.head.close()
        os.close(self.handle)


class LogReader:
    """Reads what is new."""

    def __init__(self, path: Path) -> None:
        self._mapped = _Mapped(path, writes=False)
        self._read = 0
        self.generation = self._mapped.word(_GENERATION)

    @property
    def is_behind(self) -> bool:
        """Whether there is anything new."""
        return self._mapped.word(_STANDS) != self._read

    @property
    def is_closed(self) -> bool:
        """Whether a newer index has taken this one's place."""
        return self._mapped.word(_CLOSED) != 0

    def read(self) -> Iterator[Change]:
        """Yield what is new, in order. Raises `DamagedIndex` where a record that stands is not whole."""
        stands = self._mapped.word(_STANDS)
        fresh = os.pread(self._mapped.handle, stands - self._read, HEAD + self._read)
        at = 0
        while at < len(fresh):
            change, at = _record(fresh, at)
            yield change
        if at != stands - self._read:
            raise DamagedIndex("screening.log-damaged", "The log of the index has been cut short.", field="log")
        self._read = stands

    def close(self) -> None:
        """Let go of the file."""
        self._mapped.close()


class LogWriter:
    """Adds changes; one at a time for a log, by a lock on its file."""

    def __init__(self, path: Path) -> None:
        self._mapped = _Mapped(path, writes=True)
        try:
            fcntl.flock(self._mapped.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._mapped.close()
            raise Refused(
                "screening.log-in-use",
                "Another process writes the log of this index.",
                remedy="Let that process enter the change, or end it first.",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def size(self) -> int:
        """Bytes of records that stand."""
        return self._mapped.word(_STANDS)

    def add(self, change: Change) -> None:
        """Add a change; it counts in every process as soon as this returns."""
        payload = msgspec.json.encode(change)
        if len(payload) > LARGEST:
            raise Refused(
                "screening.change-too-large",
                "The entry has more names than the log of the index takes.",
                remedy="Leave out names; the index finds an entry by any of its names.",
            )
        stands = self._mapped.word(_STANDS)
        written = _FRAME.pack(len(payload), zlib.crc32(payload)) + payload
        os.pwrite(self._mapped.handle, written, HEAD + stands)
        # After the record: a reader that sees the number sees the bytes.
        self._mapped.words[_STANDS // 8] = stands + len(written)

    def close_for(self, generation: int) -> None:
        """Tell readers that the index of a later generation has taken this one's place."""
        self._mapped.words[_CLOSED // 8] = generation

    def close(self) -> None:
        """Let go of the file and of the lock."""
        self._mapped.close()


def _record(fresh: bytes, at: int) -> tuple[Change, int]:
    if len(fresh) - at >= _FRAME.size:
        length, crc = _FRAME.unpack_from(fresh, at)
        payload = fresh[at + _FRAME.size : at + _FRAME.size + length]
        if len(payload) == length and zlib.crc32(payload) == crc:
            return _READ.decode(payload), at + _FRAME.size + length
    raise DamagedIndex("screening.log-damaged", "A record of the log has been damaged.", field=f"@{at}")
