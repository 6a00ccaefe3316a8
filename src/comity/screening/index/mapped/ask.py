"""Kernel: a question made of what each part of a name may mean.

What an agreement is worth follows from chance: the share of all rows that hold a part at least as like the asked one.
So a near miss of a rare name is worth more than a common name exactly.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.retrieve import CUT, LISTS, OWN_VALUE, PLACES
from comity.screening.index.mapped.shapes import NEAR, SHARED, TABLE, Question
from comity.screening.index.mapped.types import Bytes, Ids, Longs

STEPS: Final = np.ceil(2.0 ** (np.arange(256) / 8.0)).astype(np.int64)
"""Entry k: the least number whose logarithm to base 2 is k eighths. A table, so that all ways of counting agree."""
MOST: Final = 200
SURE: Final = 225
"""Likeness from which a part is taken to be the one asked for where the date of birth does not help."""
LEAST: Final = 8
FULL_TABLE: Final = TABLE // 2
LOSS_PER_STEP: Final = 3
"""What one step of likeness (of 255) costs, in 32ths of an eighth of a bit."""
_SALT: Final = 0x9E3779B1


@compiled
def eighths(number: int) -> int:
    """Return eight times the logarithm to base 2 of a positive number, rounded down."""
    low, high = 0, 255
    while low < high:
        middle = (low + high + 1) // 2
        if STEPS[middle] <= number:
            low = middle
        else:
            high = middle - 1
    return low


@compiled
def clear(question: Question) -> None:
    """Empty a question."""
    question.bloom[:] = 0
    question.keys[:] = 0
    question.facts[:] = 0


@compiled
def _worths(counts: Ids, found: Ids, likeness: Bytes, total: int, worth: Longs) -> None:
    """Write to `worth` what each likeness is worth."""
    worth[:256] = 0
    for at in range(len(found)):
        worth[whole(likeness[at])] += whole(counts[whole(found[at])])
    mass = 0
    for level in range(255, -1, -1):
        mass += worth[level]
        value = eighths(max(1, total // max(1, mass))) - ((255 - level) * LOSS_PER_STEP) // 8
        worth[level] = min(max(value, LEAST), MOST)


@compiled
def add_part(counts: Ids, found: Ids, likeness: Bytes, total: int, question: Question, worth: Longs) -> None:
    """Add what one part of the name may mean, as `expand` told it. `total`: all rows; `worth`: scratch of 256."""
    count = len(found)
    _worths(counts, found, likeness, total, worth)
    place = whole(question.facts[PLACES])
    used = whole(question.facts[4])
    best = 0
    for at in range(count):
        number = whole(found[at])
        value = whole(worth[whole(likeness[at])])
        best = max(best, value)
        slot = ((number * _SALT) & 0xFFFFFFFF) % TABLE
        while question.keys[slot] not in (0, number):
            slot = (slot + 1) % TABLE
        if question.keys[slot] == 0:
            if used >= FULL_TABLE:
                question.facts[CUT] = 1
                break
            used += 1
            question.keys[slot] = number
            question.values[slot, :] = 0
            question.sure[slot] = 0
            question.bloom[(number >> 5) & 2047] |= np.uint32(1 << (number & 31))
        question.values[slot, place] = value
        if whole(likeness[at]) >= SURE:
            question.sure[slot] = 1
    # A part nobody has is worth as much as the rarest.
    question.facts[OWN_VALUE] += min(eighths(max(1, total)), MOST) if count == 0 else best
    question.facts[4] = used
    question.facts[PLACES] = place + 1


@compiled
def line_up(question: Question, worth: Longs) -> None:
    """Make the lists of a question from its table, the most valuable first. `worth` is scratch of 257."""
    places = whole(question.facts[PLACES])
    worth[:257] = 0
    for slot in range(TABLE):
        if question.keys[slot] != 0:
            top = 0
            for place in range(places):
                top = max(top, whole(question.values[slot, place]))
            worth[255 - top + 1] += 1
    for level in range(1, 257):
        worth[level] += worth[level - 1]
    for slot in range(TABLE):
        if question.keys[slot] == 0:
            continue
        top, top_place, holders = 0, 0, 0
        for place in range(places):
            value = whole(question.values[slot, place])
            if value > 0:
                holders += 1
            if value > top:
                top, top_place = value, place
        at = worth[255 - top]
        worth[255 - top] += 1
        question.lists[at] = question.keys[slot]
        question.part[at] = top_place
        question.value[at] = top
        question.traits[at] = (SHARED if holders > 1 else 0) | (NEAR if question.sure[slot] != 0 else 0)
    question.facts[LISTS] = worth[255]
