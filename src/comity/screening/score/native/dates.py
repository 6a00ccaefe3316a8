"""Kernel: dates of birth as evidence, the twin of `score.dates`, for a date asked for and one known by its key."""

from __future__ import annotations

from typing import Final

import numpy as np

from comity.screening.index.mapped.dates import DAYS, FIRST_YEAR, UNDATED
from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.types import Ids, Longs
from comity.screening.score.dates import DateRelation
from comity.screening.score.native.shapes import Reals

RELATIONS: Final = tuple(DateRelation)
_SAME, _NEW_YEAR, _SWAPPED, _MONTH, _YEAR, _WITHIN, _DIGIT, _SAME_YEAR, _NEAR_YEAR, _DIFFERS = range(len(RELATIONS))
CHANCE, SAMENESS = 0, 1
_NEAR: Final = 2
YEAR, MONTH, DAY, UNTIL = 0, 1, 2, 3
"""Places in a date asked for."""


@compiled
def key_of_row(days: Ids, row: int) -> int:
    """Return the key that a row stands under: `days[k]:days[k + 1]` are the rows of key `k`."""
    low, high = 0, len(days) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if whole(days[middle]) <= row:
            low = middle
        else:
            high = middle - 1
    return low


@compiled
def read_key(key: int, day_first: bool, out: Longs) -> None:  # noqa: FBT001 - a kernel takes what it gets by position
    """Write the date of a key to `out`; all 0 for none."""
    out[:] = 0
    if key == UNDATED:
        return
    slot, rest = key // DAYS, key % DAYS
    low, high = rest // 32, rest % 32
    out[YEAR] = slot - 1 + FIRST_YEAR
    if low == 0:
        out[MONTH] = high
    else:
        out[MONTH], out[DAY] = (high, low) if day_first else (low, high)


@compiled
def _digits_apart(one: int, other: int, places: int) -> int:
    count = 0
    for _ in range(places):
        count += 1 if one % 10 != other % 10 else 0
        one //= 10
        other //= 10
    return count


@compiled
def _one_digit(one: Longs, other: Longs) -> bool:
    apart = _digits_apart(one[YEAR], other[YEAR], 4) + _digits_apart(one[MONTH], other[MONTH], 2)
    return apart + _digits_apart(one[DAY], other[DAY], 2) == 1


@compiled
def _relate_days(one: Longs, other: Longs) -> int:
    if one[MONTH] == other[MONTH] and one[DAY] == other[DAY]:
        return _NEW_YEAR if one[MONTH] == 1 and one[DAY] == 1 else _SAME
    if (one[MONTH] == 1 and one[DAY] == 1) or (other[MONTH] == 1 and other[DAY] == 1):
        return _YEAR
    if one[MONTH] == other[DAY] and one[DAY] == other[MONTH]:
        return _SWAPPED
    return _DIGIT if _one_digit(one, other) else _SAME_YEAR


@compiled
def _relate_years(one: Longs, other: Longs) -> int:
    if one[DAY] > 0 and other[DAY] > 0 and _one_digit(one, other):
        return _DIGIT
    return _NEAR_YEAR if abs(one[YEAR] - other[YEAR]) <= _NEAR else _DIFFERS


@compiled
def relate(one: Longs, other: Longs) -> int:
    """Return how a date asked for, which may be a range of years, stands to one of a key."""
    year, until = other[YEAR], one[UNTIL]
    if until > 0:
        if one[YEAR] <= year <= until:
            return _WITHIN
        return _NEAR_YEAR if max(one[YEAR], year) - min(until, year) <= _NEAR else _DIFFERS
    if one[YEAR] != year:
        return _relate_years(one, other)
    if one[MONTH] == 0 or other[MONTH] == 0:
        return _YEAR
    if one[DAY] == 0 or other[DAY] == 0:
        return _MONTH if one[MONTH] == other[MONTH] else _SAME_YEAR
    return _relate_days(one, other)


@compiled
def date_bits(dates: Longs, held: Longs, weights: Reals) -> float:
    """Return the bits of the best of some dates asked for against one held; 0 where there is none on either side.

    As if it were the only pair of statements: of several, each counts for a little less.
    """
    if len(dates) == 0 or held[YEAR] == 0:
        return 0.0
    best = -1000.0
    for at in range(len(dates)):
        relation = relate(dates[at], held)
        chance = weights[relation, CHANCE]
        if relation == _WITHIN:
            chance = min(0.9, chance * (dates[at, UNTIL] - dates[at, YEAR] + 1))
        best = max(best, np.log2(weights[relation, SAMENESS] / chance))
    return best
