"""The Merkle tree over leaf hashes: RFC 6962 section 2, RFC 9162 section 2.1.

The tree itself is never stored: the `Frontier` (one hash for each full subtree on the right edge)
is enough to append and to know the root; proofs are made on demand from the leaf hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from comity.ledger.errors import BadEntry, BadFrontier, NoSuchProof
from comity.ledger.leaf import HASH_BYTES

EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves (RFC 9162 section 2.1.1)."""

_NODE_PREFIX = b"\x01"
_SIZE_BYTES = 8


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 9162 section 2.1.1)."""
    return sha256(_NODE_PREFIX + left + right).digest()


class Frontier:
    """The right edge of a growing tree: append in amortised constant time, root in O(log n).

    `peaks[i]` is the root of a full subtree; from left to right their sizes are the powers of two that
    add up to `size`. Mutable on purpose (one writer appends); `copy` gives an independent one, so
    that a failed flush can be forgotten.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self) -> None:
        self._peaks: list[bytes] = []
        self._size = 0

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def append(self, leaf: bytes) -> int:
        """Add one leaf hash and return its index, counted from 0.

        Raises:
            BadEntry: the hash is not 32 bytes long.

        """
        self.extend((leaf,))
        return self._size - 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order; those before a bad one stay added.

        Raises:
            BadEntry: a hash is not 32 bytes long.

        """
        # The hot loop of node start (100,000 leaves): names are local, node_hash stands inline.
        peaks, size, digest = self._peaks, self._size, sha256
        pop, push = peaks.pop, peaks.append
        try:
            for leaf in leaves:
                if len(leaf) != HASH_BYTES:
                    raise BadEntry(f"a leaf hash has {HASH_BYTES} bytes, this one has {len(leaf)}")
                node, bits = leaf, size
                while bits & 1:
                    node = digest(b"\x01" + pop() + node).digest()
                    bits >>= 1
                push(node)
                size += 1
        finally:
            self._size = size

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def copy(self) -> Frontier:
        """Return an independent frontier with the same leaves."""
        twin = Frontier()
        twin._peaks = list(self._peaks)
        twin._size = self._size
        return twin

    def to_bytes(self) -> bytes:
        """Return the state: size as 8 bytes, big-endian, then the peaks from left to right."""
        return self._size.to_bytes(_SIZE_BYTES, "big") + b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, state: bytes) -> Frontier:
        """Read what `to_bytes` wrote.

        Raises:
            BadFrontier: the length does not fit the size.

        """
        size = int.from_bytes(state[:_SIZE_BYTES], "big")
        if len(state) != _SIZE_BYTES + HASH_BYTES * size.bit_count():
            raise BadFrontier("the length of the stored tree state does not fit its size")
        frontier = cls()
        frontier._size = size
        frontier._peaks = [state[at : at + HASH_BYTES] for at in range(_SIZE_BYTES, len(state), HASH_BYTES)]
        return frontier


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over all `leaves` (level by level, a lone node at the right edge moves up)."""
    if not leaves:
        return EMPTY_ROOT
    # Asked for every frame at both ends: `node_hash` stands inline.
    level, digest = list(leaves), sha256
    while len(level) > 1:
        lone = level[-1:] if len(level) & 1 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [digest(b"\x01" + left + right).digest() for left, right in pairs] + lone
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int, size: int) -> tuple[bytes, ...]:
    """Return the path that proves leaf `index` in the tree of the first `size` leaves.

    RFC 9162 section 2.1.3.1; deepest node first. O(size).

    Raises:
        NoSuchProof: not 0 <= index < size <= number of leaves.

    """
    if not 0 <= index < size <= len(leaves):
        raise NoSuchProof(f"there is no leaf {index} in a tree of {size} out of {len(leaves)} leaves")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            path.append(root_of(leaves[middle:high]))
            high = middle
        else:
            path.append(root_of(leaves[low:middle]))
            low = middle
    return tuple(reversed(path))


def consistency_proof(leaves: Sequence[bytes], old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of `old` leaves is the beginning of the tree of `new` leaves.

    RFC 9162 section 2.1.4.1; deepest node first, empty when the sizes are equal. O(new).

    Raises:
        NoSuchProof: not 0 < old <= new <= number of leaves. From nothing, everything grows: no proof.

    """
    if not 0 < old <= new <= len(leaves):
        raise NoSuchProof(f"no consistency from {old} to {new} out of {len(leaves)} leaves")
    return growth_path(lambda low, high: root_of(leaves[low:high]), old, new)


def growth_path(root: Callable[[int, int], bytes], old: int, new: int) -> tuple[bytes, ...]:
    """Return the same proof from the roots of runs of leaves, `root(low, high)`; 0 < old <= new."""
    path: list[bytes] = []
    low, high = 0, new
    while old != high:
        middle = low + split(high - low)
        if old <= middle:
            path.append(root(middle, high))
            high = middle
        else:
            path.append(root(low, middle))
            low = middle
    if low > 0:
        # The verifier knows the old root only; it needs this old subtree unless it is the whole.
        path.append(root(low, high))
    return tuple(reversed(path))


def split(size: int) -> int:
    """Return the largest power of two below `size` (RFC 9162 section 2.1.1); `size` is 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)
