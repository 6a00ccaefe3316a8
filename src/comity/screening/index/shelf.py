"""What the index in memory knows of entries: enough to tell who need not be read, never enough to answer.

A shelf holds a segment laid out once from the store, and beside it what came since. Keys are kept as 64-bit hashes
(Python's own, keyed anew in each process): two keys of one hash cost a look in vain, no more. Places are never taken
off a shelf: an entry that went, or a version that was overtaken, is not on the searcher's snapshot and falls out there.
What was known of it is forgotten a little later.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec


class Held(msgspec.Struct, frozen=True, gc=False):
    """One version of an entry. `names` are its names as `rules.sorted_names` gives them.

    `dated`, `partial`: whether it has dates of birth, and whether one of them is partial. `foreign`: whether a name has
    letters other than Latin ones.
    """

    kind: str
    party: str
    id: str
    version: int
    category: str
    expires: str | None
    names: tuple[str, ...]
    dated: bool
    partial: bool
    foreign: bool


_NOBODY: Final = Held(
    kind="", party="", id="", version=0, category="", expires=None, names=(), dated=False, partial=False, foreign=False
)


class Segment:
    """Keys laid out once: hashes in order, and for each the run of places in one long array."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._starts = array("I")
        self._places = array("I")
        self._last: str | None = None

    def add(self, key: str, place: int) -> None:
        """Add a place under a key; equal keys come one after the other."""
        if key != self._last:
            self._last = key
            self._hashes.append(hash(key))
            self._starts.append(len(self._places))
        self._places.append(place)

    def settle(self) -> None:
        """Order what was added; after that nothing is added, and not before that anything found."""
        self._starts.append(len(self._places))
        runs = sorted(zip(self._hashes, self._starts, self._starts[1:], strict=False))
        places = array("I")
        self._starts = array("I")
        for _, start, end in runs:
            self._starts.append(len(places))
            places.extend(self._places[start:end])
        self._starts.append(len(places))
        self._hashes = array("q", (found for found, _, _ in runs))
        self._places = places

    def find(self, key: str) -> Sequence[int]:
        """Return the places under a key."""
        wanted = hash(key)
        at = bisect_left(self._hashes, wanted)
        end = at
        while end < len(self._hashes) and self._hashes[end] == wanted:
            end += 1
        return self._places[self._starts[at] : self._starts[end]] if end > at else ()


class Shelf:
    """A segment and what came since. One thread adds at a time; any number may find meanwhile."""

    def __init__(self) -> None:
        self.held: list[Held] = []
        self._segment: Segment | None = None
        self._since: dict[int, list[int]] = {}
        self.partial: set[int] = set()
        """Places of entries with a partial date of birth."""
        self.alive = 0
        """How many entries there are, about."""
        self.moved = 0
        """How many entries came, changed or went since the segment was laid out."""

    def lay_out(self, entries: Sequence[Held], keys: Iterable[tuple[str, int]]) -> None:
        """Take entries from the store with their keys in order, each with its entry's place in `entries`."""
        segment = Segment()
        first = len(self.held)
        self.held.extend(entries)
        self.alive += len(entries)
        self.partial.update(first + place for place, entry in enumerate(entries) if entry.partial)
        for key, place in keys:
            segment.add(key, first + place)
        segment.settle()
        self._segment = segment

    def put(self, entry: Held, keys: Iterable[str]) -> None:
        """Take one entry that is about to be committed."""
        place = len(self.held)
        self.held.append(entry)
        self.alive += 1
        if entry.partial:
            self.partial.add(place)
        for key in keys:
            self._since.setdefault(hash(key), []).append(place)

    def forget(self, gone: Mapping[tuple[object, ...], int | None]) -> None:
        """Forget entries by kind, party and id, but for the version that stands."""
        for place, entry in enumerate(self.held):
            identity = (entry.kind, entry.party, entry.id)
            if identity in gone and entry.version != gone[identity]:
                self.held[place] = _NOBODY
                self.partial.discard(place)

    def find(self, key: str) -> Sequence[int]:
        """Return the places of entries that may have a key, in `held`."""
        settled = self._segment.find(key) if self._segment is not None else ()
        since = self._since.get(hash(key))
        return settled if since is None else [*settled, *since]
