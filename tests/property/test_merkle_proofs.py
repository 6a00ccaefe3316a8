from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.ledger.errors import BadEntry, BadFrontier, NoSuchProof
from comity.ledger.merkle import EMPTY_ROOT, Frontier, consistency_proof, inclusion_proof, root_of
from comity.ledger.proofs import Subtree, verify_consistency, verify_inclusion, verify_subtree_consistency
from tests.support.ledgers import flipped

LEAVES = [sha256(b"leaf %d" % number).digest() for number in range(300)]
SIZES = st.integers(min_value=1, max_value=len(LEAVES))


@st.composite
def leaf_in_tree(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(SIZES)
    return draw(st.integers(min_value=0, max_value=size - 1)), size


@st.composite
def growth(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(SIZES)
    return draw(st.integers(min_value=1, max_value=new)), new


@given(leaf_in_tree())
def test_every_inclusion_proof_verifies(place: tuple[int, int]) -> None:
    index, size = place

    proof = inclusion_proof(LEAVES, index, size)

    assert verify_inclusion(LEAVES[index], index, size, proof, root_of(LEAVES[:size]))


@given(growth())
def test_every_consistency_proof_verifies(sizes: tuple[int, int]) -> None:
    old, new = sizes

    proof = consistency_proof(LEAVES, old, new)

    assert verify_consistency(old, new, proof, root_of(LEAVES[:old]), root_of(LEAVES[:new]))


@given(leaf_in_tree(), st.data())
def test_an_inclusion_proof_with_any_flipped_bit_fails(place: tuple[int, int], chance: st.DataObject) -> None:
    index, size = place
    parts = [LEAVES[index], root_of(LEAVES[:size]), *inclusion_proof(LEAVES, index, size)]

    chosen = chance.draw(st.integers(0, len(parts) - 1))
    parts[chosen] = flipped(parts[chosen], chance.draw(st.integers(0, 31)), 1 << chance.draw(st.integers(0, 7)))

    assert not verify_inclusion(parts[0], index, size, parts[2:], parts[1])


@given(growth(), st.data())
def test_a_consistency_proof_with_any_flipped_bit_fails(sizes: tuple[int, int], chance: st.DataObject) -> None:
    old, new = sizes
    parts = [root_of(LEAVES[:old]), root_of(LEAVES[:new]), *consistency_proof(LEAVES, old, new)]

    chosen = chance.draw(st.integers(0, len(parts) - 1))
    parts[chosen] = flipped(parts[chosen], chance.draw(st.integers(0, 31)), 1 << chance.draw(st.integers(0, 7)))

    assert not verify_consistency(old, new, parts[2:], parts[0], parts[1])


@given(leaf_in_tree(), st.integers(min_value=0, max_value=8))
def test_the_path_above_a_full_subtree_proves_the_subtree(place: tuple[int, int], height: int) -> None:
    index, size = place
    start = index >> height << height
    end = start + (1 << height)
    assume(end <= size)
    path = inclusion_proof(LEAVES, index, size)[height:]
    root = root_of(LEAVES[:size])

    right = Subtree(start, end, root_of(LEAVES[start:end]))
    wrong = Subtree(start, end, flipped(right.root, 0))

    assert verify_subtree_consistency(right, size, path, root)
    assert not verify_subtree_consistency(wrong, size, path, root)


@given(leaf_in_tree(), st.integers(min_value=0, max_value=299))
def test_an_inclusion_proof_holds_at_its_own_index_only(place: tuple[int, int], other: int) -> None:
    index, size = place
    proof = inclusion_proof(LEAVES, index, size)

    holds = verify_inclusion(LEAVES[index], other, size, proof, root_of(LEAVES[:size]))

    assert holds == (other == index)


@given(st.lists(st.integers(min_value=0, max_value=40), max_size=8))
def test_a_frontier_fed_in_groups_and_restored_between_them_has_the_root_of_all_leaves(groups: list[int]) -> None:
    frontier = Frontier()
    size = 0

    for group in groups:
        frontier = Frontier.from_bytes(frontier.to_bytes())
        frontier.extend(LEAVES[size : size + group])
        size = min(size + group, len(LEAVES))

        assert frontier.size == size
        assert frontier.root() == root_of(LEAVES[:size])


def test_appending_one_by_one_numbers_the_leaves_from_zero() -> None:
    frontier = Frontier()

    numbers = [frontier.append(leaf) for leaf in LEAVES[:9]]

    assert numbers == list(range(9))
    assert frontier.root() == root_of(LEAVES[:9])


def test_a_copy_grows_apart_from_its_original() -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:5])

    twin = frontier.copy()
    twin.append(LEAVES[5])

    assert frontier.root() == root_of(LEAVES[:5])
    assert twin.root() == root_of(LEAVES[:6])


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == root_of([]) == EMPTY_ROOT


def test_a_hash_of_a_wrong_length_is_not_appended() -> None:
    frontier = Frontier()

    with pytest.raises(BadEntry):
        frontier.extend([LEAVES[0], b"short"])

    assert frontier.root() == root_of(LEAVES[:1])


@pytest.mark.parametrize("state", [b"", b"\x00" * 7, b"\x00" * 9, b"\x00" * 7 + b"\x03" + b"x" * 32])
def test_a_stored_tree_state_that_no_tree_has_is_refused(state: bytes) -> None:
    with pytest.raises(BadFrontier):
        Frontier.from_bytes(state)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, 301)])
def test_no_inclusion_proof_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(NoSuchProof):
        inclusion_proof(LEAVES, index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (1, 301)])
def test_no_consistency_proof_outside_the_tree(old: int, new: int) -> None:
    with pytest.raises(NoSuchProof):
        consistency_proof(LEAVES, old, new)
