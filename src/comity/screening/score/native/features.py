"""Kernel: the evidence of two names, from their pairs to bits; the twin of `score.features` and of `Scorer`'s sums."""

from __future__ import annotations

from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.types import Longs
from comity.screening.score.features import FEATURES, HARDLY, LONG, MOST_AGREEING, NEARLY_ALL
from comity.screening.score.native.pairing import (
    DISCOUNT,
    NUMBER,
    ONE,
    OTHER,
    PART,
    RARITY,
    WORTH,
    pair_words,
)
from comity.screening.score.native.shapes import INITIAL, PATRONYMIC, SURNAME, Lexicon, Pad, Weights

_PLACE = {name: at for at, name in enumerate(FEATURES)}
_AGREE, _AGREE_10, _AGREE_20, _AGREE_30 = (_PLACE[name] for name in ("agree", "agree.10", "agree.20", "agree.30"))
_SPELLING, _ONE_WORD, _WORST, _WORST_4 = (_PLACE[name] for name in ("spelling", "one-word-agrees", "worst", "worst.4"))
_CONFLICT_1, _CONFLICT_2 = _PLACE["conflict.1"], _PLACE["conflict.2"]
_COVERED, _COVERED_60, _COVERED_ALL = (_PLACE[name] for name in ("covered", "covered.60", "covered.all"))
_EITHER, _EITHER_ALL = _PLACE["covered.either"], _PLACE["covered.either.all"]
_APART, _APART_8, _MORE_WORDS, _ORDER = (_PLACE[name] for name in ("apart", "apart.8", "more-words", "order"))
_EQUAL, _SINGLE, _LONG_NAME = _PLACE["equal"], _PLACE["single"], _PLACE["long"]
_LAST, _FIRST, _SINGLE_AGREE = (_PLACE[name] for name in ("last.differs", "first.differs", "single.agree"))
_LEFT, _DIFFERS, _AGREES, _CONFLICT, _BEGINS = (
    _PLACE[f"patronymic.{name}"] for name in ("left", "differs", "agrees", "conflict", "first")
)
BASE, UNRELATED, UNRELATED_IN_BASE = 0, 1, 2
"""Places among a model's facts."""
_LOST, _ONE_APART, _OTHER_APART = 0, 1, 2


@compiled
def _sums(pad: Pad, chosen: int) -> tuple[float, float, float, float]:
    """Return what agrees, the discounts, what the pairs lost, and the worst discount."""
    agree, spelling, lost, worst = 0.0, 0.0, 0.0, 0.0
    for at in range(chosen):
        pair = pad.order[at]
        agree += pad.value[pair, WORTH]
        spelling += pad.value[pair, DISCOUNT]
        lost += pad.value[pair, RARITY] - pad.value[pair, WORTH]
        worst = max(worst, pad.value[pair, DISCOUNT])
    return agree, spelling, lost, worst


@compiled
def _side(pad: Pad, side: int, length: int, lost: float) -> tuple[float, float, int]:
    """Return how much of a name is apart, its share that is not, and how many of its words are left over."""
    apart, total, left = 0.0, 0.0, 0
    for at in range(length):
        total += pad.bits[side, at]
        if pad.left[side, at] != 0:
            apart += pad.bits[side, at]
            left += 1
    apart += lost
    return apart, max(0.0, 1.0 - apart / (total if total != 0 else 1.0)), left


@compiled
def _turns(name: Longs, lengths: tuple[int, int], pad: Pad, chosen: int) -> bool:
    """Say whether pairs stand in another order in the two names, where order tells anything."""
    for side in range(2):
        for at in range(lengths[side]):
            if name[side, at, PART] & SURNAME:
                return False
    for at in range(chosen):
        for before in range(chosen):
            one, other = pad.order[at], pad.order[before]
            if pad.span[one, ONE] < pad.span[other, ONE] and pad.span[one, OTHER] > pad.span[other, OTHER]:
                return True
    return False


@compiled
def _held(name: Longs, length: int, pad: Pad, side: int) -> tuple[int, int]:
    """Return how many names after the father a name has, and how many of them are left over."""
    held, left = 0, 0
    for at in range(length):
        if name[side, at, PART] & PATRONYMIC:
            held += 1
            left += whole(pad.left[side, at])
    return held, left


@compiled
def _patronymics(name: Longs, lengths: tuple[int, int], pad: Pad, first: bool, conflicts: int) -> None:  # noqa: FBT001 - a kernel takes what it gets by position
    mine, mine_left = _held(name, lengths[0], pad, 0)
    theirs, theirs_left = _held(name, lengths[1], pad, 1)
    if mine + theirs == 0:
        return
    differ, both = mine_left > 0 and theirs_left > 0, mine > 0 and theirs > 0
    conflict = both and conflicts > 0
    before_last = lengths[1] >= 2 and pad.left[1, lengths[1] - 2] != 0  # noqa: PLR2004 - the last but one
    begins = first or (pad.left[0, 0] != 0 and before_last) or pad.left[1, 0] != 0
    values = pad.features
    values[_LEFT] = 1.0 if mine_left + theirs_left > 0 else 0.0
    values[_DIFFERS] = 1.0 if differ else 0.0
    values[_AGREES] = 1.0 if both and mine_left == 0 else 0.0
    values[_CONFLICT] = 1.0 if conflict and not differ else 0.0
    values[_BEGINS] = 1.0 if conflict and conflicts == 1 and begins else 0.0


