"""Entries under a chain of keys: each opens alone for the reader, and none for whoever holds the writer's memory."""

from __future__ import annotations

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from comity.oversight.ratchet import CHAIN, Sealer, unseal

READER = PrivateKey(bytes(range(32)))


def sealer() -> Sealer:
    return Sealer(bytes(READER.public_key))


def memory_of(writer: Sealer) -> bytes:
    """All bytes that a writer holds between two entries."""
    return b"".join(value for value in vars(writer).values() if isinstance(value, bytes))


def test_every_entry_of_several_chains_opens_alone_and_in_any_order() -> None:
    writer = sealer()
    sealed = [writer.seal(b"entry %d" % number) for number in range(2 * CHAIN + 3)]

    opened = {number: unseal(sealed[number], READER) for number in reversed(range(len(sealed)))}

    assert opened == {number: b"entry %d" % number for number in range(len(sealed))}


def test_equal_entries_look_different() -> None:
    writer = sealer()

    assert len({writer.seal(b"the same") for _ in range(CHAIN + 1)}) == CHAIN + 1


def test_a_restarted_writer_begins_a_chain_of_its_own() -> None:
    first, second = sealer().seal(b"a"), sealer().seal(b"a")

    assert first[2:82] != second[2:82]
    assert unseal(second, READER) == b"a"


def test_what_the_writer_still_holds_is_neither_seed_nor_key_of_what_it_wrote() -> None:
    writer = sealer()
    sealed = writer.seal(b"entry")
    seed = bytes(SealedBox(READER).decrypt(sealed[2:82]))
    before = vars(writer)["_chain"]
    writer.seal(b"another")

    assert seed not in memory_of(writer)
    assert before not in memory_of(writer)


@pytest.mark.parametrize("place", [0, 1, 2, 40, 81, 82, -1])
def test_an_entry_altered_anywhere_does_not_open(place: int) -> None:
    sealed = bytearray(sealer().seal(b"entry"))
    sealed[place] ^= 1

    with pytest.raises(CryptoError):
        unseal(bytes(sealed), READER)


@pytest.mark.parametrize("length", [0, 1, 2, 81, 82, 97])
def test_an_entry_cut_short_does_not_open(length: int) -> None:
    with pytest.raises(CryptoError):
        unseal(sealer().seal(b"entry")[:length], READER)


def test_an_entry_for_another_reader_does_not_open() -> None:
    with pytest.raises(CryptoError):
        unseal(sealer().seal(b"entry"), PrivateKey(bytes(32)))
