"""The file of a copy: signed in its head, encrypted for one device, readable by nobody else.

Layout: signed header (4-byte length, canonical JSON), then a secret box over compressed lines of JSON.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

import nacl.exceptions
import nacl.public
import nacl.secret

from comity.agreements.identity import Identity
from comity.agreements.keys import Mark, holds, replay
from comity.core.codec import decode_canonical_as, decode_own_as, encode
from comity.core.errors import BadInput, Refused
from comity.core.hashing import digest
from comity.crossings.copies.records import CopyHeader, CopyLine, SignedHeader
from comity.exchange.binary import Parts, prefixed

MOST_HEADER: Final = 8 << 20
MOST_CONTENT: Final = 512 << 20
KEY_BYTES: Final = nacl.secret.SecretBox.KEY_SIZE
NONCE_BYTES: Final = nacl.secret.SecretBox.NONCE_SIZE


def lock(lines: Iterable[CopyLine], key: bytes, nonce: bytes) -> bytes:
    """Return the content, encrypted."""
    plain = b"\n".join(encode(line) for line in lines)
    return bytes(nacl.secret.SecretBox(key).encrypt(zlib.compress(plain, 6), nonce))


def wrap(key: bytes, device: str) -> str:
    """Seal the content's key to a device."""
    return bytes(nacl.public.SealedBox(nacl.public.PublicKey(bytes.fromhex(device))).encrypt(key)).hex()


def write_copy(header: CopyHeader, mark: Mark, content: bytes) -> bytes:
    """Return the file."""
    return prefixed(encode(SignedHeader(header=header, mark=mark)), 4) + content


def read_copy(data: bytes, trusted: Identity) -> tuple[CopyHeader, bytes]:
    """Return header and encrypted content of a copy that the trusted node made.

    Raises `BadInput` for another node's, an altered one, or one by a key that did not count.
    """
    parts = Parts(data)
    signed = decode_canonical_as(parts.part(4, MOST_HEADER), SignedHeader, max_bytes=MOST_HEADER)
    content, header = data[parts.at :], signed.header
    if header.node != trusted.node:
        raise _altered()
    span = replay(trusted.node, trusted.key, header.deeds).span(header.signed_by)
    if span is None or not span.covers(header.made) or not holds(signed.mark, span.key, encode(header)):
        raise _altered()
    if digest(content) != header.digest:
        raise _altered()
    return header, content


def unwrap(header: CopyHeader, private: nacl.public.PrivateKey) -> bytes:
    """Return the content's key. Raises `Refused` `copy.other-device`."""
    try:
        return bytes(nacl.public.SealedBox(private).decrypt(bytes.fromhex(header.wrapped)))
    except nacl.exceptions.CryptoError:
        raise Refused(
            "copy.other-device", "This copy was made for another device.", remedy="Make one for this device's key."
        ) from None


def unlock(content: bytes, key: bytes) -> tuple[CopyLine, ...]:
    """Return the lines. Raises `BadInput` `copy.altered`."""
    try:
        opened = nacl.secret.SecretBox(key).decrypt(content)
        inflate = zlib.decompressobj()
        plain = inflate.decompress(opened, MOST_CONTENT)
    except (nacl.exceptions.CryptoError, zlib.error):
        raise _altered() from None
    if inflate.unconsumed_tail:
        raise _altered()
    return tuple(decode_own_as(line, CopyLine) for line in plain.split(b"\n") if line)


def _altered() -> BadInput:
    return BadInput(
        "copy.altered",
        "This is no copy that the node of this device made, or it was altered.",
        remedy="Get a fresh copy from the node.",
    )
