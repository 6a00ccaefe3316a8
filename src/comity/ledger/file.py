"""The ledger file: an append-only sequence of frames in which every byte is framed and hashed.

    frame   = mark(1) kind(1) length(4) check(4) payload(length) chain(32)
    check   = CRC-32 over previous chain || mark || kind || length
    chain   = SHA-256(previous chain || mark || kind || length || check || payload)

Numbers are big-endian; the chain before the first frame is the hash of the format's name. Kinds:

    1 header      version(2) created(8) node name(rest, ASCII); the first frame and no other
    2 leaves      first number(8), then n times recorded_at(8), then n times leaf hash(32)
    3 checkpoint  a signed note (see `checkpoint`), which holds size and root

`check` exists because a changed length would otherwise look like a file that ends too early: a frame
whose head is sound and whose rest is missing is a torn tail (the crash of a writer, repairable from
the rows); anything else that differs is corruption. A tail of zero bytes alone counts as torn: some
file systems show it after a power cut. One frame holds all leaves of a flushed group, because the chain hash is then
paid once a flush; an instant is kept for each leaf, so that each row can be compared with the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final, Protocol
from zlib import crc32

import msgspec

from comity.core.time import Instant
from comity.ledger.checkpoint import is_origin
from comity.ledger.errors import BadEntry, Corrupt, TornTail
from comity.ledger.leaf import HASH_BYTES

VERSION: Final = 1
GENESIS: Final = sha256(b"comity ledger file 1").digest()
"""The chain value before the first frame."""

MAX_FRAME_LEAVES: Final = 4096
_MARK: Final = 0xC7
_HEADER, _LEAVES, _CHECKPOINT = 1, 2, 3
_HEAD = struct.Struct(">BBI")
_CHECK_BYTES: Final = 4
_HEAD_BYTES: Final = _HEAD.size + _CHECK_BYTES
_HEADER_FIELDS = struct.Struct(">Hq")
_NUMBER_BYTES: Final = 8
_LEAF_BYTES: Final = 8 + HASH_BYTES
_MAX_PAYLOAD: Final = _NUMBER_BYTES + MAX_FRAME_LEAVES * _LEAF_BYTES
_ZERO_READ: Final = 1 << 16


class Readable(Protocol):
    """Something to read bytes from: a file, or the bounded part of one."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none only at the end."""
        ...


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a frame stands: bytes `offset` to `end - 1`; `chain` is what the next frame builds on."""

    offset: int
    end: int
    chain: bytes


class HeaderFrame(Frame, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose ledger this is; `created` in microseconds UTC."""

    node: str
    created: Instant


