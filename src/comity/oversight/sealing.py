"""Sealing searches for the data-protection supervisor, and opening them with the supervisor's passphrase.

Each entry is sealed to the supervisor's public key (`comity.oversight.ratchet`): the node can write and cannot read.
The private key is a secret box under argon2id(passphrase), so that it exists in memory only while a supervisor reads.
"""

from __future__ import annotations

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from comity.core.codec import decode_as, encode
from comity.core.errors import BadInput
from comity.core.hashing import digest
from comity.core.time import Instant
from comity.oversight import ratchet
from comity.oversight.records import KeyStrength, OpenedSearch, SealedKey, SearchEntry

EXERCISE = KeyStrength(passes=pwhash.argon2id.OPSLIMIT_INTERACTIVE, memory_bytes=pwhash.argon2id.MEMLIMIT_INTERACTIVE)
PRODUCTION = KeyStrength(passes=pwhash.argon2id.OPSLIMIT_MODERATE, memory_bytes=pwhash.argon2id.MEMLIMIT_MODERATE)

SALT_BYTES = pwhash.argon2id.SALTBYTES
SEED_BYTES = PrivateKey.SEED_SIZE
NONCE_BYTES = SecretBox.NONCE_SIZE
CHANCE_BYTES = SALT_BYTES + SEED_BYTES + NONCE_BYTES
_KEY_DIGITS = 16


def make_key(passphrase: str, strength: KeyStrength, chance: bytes, *, made: Instant, made_by: str) -> SealedKey:
    """Make a key pair from `CHANCE_BYTES` random bytes, its private half encrypted under the passphrase."""
    salt, seed, nonce = (
        chance[:SALT_BYTES],
        chance[SALT_BYTES : SALT_BYTES + SEED_BYTES],
        chance[SALT_BYTES + SEED_BYTES : CHANCE_BYTES],
    )
    private = PrivateKey.from_seed(seed)
    public = bytes(private.public_key)
    return SealedKey(
        key=digest(public)[:_KEY_DIGITS],
        public_key=public,
        salt=salt,
        sealed_private_key=bytes(_box(passphrase, salt, strength).encrypt(bytes(private), nonce)),
        strength=strength,
        made=made,
        made_by=made_by,
    )


def unlock(key: SealedKey, passphrase: str) -> PrivateKey | None:
    """Return the private key, or None if the passphrase is not this key's."""
    try:
        return PrivateKey(_box(passphrase, key.salt, key.strength).decrypt(key.sealed_private_key))
    except CryptoError:
        return None


def seal(entry: SearchEntry, public_key: bytes) -> bytes:
    """Return the entry as only the holder of the private key can read it."""
    return ratchet.sealer(public_key).seal(encode(entry))


def unseal(sealed: bytes, private_key: PrivateKey) -> SearchEntry:
    """Open one entry; raises `BadInput` if it was altered or sealed for another key."""
    try:
        return decode_as(_opened(sealed, private_key), SearchEntry)
    except CryptoError:
        raise BadInput(
            "search-log.entry-damaged",
            "A sealed search cannot be opened: it was altered.",
            remedy="Verify the ledger and report it: someone wrote to the database.",
        ) from None


def _opened(sealed: bytes, private_key: PrivateKey) -> bytes:
    try:
        return ratchet.unseal(sealed, private_key)
    except CryptoError:
        # Entries of before 2026-12 are a sealed box each; the last of them is erased after three lawful years.
        return bytes(SealedBox(private_key).decrypt(sealed))


def opened(entry: SearchEntry) -> OpenedSearch:
    """Return an entry as its reader gets it, the data used as text; what is no UTF-8 is marked, not lost in silence."""
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
    return OpenedSearch(**fields | {"terms": entry.terms.decode("utf-8", "backslashreplace")})


def seal_note(note: str, public_key: bytes) -> bytes:
    """Return a note as only the holder of the private key can read it."""
    return bytes(SealedBox(PublicKey(public_key)).encrypt(note.encode()))


def unseal_note(sealed: bytes, private_key: PrivateKey) -> str:
    """Open a note; raises `BadInput` if it was altered or sealed for another key."""
    try:
        return bytes(SealedBox(private_key).decrypt(sealed)).decode()
    except CryptoError:
        raise BadInput(
            "search-log.note-damaged",
            "A sealed note cannot be opened: it was altered.",
            remedy="Verify the ledger and report it: someone wrote to the database.",
        ) from None


def _box(passphrase: str, salt: bytes, strength: KeyStrength) -> SecretBox:
    key = pwhash.argon2id.kdf(
        SecretBox.KEY_SIZE, passphrase.encode(), salt, opslimit=strength.passes, memlimit=strength.memory_bytes
    )
    return SecretBox(key)
