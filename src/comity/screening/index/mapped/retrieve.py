"""Kernel: which rows may be about whoever is asked for, and how well each agrees, in eighths of a bit.

Rows of a likely date are all looked at. Elsewhere a row is looked at where two parts of the name meet, or where one part
does that few share. A row's value is the sum over its parts of what their best one-to-one agreement is worth, less
something for each part that is left over on either side.
"""

from __future__ import annotations

from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.shapes import (
    ASKED_TOKENS,
    BLOCK,
    BUFFER,
    DAY_FIRST,
    ROW_TOKENS,
    SCORES,
    TABLE,
    TOKEN_MASK,
    Question,
    Rows,
    Scratch,
)
from comity.screening.index.mapped.types import Bytes, Longs

LEFT_OVER_ASKED = 16
LEFT_OVER_STORED = 12
NOTHING = -(1 << 20)
PLACES, LISTS, OWN_VALUE, CUT = 0, 1, 2, 3
"""Places in a question's facts."""
COUNT, FLOOR, SINGLES, LOOKED, LEFT_OUT, KEEP = 0, 1, 2, 3, 4, 5
"""Places in a search's state: rows kept, least value kept, single looks left, rows looked at, whether anything was left
out, how many are wanted."""
_TWO = 1 << 7
_SALT = 0x9E3779B1


@compiled
def slot_of(question: Question, number: int) -> int:
    """Return where a name part stands in the question's table, -1 where it does not."""
    if (whole(question.bloom[(number >> 5) & 2047]) >> (number & 31)) & 1 == 0:
        return -1
    place = ((number * _SALT) & 0xFFFFFFFF) % TABLE
    while question.keys[place] != 0:
        if question.keys[place] == number:
            return place
        place = (place + 1) % TABLE
    return -1


@compiled
def value_of(rows: Rows, question: Question, row: int) -> int:
    """Return how well a row's name agrees, `NOTHING` where no part does."""
    places = whole(question.facts[PLACES])
    stored = 0
    hits = 0
    slots = (-1, -1, -1, -1, -1)
    for at in range(ROW_TOKENS):
        number = whole(rows.tokens[row, at]) & TOKEN_MASK
        if number == 0:
            break
        stored += 1
        slot = slot_of(question, number)
        if slot >= 0:
            hits += 1
            slots = (slot, slots[0], slots[1], slots[2], slots[3])
    if hits == 0:
        return NOTHING
    value = 0
    used = 0
    taken = 0
    for _ in range(hits):
        best, best_at, best_place = 0, -1, 0
        for at in range(hits):
            if used >> at & 1:
                continue
            for place in range(places):
                if taken >> place & 1 == 0 and whole(question.values[slots[at], place]) > best:
                    best, best_at, best_place = whole(question.values[slots[at], place]), at, place
        if best_at < 0:
            break
        value += best
        used |= 1 << best_at
        taken |= 1 << best_place
    matched = 0
    for at in range(hits):
        matched += used >> at & 1
    return value - (places - matched) * LEFT_OVER_ASKED - (stored - matched) * LEFT_OVER_STORED


@compiled
def _raise_floor(scratch: Scratch, state: Longs) -> None:
    """Raise the least value kept to where three times as many as wanted lie above, and drop what lies below."""
    above = 0
    level = SCORES - 1
    while level > 0 and above < 3 * state[KEEP]:
        above += whole(scratch.tally[level])
        level -= 1
    floor = level + 1
    if floor <= state[FLOOR]:
        return
    state[FLOOR] = floor
    kept = 0
    for at in range(state[COUNT]):
        if scratch.scores[at] >= floor:
            scratch.rows[kept] = scratch.rows[at]
            scratch.scores[kept] = scratch.scores[at]
            kept += 1
    state[COUNT] = kept


@compiled
def _keep(scratch: Scratch, state: Longs, row: int, value: int) -> None:
    value = min(max(value, 0), SCORES - 1)
    if value < state[FLOOR]:
        return
    if state[COUNT] == BUFFER:
        _raise_floor(scratch, state)
        if state[COUNT] == BUFFER:
            state[LEFT_OUT] = 1
            return
        if value < state[FLOOR]:
            return
    scratch.rows[state[COUNT]] = row
    scratch.scores[state[COUNT]] = value
    scratch.tally[value] += 1
    state[COUNT] += 1
    if state[COUNT] % 4096 == 0:
        _raise_floor(scratch, state)


@compiled
def scan(
    rows: Rows, question: Question, scratch: Scratch, state: Longs, low: int, high: int, worth: Longs
) -> None:
    """Look at all rows of a run. `worth`: the date's value with the day first, and with the month first."""
    for row in range(low, high):
        value = value_of(rows, question, row)
        if value != NOTHING:
            day_first = whole(rows.tokens[row, 0]) & DAY_FIRST != 0
            _keep(scratch, state, row, value + (worth[0] if day_first else worth[1]))
    state[LOOKED] += high - low