class LeavesFrame(Frame, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Leaves `first`, `first + 1` ... with the instants (microseconds UTC) at which they were recorded."""

    first: int
    recorded_at: tuple[Instant, ...]
    hashes: tuple[bytes, ...]


class CheckpointFrame(Frame, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A signed note over the leaves before it."""

    note: bytes


AnyFrame = HeaderFrame | LeavesFrame | CheckpointFrame


class Framer:
    """Turns records into bytes to append. It writes nothing: the caller appends what it returns, in order.

    Start a new file with `Framer()` and `header`; go on with an existing one with
    `Framer(last_frame.chain)`. If an append fails, throw the framer away and scan the file again.
    """

    __slots__ = ("chain",)

    def __init__(self, chain: bytes = GENESIS) -> None:
        self.chain = chain

    def header(self, node: str, created: Instant) -> bytes:
        """Return the first frame of a file.

        Raises:
            BadEntry: the chain has begun already, or the name or the instant cannot stand in the file.

        """
        if self.chain != GENESIS:
            raise BadEntry("a header is the first frame of a file")
        if not is_origin(node):
            raise BadEntry("a node name is printable ASCII without space and plus")
        try:
            fields = _HEADER_FIELDS.pack(VERSION, created)
        except struct.error:
            raise BadEntry("the instant is out of range") from None
        return self._frame(_HEADER, fields + node.encode())

    def leaves(self, first: int, recorded_at: Sequence[Instant], hashes: Sequence[bytes]) -> bytes:
        """Return frames for leaf hashes numbered from `first`, as many frames as they need.

        Raises:
            BadEntry: lengths differ, a hash is not 32 bytes long, or a number is out of range.

        """
        count = len(hashes)
        if count != len(recorded_at) or set(map(len, hashes)) - {HASH_BYTES}:
            raise BadEntry("each leaf needs one instant and one hash of 32 bytes")
        frames = []
        for start in range(0, count, MAX_FRAME_LEAVES):
            stop = min(start + MAX_FRAME_LEAVES, count)
            try:
                head = struct.pack(f">Q{stop - start}q", first + start, *recorded_at[start:stop])
            except struct.error:
                raise BadEntry("a number or an instant is out of range") from None
            frames.append(self._frame(_LEAVES, head + b"".join(hashes[start:stop])))
        return b"".join(frames)

    def checkpoint(self, note: bytes) -> bytes:
        """Return the frame for a signed note.

        Raises:
            BadEntry: the note is empty or too long to be one.

        """
        if not 0 < len(note) <= _MAX_PAYLOAD:
            raise BadEntry("a checkpoint note is neither empty nor that long")
        return self._frame(_CHECKPOINT, note)

    def _frame(self, kind: int, payload: bytes) -> bytes:
        head = _HEAD.pack(_MARK, kind, len(payload))
        body = head + _check(self.chain, head) + payload
        self.chain = sha256(self.chain + body).digest()
        return body + self.chain


def scan(stream: Readable) -> Iterator[AnyFrame]:
    """Yield the frames of a ledger file from its beginning, holding one frame at a time.

    The caller opens and closes `stream`. An empty stream is a torn tail at offset 0: a ledger file
    has a header at least. A file cut at a frame's end is a sound, shorter file: only the rows and
    the checkpoints known elsewhere tell that something is missing (see `verify`).

    Raises:
        TornTail: the last frame is incomplete.
        Corrupt: a frame is not what was written.

    """
    chain, offset = GENESIS, 0
    while True:
        head = _read(stream, _HEAD_BYTES)
        if not head and offset:
            return
        kind, length = _open_head(stream, head, chain, offset)
        rest = _read(stream, length + HASH_BYTES)
        if len(rest) < length + HASH_BYTES:
            raise TornTail(offset)
        payload, stated = rest[:length], rest[length:]
        if sha256(chain + head + payload).digest() != stated:
            raise _corrupt_or_zeroed(stream, stated, offset, "the hash chain breaks here")
        chain = stated
        end = offset + _HEAD_BYTES + length + HASH_BYTES
        yield _frame(kind, payload, Frame(offset=offset, end=end, chain=chain))
        offset = end


def _check(chain: bytes, head: bytes) -> bytes:
    return crc32(head, crc32(chain)).to_bytes(_CHECK_BYTES, "big")


def _open_head(stream: Readable, head: bytes, chain: bytes, offset: int) -> tuple[int, int]:
    """Return kind and payload length, or raise what is wrong with the head."""
    if len(head) < _HEAD_BYTES:
        if head and head[0] not in {_MARK, 0}:
            raise Corrupt(offset, "this is not a frame")
        raise TornTail(offset)
    if _check(chain, head[: _HEAD.size]) != head[_HEAD.size :]:
        raise _corrupt_or_zeroed(stream, head, offset, "the frame's head is damaged")
    mark, kind, length = _HEAD.unpack(head[: _HEAD.size])
    if mark != _MARK or kind not in {_HEADER, _LEAVES, _CHECKPOINT} or length > _MAX_PAYLOAD:
        raise Corrupt(offset, "the frame's mark, kind or length is none of this format")
    if (kind == _HEADER) != (offset == 0):
        raise Corrupt(offset, "a header is the first frame and no other")
    return kind, length


def _corrupt_or_zeroed(stream: Readable, seen: bytes, offset: int, why: str) -> TornTail | Corrupt:
    """Tell a tail that was allocated but never written (zeros to the end) from changed bytes."""
    while not any(seen):
        seen = _read(stream, _ZERO_READ)
        if not seen:
            return TornTail(offset)
    return Corrupt(offset, why)


def _read(stream: Readable, count: int) -> bytes:
    """Read `count` bytes, fewer only at the end: a raw stream may answer in pieces."""
    pieces = []
    while count and (piece := stream.read(count)):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _frame(kind: int, payload: bytes, place: Frame) -> AnyFrame:
    if kind == _HEADER:
        return _header(payload, place)
    if kind == _LEAVES:
        return _leaves(payload, place)
    return CheckpointFrame(offset=place.offset, end=place.end, chain=place.chain, note=payload)


def _header(payload: bytes, place: Frame) -> HeaderFrame:
    if len(payload) <= _HEADER_FIELDS.size:
        raise Corrupt(place.offset, "the header is too short")
    version, created = _HEADER_FIELDS.unpack_from(payload)
    node = payload[_HEADER_FIELDS.size :].decode("ascii", errors="replace")
    if version != VERSION:
        raise Corrupt(place.offset, f"format version {version}, this program reads {VERSION}")
    if not is_origin(node):
        raise Corrupt(place.offset, "the node name is not printable ASCII")
    return HeaderFrame(offset=place.offset, end=place.end, chain=place.chain, node=node, created=created)


def _leaves(payload: bytes, place: Frame) -> LeavesFrame:
    count, odd = divmod(len(payload) - _NUMBER_BYTES, _LEAF_BYTES)
    if count < 1 or odd:
        raise Corrupt(place.offset, "the length does not fit a number of leaves")
    first, *recorded_at = struct.unpack_from(f">Q{count}q", payload)
    base = len(payload) - count * HASH_BYTES
    hashes = tuple(payload[at : at + HASH_BYTES] for at in range(base, len(payload), HASH_BYTES))
    return LeavesFrame(
        offset=place.offset,
        end=place.end,
        chain=place.chain,
        first=first,
        recorded_at=tuple(recorded_at),
        hashes=hashes,
    )