@compiled
def _agreement(pad: Pad, chosen: int, shorter: int, sums: tuple[float, float, float, float]) -> None:
    agree, spelling, _, worst = sums
    values = pad.features
    values[_AGREE] = min(agree, MOST_AGREEING)
    values[_AGREE_10] = max(0.0, agree - 10)
    values[_AGREE_20] = max(0.0, agree - 20)
    values[_AGREE_30] = max(0.0, agree - 30)
    values[_SPELLING] = spelling
    values[_ONE_WORD] = 1.0 if chosen == 1 else 0.0
    values[_SINGLE] = 1.0 if shorter == 1 else 0.0
    values[_LONG_NAME] = 1.0 if shorter >= LONG else 0.0
    values[_SINGLE_AGREE] = agree if shorter == 1 else 0.0
    values[_WORST] = worst
    values[_WORST_4] = max(0.0, worst - 4)


@compiled
def _coverage(pad: Pad, lengths: tuple[int, int], sums: tuple[float, float, float, float]) -> int:
    """Write what covers what and what is left over; return in how many words both names differ."""
    spelling, lost = sums[1], sums[2]
    apart, share, left = _side(pad, 0, lengths[0], lost)
    other_apart, other_share, other_left = _side(pad, 1, lengths[1], lost)
    covered, either = min(share, other_share), max(share, other_share)
    apart, conflicts = min(apart, other_apart), min(left, other_left)
    values = pad.features
    values[_COVERED] = covered
    values[_COVERED_60] = max(0.0, covered - 0.6)
    values[_COVERED_ALL] = 1.0 if covered > NEARLY_ALL else 0.0
    values[_EITHER] = either
    values[_EITHER_ALL] = 1.0 if either > NEARLY_ALL else 0.0
    values[_APART] = apart
    values[_APART_8] = max(0.0, apart - 8)
    values[_MORE_WORDS] = float(abs(left - other_left))
    values[_EQUAL] = 1.0 if covered > NEARLY_ALL and spelling < HARDLY else 0.0
    values[_CONFLICT_1] = 1.0 if conflicts == 1 else 0.0
    values[_CONFLICT_2] = 1.0 if conflicts > 1 else 0.0
    return conflicts


@compiled
def name_bits(lexicon: Lexicon, name: Longs, lengths: tuple[int, int], pad: Pad, weights: Weights) -> float:
    """Return the evidence of two names in bits, for a pair put forward."""
    chosen = pair_words(lexicon, name, lengths, pad, weights)
    if chosen == 0:
        return float(weights.facts[UNRELATED])
    pad.features[:] = 0
    sums = _sums(pad, chosen)
    conflicts = _coverage(pad, lengths, sums)
    _agreement(pad, chosen, min(lengths[0], lengths[1]), sums)
    first = pad.left[0, 0] != 0 and pad.left[1, 0] != 0
    last = pad.left[0, lengths[0] - 1] != 0 and pad.left[1, lengths[1] - 1] != 0
    pad.features[_LAST] = 1.0 if last else 0.0
    pad.features[_FIRST] = 1.0 if first else 0.0
    pad.features[_ORDER] = 1.0 if _turns(name, lengths, pad, chosen) else 0.0
    _patronymics(name, lengths, pad, first, conflicts)
    total, at = 0.0, 0
    for line in range(len(weights.ends)):
        told = 0.0
        while at < weights.ends[line]:
            told += pad.features[weights.line_features[at]] * weights.line_weights[at]
            at += 1
        total += told
    return float(total + weights.facts[BASE])


@compiled
def in_base(bits: float, weights: Weights) -> float:
    """Return what a likeness of names is worth against anybody's name."""
    if abs(bits - weights.facts[UNRELATED]) <= 0.001:  # noqa: PLR2004 - figures of a model are thousandths
        return float(weights.facts[UNRELATED_IN_BASE])
    steps, value = weights.steps, bits * 1000.0
    if value <= steps[0, 0]:
        return float(steps[0, 1] / 1000.0)
    for at in range(1, len(steps)):
        if value <= steps[at, 0]:
            start, low = steps[at - 1, 0], steps[at - 1, 1]
            return float((low + (steps[at, 1] - low) * (value - start) / (steps[at, 0] - start)) / 1000.0)
    return float((steps[-1, 1] + value - steps[-1, 0]) / 1000.0)


__all__ = ["INITIAL", "NUMBER", "in_base", "name_bits"]
