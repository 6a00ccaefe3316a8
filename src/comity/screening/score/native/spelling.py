"""Kernel: how far two words are from being spellings of one name, the twin of `score.spelling`.

The edits counted are those of one shortest way from word to word, chosen as rapidfuzz chooses it: from the end, a unit
left out before one put in before one exchanged, after what both begin and end with has been taken away.
"""

from __future__ import annotations

from typing import Final

from comity.screening.index.mapped.engine import compiled, inlined, whole
from comity.screening.index.mapped.types import Bytes, Longs, Words
from comity.screening.score.native.shapes import (
    JOINED,
    PATRONYMIC,
    READINGS_SHIFT,
    SCRIPT_SHIFT,
    WRITING_BITS,
    Lexicon,
    Pad,
    Reals,
    Weights,
)
from comity.screening.score.native.units import write_units

FAR: Final = 40.0
EXCHANGED, LEFT_OUT, PUT_IN = 0, 1, 2
_EDGE: Final = ord("^")
LATIN: Final = 0
"""The place of Latin among writings, and of the Latin script among scripts."""


@inlined
def writing_of(traits: int) -> int:
    """Return the number of a word's writing."""
    return traits & WRITING_BITS


@inlined
def script_of(traits: int) -> int:
    """Return the number of a word's script."""
    return traits >> SCRIPT_SHIFT & 15


@inlined
def readings_of(traits: int) -> int:
    """Return how many readings a word has."""
    return traits >> READINGS_SHIFT & 15


@inlined
def _before(word: Bytes, at: int) -> int:
    return whole(word[at - 1]) if at > 0 else _EDGE


@inlined
def _fill(grid: Words, one: Bytes, other: Bytes, span: tuple[int, int, int]) -> None:
    """Fill the table of distances between the middles of two words.

    `span`: how many units both begin with, and the lengths of the middles.
    """
    start, height, width = span
    for j in range(width + 1):
        grid[j] = j
    for i in range(1, height + 1):
        row = i * JOINED
        grid[row] = i
        for j in range(1, width + 1):
            best = whole(grid[row - JOINED + j - 1])
            if one[start + i - 1] != other[start + j - 1]:
                best += 1
            best = min(best, whole(grid[row - JOINED + j]) + 1, whole(grid[row + j - 1]) + 1)
            grid[row + j] = best


@inlined
def _cost(edits: Words, writing: int, kind: int, units: tuple[int, int]) -> int:
    return whole(edits[writing, kind, units[0], units[1]])


@inlined
def _way(
    edits: Words, writing: int, grid: Words, words: tuple[Bytes, Bytes], span: tuple[int, int, int], back: int
) -> int:
    """Return the summed costs of the edits from one word to the other, in hundredths of a bit.

    `back`: the table was filled with the words the other way about.
    """
    one, other = words
    start, i, j = span
    down, right = (1, JOINED) if back else (JOINED, 1)
    total = 0
    while i > 0 or j > 0:
        here = whole(grid[i * down + j * right])
        if i > 0 and (j == 0 or here == whole(grid[(i - 1) * down + j * right]) + 1):
            i -= 1
            total += _cost(edits, writing, LEFT_OUT, (_before(one, start + i), whole(one[start + i])))
            continue
        j -= 1
        above = (i - 1) * down + j * right
        if i == 0 or (j > 0 and whole(grid[above + down]) == whole(grid[above]) - 1):
            total += _cost(edits, writing, PUT_IN, (_before(other, start + j), whole(other[start + j])))
            continue
        i -= 1
        if one[start + i] != other[start + j]:
            total += _cost(edits, writing, EXCHANGED, (whole(one[start + i]), whole(other[start + j])))
    return total


@inlined
def _distance(one: Bytes, other: Bytes, span: tuple[int, int, int], places: Longs) -> int:
    """Return how many edits lie between the middles of two words: the last figure of the table, without the table.

    Myers' bit vectors (1999): `places` is of zeros by unit, and is left so.
    """
    start, height, width = span
    distance = height + width if height == 0 else height
    if height > 0:
        last = 1 << (height - 1)
        for at in range(height):
            places[one[start + at]] |= 1 << at
        more, less = -1, 0
        for at in range(width):
            equal = places[other[start + at]]
            along = equal | less
            down = (((equal & more) + more) ^ more) | equal
            right, left = less | ~(down | more), more & down
            if right & last:
                distance += 1
            elif left & last:
                distance -= 1
            right = right << 1 | 1
            more, less = left << 1 | ~(along | right), right & along
        for at in range(height):
            places[one[start + at]] = 0
    return distance


