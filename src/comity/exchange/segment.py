"""Segments: the statements of one act or one frame, stored as one piece.

Items stand one after the other as a frame carries them: kind (1 byte), body (4-byte length), own signature (2-byte
length). Kind 0 is a statement; kind 1 its digest only, because it was never kept; kind 2, which no frame carries, is
what is left of an erased one: who stated which version of what, when it was erased and by which rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, unique
from struct import Struct
from typing import Final

import msgspec

from comity.core.codec import decode_own_as, encode
from comity.core.errors import BadInput, Defect
from comity.core.hashing import DIGEST_BYTES, digest_bytes
from comity.core.ids import Owner
from comity.core.time import CivilDate, Instant

SIGNATURE_LIMIT: Final = 64
_HEAD: Final = Struct(">BI")
_HEAD_BYTES: Final = _HEAD.size
UNSIGNED: Final = bytes(2)
"""What follows the body of an item that is not signed on its own."""
_PICK_BYTES: Final = 2


@unique
class ItemKind(IntEnum):
    """What the body of an item is."""

    STATEMENT = 0
    WITHHELD = 1
    ERASED = 2


class FrameItem(msgspec.Struct, frozen=True, gc=False):
    """One item; `body` is None where it is withheld or erased."""

    digest: bytes
    body: bytes | None
    signature: bytes = b""

    @classmethod
    def of(cls, body: bytes, signature: bytes = b"") -> FrameItem:
        """Make an item from the canonical bytes of a statement."""
        return cls(digest_bytes(body), body, signature)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement says about the record that it is a version of; the part that outlives its content."""

    kind: str
    id: str
    owner: Owner
    version: int
    category: str
    operation: str
    agreement: str
    schema: int = 1
    delete_by: CivilDate | None = None


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of an erased statement."""

    head: Head
    erased_at: Instant
    rule: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stored segment, opened."""

    digests: bytes
    parts: tuple[tuple[int, bytes, bytes], ...]

    @property
    def count(self) -> int:
        """How many items it holds."""
        return len(self.parts)

    def item(self, place: int) -> FrameItem:
        """Return the item at a place, as a frame may carry it."""
        kind, body, signature = self.parts[place]
        name = self.digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]
        return FrameItem(name, body if kind == ItemKind.STATEMENT else None, signature)

    def head(self, place: int) -> Head | None:
        """Return what is known of the record at a place; None where only a digest was ever kept."""
        kind, body, _ = self.parts[place]
        if kind == ItemKind.STATEMENT:
            return decode_own_as(body, Head)
        return decode_own_as(body, Erased).head if kind == ItemKind.ERASED else None

    def erased(self, place: int) -> Erased | None:
        """Return what is left of an erased statement, None where it is not erased."""
        kind, body, _ = self.parts[place]
        return decode_own_as(body, Erased) if kind == ItemKind.ERASED else None

    def holds(self, place: int) -> bool:
        """Say whether the content at a place is there."""
        return self.parts[place][0] == ItemKind.STATEMENT

    def without(self, places: Iterable[int], at: Instant, rule: str) -> bytes:
        """Return the items with the content at these places erased; what has none stays as it is."""
        gone = frozenset(places)
        return b"".join(
            _erase(part, at, rule) if place in gone else write_part(*part) for place, part in enumerate(self.parts)
        )


def part_head(kind: int, length: int) -> bytes:
    """Return what stands before the body of an item."""
    return _HEAD.pack(kind, length)


def write_part(kind: int, body: bytes, signature: bytes) -> bytes:
    """Return one item's bytes."""
    return b"%b%b%b%b" % (_HEAD.pack(kind, len(body)), body, len(signature).to_bytes(2, "big"), signature)


def write_item(item: FrameItem) -> bytes:
    """Return one item's bytes; without body, its digest is what is left to say."""
    if item.body is None:
        return write_part(ItemKind.WITHHELD, item.digest, item.signature)
    return write_part(ItemKind.STATEMENT, item.body, item.signature)


def read_parts(data: bytes, start: int, count: int, limit: int) -> tuple[list[tuple[int, bytes, bytes]], int]:
    """Return kind, body and signature of `count` items from offset `start` on, and where they end.

    Raises `BadInput` `exchange.layout` with the offset where the bytes hold no items of at most `limit` bytes.
    """
    unpack, end, at = _HEAD.unpack_from, len(data), start
    found: list[tuple[int, bytes, bytes]] = []
    for _ in range(count):
        if at + _HEAD_BYTES > end:
            raise _fault(at)
        kind, length = unpack(data, at)
        at += _HEAD_BYTES
        after = at + length
        if length > limit or after + 2 > end:
            raise _fault(at)
        signed = after + 2 + (data[after] << 8 | data[after + 1])
        if signed > end or signed - after - 2 > SIGNATURE_LIMIT:
            raise _fault(after)
        found.append((kind, data[at:after], data[after + 2 : signed]))
        at = signed
    return found, at


def are_plain(data: bytes, count: int) -> bool:
    """Say whether stored items are statements all, none of them erased, withheld or signed: a frame takes them so."""
    unpack, at = _HEAD.unpack_from, 0
    for _ in range(count):
        kind, length = unpack(data, at)
        at += _HEAD_BYTES + length + 2
        if kind != ItemKind.STATEMENT or data[at - 2 : at] != UNSIGNED:
            return False
    return at == len(data)


def open_segment(digests: bytes, items: bytes, count: int) -> Segment:
    """Open what a row of the segments' table holds. Raises `Defect` where it is not what was written."""
    parts, end = read_parts(items, 0, count, len(items))
    if end != len(items) or len(digests) != count * DIGEST_BYTES:
        raise Defect("exchange.segment", "A stored segment is not what was written.")
    return Segment(digests, tuple(parts))


def write_picks(places: Sequence[int], count: int) -> bytes | None:
    """Return which items of a segment of `count` a run takes; None for all in order."""
    if len(places) == count and list(places) == list(range(count)):
        return None
    return b"".join(place.to_bytes(_PICK_BYTES, "big") for place in places)


def read_picks(picks: bytes | None, count: int) -> Sequence[int]:
    """Return the places that `write_picks` wrote; `count` is that of the run."""
    if picks is None:
        return range(count)
    return [int.from_bytes(picks[at : at + _PICK_BYTES], "big") for at in range(0, len(picks), _PICK_BYTES)]


def earliest(days: Iterable[CivilDate | None]) -> CivilDate | None:
    """Return the first of the days that are named."""
    return min((day for day in days if day is not None), default=None)


def days_left(segment: Segment, gone: Mapping[int, object]) -> CivilDate | None:
    """Return the first deletion date of the content that is left when `gone` is erased too."""
    heads = (segment.head(place) for place in range(segment.count) if segment.holds(place) and place not in gone)
    return earliest(head.delete_by for head in heads if head is not None)


def _erase(part: tuple[int, bytes, bytes], at: Instant, rule: str) -> bytes:
    kind, body, signature = part
    if kind != ItemKind.STATEMENT:
        return write_part(*part)
    left = Erased(head=decode_own_as(body, Head), erased_at=at, rule=rule)
    return write_part(ItemKind.ERASED, encode(left), signature)


def _fault(at: int) -> BadInput:
    return BadInput("exchange.layout", "The message is not made of whole items.", field=f"@{at}")
