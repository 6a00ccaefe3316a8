"""Kernels: which rows of some dates have a name that may be the one asked for, by how their words sound.

A row is kept where the words that sound alike could carry enough evidence, were they the same: the most that names of
which so much agrees, and so many words are left over, can weigh. That is looked up by row in a table made once a name.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from comity.screening.index.mapped.engine import compiled, inlined, ones, whole
from comity.screening.index.mapped.shapes import DAY_FIRST, ROW_TOKENS, TOKEN_MASK
from comity.screening.index.mapped.types import Bytes, Ids, Longs
from comity.screening.score.features import FEATURES, MOST_AGREEING, NEARLY_ALL
from comity.screening.score.native.features import BASE, in_base
from comity.screening.score.native.shapes import Lexicon, Reals, Weights
from comity.screening.score.rarity import RAREST

PLACES: Final = 5
"""Words of a name that are told apart; of a longer one only how many of the first twelve agree."""
MOST_PLACES: Final = 12
STATES: Final = 3**PLACES
"""Each place agrees, nearly agrees, or does not: its digit is 2, 1 or 0."""
NEARLY: Final = 0.5
"""How much of a word agrees at most that sounds alike, but not very much so."""
LEFT: Final = 3
"""Words of a row that may be left over: none, one, more."""
INITIAL_SIZE: Final = 2
"""Pairs of sounds of a single letter: it may stand for any word."""
UNKNOWN: Final = 255
EVER: Final = (1 << 2 * LEFT) - 1
"""Enough with any number of words left over, on any date."""
SPARE: Final = 2.0
"""Bits that what is not looked at (spelling, names after the father, order) may add."""
COMMONEST: Final = 3.0
"""Bits that a word left over has at least."""
LOW, HIGH, STRONG = 0, 1, 2
"""Places in a run: from row, to row, and whether its date is the one asked for (1: in rows of day before month, 2: in
the others, 3: in both); rows of any other date say less."""
_BEND: Final = 0.6
_STEPS: Final = (10.0, 20.0, 30.0, MOST_AGREEING)
_PLACE = {name: at for at, name in enumerate(FEATURES)}
_AGREE, _AGREE_10, _AGREE_20, _AGREE_30 = (_PLACE[name] for name in ("agree", "agree.10", "agree.20", "agree.30"))
_COVERED, _COVERED_60, _COVERED_ALL = (_PLACE[name] for name in ("covered", "covered.60", "covered.all"))
_EITHER, _EITHER_ALL, _EQUAL = (_PLACE[name] for name in ("covered.either", "covered.either.all", "equal"))
_CONFLICT_1, _CONFLICT_2, _APART = (_PLACE[name] for name in ("conflict.1", "conflict.2", "apart"))
_APART_MOST: Final = 8.0


_THREES: Final = np.array([sum(3**at for at in range(PLACES) if mask >> at & 1) for mask in range(1 << PLACES)])
"""By set of places: the number whose digits they are."""


class Sounding(NamedTuple):
    """Names asked for, each with one date: ways to say its words, and the runs of rows of the date.

    `ways` by name: the sound's signature, its size and the place of the word, in bits. `begin`: places that count
    as agreeing from the start. `words`: numbers in the lexicon. `needed`: bits in a whole base where the date is the
    one asked for, and where it only agrees. `enough` by name and how its words agree, for either kind of date: with how
    many words of the row left over that may be enough, `UNKNOWN` at first.
    """

    ways: Longs
    counts: Longs
    begin: Longs
    words: Longs
    lengths: Longs
    needed: Reals
    runs: Longs
    enough: Bytes


@compiled
def _agreeing(agree: float, by_feature: Reals) -> float:
    """Return the most that words weigh of which at most so many bits agree."""
    best = 0.0
    for step in _STEPS:
        most = min(agree, step)
        bits = by_feature[_AGREE] * most + by_feature[_AGREE_10] * max(0.0, most - 10)
        bits += by_feature[_AGREE_20] * max(0.0, most - 20) + by_feature[_AGREE_30] * max(0.0, most - 30)
        best = max(best, bits)
    return best


@inlined
def _covering(share: float, by_feature: Reals) -> float:
    bits = by_feature[_COVERED] * share + by_feature[_COVERED_60] * max(0.0, share - _BEND)
    # The share of the other name is no less.
    bits += by_feature[_EITHER] * (share if by_feature[_EITHER] < 0 else 1.0) + max(0.0, by_feature[_EITHER_ALL])
    if share > NEARLY_ALL:
        bits += by_feature[_COVERED_ALL] + max(0.0, by_feature[_EQUAL])
    return float(bits)


@compiled
def _most(agree: float, total: float, apart: float, left: tuple[int, int], by_feature: Reals) -> float:
    """Return the most that names weigh of which at most `agree` bits agree and at least `apart` are left over.

    `total`: bits of the name asked for; `left`: words left over on either side.
    """
    share = 1.0 - apart / total if total > 0 else 1.0
    bits = _agreeing(agree, by_feature) + _covering(share, by_feature)
    if share > _BEND:
        bits = max(bits, _agreeing(agree, by_feature) + _covering(_BEND, by_feature))
    conflicts = min(left[0], left[1])
    if conflicts == 1:
        bits += by_feature[_CONFLICT_1]
    elif conflicts > 1:
        bits += max(by_feature[_CONFLICT_2], by_feature[_CONFLICT_1])
    if conflicts > 0:
        bits += min(0.0, by_feature[_APART]) * min(_APART_MOST, apart, COMMONEST * left[1])
    return bits


@compiled
def _reached(
    lexicon: Lexicon, words: Longs, length: int, state: int, model: tuple[Reals, Weights], out: Reals
) -> None:  # fmt: skip
    """Write to `out` the most that a name weighs whose words agree so, by how many words of the row are left over.

    Whatever the origin: that follows from both names.
    """
    by_feature, weights = model
    for left in range(LEFT):
        out[left] = -1000.0
    for origin in range(lexicon.bits.shape[1]):
        agree, total, apart, missing, rest = 0.0, 0.0, 0.0, 0, state
        for at in range(length):
            bits = lexicon.bits[words[at], origin]
            total += bits
            digit = rest % 3
            rest //= 3
            if digit == 2:  # noqa: PLR2004 - agrees
                agree += (bits + RAREST) / 2
            elif digit == 1:
                agree += NEARLY * (bits + RAREST) / 2
                apart += (1 - NEARLY) * bits
            else:
                apart += bits
                missing += 1
        for left in range(LEFT):
            out[left] = max(out[left], _most(agree, total, apart, (missing, left), by_feature))
    for left in range(LEFT):
        out[left] = in_base(out[left] + weights.facts[BASE] + SPARE, weights)


@compiled
def _enough(
    lexicon: Lexicon, asked: Sounding, name: int, state: int, model: tuple[Reals, Weights], reached: Reals
) -> int:  # fmt: skip
    """Return with how many words of a row left over what agrees so may be enough, counted when first asked for."""
    known = whole(asked.enough[name, state])
    if known != UNKNOWN:
        return known
    known = 0
    length = whole(asked.lengths[name])
    if length > PLACES:
        # Rows have only parts of it.
        known = EVER if 2 * state >= PLACES else 0
    else:
        _reached(lexicon, asked.words[name], length, state, model, reached)
        for kind in range(2):
            for left in range(LEFT):
                if reached[left] >= asked.needed[name, kind]:
                    known |= 1 << (kind * LEFT + left)
    asked.enough[name, state] = known
    return known


@inlined
def _state(places: int, sure: int, length: int) -> int:
    """Return how the words of a name agree, from the places that do and those that surely do."""
    return whole(_THREES[places] + _THREES[sure]) if length <= PLACES else ones(places)


@inlined
def _sounding(
    tokens: Ids, row: int, signatures: Longs, ways: Longs, count: int, begin: int
) -> tuple[int, int, int, int]:
    """Return how many parts a row's name has, and how many of them sound like none asked for.

    And the places of those that they sound like, and of those that they sound very much like.
    """
    stored, left, places, sure = 0, 0, begin, begin
    while stored < ROW_TOKENS:
        number = whole(tokens[row, stored]) & TOKEN_MASK
        if number == 0:
            break
        stored += 1
        held = whole(signatures[number])
        size = ones(held)
        found = 0
        for at in range(count):
            # How many pairs of sounds they have in common: two fifths of all, or three.
            common, both = ones(held & whole(ways[at, 0])), whole(ways[at, 1]) + size
            if 5 * common >= both:
                places |= whole(ways[at, 2])
                found = 1
                if 10 * common >= 3 * both:
                    sure |= whole(ways[at, 2])
        if found == 0 and size > INITIAL_SIZE:
            left += 1
    return stored, left, places, sure


@inlined
def _is_enough(enough: int, strong: int, tokens: Ids, row: int, stored: int, left: int) -> bool:
    """Say whether a row whose name has so many words left over may be worth it; of a long name it has only a part."""
    of_row = 1 if whole(tokens[row, 0]) & DAY_FIRST != 0 else 2
    kind = 0 if strong & of_row else 1
    if stored == ROW_TOKENS:
        left = 0
    return (enough >> (kind * LEFT + min(left, LEFT - 1))) & 1 == 1


@compiled
def sift(
    lexicon: Lexicon, rows: tuple[Ids, Longs], asked: Sounding, whom: Longs, model: tuple[Reals, Weights],
    out: tuple[Longs, Longs, Bytes, Reals],
) -> int:  # fmt: skip
    """Write persons asked for (`whom` by name) and rows that may be worth it, in step; return how many there are.

    Half of the words of the shorter name sound alike at least. `rows`: name parts by row, and how each part sounds.
    `out`: persons, rows, which persons have rows that were left out because there is no room, scratch.
    """
    tokens, signatures = rows
    persons, found, state, reached = out
    count = 0
    for name in range(len(whom)):
        person = whole(whom[name])
        ways, ways_count, begin = asked.ways[name], whole(asked.counts[name]), whole(asked.begin[name])
        length = min(whole(asked.lengths[name]), MOST_PLACES)
        every = (1 << length) - 1
        possible = _enough(lexicon, asked, name, _state(every, every, length), model, reached) >> LEFT
        for run in range(asked.runs.shape[1]):
            strong = whole(asked.runs[name, run, STRONG])
            if strong == 0 and possible == 0:
                continue
            for row in range(asked.runs[name, run, LOW], asked.runs[name, run, HIGH]):
                stored, left, places, sure = _sounding(tokens, row, signatures, ways, ways_count, begin)
                if 2 * (stored - left) < min(stored, length):
                    continue
                enough = _enough(lexicon, asked, name, _state(places, sure, length), model, reached)
                if not _is_enough(enough, strong, tokens, row, stored, left):
                    continue
                if count == len(found):
                    state[person] = 1
                    break
                persons[count] = person
                found[count] = row
                count += 1
    return count
