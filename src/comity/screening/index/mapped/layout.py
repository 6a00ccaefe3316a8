"""The file of a mapped index: named arrays behind a header that tells damage, foreign files and other versions.

    offset 0    magic (8), version (u32), CRC-32 of the directory (u32), place and length of the directory (u64 each),
                length of the file (u64), CRC-32 of the 40 bytes before (u32); all little-endian, filled up to 4096
    4096 ...    the arrays, each at a multiple of 4096
    at the end  the directory: JSON of `Directory`

A file is written under another name, made durable, and renamed: a reader sees the old file or the new, whole.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
import numpy as np
import numpy.typing as npt

from comity.core import codec
from comity.core.errors import BadInput

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAGIC: Final = b"COMITYIX"
VERSION: Final = 1
PAGE: Final = 4096
_HEAD: Final = struct.Struct("<8sIIQQQ")
_CHECK: Final = struct.Struct("<I")
_CHUNK: Final = 1 << 24
_KINDS: Final = frozenset({"|u1", "<u4", "<i4", "<i8", "<u8"})

Array = npt.NDArray[Any]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One array: element type, lengths, place in the file, CRC-32 of its bytes."""

    name: str
    kind: str
    shape: tuple[int, ...]
    offset: int
    crc: int

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return int(np.dtype(self.kind).itemsize * np.prod(self.shape, dtype=np.int64))


