from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from comity.core.errors import Defect
from comity.identity import passwords

SALT = b"s" * passwords.SALT_BYTES


def test_only_the_right_password_fits_its_hash() -> None:
    encoded = passwords.hash_password("synthetic phrase", profile="exercise", salt=SALT)

    assert encoded.startswith("$argon2id$")
    assert passwords.verify_password(encoded, "synthetic phrase")
    assert not passwords.verify_password(encoded, "synthetic phrasE")


def test_a_hash_of_another_profile_is_outdated() -> None:
    encoded = passwords.hash_password("synthetic phrase", profile="exercise", salt=SALT)

    assert passwords.is_outdated(encoded, profile="production")
    assert not passwords.is_outdated(encoded, profile="exercise")


def test_a_spoilt_hash_is_our_own_defect_and_does_not_show_itself() -> None:
    with pytest.raises(Defect) as caught:
        passwords.verify_password("spoilt", "synthetic phrase")

    assert "spoilt" not in str(caught.value)


def test_never_more_than_two_hashes_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = threading.Lock()
    running, most = 0, 0
    both_in = threading.Barrier(2)

    class Slow:
        def hash(self, _password: str, *, salt: bytes) -> str:
            nonlocal running, most
            with counting:
                running += 1
                most = max(most, running)
            both_in.wait(timeout=5)
            with counting:
                running -= 1
            return salt.decode()

    monkeypatch.setattr(passwords, "_HASHERS", {"exercise": Slow()})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: passwords.hash_password("x", profile="exercise", salt=SALT), range(8)))

    assert most == 2
