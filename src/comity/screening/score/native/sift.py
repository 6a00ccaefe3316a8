"""Kernel: which rows of some dates have a name that may be the one asked for, by how their words sound."""

from __future__ import annotations

from comity.screening.index.mapped.engine import compiled, inlined, whole
from comity.screening.index.mapped.expand import bits_set
from comity.screening.index.mapped.shapes import ROW_TOKENS, TOKEN_MASK
from comity.screening.index.mapped.types import Bytes, Ids, Longs

FULL = -1


@inlined
def _alike(one: int, sizes: tuple[int, int], other: int) -> bool:
    """Say whether two words have two fifths of their pairs of sounds in common (twice the common over the sum)."""
    return 5 * bits_set(one & other) >= sizes[0] + sizes[1]


@compiled
def _sounding(tokens: Ids, row: int, signatures: Longs, asked: Longs, length: int) -> tuple[int, int]:
    """Return how many parts a row's name has, and how many of them sound like a word asked for."""
    stored, like = 0, 0
    for place in range(ROW_TOKENS):
        number = whole(tokens[row, place]) & TOKEN_MASK
        if number == 0:
            break
        stored += 1
        held = whole(signatures[number])
        size = bits_set(held)
        found = 0
        for at in range(length):
            if _alike(asked[at, 0], (asked[at, 1], size), held):
                found = 1
                break
        like += found
    return stored, like


@compiled
def sift(
    tokens: Ids, signatures: Longs, asked: Longs, lengths: Longs, runs: Longs, out: tuple[Longs, Longs], state: Bytes
) -> int:
    """Write persons asked for and rows, in step, of which half of the words of the shorter name sound alike.

    `asked` by person: the signature of each word and how many bits it has; `runs` by person: from row, to row. Returns
    how many there are; `state[person]` is 1 for a person whose rows were left out, because there is no room.
    """
    whom, rows = out
    count = 0
    for person in range(len(lengths)):
        length = lengths[person]
        begin = count
        for run in range(runs.shape[1]):
            for row in range(runs[person, run, 0], runs[person, run, 1]):
                stored, like = _sounding(tokens, row, signatures, asked[person], length)
                if 2 * like < min(stored, length):
                    continue
                if count == len(rows):
                    state[person] = 1
                    break
                whom[count] = person
                rows[count] = row
                count += 1
        if state[person]:
            count = begin
    return count
