"""Kernel: which word of one name is which word of the other, the twin of `score.pairing`."""

from __future__ import annotations

from typing import Final

import numpy as np

from comity.screening.index.mapped.engine import compiled, inlined, whole
from comity.screening.index.mapped.types import Longs
from comity.screening.score.native.shapes import INITIAL, PATRONYMIC, Lexicon, Pad, Reals, Weights
from comity.screening.score.native.spelling import (
    LATIN,
    discount,
    join,
    join_kept,
    joined_discount,
    script_of,
)
from comity.screening.score.pairing import (
    HALF_ACROSS,
    HALF_WITHIN,
    INITIAL_OF_WORD,
    INITIALS,
    JOINED,
    REACH,
    SHORTEST_JOINED,
    SLOPE,
)

_BOTH_WORTH, _BOTH_RARITY = INITIALS
_ONE_WORTH, _ONE_RARITY = INITIAL_OF_WORD
_FIRST: Final = 0.1
NUMBER, PART = 0, 1
"""Places in a word of a name: its number in the lexicon, and what it is in its name."""
ONE, ONE_END, OTHER, OTHER_END = 0, 1, 2, 3
DISCOUNT, RARITY, WORTH = 0, 1, 2


@inlined
def share(lost: float, half: float) -> float:
    """Return how much of its rarity a pair is worth at a discount."""
    return 1.0 if lost <= 0 else 1.0 / (1.0 + np.exp2((lost - half) / SLOPE))


@compiled
def set_bits(lexicon: Lexicon, name: Longs, lengths: tuple[int, int], pad: Pad, prior: Reals) -> None:
    """Write the bits of each word of two names, by the origin under which both together are likeliest."""
    here = 0
    for origin in range(len(prior)):
        votes = prior[origin]
        for side in range(2):
            for at in range(lengths[side]):
                votes += lexicon.votes[name[side, at, NUMBER], origin]
        pad.sums[origin] = votes
        if votes > pad.sums[here]:
            here = origin
    for side in range(2):
        for at in range(lengths[side]):
            pad.bits[side, at] = lexicon.bits[name[side, at, NUMBER], here]


@inlined
def _put(pad: Pad, count: int, span: tuple[int, int, int, int], value: tuple[float, float, float]) -> int:
    """Note a pair, in its place by worth behind those of equal worth; return how many there are."""
    for at in range(4):
        pad.span[count, at] = span[at]
    for at in range(3):
        pad.value[count, at] = value[at]
    place = count
    while place > 0 and pad.value[pad.order[place - 1], WORTH] < value[WORTH]:
        pad.order[place] = pad.order[place - 1]
        place -= 1
    pad.order[place] = count
    return count + 1


@inlined
def _single(
    lexicon: Lexicon, name: Longs, at: int, place: int, pad: Pad, weights: Weights
) -> tuple[bool, float, float]:
    """Return whether two words are a pair, its discount and its rarity; a negative discount for initials."""
    one, part = name[0, at, NUMBER], name[0, at, PART]
    other, other_part = name[1, place, NUMBER], name[1, place, PART]
    if (part | other_part) & INITIAL:
        same = lexicon.letters[one, 1] == lexicon.letters[other, 1]
        return same, -1.0 if part & other_part & INITIAL else -2.0, 0.0
    script, other_script = script_of(whole(lexicon.traits[one])), script_of(whole(lexicon.traits[other]))
    half = HALF_WITHIN if script == other_script else HALF_ACROSS
    lost = discount(lexicon, (one, part), (other, other_part), pad, weights)
    if lost > half + REACH:
        return False, lost, 0.0
    if script == other_script:
        return True, lost, (pad.bits[0, at] + pad.bits[1, place]) / 2
    return True, lost, pad.bits[0, at] if script == LATIN else pad.bits[1, place]


