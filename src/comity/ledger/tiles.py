"""Roots of runs of leaves without reading all leaves again: full subtrees never change, so each is hashed once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

from comity.ledger.errors import NoSuchProof
from comity.ledger.merkle import growth_path, node_hash, root_of, split

TILE: Final = 256
"""Leaves in the smallest subtree that is remembered: 32 bytes for each 128 leaves or so."""


class Tiles:
    """Remembers roots of full subtrees; `read(low, high)` gives the leaf hashes of a run. Safe from many threads."""

    def __init__(self, read: Callable[[int, int], Sequence[bytes]]) -> None:
        self._read = read
        self._known: dict[tuple[int, int], bytes] = {}
        self._lock = threading.Lock()

    def prove_growth(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that the first `old` leaves are the beginning of the first `new`; none from nothing.

        Raises `NoSuchProof`.
        """
        if old == 0:
            return ()
        if not 0 < old <= new:
            raise NoSuchProof(f"no consistency from {old} to {new}")
        with self._lock:
            return growth_path(self._root, old, new)

    def root(self, size: int) -> bytes:
        """Return the root over the first `size` leaves."""
        with self._lock:
            return self._root(0, size)

    def _root(self, low: int, high: int) -> bytes:
        known = self._known.get((low, high))
        if known is not None:
            return known
        size = high - low
        if size <= TILE:
            leaves = self._read(low, high)
            if len(leaves) != size:
                raise NoSuchProof(f"leaves {low} to {high} are not all there")
            found = root_of(leaves)
        else:
            middle = low + split(size)
            found = node_hash(self._root(low, middle), self._root(middle, high))
        if size >= TILE and size & (size - 1) == 0 and low % size == 0:
            self._known[low, high] = found
        return found
