"""Roots and proofs from remembered subtrees are those of the whole tree, and old leaves are not read again."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.time import SECOND_US, Instant
from comity.exchange.witness.rounds import Pace
from comity.ledger.errors import NoSuchProof
from comity.ledger.merkle import consistency_proof, root_of
from comity.ledger.tiles import TILE, Tiles

LEAVES = [sha256(number.to_bytes(4, "big")).digest() for number in range(4 * TILE + 37)]
SIZES = st.integers(1, len(LEAVES))


@settings(max_examples=60, deadline=None)
@given(SIZES, SIZES)
def test_proofs_and_roots_are_those_of_the_whole_tree(one: int, other: int) -> None:
    old, new = sorted((one, other))
    tiles = Tiles(lambda low, high: LEAVES[low:high])

    assert tiles.root(new) == root_of(LEAVES[:new])
    assert tiles.prove_growth(old, new) == consistency_proof(LEAVES, old, new)


def test_growth_from_nothing_needs_no_proof() -> None:
    assert Tiles(lambda low, high: LEAVES[low:high]).prove_growth(0, 5) == ()


def test_full_subtrees_are_read_once() -> None:
    read: list[tuple[int, int]] = []

    def look(low: int, high: int) -> list[bytes]:
        read.append((low, high))
        return LEAVES[low:high]

    tiles = Tiles(look)
    tiles.root(4 * TILE)
    read.clear()

    tiles.prove_growth(3 * TILE, 4 * TILE + 2)

    assert sum(high - low for low, high in read) == 2


def test_leaves_that_are_missing_are_no_proof() -> None:
    with pytest.raises(NoSuchProof):
        Tiles(lambda low, high: LEAVES[low : high - 1]).prove_growth(3, 9)


def test_a_checkpoint_is_due_after_a_second_or_a_thousand_entries_and_never_for_nothing() -> None:
    pace = Pace(0, Instant(0))

    assert not pace.is_due(0, Instant(10 * SECOND_US))
    assert pace.is_due(1, Instant(10 * SECOND_US))
    assert not pace.is_due(2, Instant(10 * SECOND_US + 1))
    assert pace.is_due(1001, Instant(10 * SECOND_US + 2))
    assert not pace.is_due(1002, Instant(10 * SECOND_US + 3))
    assert pace.is_due(1002, Instant(11 * SECOND_US + 3))
