"""SHA-256, the one hash of the house (FIPS 180-4), and how a digest is written: 64 lower-case hex characters."""

from __future__ import annotations

import hashlib
import re
from typing import Final, NewType

from comity.core.errors import BadInput

Digest = NewType("Digest", str)

DIGEST_BYTES: Final = 32
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def digest(data: bytes) -> Digest:
    """Hash bytes to the text form."""
    return Digest(hashlib.sha256(data).hexdigest())


def digest_bytes(data: bytes) -> bytes:
    """Hash bytes to the 32 raw bytes, as trees and proofs use them."""
    return hashlib.sha256(data).digest()


def parse_digest(text: str, *, field: str = "$") -> Digest:
    """Read a digest; raises BadInput `hashing.not-a-digest` for anything but 64 lower-case hex characters."""
    if not _DIGEST.fullmatch(text):
        raise BadInput("hashing.not-a-digest", "Expected a SHA-256 digest: 64 lower-case hex characters.", field=field)
    return Digest(text)


def digest_to_bytes(value: Digest) -> bytes:
    """Turn the text form into the 32 raw bytes."""
    return bytes.fromhex(value)


def digest_from_bytes(raw: bytes, *, field: str = "$") -> Digest:
    """Turn 32 raw bytes into the text form; raises BadInput `hashing.not-a-digest` for another length."""
    if len(raw) != DIGEST_BYTES:
        raise BadInput("hashing.not-a-digest", "Expected a SHA-256 digest: 32 bytes.", field=field)
    return Digest(raw.hex())
