"""A signing key in a file: the 32-byte Ed25519 seed in hex, mode 0600, read once."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from nacl.signing import SigningKey

from comity.core.errors import BadInput, Unreachable
from comity.exchange.signing import SUITE, key_id

_SEED_BYTES = 32
_TAG = "comity-ed25519-seed/1 "


class FileSigner:
    """`comity.core.ports.Signer` on a key file."""

    __slots__ = ("_key", "_key_id", "_public")

    def __init__(self, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self._public = bytes(self._key.verify_key)
        self._key_id = key_id(SUITE, self._public)

    @property
    def key_id(self) -> str:
        """Name of the key."""
        return self._key_id

    @property
    def suite(self) -> str:
        """Always `ed25519`."""
        return SUITE

    @property
    def public_key(self) -> bytes:
        """Raw public key."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature."""
        return self._key.sign(message).signature


def create_key(path: Path, seed: bytes) -> FileSigner:
    """Write a new key file from 32 secret random bytes and return its signer.

    Raises `BadInput` `keys.exists` rather than replace a key, `Unreachable` `keys.cannot-write`.
    """
    signer = FileSigner(seed)
    write_seed(path, _TAG, seed)
    return signer


def write_seed(path: Path, tag: str, seed: bytes) -> None:
    """Write a secret seed to a new file of mode 0600, durably; raises as `create_key`."""
    write_secret(path, f"{tag}{seed.hex()}\n".encode("ascii"))


def write_secret(path: Path, content: bytes) -> None:
    """Write a secret to a new file of mode 0600, durably; raises as `create_key`."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput(
            "keys.exists", "There is a key file already.", remedy="Move the old key away first, if that is meant."
        ) from None
    except OSError:
        raise _unwritable() from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        raise _unwritable() from None


def load_key(path: Path) -> FileSigner:
    """Return the signer of a key file.

    Raises `Unreachable` `keys.cannot-read` where the file cannot be read, `BadInput` `keys.too-open` where others
    may read it, `keys.malformed` where it is no key file. The texts never hold the key.
    """
    return FileSigner(read_seed(path, _TAG))


def read_seed(path: Path, tag: str) -> bytes:
    """Return the seed in a key file; raises as `load_key`."""
    return _seed(read_secret(path, len(tag) + 2 * _SEED_BYTES + 2), tag)


def read_secret(path: Path, most: int) -> bytes:
    """Return at most so many bytes of a file that only its owner may read; raises as `load_key`."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(most)
    except OSError:
        raise Unreachable(
            "keys.cannot-read",
            "The signing key's file cannot be read.",
            remedy="Check that it is there and whose it is.",
        ) from None
    if stat.S_IMODE(mode) & 0o077:
        raise BadInput("keys.too-open", "Others may read the signing key.", remedy="Run chmod 600 on the key file.")
    return text


def _seed(text: bytes, wanted: str) -> bytes:
    tag, _, digits = text.partition(b" ")
    try:
        seed = bytes.fromhex(digits.strip().decode("ascii"))
    except ValueError:
        seed = b""
    if tag + b" " != wanted.encode() or len(seed) != _SEED_BYTES:
        raise BadInput("keys.malformed", "This is no signing key file.", remedy="Restore the key from its backup.")
    return seed


def _unwritable() -> Unreachable:
    return Unreachable(
        "keys.cannot-write", "The signing key's file cannot be written.", remedy="Check the folder and free disk space."
    )
