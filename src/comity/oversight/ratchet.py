"""A chain of keys for entries that the node writes and must not be able to read afterwards.

One sealed box an entry (X25519) costs as much as the rest of writing it. Instead a random seed is sealed to the reader
once for a chain of entries; each entry is under a key of its own (XSalsa20-Poly1305), and the chain's key is replaced
by its hash (BLAKE2b) before the next: from what the node still holds, no entry written before can be opened. An entry
carries the sealed seed and its place, so it stands alone: others may be erased, and a restarted node begins a new
chain.

    1 byte form (1) | 1 byte place in the chain | 80 bytes sealed seed | ciphertext with its authenticator
"""

from __future__ import annotations

import threading
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from nacl.bindings import crypto_secretbox, crypto_secretbox_NONCEBYTES, crypto_secretbox_open
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random

FORM: Final = 1
CHAIN: Final = 256
"""Entries under one seed: what a place of one byte can name."""
_KEY_BYTES: Final = 32
_SEED_BYTES: Final = 32
_SEALED_BYTES: Final = _SEED_BYTES + 48
_HEAD_BYTES: Final = 2 + _SEALED_BYTES
# A key encrypts one entry only, so the nonce may be the same each time.
_NONCE: Final = bytes(crypto_secretbox_NONCEBYTES)


class Sealer:
    """Writes entries for the holder of one private key. Safe to use from many threads."""

    def __init__(self, public_key: bytes) -> None:
        self._box = SealedBox(PublicKey(public_key))
        self._turn = threading.Lock()
        self._sealed_seed = b""
        self._chain = b""
        self._place = CHAIN

    def seal(self, entry: bytes) -> bytes:
        """Return the entry as only the holder of the private key can read it."""
        with self._turn:
            if self._place == CHAIN:
                self._begin()
            place, sealed_seed, key = self._place, self._sealed_seed, _own_key(self._chain)
            self._chain = _next(self._chain)
            self._place += 1
        return bytes((FORM, place)) + sealed_seed + crypto_secretbox(entry, _NONCE, key)

    def _begin(self) -> None:
        seed = random(_SEED_BYTES)
        self._sealed_seed = bytes(self._box.encrypt(seed))
        self._chain = _next(seed)
        self._place = 0


def unseal(sealed: bytes, private_key: PrivateKey) -> bytes:
    """Open one entry; raises `nacl.exceptions.CryptoError` if it was altered or is not for this key."""
    if len(sealed) < _HEAD_BYTES or sealed[0] != FORM:
        raise CryptoError("no entry of this form")
    chain = _first(sealed[2:_HEAD_BYTES], private_key)
    for _ in range(sealed[1]):
        chain = _next(chain)
    return bytes(crypto_secretbox_open(sealed[_HEAD_BYTES:], _NONCE, _own_key(chain)))


def _first(sealed_seed: bytes, private_key: PrivateKey) -> bytes:
    return _next(bytes(SealedBox(private_key).decrypt(sealed_seed)))


def _next(chain: bytes) -> bytes:
    return blake2b(chain, digest_size=_KEY_BYTES, person=b"comity chain").digest()


def _own_key(chain: bytes) -> bytes:
    return blake2b(chain, digest_size=_KEY_BYTES, person=b"comity entry").digest()


@lru_cache(maxsize=8)
def sealer(public_key: bytes) -> Sealer:
    """Return the one sealer of a public key in this process."""
    return Sealer(public_key)
