"""A witness vouches only for a ledger that grew; two histories find no second witness."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.time import Instant
from comity.ledger.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from comity.ledger.cosignature import (
    Cosignature,
    cosign,
    cosigner_key_id,
    holds,
    read_cosignature,
    vouchers,
    write_cosignature,
)
from comity.ledger.errors import BadCheckpoint, OldView, SplitView, Unproved
from comity.ledger.leaf import leaf_hash
from comity.ledger.merkle import consistency_proof, root_of
from comity.ledger.witness import Growth, admit
from tests.support.ledgers import NODE, STARTED, SeedSigner

LEDGER = SeedSigner()
WITNESS = SeedSigner("witness")
NAME = "supervisor.exercise.example"


def leaves(count: int, salt: str = "true") -> list[bytes]:
    return [sha256(f"{salt} {number}".encode()).digest() for number in range(count)]


def note(history: list[bytes], size: int, signer: SeedSigner = LEDGER) -> bytes:
    return sign_checkpoint(Checkpoint(origin=NODE, size=size, root=root_of(history[:size])), signer)


def growth(history: list[bytes], old: int, new: int) -> Growth:
    proof = consistency_proof(history, old, new) if old > 0 else ()
    return Growth(old=old, proof=proof, note=note(history, new))


@given(st.integers(0, 40), st.integers(0, 40))
def test_every_honest_growth_is_admitted(old: int, more: int) -> None:
    history = leaves(old + more)

    admitted = admit(growth(history, old, old + more), note(history, old), NODE, LEDGER.public_key)

    assert admitted.checkpoint.size == old + more


@given(st.integers(1, 30), st.integers(0, 30), st.data())
def test_no_rewritten_history_is_admitted(old: int, more: int, data: st.DataObject) -> None:
    history = leaves(old + more)
    at = data.draw(st.integers(0, old - 1))
    forged = [*history[:at], *leaves(1, "forged"), *history[at + 1 :]]

    with pytest.raises((SplitView, Unproved)):
        admit(growth(forged, old, old + more), note(history, old), NODE, LEDGER.public_key)


def test_two_roots_of_one_size_are_kept_as_evidence() -> None:
    seen, shown = note(leaves(7), 7), note(leaves(7, "other"), 7)

    with pytest.raises(SplitView) as caught:
        admit(Growth(old=7, proof=(), note=shown), seen, NODE, LEDGER.public_key)

    assert (caught.value.seen, caught.value.shown) == (seen, shown)


def test_a_ledger_that_shrank_is_told_where_the_witness_stands() -> None:
    history = leaves(9)

    with pytest.raises(OldView) as caught:
        admit(growth(history, 0, 5), note(history, 9), NODE, LEDGER.public_key)

    assert caught.value.size == len(history)


@pytest.mark.parametrize(("old", "proof", "refusal"), [(1, (), OldView), (0, (leaf_hash(bytes(16), b"x"),), Unproved)])
def test_the_first_meeting_starts_from_nothing(old: int, proof: tuple[bytes, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        admit(Growth(old=old, proof=proof, note=note(leaves(3), 3)), None, NODE, LEDGER.public_key)


def test_a_note_of_another_key_is_not_witnessed() -> None:
    with pytest.raises(BadCheckpoint):
        admit(Growth(old=0, proof=(), note=note(leaves(3), 3, WITNESS)), None, NODE, LEDGER.public_key)


def test_a_cosignature_reads_back_from_its_line() -> None:
    made = cosign(parse_checkpoint(note(leaves(3), 3)), NAME, WITNESS, STARTED)

    assert read_cosignature(write_cosignature(made)) == made
    assert made.at_s * 1_000_000 == STARTED
    assert made.key_id == cosigner_key_id(NAME, WITNESS.public_key)


def test_a_cosignature_holds_for_its_checkpoint_alone() -> None:
    first, second = (parse_checkpoint(note(leaves(4), size)) for size in (3, 4))
    made = cosign(first, NAME, WITNESS, STARTED)

    assert holds(made, first, WITNESS.public_key)
    assert not holds(made, second, WITNESS.public_key)
    assert not holds(made, first, LEDGER.public_key)
    assert not holds(msgspec.structs.replace(made, at_s=made.at_s + 1), first, WITNESS.public_key)


def test_no_changed_character_of_a_line_still_vouches() -> None:
    signed = parse_checkpoint(note(leaves(3), 3))
    line = write_cosignature(cosign(signed, NAME, WITNESS, STARTED))
    accepted = []

    for at in range(len(line)):
        changed = line[:at] + chr(ord(line[at]) ^ 1) + line[at + 1 :]
        try:
            read = read_cosignature(changed)
        except BadCheckpoint:
            continue
        if vouchers(signed, [read], {NAME: WITNESS.public_key}):
            accepted.append(at)

    assert accepted == []


def test_each_trusted_witness_counts_once_and_strangers_never() -> None:
    signed = parse_checkpoint(note(leaves(3), 3))
    made = cosign(signed, NAME, WITNESS, STARTED)
    later = cosign(signed, NAME, WITNESS, Instant(STARTED + 5_000_000))
    stranger = cosign(signed, "stranger.exercise.example", SeedSigner("stranger"), STARTED)
    broken = Cosignature(witness=NAME, key_id=made.key_id, at_s=made.at_s, signature=bytes(64))

    found = vouchers(signed, [made, later, stranger, broken], {NAME: WITNESS.public_key})

    assert found == {NAME}


def test_a_name_that_cannot_stand_in_a_note_signs_nothing() -> None:
    with pytest.raises(BadCheckpoint):
        cosign(parse_checkpoint(note(leaves(1), 1)), "two words", WITNESS, STARTED)
