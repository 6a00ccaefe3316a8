"""Sealing what goes over a hub: only the two peers of a conversation can read or make it.

Both know each other's certificate, pinned when trust was given. Their P-256 keys agree on a secret; each direction of
each conversation has a key of its own from it, the session and the answerer's chance, and counts its messages.
"""

from __future__ import annotations

from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from comity.core import codec
from comity.core.errors import BadInput

_VERSION: Final = b"comity-hub/1"
_HEAD_BYTES: Final = 2
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the hub sees of a part of a message: who, which conversation, which part, and where to go on.

    `session` is the dialler's chance, `answer` the answerer's, empty in what the dialler says before it heard of it.
    `last` ends a message. `closed`: the conversation is unknown or over; such a part has no content.
    """

    sender: str
    session: bytes
    number: int
    inbox: str
    answer: bytes = b""
    last: bool = True
    closed: bool = False


def write_part(head: Head, sealed: bytes) -> bytes:
    """Return a part's bytes."""
    named = codec.encode(head)
    return len(named).to_bytes(_HEAD_BYTES, "big") + named + sealed


def read_part(data: bytes) -> tuple[Head, bytes]:
    """Return head and sealed content. Raises `BadInput`."""
    end = _HEAD_BYTES + int.from_bytes(data[:_HEAD_BYTES], "big")
    return codec.decode_canonical_as(data[_HEAD_BYTES:end], Head), data[end:]


class Secret:
    """What two peers share. `key` is the own private key as PEM, `certificate` the peer's."""

    def __init__(self, key: bytes, certificate: str) -> None:
        own = load_pem_private_key(key, None)
        peers = x509.load_pem_x509_certificate(certificate.encode("ascii")).public_key()
        if not isinstance(own, ec.EllipticCurvePrivateKey) or not isinstance(peers, ec.EllipticCurvePublicKey):
            raise BadInput("hub.key-unfit", "Only certificates on the curve P-256 can speak over a hub.")
        self._shared = own.exchange(ec.ECDH(), peers)

    def direction(self, session: bytes, answer: bytes, speaker: str, hearer: str) -> Direction:
        """Return the keys of one direction of a conversation."""
        info = b"\0".join((_VERSION, speaker.encode(), hearer.encode()))
        derived = HKDF(SHA256(), _KEY_BYTES, salt=session + answer, info=info).derive(self._shared)
        return Direction(AESGCM(derived))


class Direction:
    """Seals or opens the parts of one direction, each number once."""

    def __init__(self, cipher: AESGCM) -> None:
        self._cipher = cipher

    def seal(self, head: Head, content: bytes) -> bytes:
        """Return a part."""
        named = codec.encode(head)
        sealed = self._cipher.encrypt(_nonce(head.number), content, named)
        return write_part(head, sealed)

    def open(self, head: Head, sealed: bytes) -> bytes:
        """Return a part's content. Raises `BadInput` for what the peer did not make."""
        try:
            return self._cipher.decrypt(_nonce(head.number), sealed, codec.encode(head))
        except InvalidTag:
            raise BadInput("hub.not-the-peers", "A message was not sealed by the peer that it names.") from None


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")
