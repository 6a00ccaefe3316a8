"""Password hashes: Argon2id (RFC 9106) through argon2-cffi, never more than two at once in a process.

A hash takes tens of MiB; without a bound a burst of sign-ins would starve the checks at the border.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from comity.core.errors import Defect

_AT_ONCE: Final = threading.BoundedSemaphore(2)
SALT_BYTES: Final = 16

_HASHERS: Final[Mapping[str, PasswordHasher]] = MappingProxyType(
    {
        # RFC 9106 section 4, second recommended option (low memory): t=3, p=4, 64 MiB.
        "production": PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, type=Type.ID),
        # Below the weakest setting that OWASP's password storage sheet names (t=2, 19 MiB): exercises make do.
        "exercise": PasswordHasher(time_cost=1, memory_cost=19_456, parallelism=1, hash_len=32, type=Type.ID),
    }
)


def hash_password(password: str, *, profile: str, salt: bytes) -> str:
    """Return the encoded hash of a password; `salt` is 16 fresh random bytes."""
    with _AT_ONCE:
        return _HASHERS[profile].hash(password, salt=salt)


def verify_password(encoded: str, password: str) -> bool:
    """Say whether the password is the one hashed; takes about the same time either way."""
    try:
        with _AT_ONCE:
            return _HASHERS["production"].verify(encoded, password)
    except VerificationError:
        return False
    except InvalidHashError:
        raise Defect("password.hash-unreadable", "A stored password hash cannot be read.") from None


def is_outdated(encoded: str, *, profile: str) -> bool:
    """Say whether a hash was made with other settings than the profile's, so that the next sign-in renews it."""
    return _HASHERS[profile].check_needs_rehash(encoded)