class Directory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file holds: its purpose, its arrays, and what its maker noted."""

    purpose: str
    sections: tuple[Section, ...]
    facts: dict[str, int | str]


class DamagedIndex(BadInput):
    """A file that is no index of ours, is of another version, or has been damaged."""

    default_remedy = "Build the index again from its source; the file itself cannot be repaired."


class Writer:
    """Writes one file. Arrays are reserved and filled in place, so that none need fit in memory; `finish` publishes."""

    def __init__(self, path: Path, purpose: str) -> None:
        self._path = path
        self._purpose = purpose
        self._under_way = path.with_name(f"{path.name}.new-{os.getpid()}")
        self._stream = self._under_way.open("w+b")
        self._end = PAGE
        self._reserved: list[tuple[Section, Array]] = []

    def reserve(self, name: str, kind: npt.DTypeLike, shape: tuple[int, ...]) -> Array:
        """Return an array of zeros in the file."""
        section = Section(name, np.dtype(kind).str, shape, self._end, 0)
        self._end += -(-section.size // PAGE) * PAGE
        os.truncate(self._under_way, self._end)
        array: Array = np.empty(shape, kind)
        if section.size:
            mapped = mmap.mmap(self._stream.fileno(), section.size, offset=section.offset)
            array = np.frombuffer(mapped, kind).reshape(shape)
        self._reserved.append((section, array))
        return array

    def add(self, name: str, array: Array) -> None:
        """Write an array."""
        self.reserve(name, array.dtype, array.shape)[...] = array

    def finish(self, facts: Mapping[str, int | str]) -> None:
        """Make the file durable and put it in its place."""
        sections = tuple(msgspec.structs.replace(section, crc=_crc(array)) for section, array in self._reserved)
        self._reserved.clear()
        directory = msgspec.json.encode(Directory(self._purpose, sections, dict(facts)))
        head = _HEAD.pack(MAGIC, VERSION, zlib.crc32(directory), self._end, len(directory), self._end + len(directory))
        self._stream.seek(self._end)
        self._stream.write(directory)
        self._stream.seek(0)
        self._stream.write(head + _CHECK.pack(zlib.crc32(head)))
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._under_way.rename(self._path)
        sync_folder(self._path.parent)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._reserved.clear()
        self._stream.close()
        self._under_way.unlink(missing_ok=True)


class Opened(msgspec.Struct, frozen=True):
    """An open file: its directory and its arrays, read-only and mapped."""

    directory: Directory
    arrays: dict[str, Array]
    size: int
    path: Path


def open_file(path: Path, purpose: str) -> Opened:
    """Map a file and return its arrays; what they hold is not read, so this takes no longer for a large file.

    Raises `DamagedIndex` where it is no index of this purpose and version, or cut short, or its directory is damaged.
    """
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            directory = _directory(stream.read(PAGE), size, stream.fileno())
            if directory.purpose != purpose:
                raise _damaged("index-foreign", "This index serves another purpose.")
            arrays = {section.name: _mapped(stream.fileno(), section, size) for section in directory.sections}
    except OSError as error:
        raise BadInput(
            "screening.index-unreadable",
            "The index cannot be opened.",
            field="index",
            remedy="Check that the index has been built and that its files may be read.",
        ) from error
    return Opened(directory, arrays, size, path)


def check_arrays(opened: Opened) -> None:
    """Read everything and compare with the checksums. Raises `DamagedIndex` naming the first array that differs."""
    for section in opened.directory.sections:
        if _crc(opened.arrays[section.name]) != section.crc:
            raise _damaged("index-damaged", "The index has been damaged.", section.name)


def read_ahead(opened: Opened, names: Iterable[str]) -> None:
    """Read arrays in the order of the file, so that what follows finds them in memory; nothing is kept."""
    with opened.path.open("rb", buffering=0) as stream:
        buffer = bytearray(_CHUNK)
        for section in opened.directory.sections:
            if section.name in names:
                stream.seek(section.offset)
                left = section.size
                while left > 0 and (got := stream.readinto(memoryview(buffer)[: min(left, _CHUNK)])):
                    left -= got


def _directory(head: bytes, size: int, handle: int) -> Directory:
    if len(head) < _HEAD.size + _CHECK.size or head[: len(MAGIC)] != MAGIC:
        raise _damaged("index-foreign", "This file is not an index.")
    _, version, crc, place, length, whole = _HEAD.unpack_from(head)
    if _CHECK.unpack_from(head, _HEAD.size)[0] != zlib.crc32(head[: _HEAD.size]):
        raise _damaged("index-damaged", "The header of the index has been damaged.")
    if version != VERSION:
        raise _damaged("index-version", "The index is of another version of this program.")
    if whole != size or place + length > size:
        raise _damaged("index-damaged", "The index has been cut short.")
    written = os.pread(handle, length, place)
    if zlib.crc32(written) != crc:
        raise _damaged("index-damaged", "The directory of the index has been damaged.")
    try:
        return codec.quick(written, Directory)
    except msgspec.MsgspecError as error:
        raise _damaged("index-damaged", "The directory of the index cannot be read.") from error


def _mapped(handle: int, section: Section, size: int) -> Array:
    if section.kind not in _KINDS or min(section.shape, default=0) < 0 or section.offset % PAGE:
        raise _damaged("index-damaged", "The directory of the index is wrong.", section.name)
    if section.offset + section.size > size:
        raise _damaged("index-damaged", "The index has been cut short.", section.name)
    if not section.size:
        empty = np.empty(section.shape, section.kind)
        empty.flags.writeable = False
        return empty
    mapped = mmap.mmap(handle, section.size, access=mmap.ACCESS_READ, offset=section.offset)
    return np.frombuffer(mapped, section.kind).reshape(section.shape)


def _crc(array: Array) -> int:
    flat = array.reshape(-1).view(np.uint8) if array.size else np.empty(0, np.uint8)
    crc = 0
    for start in range(0, len(flat), _CHUNK):
        crc = zlib.crc32(as_bytes(flat[start : start + _CHUNK]), crc)
    return crc


def as_bytes(array: Array) -> memoryview:
    """Return the bytes of an array without copying them."""
    # numpy does not declare that its arrays are buffers, which they are.
    return memoryview(cast("Buffer", array.reshape(-1).view(np.uint8)))


def _damaged(code: str, message: str, field: str = "index") -> DamagedIndex:
    return DamagedIndex(f"screening.{code}", message, field=field)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
