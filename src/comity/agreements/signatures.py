"""Ed25519, the one signature suite of wire v1 (RFC 8032), and the names that follow from a key."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final

import msgspec
import nacl.exceptions
import nacl.signing

from comity.core.errors import BadInput
from comity.core.said import say

SUITE: Final = "ed25519"
PUBLIC_KEY_BYTES: Final = 32
_KEY_ID_LENGTH: Final = 16
_NODE_ID_LENGTH: Final = 26

SignatureText = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}\Z")]
"""A raw signature of 64 bytes in hex."""


def key_id(suite: str, public_key: bytes) -> str:
    """Name a key: the first 16 hex digits of SHA-256 over the suite's name in ASCII, then the raw public key."""
    return _key_digest(suite, public_key)[:_KEY_ID_LENGTH]


def node_id(suite: str, public_key: bytes) -> str:
    """Name a node by its first signing key: the first 26 hex digits of the same digest."""
    return _key_digest(suite, public_key)[:_NODE_ID_LENGTH]


def check_signature(message: bytes, signature: str, suite: str, public_key: bytes) -> None:
    """Return if `signature` (hex) is the key's over `message`.

    Raises `BadInput`: `signature.suite` for a suite other than `ed25519`, `signature.wrong` otherwise.
    """
    if suite != SUITE:
        raise BadInput("signature.suite", say("The one signature suite is %(suite)s.", suite=SUITE), field="$.suite")
    try:
        nacl.signing.VerifyKey(public_key).verify(message, bytes.fromhex(signature))
    except (nacl.exceptions.CryptoError, ValueError, TypeError):
        raise BadInput(
            "signature.wrong",
            "The signature does not fit the document and the key.",
            field="$.signature",
            remedy="Ask the signer for the document again; it was changed, or signed with another key.",
        ) from None


def _key_digest(suite: str, public_key: bytes) -> str:
    return hashlib.sha256(suite.encode("ascii", "replace") + public_key).hexdigest()
