"""Kernel: the evidence of names and dates between persons asked for and rows of the index.

A row has one name and one date of its entry. What is written is the most that the entry can reach by that name and
date: the whole score of an entry of several dates is a little less, because the best of several is no great chance.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.shapes import DAY_FIRST, LATIN, PLAIN, ROW_TOKENS, TOKEN_MASK, Rows
from comity.screening.index.mapped.types import Bytes, Ids, Longs
from comity.screening.score.native.dates import date_bits, key_of_row, read_key
from comity.screening.score.native.features import in_base, name_bits
from comity.screening.score.native.shapes import (
    ARTICLE,
    DESCENT,
    INITIAL,
    PARTICLE,
    PATRONYMIC,
    Lexicon,
    Pad,
    Reals,
    Weights,
)

BARRED: Final = 0xFFFF_FFFF
"""Stands for a name part that kernels cannot compare."""
UNKNOWN, ROUGH, EXACT = 0, 1, 2
"""What a row's evidence is: nothing to go by; by the likeliest readings of its words; the score's own."""


class Asked(NamedTuple):
    """Persons asked for: words of their names with what they are, and dates; those of person `i` from `first[i]` on."""

    names: Longs
    lengths: Longs
    first: Longs
    dates: Longs
    first_date: Longs


@compiled
def missing(tokens: Ids, at: Longs, slots: Ids, out: Longs) -> int:
    """Write the name parts of rows that the lexicon does not have yet; return how many (some more than once)."""
    count = 0
    for row in at:
        if whole(tokens[row, 0]) & LATIN == 0:
            continue
        for place in range(ROW_TOKENS):
            number = whole(tokens[row, place]) & TOKEN_MASK
            if number != 0 and number < len(slots) and slots[number] == 0:
                out[count] = number
                count += 1
    return count


@compiled
def _part(traits: int, before: int, at: int, length: int) -> int:
    """Return what a word is in its name by itself and its neighbour, -1 for a particle that is left out."""
    small = 0 < at < length - 1 or (at == 0 and length > 1 and traits & ARTICLE != 0)
    if small and traits & PARTICLE:
        return -1
    if traits & INITIAL:
        return INITIAL
    if before & DESCENT and at > 1:
        return 0
    return traits & PATRONYMIC


@compiled
def settle(lexicon: Lexicon, words: Longs, length: int, name: Longs) -> int:
    """Write the words of a plain name that are compared to `name`, with what they are; return how many."""
    count, before = 0, 0
    for at in range(length):
        traits = whole(lexicon.traits[words[at]])
        part = _part(traits, before, at, length)
        before = traits
        if part >= 0:
            name[count, 0] = words[at]
            name[count, 1] = part
            count += 1
    return count


@compiled
def _row_name(lexicon: Lexicon, tokens: Ids, row: int, slots: Ids, words: Longs, name: Longs) -> int:
    """Write the words of a row's name; return how many, 0 where it is not Latin or a word is not known."""
    if whole(tokens[row, 0]) & LATIN == 0:
        return 0
    length = 0
    while length < ROW_TOKENS:
        number = whole(tokens[row, length]) & TOKEN_MASK
        if number == 0:
            break
        if number >= len(slots) or slots[number] == 0 or slots[number] == BARRED:
            return 0
        words[length] = whole(slots[number])
        length += 1
    return settle(lexicon, words, length, name)


@compiled
def _best_name(lexicon: Lexicon, asked: Asked, whom: int, held: int, pad: Pad, weights: Weights) -> float:
    best = -1000.0
    for each in range(asked.first[whom], asked.first[whom + 1]):
        length = asked.lengths[each]
        for at in range(length):
            pad.name[0, at, 0] = asked.names[each, at, 0]
            pad.name[0, at, 1] = asked.names[each, at, 1]
        best = max(best, name_bits(lexicon, pad.name, (length, held), pad, weights))
    return best


@compiled
def score_rows(
    lexicon: Lexicon, rows: tuple[Rows, Ids], asked: Asked, pairs: tuple[Longs, Longs], pad: Pad, weights: Weights,
    out: tuple[Reals, Bytes],
) -> None:  # fmt: skip
    """Write the evidence between persons asked for and rows (`pairs`: of each, in step) to `out`, and how sure it is.

    `rows`: the index's, and for each of its name parts the word's number in the lexicon.
    """
    table, slots = rows
    evidence, sure = out
    whom, at = pairs
    words, held = pad.words, pad.date
    pad.kept_of[:] = 0
    for pair in range(len(at)):
        row = at[pair]
        length = _row_name(lexicon, table.tokens, row, slots, words, pad.name[1])
        if length == 0:
            evidence[pair], sure[pair] = 0.0, UNKNOWN
            continue
        person = whom[pair]
        bits = in_base(_best_name(lexicon, asked, person, length, pad, weights), weights)
        read_key(key_of_row(table.days, row), whole(table.tokens[row, 0]) & DAY_FIRST != 0, held)
        dates = asked.dates[asked.first_date[person] : asked.first_date[person + 1]]
        evidence[pair] = bits + date_bits(dates, held, weights.dates)
        sure[pair] = EXACT if whole(table.tokens[row, 0]) & PLAIN != 0 else ROUGH


@compiled
def name_against(lexicon: Lexicon, name: Longs, lengths: tuple[int, int], pad: Pad, weights: Weights) -> float:
    """Return the evidence of two names that stand in `name`, in bits, for a pair put forward."""
    pad.kept_of[:] = 0
    return name_bits(lexicon, name, lengths, pad, weights)


__all__ = ["Asked", "missing", "name_against", "score_rows", "settle"]