@inlined
def between(pad: Pad, lengths: tuple[int, int], writing: int, edits: Words, spelling: Reals, farthest: Reals) -> float:
    """Return the bits that lie between the words in `pad.one` and `pad.other`, `FAR` where no spelling is meant."""
    one, other, grid = pad.one, pad.other, pad.grid
    height, width = lengths
    most = int(farthest[writing] * max(height, width) + 0.5)
    paid = FAR
    if abs(height - width) <= most:
        start = 0
        while height > 0 and width > 0 and one[start] == other[start]:
            start, height, width = start + 1, height - 1, width - 1
        while height > 0 and width > 0 and one[start + height - 1] == other[start + width - 1]:
            height, width = height - 1, width - 1
        if _distance(one, other, (start, height, width), pad.places) <= most:
            _fill(grid, one, other, (start, height, width))
            cost = _way(edits, writing, grid, (one, other), (start, height, width), 0)
            if writing == LATIN:
                cost = min(cost, _way(edits, writing, grid, (other, one), (start, width, height), 1))
            paid = (spelling[writing, 0] + spelling[writing, 1] / lengths[1]) * (cost / 100.0) / 1000.0
    return min(FAR, paid)


@inlined
def _copy(source: Bytes, row: int, length: int, out: Bytes) -> None:
    for at in range(length):
        out[at] = source[row, at + 1]


@inlined
def _move(source: Bytes, length: int, out: Bytes) -> None:
    for at in range(length):
        out[at] = source[at]


@inlined
def _is_same(pad: Pad, length: int, other_length: int) -> bool:
    same = length == other_length
    at = 0
    while same and at < length:
        same = pad.one[at] == pad.other[at]
        at += 1
    return same


@inlined
def discount(lexicon: Lexicon, one: tuple[int, int], other: tuple[int, int], pad: Pad, weights: Weights) -> float:
    """Return the bits that the best pair of readings loses; words by number and what they are in their names."""
    if (one[1] ^ other[1]) & PATRONYMIC:
        return FAR
    traits, other_traits = whole(lexicon.traits[one[0]]), whole(lexicon.traits[other[0]])
    writing, turned = direction(writing_of(traits), writing_of(other_traits))
    units, first = lexicon.units, lexicon.first
    if turned:
        one, other, traits, other_traits = other, one, other_traits, traits
    best = FAR
    for reading in range(whole(first[one[0]]), whole(first[one[0]]) + readings_of(traits)):
        length = whole(units[reading, 0])
        _copy(units, reading, length, pad.one)
        for held in range(whole(first[other[0]]), whole(first[other[0]]) + readings_of(other_traits)):
            held_length = whole(units[held, 0])
            _copy(units, held, held_length, pad.other)
            if _is_same(pad, length, held_length):
                return 0.0
            lengths = (length, held_length)
            best = min(best, between(pad, lengths, writing, weights.edits, weights.spelling, weights.farthest))
    return best


@inlined
def direction(one: int, other: int) -> tuple[int, bool]:
    """Return by which writing words of two writings are compared, and whether the other word goes first."""
    turned = one == LATIN and other != LATIN
    writing = LATIN if one == other else (other if turned else one)
    return writing, turned


@inlined
def joined_discount(
    lexicon: Lexicon, joined: tuple[int, int, int], whole_word: tuple[int, int], pad: Pad, weights: Weights
) -> float:
    """Return the same for two words read as one and one word.

    `joined`: the units in `pad.joined`, the traits of the first word, and what the second is in its name.
    """
    length, first_traits, part = joined
    if (part ^ whole_word[1]) & PATRONYMIC:
        return FAR
    other = whole_word[0]
    traits = whole(lexicon.traits[other])
    writing, turned = direction(writing_of(first_traits), writing_of(traits))
    units = lexicon.units
    best = FAR
    for held in range(whole(lexicon.first[other]), whole(lexicon.first[other]) + readings_of(traits)):
        held_length = whole(units[held, 0])
        if turned:
            _copy(units, held, held_length, pad.one)
            _move(pad.joined, length, pad.other)
            lengths = (held_length, length)
        else:
            _copy(units, held, held_length, pad.other)
            _move(pad.joined, length, pad.one)
            lengths = (length, held_length)
        if _is_same(pad, lengths[0], lengths[1]):
            return 0.0
        best = min(best, between(pad, lengths, writing, weights.edits, weights.spelling, weights.farthest))
    return best


@compiled
def join(lexicon: Lexicon, one: int, other: int, pad: Pad) -> int:
    """Write the first readings of two words, one behind the other, in units to `pad.joined`; return how many."""
    length, more = whole(lexicon.letters[one, 0]), whole(lexicon.letters[other, 0])
    for at in range(length):
        pad.form[at] = lexicon.letters[one, at + 1]
    for at in range(more):
        pad.form[length + at] = lexicon.letters[other, at + 1]
    return write_units(pad.form, length + more, pad.joined)


@compiled
def join_kept(lexicon: Lexicon, one: int, other: int, pad: Pad, at: int) -> int:
    """Do as `join` for two words of the name asked for, which is compared to many: what comes of it is kept."""
    if pad.kept_of[at, 0] == one and pad.kept_of[at, 1] == other:
        length = pad.kept_of[at, 2]
        for place in range(length):
            pad.joined[place] = pad.kept[at, place]
        return int(length)
    length = whole(join(lexicon, one, other, pad))
    for place in range(length):
        pad.kept[at, place] = pad.joined[place]
    pad.kept_of[at, 0], pad.kept_of[at, 1], pad.kept_of[at, 2] = one, other, length
    return length
