"""One answer on every Ed25519 edge case: libsodium's, wherever in the house a signature is checked."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nacl.bindings
import pytest

from comity.agreements.signatures import check_signature
from comity.core.errors import ComityError
from comity.exchange import signing

EDGE_CASES = 914
ANSWERS = "9111cd3a"
"""First digits of the hash of all answers in order, so that another library, or another rule of it, is noticed."""


def read(path: Path) -> Any:  # noqa: ANN401 - JSON of two projects
    return json.loads(gzip.decompress(path.read_bytes()))


def vectors(place: Path) -> Iterator[tuple[bytes, bytes, bytes]]:
    for case in read(place / "data/exchange/signatures/ed25519_cctv.json.gz"):
        yield bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"])


def libsodium(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        nacl.bindings.crypto_sign_open(signature + message, key)
    except Exception:  # noqa: BLE001 - any refusal is a no
        return False
    return True


def agreement(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        check_signature(message, signature.hex(), signing.SUITE, key)
    except ComityError:
        return False
    return True


def test_all_places_agree_with_libsodium_on_every_edge_case(comity_data: Path) -> None:
    answers = []
    for key, message, signature in vectors(comity_data):
        said = signing.is_signed(key, message, signature)
        assert agreement(key, message, signature) is said
        assert libsodium(key, message, signature) is said
        answers.append("1" if said else "0")

    assert len(answers) == EDGE_CASES
    assert hashlib.sha256("".join(answers).encode()).hexdigest().startswith(ANSWERS)


def test_the_cases_of_wycheproof_are_answered_as_they_say(comity_data: Path) -> None:
    groups = read(comity_data / "data/exchange/signatures/wycheproof_ed25519_test.json.gz")["testGroups"]

    wrong = [
        case["tcId"]
        for group in groups
        for case in group["tests"]
        if signing.is_signed(
            bytes.fromhex(group["publicKey"]["pk"]), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        )
        is not (case["result"] == "valid")
    ]

    assert wrong == []


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_a_key_or_signature_of_another_length_is_simply_no(length: int) -> None:
    assert not signing.is_signed(bytes(length), b"", bytes(64))
    assert not signing.is_signed(bytes(32), b"", bytes(length))
