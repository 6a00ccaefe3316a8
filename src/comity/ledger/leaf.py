"""The leaf: a salted hash that stays when the entry is erased.

Leaf hash = SHA-256(0x00 || salt || entry): the leaf prefix of RFC 9162 section 2.1.1 over the salted
entry. Without the salt the hash of a guessable entry (a known officer, a known document number) could
be found by trial; once the salt is erased the hash says nothing about the person, and still proves
order and number of what happened (LAW 14, "The search log").
"""

from __future__ import annotations

from hashlib import sha256

from comity.ledger.errors import BadEntry

HASH_BYTES = 32
SALT_BYTES = 16
_LEAF_PREFIX = b"\x00"


def leaf_hash(salt: bytes, entry: bytes) -> bytes:
    """Return the 32-byte leaf hash of canonical `entry` bytes under a fresh random 16-byte `salt`.

    The salt has a fixed length, so that no two (salt, entry) pairs run together to the same bytes.

    Raises:
        BadEntry: the salt is not 16 bytes long.

    """
    if len(salt) != SALT_BYTES:
        raise BadEntry(f"a salt has {SALT_BYTES} bytes, this one has {len(salt)}")
    return sha256(_LEAF_PREFIX + salt + entry).digest()