@compiled
def _lower(rows: Rows, low: int, high: int, row: int) -> int:
    """Return the first posting from `low` on that is not before `row`."""
    while low < high:
        middle = (low + high) // 2
        if whole(rows.postings[middle]) < row:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _slices(rows: Rows, question: Question, scratch: Scratch, low: int, high: int, first: int) -> None:
    """Find the part of each list that lies in `low` to `high`; but for the first time, it begins where the last ended."""
    total = len(rows.postings)
    for at in range(question.facts[LISTS]):
        number = whole(question.lists[at])
        end = min(whole(rows.posting_starts[number + 1]), total)
        if first:
            begin = _lower(rows, whole(rows.posting_starts[number]), end, low)
        else:
            begin = whole(scratch.ends[at])
        scratch.begins[at] = begin
        # Lists are short in a block as a rule: stride ahead before halving.
        stride = 8
        while begin + stride < end and whole(rows.postings[begin + stride]) < high:
            stride *= 4
        scratch.ends[at] = _lower(rows, begin, min(end, begin + stride + 1), high)


@compiled
def _mark(rows: Rows, question: Question, scratch: Scratch, low: int, high: int) -> None:
    for at in range(question.facts[LISTS]):
        bit = 1 << whole(question.part[at])
        shared = question.shared[at] != 0
        for place in range(scratch.begins[at], scratch.ends[at]):
            row = whole(rows.postings[place]) - low
            if row < 0 or row >= high - low:
                continue
            mark = whole(scratch.mask[row])
            if shared and mark & bit:
                mark |= _TWO
            scratch.mask[row] = mark | bit


@compiled
def by_parts(
    rows: Rows, question: Question, scratch: Scratch, state: Longs, low: int, high: int, worth: Longs
) -> None:
    """Look at the rows of a run in which parts of the name meet. `worth` as in `scan`, then the least value of a part
    whose rows are looked at for itself alone, as long as state allows."""
    first = 1
    for begin in range(low, high, BLOCK):
        end = min(begin + BLOCK, high)
        _slices(rows, question, scratch, begin, end, first)
        first = 0
        _mark(rows, question, scratch, begin, end)
        for at in range(question.facts[LISTS]):
            alone = question.value[at] >= worth[2]
            for place in range(scratch.begins[at], scratch.ends[at]):
                row = whole(rows.postings[place])
                if row < begin or row >= end:
                    continue
                mark = whole(scratch.mask[row - begin])
                if mark == 0:
                    continue
                scratch.mask[row - begin] = 0
                if mark & (mark - 1) == 0:
                    if not alone:
                        continue
                    if state[SINGLES] <= 0:
                        state[LEFT_OUT] = 1
                        continue
                    state[SINGLES] -= 1
                state[LOOKED] += 1
                value = value_of(rows, question, row)
                if value != NOTHING:
                    day_first = whole(rows.tokens[row, 0]) & DAY_FIRST != 0
                    _keep(scratch, state, row, value + (worth[0] if day_first else worth[1]))


@compiled
def _sift(scratch: Scratch, at: int, end: int) -> None:
    """Let an element sink in the heap of the least value on top (equal values: the later row on top)."""
    while True:
        child = 2 * at + 1
        if child >= end:
            return
        if child + 1 < end and _worse(scratch, child + 1, child):
            child += 1
        if not _worse(scratch, child, at):
            return
        scratch.rows[at], scratch.rows[child] = scratch.rows[child], scratch.rows[at]
        scratch.scores[at], scratch.scores[child] = scratch.scores[child], scratch.scores[at]
        at = child


@compiled
def _worse(scratch: Scratch, one: int, other: int) -> bool:
    if scratch.scores[one] != scratch.scores[other]:
        return bool(scratch.scores[one] < scratch.scores[other])
    return bool(scratch.rows[one] > scratch.rows[other])


@compiled
def settle(scratch: Scratch, state: Longs) -> None:
    """Put the kept rows in order, the best first, equal ones by row."""
    count = whole(state[COUNT])
    for at in range(count // 2 - 1, -1, -1):
        _sift(scratch, at, count)
    for end in range(count - 1, 0, -1):
        scratch.rows[0], scratch.rows[end] = scratch.rows[end], scratch.rows[0]
        scratch.scores[0], scratch.scores[end] = scratch.scores[end], scratch.scores[0]
        _sift(scratch, 0, end)


@compiled
def begin(scratch: Scratch, state: Longs) -> None:
    """Make scratch and state ready for a search."""
    scratch.tally[:] = 0
    state[COUNT] = 0
    state[FLOOR] = 0
    state[LOOKED] = 0
    state[LEFT_OUT] = 0


__all__ = ["ASKED_TOKENS", "Bytes", "begin", "by_parts", "scan", "settle", "slot_of", "value_of"]
