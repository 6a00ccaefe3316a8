"""A secret sealed under a passphrase: argon2id, then XSalsa20-Poly1305."""

from __future__ import annotations

import os
from typing import Final

import msgspec
import nacl.exceptions
import nacl.pwhash.argon2id
import nacl.secret

from comity.core.errors import BadInput, Refused

SHORTEST: Final = 12
_PASSES: Final = nacl.pwhash.argon2id.OPSLIMIT_MODERATE
_MEMORY: Final = nacl.pwhash.argon2id.MEMLIMIT_INTERACTIVE
_MOST: Final = (16, 1 << 30)


class SealedSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The secret, and what one derivation of its key costs."""

    passes: int
    memory: int
    salt: str
    sealed: str


def seal_secret(secret: bytes, passphrase: str) -> SealedSecret:
    """Seal a secret. Raises `BadInput` `keys.passphrase-short`."""
    if len(passphrase) < SHORTEST:
        raise BadInput(
            "keys.passphrase-short",
            "The passphrase is too short to protect a key.",
            field="--passphrase-file",
            remedy="Use at least twelve characters, better several words.",
        )
    salt = os.urandom(nacl.pwhash.argon2id.SALTBYTES)
    box = _box(passphrase, salt, (_PASSES, _MEMORY))
    return SealedSecret(passes=_PASSES, memory=_MEMORY, salt=salt.hex(), sealed=bytes(box.encrypt(secret)).hex())


def open_secret(sealed: SealedSecret, passphrase: str) -> bytes:
    """Return the secret. Raises `Refused` `keys.wrong-passphrase`."""
    try:
        strength = (min(sealed.passes, _MOST[0]), min(sealed.memory, _MOST[1]))
        box = _box(passphrase, bytes.fromhex(sealed.salt), strength)
        return bytes(box.decrypt(bytes.fromhex(sealed.sealed)))
    except (nacl.exceptions.CryptoError, ValueError):
        raise Refused(
            "keys.wrong-passphrase", "The passphrase does not open this key.", remedy="Type it again."
        ) from None


def _box(passphrase: str, salt: bytes, strength: tuple[int, int]) -> nacl.secret.SecretBox:
    size = nacl.secret.SecretBox.KEY_SIZE
    key = nacl.pwhash.argon2id.kdf(size, passphrase.encode(), salt, opslimit=strength[0], memlimit=strength[1])
    return nacl.secret.SecretBox(key)
