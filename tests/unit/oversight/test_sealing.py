"""The node can write the search log and cannot read it; the supervisor's passphrase opens it."""

from __future__ import annotations

import pytest
from nacl import pwhash
from nacl.public import PublicKey, SealedBox

from comity.core.codec import encode
from comity.core.errors import BadInput
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.time import Instant
from comity.core.vocabulary import Purpose
from comity.oversight.records import KeyStrength, SealedKey, SearchEntry
from comity.oversight.sealing import CHANCE_BYTES, make_key, seal, unlock, unseal

CHEAP = KeyStrength(passes=pwhash.argon2id.OPSLIMIT_MIN, memory_bytes=pwhash.argon2id.MEMLIMIT_MIN)
ENTRY = SearchEntry(
    search=RecordId("01hzzzzzzzzzzzzzzzzzzzzzzz"),
    at=Instant(1),
    recorded_at=Instant(2),
    user="u-17",
    owner=Owner(party="FRA", authority="paf"),
    purpose=Purpose.BORDERS,
    operation="crossing.check",
    terms=b'{"document":{"number":"TEST-0001"}}',
    justification="",
    found=(RecordRef(kind="alert", id="01hzzzzzzzzzzzzzzzzzzzzzzy", version=1),),
)


def key(passphrase: str, fill: int = 7) -> SealedKey:
    return make_key(passphrase, CHEAP, bytes([fill]) * CHANCE_BYTES, made=Instant(3), made_by="u-1")


def test_what_was_sealed_opens_with_the_passphrase() -> None:
    made = key("four random words here")

    private = unlock(made, "four random words here")

    assert private is not None
    assert unseal(seal(ENTRY, made.public_key), private) == ENTRY


def test_another_passphrase_opens_nothing() -> None:
    assert unlock(key("four random words here"), "four random words her") is None


def test_a_sealed_entry_shows_nothing_of_its_content() -> None:
    made = key("four random words here")

    sealed = seal(ENTRY, made.public_key)

    assert b"TEST-0001" not in sealed
    assert b"u-17" not in sealed
    assert sealed != seal(ENTRY, made.public_key)


def test_the_stored_key_does_not_hold_the_private_key_in_clear() -> None:
    made = key("four random words here")
    private = unlock(made, "four random words here")

    assert private is not None
    assert bytes(private) not in made.sealed_private_key


def test_an_entry_sealed_in_a_box_of_its_own_as_in_older_logs_opens_too() -> None:
    made = key("four random words here")
    private = unlock(made, "four random words here")

    assert private is not None
    assert unseal(bytes(SealedBox(PublicKey(made.public_key)).encrypt(encode(ENTRY))), private) == ENTRY


def test_an_altered_entry_is_reported_not_read() -> None:
    made = key("four random words here")
    private = unlock(made, "four random words here")
    sealed = bytearray(seal(ENTRY, made.public_key))
    sealed[40] ^= 1

    assert private is not None
    with pytest.raises(BadInput) as refusal:
        unseal(bytes(sealed), private)
    assert refusal.value.code == "search-log.entry-damaged"


def test_an_entry_of_another_key_does_not_open() -> None:
    private = unlock(key("four random words here", fill=9), "four random words here")

    assert private is not None
    with pytest.raises(BadInput):
        unseal(seal(ENTRY, key("four random words here").public_key), private)
