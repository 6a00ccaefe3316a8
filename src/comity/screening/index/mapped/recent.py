"""What came since an index was built, in the memory of one process: rows, new name parts, keys, and who is gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from comity.screening.index.mapped.dates import UNDATED, is_day_first, key_of, read_date
from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.expand import LEAST, OTHER_FORM, SAME_SOUND, hash_of, part_number
from comity.screening.index.mapped.live import Change
from comity.screening.index.mapped.phonetic import WIDTH, distance, first_row, sound
from comity.screening.index.mapped.shapes import DAY_FIRST, ROW_TOKENS, Recent, Vocabulary, recent
from comity.screening.index.mapped.tokens import tokens_of_text
from comity.screening.index.mapped.types import Bytes, Ids, Words
from comity.screening.names.endings import other_endings

_ROOM: Final = 1 << 10
MEANINGS: Final = 128
"""New name parts that one asked for is taken to mean, at most."""
LIMIT: Final = 50_000
"""Rows from which the index should be built again: each search looks at all of them."""


@compiled
def _alike(sounds: Bytes, used: int, asked: Bytes, grid: Words, out: Bytes) -> None:
    """Write how alike each of the new name parts is to the asked one, 0 for less than is of use."""
    first_row(asked, grid)
    for at in range(used):
        longest = max(whole(asked[0]), whole(sounds[at * WIDTH]), 3)
        limit = (SAME_SOUND - LEAST) * longest * 10 // SAME_SOUND
        apart, _ = distance(asked, sounds, at * WIDTH, 0, limit, grid)
        likeness = SAME_SOUND - (apart * SAME_SOUND) // (longest * 10)
        out[at] = likeness if likeness >= LEAST else 0


class Since:
    """Rows since the file was built. One thread takes changes in at a time; searches may go on meanwhile.

    New name parts are numbered behind those of the vocabulary; `counts` goes on for them.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._base = len(vocabulary.counts)
        self.counts: Ids = vocabulary.counts
        self._parts: dict[str, int] = {}
        self._sounds = np.zeros(_ROOM * WIDTH, np.uint8)
        self.rows: Recent = recent(_ROOM)
        self.numbers: Ids = np.zeros(_ROOM, np.uint32)
        self.overtaken: set[int] = set()
        """Entries of which the file's own rows and keys no longer count."""
        self._rows_of: dict[int, list[int]] = {}
        self._keys_of: dict[int, tuple[int, ...]] = {}
        self.keys: dict[int, tuple[int, ...]] = {}

    @property
    def size(self) -> int:
        """How many rows came, those overtaken since included."""
        return int(self.rows.used[0])

    @property
    def parts(self) -> int:
        """How many name parts the vocabulary does not have."""
        return len(self._parts)

    def take(self, change: Change) -> None:
        """Take a change in: what the entry was before no longer counts."""
        number = change.number
        self.overtaken.add(number)
        for row in self._rows_of.pop(number, ()):
            self.rows.alive[row] = 0
        for key in self._keys_of.pop(number, ()):
            self.keys[key] = tuple(other for other in self.keys[key] if other != number)
        for key in change.keys:
            self.keys[key] = (*self.keys.get(key, ()), number)
        if change.keys:
            self._keys_of[number] = change.keys
        dates = [read_date(date) for date in change.dates]
        keys = [key_of(date) | (DAY_FIRST if is_day_first(date) else 0) for date in dates] or [UNDATED]
        for name in change.names:
            parts = [self._number(token) for token in tokens_of_text(name)]
            for window in _windows(parts):
                self._put(number, window, keys)

    def meanings(self, token: str, asked: Bytes, grid: Words) -> tuple[Ids, Bytes]:
        """Return which new name parts may be meant by one asked for, and how alike they are."""
        alike = np.zeros(self.parts, np.uint8)
        if asked[0]:
            _alike(self._sounds, self.parts, asked, grid, alike)
        for form in other_endings(token):
            number = self._parts.get(form, 0)
            if number:
                alike[number - self._base] = max(OTHER_FORM, alike[number - self._base])
        exact = self._parts.get(token, 0)
        if exact:
            alike[exact - self._base] = 255
        at = np.flatnonzero(alike)
        if len(at) > MEANINGS:
            at = at[np.argsort(alike[at], kind="stable")[-MEANINGS:]]
        return (at + self._base).astype(np.uint32), alike[at]

    def _put(self, number: int, window: list[int], keys: Iterable[int]) -> None:
        for key in keys:
            row = self.size
            if row == len(self.rows.keys):
                self._grow()
            self.rows.tokens[row, : len(window)] = window
            self.rows.keys[row] = key & 0x7FFFFFFF
            if key & DAY_FIRST:
                self.rows.tokens[row, 0] |= np.uint32(DAY_FIRST)
            self.numbers[row] = number
            self.rows.alive[row] = 1
            self._rows_of.setdefault(number, []).append(row)
            for part in set(window):
                if part >= self._base:
                    self.counts[part] += 1
            # Last: a search that runs meanwhile sees the row whole or not at all.
            self.rows.used[0] = row + 1

    def _number(self, token: str) -> int:
        known = self._parts.get(token)
        if known is not None:
            return known
        text = np.frombuffer(token.encode(), np.uint8)
        number = part_number(self._vocabulary, text, hash_of(text, 0, len(text)))
        if number:
            return number
        number = self._base + self.parts
        at = self.parts * WIDTH
        if at == len(self._sounds):
            self._sounds = np.concatenate((self._sounds, np.zeros_like(self._sounds)))
        if number >= len(self.counts):
            self.counts = np.concatenate((self.counts, np.zeros(max(_ROOM, self.parts), np.uint32)))
        self._sounds[at] = sound(text, 0, len(text), self._sounds[at + 1 : at + WIDTH])
        self._parts[token] = number
        return number

    def _grow(self) -> None:
        rows = self.rows
        grown = recent(2 * len(rows.keys))
        grown.tokens[: self.size], grown.keys[: self.size] = rows.tokens, rows.keys
        grown.alive[: self.size], grown.used[0] = rows.alive, self.size
        self.numbers = np.concatenate((self.numbers, np.zeros_like(self.numbers)))
        self.rows = grown


def _windows(parts: list[int]) -> Iterable[list[int]]:
    """Yield a name's parts by five, the last window overlapping rather than short, as builds do."""
    if not parts:
        return
    begin = 0
    while True:
        yield parts[begin : begin + ROW_TOKENS]
        if begin + ROW_TOKENS >= len(parts):
            return
        begin = min(begin + ROW_TOKENS, len(parts) - ROW_TOKENS)
