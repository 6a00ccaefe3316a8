"""How rare words are where names of their kind are at home: term frequencies by name origin.

The origin of a name is guessed inside one comparison, from the words of both names, and forgotten with it. Nothing here
returns it, and no record has a place for it: what is remembered by word holds for every origin alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from comity.screening.model.records import Model, Origins
from comity.screening.names.records import Token

RAREST: Final = 16.0
"""Bits of the rarest word: nobody's data tell more about words they do not hold."""
HASH_BYTES: Final = 4
GRAM_BUCKETS: Final = 4096
EIGHTHS: Final = 8.0
_UNSEEN_LETTERS: Final = 900
_HUNDREDTHS: Final = 100.0
_CACHE: Final = 1 << 17
_SHORTEST_BITS, _BITS_BY_UNIT, _LESS = 4.0, 4.2, 1.0

Bits: TypeAlias = tuple[float, ...]
Reals: TypeAlias = npt.NDArray[np.float64]


def token_hash(units: str) -> bytes:
    """Return the short hash by which the model knows a word; words of one hash share their frequency."""
    return blake2b(units.encode(), digest_size=HASH_BYTES).digest()


@lru_cache(maxsize=_CACHE)
def gram_bucket(gram: str) -> int:
    """Return the place of a group of three units in the table of likelihoods."""
    return int.from_bytes(blake2b(gram.encode(), digest_size=2).digest(), "big") % GRAM_BUCKETS


def grams_of(units: str) -> list[str]:
    """Return the overlapping groups of three units of a word, its ends marked."""
    marked = f"^{units}$"
    return [marked[at : at + 3] for at in range(max(1, len(marked) - 2))]


def most_bits(units: str) -> float:
    """Return the bits that a word of this length can have at most: short words are never rare."""
    return min(RAREST, max(_SHORTEST_BITS, _BITS_BY_UNIT * len(units) - _LESS))


def letters_bits(letters: dict[str, int], units: str) -> float:
    """Return the bits of a word by its neighbouring units: how unlikely it is to be written by chance."""
    marked = f"^{units}$"
    pairs = (letters.get(marked[at : at + 2], _UNSEEN_LETTERS) for at in range(len(marked) - 1))
    return sum(pairs) / _HUNDREDTHS


class Rarity:
    """Rarities of one model."""

    def __init__(self, model: Model) -> None:
        origins = model.origins
        self._count = origins.count
        self._letters = origins.letters
        self._grams = _grams(origins)
        self._tokens = _tokens(origins)
        self._prior = tuple(bits / _HUNDREDTHS for bits in origins.prior)
        self._of = lru_cache(maxsize=_CACHE)(self._look_up)

    def of_both(self, ones: Iterable[Token], others: Iterable[Token]) -> tuple[list[float], list[float]]:
        """Return the bits of each word of two names, by the origin under which both together are likeliest."""
        found = [[self._of(token.units) for token in tokens] for tokens in (ones, others)]
        votes = [self._prior, *(votes for side in found for votes, _ in side)]
        sums = [sum(column) for column in zip(*votes, strict=True)]
        here = sums.index(max(sums))
        return [bits[here] for _, bits in found[0]], [bits[here] for _, bits in found[1]]

    def votes_and_bits(self, readings: tuple[str, ...]) -> tuple[Bits, Bits]:
        """Return for a word, by origin, how much it speaks for that origin and how rare it is there."""
        return self._of(readings)

    def of_word(self, token: Token) -> float:
        """Return the bits of a word by itself: the most that any origin gives it."""
        return max(self._of(token.units)[1])

    def _look_up(self, readings: tuple[str, ...]) -> tuple[Bits, Bits]:
        found = [self._one(units) for units in readings]
        votes = max((votes for votes, _ in found), key=max)
        return votes, tuple(min(column) for column in zip(*(bits for _, bits in found), strict=True))

    def of_many(self, words: Sequence[str]) -> tuple[Reals, Reals]:
        """Return the votes and the bits of words of one reading each, in units, a row each; not remembered."""
        buckets = [[gram_bucket(gram) for gram in grams_of(units)] for units in words]
        counts = np.array([len(mine) for mine in buckets])
        flat = np.array([bucket for mine in buckets for bucket in mine])
        summed = np.add.reduceat(self._grams[flat], np.cumsum(counts) - counts, axis=0)
        votes = summed / counts[:, None] / EIGHTHS * 2.5
        most = np.array([most_bits(units) for units in words])
        held = [self._tokens.get(token_hash(units)) for units in words]
        unseen = [
            letters_bits(self._letters, units) if one is None else 0.0 for units, one in zip(words, held, strict=True)
        ]
        bits = np.repeat(np.array(unseen)[:, None], self._count, axis=1)
        known = [at for at, one in enumerate(held) if one is not None]
        if known:
            bits[known] = np.frombuffer(b"".join(filter(None, held)), np.uint8).reshape(-1, self._count) / EIGHTHS
            votes[known] = 0.4 * votes[known] - bits[known]
        return votes, np.minimum(most[:, None], bits)

    def _one(self, units: str) -> tuple[Bits, Bits]:
        """Return for one reading the votes and the bits by origin."""
        votes, bits = self.of_many((units,))
        return tuple(votes[0].tolist()), tuple(bits[0].tolist())


def _grams(origins: Origins) -> npt.NDArray[np.int64]:
    """Return the signed likelihoods by origin of each group of units."""
    return np.frombuffer(origins.grams, np.uint8).reshape(-1, origins.count).astype(np.int64) - 128


def _tokens(origins: Origins) -> dict[bytes, bytes]:
    step = HASH_BYTES + origins.count
    packed = origins.tokens
    return {packed[at : at + HASH_BYTES]: packed[at + HASH_BYTES : at + step] for at in range(0, len(packed), step)}
