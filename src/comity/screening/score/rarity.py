"""How rare words are where names of their kind are at home: term frequencies by name origin.

The origin of a name is guessed inside one comparison, from the words of both names, and forgotten with it. Nothing here
returns it, and no record has a place for it: what is remembered by word holds for every origin alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Final, TypeAlias

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

    def _one(self, units: str) -> tuple[Bits, Bits]:
        """Return for one reading the votes and the bits by origin."""
        rows = [self._grams[gram_bucket(gram)] for gram in grams_of(units)]
        likely = [sum(column) / len(rows) / EIGHTHS * 2.5 for column in zip(*rows, strict=True)]
        most = most_bits(units)
        held = self._tokens.get(token_hash(units))
        if held is None:
            unseen = min(most, letters_bits(self._letters, units))
            return tuple(likely), (unseen,) * self._count
        bits = tuple(byte / EIGHTHS for byte in held)
        votes = tuple(0.4 * one - other for one, other in zip(likely, bits, strict=True))
        return votes, tuple(min(most, one) for one in bits)


def _grams(origins: Origins) -> tuple[tuple[int, ...], ...]:
    """Return the signed likelihoods by origin of each group of units."""
    step, packed = origins.count, origins.grams
    return tuple(tuple(byte - 128 for byte in packed[at : at + step]) for at in range(0, len(packed), step))


def _tokens(origins: Origins) -> dict[bytes, bytes]:
    step = HASH_BYTES + origins.count
    packed = origins.tokens
    return {packed[at : at + HASH_BYTES]: packed[at + HASH_BYTES : at + step] for at in range(0, len(packed), step)}
