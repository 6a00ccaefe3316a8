"""Checking Merkle proofs with nothing but hashes: what an auditor or a peer runs.

RFC 9162 sections 2.1.3.2 and 2.1.4.2, and their generalisation to subtrees `[start, end)` that the
IETF draft on Merkle Tree Certificates (draft-ietf-plants-merkle-tree-certs) describes. A
whole tree is the subtree that starts at 0. The answer is a bool: a proof holds or it does not, and why
it does not is of no use to an honest asker.
"""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest
from typing import NamedTuple

from comity.ledger.leaf import HASH_BYTES
from comity.ledger.merkle import EMPTY_ROOT, node_hash

_MAX_SIZE = 1 << 63


class Subtree(NamedTuple):
    """Leaves `start` to `end - 1`, with the root that is claimed for them."""

    start: int
    end: int
    root: bytes


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether `proof` shows `leaf` (a leaf hash) at `index` of the tree of `size` and `root`."""
    return verify_subtree_inclusion(leaf, index, Subtree(0, size, root), proof)


def verify_subtree_inclusion(leaf: bytes, index: int, subtree: Subtree, proof: Sequence[bytes]) -> bool:
    """Say whether `proof` shows `leaf` at `index`, counted in the whole tree, under the subtree's root."""
    start, end, root = subtree
    if not (_is_subtree(start, end) and start <= index < end and _all_hashes((leaf, *proof))):
        return False
    at, last = index - start, end - start - 1
    node = leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and compare_digest(node, root)


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Say whether `proof` shows that the tree of `old` leaves is the beginning of that of `new`.

    False for `old == 0`: an empty tree is the beginning of every tree, so that proves nothing.
    """
    if old == 0:
        return False
    return verify_subtree_consistency(Subtree(0, old, old_root), new, proof, new_root)


def verify_subtree_consistency(subtree: Subtree, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether `proof` shows the subtree as a part of the tree of `size` leaves and `root`.

    An empty subtree holds exactly with the empty root and an empty proof.
    """
    start, end, part = subtree
    if not (0 <= start <= end <= size < _MAX_SIZE and _all_hashes(proof)):
        return False
    if start == end:
        return not proof and compare_digest(part, EMPTY_ROOT)
    if not _is_subtree(start, end):
        return False
    first, last, edge = _climb(start, end - 1, size - 1)
    rest = list(proof)
    if first == last:
        seed = part
    elif rest:
        seed = rest.pop(0)
    else:
        return False
    return _fold(seed, rest, (first, last, edge), (part, root))


def _climb(first: int, last: int, edge: int) -> tuple[int, int, int]:
    """Go up from the subtree's last leaf to the largest full node that ends with it."""
    if last == edge:
        while first != last:
            first, last, edge = first >> 1, last >> 1, edge >> 1
        return first, last, edge
    while first != last and last & 1:
        first, last, edge = first >> 1, last >> 1, edge >> 1
    return first, last, edge


def _fold(
    seed: bytes,
    proof: Sequence[bytes],
    place: tuple[int, int, int],
    expected: tuple[bytes, bytes],
) -> bool:
    """Rebuild both roots from `seed` upwards and compare them with the expected ones."""
    first, last, edge = place
    part = whole = seed
    for sibling in proof:
        if edge == 0:
            return False
        if last & 1 or last == edge:
            if first < last:
                part = node_hash(sibling, part)
            whole = node_hash(sibling, whole)
            while not last & 1 and last:
                first, last, edge = first >> 1, last >> 1, edge >> 1
        else:
            whole = node_hash(whole, sibling)
        first, last, edge = first >> 1, last >> 1, edge >> 1
    return edge == 0 and compare_digest(part, expected[0]) and compare_digest(whole, expected[1])


def _is_subtree(start: int, end: int) -> bool:
    """Say whether some node of a large enough tree covers exactly these leaves (or its full left part)."""
    if not 0 <= start < end < _MAX_SIZE:
        return False
    span = 1 << (end - start - 1).bit_length()
    return start % span == 0


def _all_hashes(proof: Sequence[bytes]) -> bool:
    return all(len(node) == HASH_BYTES for node in proof)
