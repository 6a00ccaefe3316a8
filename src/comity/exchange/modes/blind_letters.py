"""What travels in the mode `blind`: signed heads as of any question, with the sets and points of the method behind.

A body is the head (4-byte length) and what is attached; the head's salt is the digest of what is attached, so that one
signature covers both. Segments are attached as number (1 byte), version (4), length (4), data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from comity.core.errors import Refused
from comity.core.hashing import digest
from comity.exchange.binary import Parts, prefixed
from comity.exchange.blind import SEGMENTS, BlindSegment

TOPIC: Final = "blind"
SEGMENTS_KIND: Final = "segments"
KEYS_KIND: Final = "keys"
PAGE_BYTES: Final = 4 << 20
"""How much of a set goes into one answer; a set of a million keys takes two."""
MAX_HEAD_BYTES: Final = 1 << 16
_SET_BYTES: Final = 16


def write_body(head: bytes, attached: bytes) -> bytes:
    """Return head and attachment as one body."""
    return prefixed(head, 4) + attached


def read_body(body: bytes) -> tuple[bytes, bytes]:
    """Return head and attachment. Raises `BadInput`."""
    parts = Parts(body)
    head = parts.part(4, MAX_HEAD_BYTES)
    return head, body[parts.at :]


def check_attached(salt: str, attached: bytes) -> None:
    """Insist that the signed head is about this attachment. Raises `Refused` `blind.other-attachment`."""
    if salt != digest(attached):
        raise Refused("blind.other-attachment", "What is attached is not what the head was signed for.")


def write_have(name: bytes, versions: Mapping[int, int]) -> bytes:
    """Return which version of each segment of which set the asker has."""
    return name + b"".join(versions.get(place, 0).to_bytes(4, "big") for place in range(SEGMENTS))


def read_have(attached: bytes) -> tuple[bytes, tuple[int, ...]]:
    """Read the name of the set and the versions that an asker has. Raises `BadInput`."""
    parts = Parts(attached)
    name = parts.take(_SET_BYTES)
    versions = tuple(parts.number(4) for _ in range(SEGMENTS))
    parts.end()
    return name, versions


def write_segments(name: bytes, segments: Iterable[BlindSegment], *, more: bool) -> bytes:
    """Return segments of a set; `more` says that others are waiting."""
    head = name + bytes([more])
    return head + b"".join(
        each.segment.to_bytes(1, "big") + each.version.to_bytes(4, "big") + prefixed(each.data, 4) for each in segments
    )


def read_segments(attached: bytes) -> tuple[bytes, bool, tuple[BlindSegment, ...]]:
    """Read what `write_segments` wrote. Raises `BadInput`."""
    parts = Parts(attached)
    name, more = parts.take(_SET_BYTES), bool(parts.number(1))
    found: list[BlindSegment] = []
    while parts.at < len(attached):
        place, version = parts.number(1), parts.number(4)
        found.append(BlindSegment(segment=place, version=version, data=parts.part(4, PAGE_BYTES)))
    parts.end()
    return name, more, tuple(found)
