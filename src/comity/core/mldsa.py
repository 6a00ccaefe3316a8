"""ML-DSA-65 (FIPS 204), the second signature of the hybrid suite; verified here, by one library, as Ed25519 is by its.

The library is the one that speaks TLS; it is imported at the first use, since most commands verify nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

PUBLIC_KEY_BYTES: Final = 1952
SIGNATURE_BYTES: Final = 3309


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether `signature` over `message` is by the holder of this ML-DSA-65 key; malformed input is simply no."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - as above

    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        _loaded(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _loaded(public_key: bytes) -> MLDSA65PublicKey:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey  # noqa: PLC0415 - as above

    return MLDSA65PublicKey.from_public_bytes(public_key)
