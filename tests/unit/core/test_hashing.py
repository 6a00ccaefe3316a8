from __future__ import annotations

import pytest

from comity.core.errors import BadInput
from comity.core.hashing import digest, digest_bytes, digest_from_bytes, digest_to_bytes, parse_digest

# FIPS 180-4 example: the message "abc".
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_digest_is_sha_256_in_lower_case_hex() -> None:
    assert digest(b"abc") == ABC
    assert digest_bytes(b"abc").hex() == ABC


def test_both_forms_name_each_other() -> None:
    assert digest_to_bytes(digest(b"abc")) == digest_bytes(b"abc")
    assert digest_from_bytes(digest_bytes(b"abc")) == ABC
    assert parse_digest(ABC) == ABC


@pytest.mark.parametrize("text", ["", ABC.upper(), ABC[:-1], ABC + "0", "sha256:" + ABC, ABC + "\n", "g" * 64])
def test_other_texts_are_no_digests(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_digest(text, field="$.hash")

    assert (caught.value.code, caught.value.problems[0].field) == ("hashing.not-a-digest", "$.hash")


def test_bytes_of_another_length_are_no_digest() -> None:
    with pytest.raises(BadInput) as caught:
        digest_from_bytes(b"short")

    assert caught.value.code == "hashing.not-a-digest"
