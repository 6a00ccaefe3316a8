"""Which word of one name is which word of the other: pairs, words read together, words left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp2
from typing import Final

from comity.screening.names.parse import joined
from comity.screening.names.records import Name, Part, Token
from comity.screening.score.rarity import Rarity
from comity.screening.score.spelling import Speller

HALF_ACROSS, HALF_WITHIN = 9.5, 8.3
"""Bits of discount at which a pair of words is worth half: across scripts, where much is lost, and within."""
SLOPE: Final = 1.7
REACH: Final = 3.0
"""Bits beyond half at which words are no pair."""
JOINED: Final = 1.0
"""Bits that it costs to read two words as one."""
SHORTEST_JOINED: Final = 4
INITIALS, INITIAL_OF_WORD = (3.0, 4.0), (2.0, 2.5)


@dataclass(frozen=True, slots=True)
class WordPair:
    """Words that stand for each other: places in both names (end excluded), discount, rarity and worth in bits."""

    one: tuple[int, int]
    other: tuple[int, int]
    discount: float
    rarity: float
    worth: float


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two names side by side: their words with rarities, the pairs, and the places of words left over."""

    ones: tuple[Token, ...]
    others: tuple[Token, ...]
    one_bits: Sequence[float]
    other_bits: Sequence[float]
    pairs: tuple[WordPair, ...]
    one_left: tuple[int, ...]
    other_left: tuple[int, ...]


def pair_words(one: Name, other: Name, speller: Speller, rarity: Rarity) -> Pairing:
    """Pair the words of two names, the pairs worth most first, each word once."""
    ones, others = one.words, other.words
    one_bits, other_bits = rarity.of_both(ones, others)
    found: list[WordPair] = []
    for at, token in enumerate(ones):
        for place, held in enumerate(others):
            pair = _single(token, held, (at, place), (one_bits[at], other_bits[place]), speller)
            if pair is not None:
                found.append(pair)
    if len(ones) != len(others) or not _all_paired(found, ones, others):
        found += _read_together(ones, others, speller, rarity)
        found += [_turned(pair) for pair in _read_together(others, ones, speller, rarity)]
    found.sort(key=lambda pair: -pair.worth)
    one_free, other_free = [True] * len(ones), [True] * len(others)
    pairs: list[WordPair] = []
    for pair in found:
        mine, theirs = range(*pair.one), range(*pair.other)
        if all(one_free[place] for place in mine) and all(other_free[place] for place in theirs):
            for place in mine:
                one_free[place] = False
            for place in theirs:
                other_free[place] = False
            pairs.append(pair)
    left = tuple(place for place, free in enumerate(one_free) if free)
    return Pairing(
        ones, others, one_bits, other_bits, tuple(pairs), left, tuple(at for at, free in enumerate(other_free) if free)
    )


def _all_paired(found: Sequence[WordPair], ones: Sequence[Token], others: Sequence[Token]) -> bool:
    """Say whether each word has an equal one already: then nothing need be read together."""
    equal = [pair for pair in found if not pair.discount]
    return len({pair.one for pair in equal}) == len(ones) and len({pair.other for pair in equal}) == len(others)


def _single(
    one: Token, other: Token, places: tuple[int, int], bits: tuple[float, float], speller: Speller
) -> WordPair | None:
    at, place = places
    if one.part is Part.INITIAL or other.part is Part.INITIAL:
        if one.forms[0][0] != other.forms[0][0]:
            return None
        worth, rarity = INITIALS if one.part is other.part else INITIAL_OF_WORD
        return WordPair((at, at + 1), (place, place + 1), 0.0, rarity, worth)
    discount, half = speller.discount(one, other), half_of(one, other)
    if discount > half + REACH:
        return None
    rarity = _pair_rarity(one, other, bits)
    return WordPair((at, at + 1), (place, place + 1), discount, rarity, rarity * share(discount, half))


def _pair_rarity(one: Token, other: Token, bits: tuple[float, float]) -> float:
    """Return the rarity of a pair: of the Latin word where scripts differ, for frequencies are counted in Latin."""
    if one.script is other.script:
        return (bits[0] + bits[1]) / 2
    return bits[0] if one.script == "latin" else bits[1]


def half_of(one: Token, other: Token) -> float:
    """Return the discount at which two words of these scripts are worth half."""
    return HALF_WITHIN if one.script is other.script else HALF_ACROSS


def share(discount: float, half: float) -> float:
    """Return how much of its rarity a pair of words is worth at a discount: all at none, half at `half`."""
    return 1.0 if discount <= 0 else 1.0 / (1.0 + exp2((discount - half) / SLOPE))


def _read_together(parts: Sequence[Token], wholes: Sequence[Token], speller: Speller, rarity: Rarity) -> list[WordPair]:
    """Return pairs of two neighbouring words of the first name with one of the second (`salah din`, `salahdin`)."""
    found: list[WordPair] = []
    for at in range(len(parts) - 1):
        token = _joined(parts[at], parts[at + 1])
        for place, whole in enumerate(wholes):
            if len(whole.forms[0]) < SHORTEST_JOINED:
                continue
            discount = speller.discount(token, whole) + JOINED
            half = half_of(token, whole)
            if discount <= half:
                bits = rarity.of_word(whole)
                worth = bits * share(discount, half) + 0.1  # before the same words taken one by one
                found.append(WordPair((at, at + 2), (place, place + 1), discount, bits, worth))
    return found


def _turned(pair: WordPair) -> WordPair:
    return WordPair(pair.other, pair.one, pair.discount, pair.rarity, pair.worth)


@lru_cache(maxsize=1 << 15)
def _joined(one: Token, other: Token) -> Token:
    return joined((one, other))
