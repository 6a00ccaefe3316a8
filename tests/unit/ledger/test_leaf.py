from __future__ import annotations

from hashlib import sha256

import pytest

from comity.ledger.errors import BadEntry
from comity.ledger.leaf import leaf_hash


def test_the_leaf_is_the_prefixed_hash_of_salt_and_entry() -> None:
    salt = bytes(range(16))

    assert leaf_hash(salt, b"{}") == sha256(b"\x00" + salt + b"{}").digest()


@pytest.mark.parametrize("salt", [b"", b"x" * 15, b"x" * 17])
def test_a_salt_of_another_length_is_refused_because_salt_and_entry_would_run_together(salt: bytes) -> None:
    with pytest.raises(BadEntry) as refused:
        leaf_hash(salt, b"{}")

    assert refused.value.code == "ledger.bad-entry"
