"""The second half of a key of the hybrid suite: an ML-DSA-65 seed in a file of mode 0600, beside any Ed25519 signer.

Tokens do not hold ML-DSA keys yet; a pair then has its Ed25519 half on the token and this half in the directory.
"""

from __future__ import annotations

import threading
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from comity.adapters.keys_file import read_seed, write_seed
from comity.agreements.keys import make_key
from comity.core.errors import Refused
from comity.core.ports import Signer

TAG = "comity-ml-dsa-65-seed/1 "


class HybridSigner:
    """`comity.core.ports.SecondSigner`: signs on the wire as its Ed25519 half does, and twice where a pair must."""

    __slots__ = ("_first", "_key_id", "_lock", "_private", "_second")

    def __init__(self, first: Signer, seed: bytes) -> None:
        try:
            self._private = MLDSA65PrivateKey.from_seed_bytes(seed)
        except UnsupportedAlgorithm:
            raise Refused(
                "keys.no-ml-dsa",
                "The library here knows no ML-DSA.",
                remedy="Install cryptography from its wheel, which brings an OpenSSL that does.",
            ) from None
        self._first = first
        self._second = self._private.public_key().public_bytes_raw()
        self._key_id = make_key(first.public_key, self._second).id
        self._lock = threading.Lock()

    @property
    def key_id(self) -> str:
        """Name of the pair."""
        return self._key_id

    @property
    def suite(self) -> str:
        """The suite of the wire: `ed25519`."""
        return self._first.suite

    @property
    def public_key(self) -> bytes:
        """Raw public key of the Ed25519 half."""
        return self._first.public_key

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature."""
        return self._first.sign(message)

    @property
    def second_key(self) -> bytes:
        """Raw public key of the ML-DSA-65 half."""
        return self._second

    def sign_second(self, message: bytes) -> bytes:
        """Return the ML-DSA-65 signature."""
        with self._lock:
            return self._private.sign(message)


def create_second(path: Path, first: Signer, seed: bytes) -> HybridSigner:
    """Write the file of a new second half from 32 secret random bytes. Raises as `create_key`."""
    made = HybridSigner(first, seed)
    write_seed(path, TAG, seed)
    return made


def load_second(path: Path, first: Signer) -> HybridSigner:
    """Return the pair whose second half is in the file. Raises as `load_key`."""
    return HybridSigner(first, read_seed(path, TAG))
