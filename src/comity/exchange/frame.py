"""The delivery frame: what one peer is sent on one stream in one tick, under one signature.

Layout: header (4-byte length, canonical JSON), signature (2-byte length), then for each sequence from `first` to
`last` one item: kind (1 byte), body (4-byte length), own signature (2-byte length, empty where the agreement asks
none). All numbers are unsigned and big-endian. The signature is over the header; the header's Merkle root is over the
items' digests.

An item of kind `withheld` holds the digest only: the sequence stays gapless and the root stays what it was, when policy
changed or content was erased between enqueue and transmission.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final, Literal

import msgspec

from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput, Refused
from comity.core.hashing import DIGEST_BYTES
from comity.core.ids import NodeId
from comity.core.ports import Signer
from comity.core.said import say
from comity.core.time import Instant
from comity.exchange.binary import Parts, prefixed
from comity.exchange.records import Peer
from comity.exchange.segment import FrameItem, ItemKind, read_parts, write_item
from comity.exchange.signing import SIGNATURE_BYTES, SUITE, is_signed
from comity.exchange.statement import MAX_STATEMENT_BYTES, Counted, HexDigest, Word
from comity.ledger.merkle import root_of

MAX_ITEMS: Final = 1024
MAX_FRAME_BYTES: Final = 8 << 20
FULL_FRAME_BYTES: Final = 2 << 20
"""A sender closes a frame before it grows beyond this; a receiver reads up to `MAX_FRAME_BYTES`."""

_MAX_HEADER_BYTES = 4096


class FrameHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The signed part of a frame."""

    format: Literal["comity-frame/1"] = "comity-frame/1"
    sender: NodeId
    receiver: NodeId
    stream: Word
    epoch: Counted
    first: Counted
    last: Counted
    root: HexDigest
    issued: Annotated[Instant, msgspec.Meta(ge=0)]
    key: Word
    suite: Word


@dataclass(frozen=True, slots=True)
class Route:
    """From which node to which, on which stream."""

    sender: NodeId
    receiver: NodeId
    stream: str
    epoch: int = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """A sealed frame, as sent or as read. Reading checks the layout only; `check_frame` checks who says it."""

    header: FrameHeader
    signature: bytes
    items: tuple[FrameItem, ...]

    @property
    def signed_header(self) -> bytes:
        """The header with its signature, as kept for evidence."""
        return prefixed(encode(self.header), 4) + prefixed(self.signature, 2)


def frame_root(items: Sequence[FrameItem]) -> str:
    """Return the Merkle root over the items' digests (RFC 9162 section 2.1.1), in hex.

    A leaf is the digest of a text that starts with a brace, an inner node the hash of something that starts with
    0x01: the two cannot be taken for each other.
    """
    return root_of([item.digest for item in items]).hex()


def head_frame(route: Route, first: int, digests: Sequence[bytes], issued: Instant, signer: Signer) -> FrameHeader:
    """Make the header of the frame that carries items of these digests from sequence `first` on."""
    return FrameHeader(
        sender=route.sender,
        receiver=route.receiver,
        stream=route.stream,
        epoch=route.epoch,
        first=first,
        last=first + len(digests) - 1,
        root=root_of(digests).hex(),
        issued=issued,
        key=signer.key_id,
        suite=signer.suite,
    )


def seal_frame(route: Route, first: int, items: Sequence[FrameItem], issued: Instant, signer: Signer) -> Frame:
    """Make and sign the frame that carries `items` from sequence `first` on."""
    header = head_frame(route, first, [item.digest for item in items], issued, signer)
    return Frame(header, signer.sign(encode(header)), tuple(items))


def write_frame(frame: Frame) -> bytes:
    """Return the frame's bytes."""
    return frame.signed_header + b"".join(map(write_item, frame.items))


def read_frame(data: bytes) -> Frame:
    """Read a frame's layout. Raises `BadInput` (`exchange.layout`, `exchange.too-large`, `codec.*`)."""
    if len(data) > MAX_FRAME_BYTES:
        raise BadInput("exchange.too-large", say("A frame has at most %(most)s bytes.", most=MAX_FRAME_BYTES))
    parts = Parts(data)
    header = decode_canonical_as(parts.part(4, _MAX_HEADER_BYTES), FrameHeader)
    signature = parts.part(2, SIGNATURE_BYTES)
    count = header.last - header.first + 1
    if not 1 <= count <= MAX_ITEMS:
        raise BadInput("exchange.layout", say("A frame has 1 to %(most)s items.", most=MAX_ITEMS), field="$.last")
    found, end = read_parts(data, parts.at, count, MAX_STATEMENT_BYTES)
    if end != len(data):
        raise BadInput("exchange.layout", "The message goes on after its end.", field=f"@{end}")
    # Statements, which nearly all are, without a call for each.
    items = [
        FrameItem(sha256(part[1]).digest(), part[1], part[2]) if part[0] == ItemKind.STATEMENT else _withheld(part)
        for part in found
    ]
    return Frame(header, signature, tuple(items))


def check_frame(frame: Frame, sender: Peer, receiver: NodeId, now: Instant) -> None:
    """Insist that this peer signed this frame for this node, and that its items are those signed.

    Raises `Refused`: `exchange.wrong-sender`, `exchange.wrong-receiver`, `exchange.suite-unknown`,
    `exchange.key-revoked`, `exchange.key-unknown` (no such key, or none that counted when issued),
    `exchange.bad-signature`, `exchange.wrong-root`.
    """
    header = frame.header
    if header.sender != sender.node:
        raise Refused("exchange.wrong-sender", "The frame names another sender than the certificate.", field="$.sender")
    if header.receiver != receiver:
        raise Refused("exchange.wrong-receiver", "The frame is meant for another node.", field="$.receiver")
    if header.suite != SUITE:
        raise Refused("exchange.suite-unknown", "The frame is signed by an unknown rule.", field="$.suite")
    if sender.is_revoked(header.key, now):
        raise Refused("exchange.key-revoked", "The frame is signed by a key that was taken back.", field="$.key")
    key = sender.key(header.key, header.issued)
    if key is None:
        raise Refused("exchange.key-unknown", "The frame's key did not count when it was issued.", field="$.key")
    if not is_signed(key.public, encode(header), frame.signature):
        raise Refused("exchange.bad-signature", "The frame's signature is not by its key.")
    if frame_root(frame.items) != header.root:
        raise Refused("exchange.wrong-root", "The frame's items are not those that were signed.", field="$.root")


def _withheld(part: tuple[int, bytes, bytes]) -> FrameItem:
    kind, body, signature = part
    if kind != ItemKind.WITHHELD or len(body) != DIGEST_BYTES:
        raise BadInput("exchange.layout", "An item is neither a statement nor a withheld digest.")
    return FrameItem(body, None, signature)