@compiled
def _singles(lexicon: Lexicon, name: Longs, lengths: tuple[int, int], pad: Pad, weights: Weights) -> int:
    """Note the pairs of single words; return how many."""
    count = 0
    for at in range(lengths[0]):
        for place in range(lengths[1]):
            is_pair, lost, rarity = _single(lexicon, name, at, place, pad, weights)
            if not is_pair:
                continue
            span = (at, at + 1, place, place + 1)
            if lost == -1.0:
                count = _put(pad, count, span, (0.0, _BOTH_RARITY, _BOTH_WORTH))
            elif lost < 0:
                count = _put(pad, count, span, (0.0, _ONE_RARITY, _ONE_WORTH))
            else:
                script, other = name[0, at, NUMBER], name[1, place, NUMBER]
                same = script_of(whole(lexicon.traits[script])) == script_of(whole(lexicon.traits[other]))
                worth = rarity * share(lost, HALF_WITHIN if same else HALF_ACROSS)
                count = _put(pad, count, span, (lost, rarity, worth))
    return count


@compiled
def _are_all_paired(pad: Pad, count: int, lengths: tuple[int, int]) -> bool:
    """Say whether each word has an equal one already."""
    pad.left[:] = 1
    ones, others = 0, 0
    for at in range(count):
        if pad.value[at, DISCOUNT] == 0:
            ones += whole(pad.left[0, pad.span[at, ONE]])
            others += whole(pad.left[1, pad.span[at, OTHER]])
            pad.left[0, pad.span[at, ONE]] = 0
            pad.left[1, pad.span[at, OTHER]] = 0
    return ones == lengths[0] and others == lengths[1]


@compiled
def _read_together(
    lexicon: Lexicon, name: Longs, lengths: tuple[int, int], pad: Pad, weights: Weights, side: int, count: int
) -> int:
    """Note pairs of two neighbouring words of one side with one of the other; return how many pairs there are."""
    for at in range(lengths[side] - 1):
        first = name[side, at, NUMBER]
        second = name[side, at + 1, NUMBER]
        units = join_kept(lexicon, first, second, pad, at) if side == 0 else join(lexicon, first, second, pad)
        for place in range(lengths[1 - side]):
            other, part = name[1 - side, place, NUMBER], name[1 - side, place, PART]
            if whole(lexicon.letters[other, 0]) < SHORTEST_JOINED:
                continue
            joined = (units, whole(lexicon.traits[first]), name[side, at + 1, PART])
            same = script_of(whole(lexicon.traits[first])) == script_of(whole(lexicon.traits[other]))
            half = HALF_WITHIN if same else HALF_ACROSS
            lost = joined_discount(lexicon, joined, (other, part), pad, weights) + JOINED
            if lost > half:
                continue
            bits = lexicon.most[other]
            span = (at, at + 2, place, place + 1) if side == 0 else (place, place + 1, at, at + 2)
            # Before the same words taken one by one.
            count = _put(pad, count, span, (lost, bits, bits * share(lost, half) + _FIRST))
    return count


@inlined
def _is_free(pad: Pad, pair: int) -> bool:
    taken = 0
    for at in range(pad.span[pair, ONE], pad.span[pair, ONE_END]):
        taken += 1 - whole(pad.left[0, at])
    for at in range(pad.span[pair, OTHER], pad.span[pair, OTHER_END]):
        taken += 1 - whole(pad.left[1, at])
    return taken == 0


@compiled
def pair_words(lexicon: Lexicon, name: Longs, lengths: tuple[int, int], pad: Pad, weights: Weights) -> int:
    """Pair the words of two names; return how many pairs were chosen, the first of `pad.order`.

    `pad.left` tells whose words are left over.
    """
    set_bits(lexicon, name, lengths, pad, weights.prior)
    count = _singles(lexicon, name, lengths, pad, weights)
    if lengths[0] != lengths[1] or not _are_all_paired(pad, count, lengths):
        count = _read_together(lexicon, name, lengths, pad, weights, 0, count)
        count = _read_together(lexicon, name, lengths, pad, weights, 1, count)
    pad.left[:] = 1
    chosen = 0
    for place in range(count):
        pair = pad.order[place]
        if _is_free(pad, pair):
            pad.left[0, pad.span[pair, ONE] : pad.span[pair, ONE_END]] = 0
            pad.left[1, pad.span[pair, OTHER] : pad.span[pair, OTHER_END]] = 0
            pad.order[chosen] = pair
            chosen += 1
    return chosen


__all__ = ["INITIAL", "PATRONYMIC", "pair_words"]
