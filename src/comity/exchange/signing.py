"""Signatures of wire v1: Ed25519 by libsodium's rule and no other, and the names derived from keys.

Libraries disagree on 165 of 914 Ed25519 edge cases: two nodes with two libraries could disagree about one statement.
"""

from __future__ import annotations

import hashlib
from typing import Final

import nacl.exceptions
import nacl.signing

from comity.core.ids import NodeId

SUITE: Final = "ed25519"
SIGNATURE_BYTES: Final = 64
PUBLIC_KEY_BYTES: Final = 32

_KEY_ID_LENGTH = 16
_NODE_ID_LENGTH = 26


def key_id(suite: str, public_key: bytes) -> str:
    """Return the name of a key: the first 16 hex digits of SHA-256 over suite name and raw public key."""
    return hashlib.sha256(suite.encode("ascii") + public_key).hexdigest()[:_KEY_ID_LENGTH]


def node_id(suite: str, public_key: bytes) -> NodeId:
    """Return the name of the node whose first key this is: the first 26 hex digits of the same hash."""
    return NodeId(hashlib.sha256(suite.encode("ascii") + public_key).hexdigest()[:_NODE_ID_LENGTH])


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether `signature` over `message` is by the holder of this Ed25519 key; malformed input is simply no."""
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        nacl.signing.VerifyKey(public_key).verify(message, signature)
    except nacl.exceptions.BadSignatureError:
        return False
    return True
