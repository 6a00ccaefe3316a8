"""Kernel: which rows may be about whoever is asked for, and how well each agrees, in eighths of a bit.

Rows of a likely date are all looked at. Elsewhere a row is looked at where two parts of the name meet, or where one
does that few share. A row's value is the sum over its parts of what their best one-to-one agreement is worth, less
something for each part that is left over on either side.
"""

from __future__ import annotations

from comity.screening.index.mapped.engine import compiled, inlined, whole
from comity.screening.index.mapped.shapes import (
    BLOCK,
    BLOOM_WORDS,
    BUFFER,
    DAY_FIRST,
    NEAR,
    ROW_TOKENS,
    SCORES,
    SHARED,
    TABLE,
    TOKEN_MASK,
    Question,
    Recent,
    Rows,
    Scratch,
)
from comity.screening.index.mapped.types import Bytes, Ids, Longs

LEFT_OVER_ASKED = 16
LEFT_OVER_STORED = 12
NOTHING = -(1 << 20)
PLACES, LISTS, OWN_VALUE, CUT = 0, 1, 2, 3
"""Places in a question's facts."""
COUNT, FLOOR, SINGLES, LOOKED, LEFT_OUT, KEEP, POSTINGS, USED = 0, 1, 2, 3, 4, 5, 6, 7
"""Places in a search's state: rows kept, least value kept, single looks left, rows looked at, whether anything was left
out, how many are wanted, how many postings a search by rare parts may read, how many lists are in use."""
LOW, HIGH, DAY_IS_FIRST, MONTH_IS_FIRST, ALONE, WAY, FIRST_KEY, LAST_KEY = 0, 1, 2, 3, 4, 5, 6, 7
"""Places in a run: its rows, what its date is worth in rows of either order, the least value of a part that is enough
alone, the way to look, and the keys of its dates."""
SCAN_ALL, SCAN, BY_PARTS, BY_RARE_PARTS = 0, 1, 2, 3
"""Ways to look: at all rows, keeping all; at all rows; where parts of the name meet; the same for rare parts only."""
ZERO = 256
"""What is added to values while they are kept, so that none is below 0."""
DATE_ALONE = 72
FEW = 1_000
_TWO = 1 << 7
_SALT = 0x9E3779B1


@inlined
def slot_of(bloom: Ids, keys: Ids, number: int) -> int:
    """Return where a name part stands in the question's table, -1 where it does not."""
    if (whole(bloom[(number >> 5) & (BLOOM_WORDS - 1)]) >> (number & 31)) & 1 == 0:
        return -1
    place = ((number * _SALT) & 0xFFFFFFFF) % TABLE
    while keys[place] != 0:
        if keys[place] == number:
            return place
        place = (place + 1) % TABLE
    return -1


@compiled
def _best_pairs(values: Bytes, slots: tuple[int, int, int, int, int], hits: int, places: int) -> tuple[int, int]:
    """Pair parts of a row with places of the name one to one, the most valuable first: their value and number."""
    value, used, taken, matched = 0, 0, 0, 0
    for _ in range(hits):
        best, best_at, best_place = 0, -1, 0
        for at in range(hits):
            if used >> at & 1:
                continue
            for place in range(places):
                worth = whole(values[slots[at], place])
                if worth > best and taken >> place & 1 == 0:
                    best, best_at, best_place = worth, at, place
        if best_at < 0:
            break
        value += best
        matched += 1
        used |= 1 << best_at
        taken |= 1 << best_place
    return value, matched


@inlined
def value_of(tokens: Ids, row: int, bloom: Ids, keys: Ids, values: Bytes, places: int) -> int:
    """Return how well a row's name agrees, `NOTHING` less what it has left over where no part does."""
    stored, hits = 0, 0
    slots = (-1, -1, -1, -1, -1)
    for at in range(ROW_TOKENS):
        number = whole(tokens[row, at]) & TOKEN_MASK
        if number == 0:
            break
        stored += 1
        slot = slot_of(bloom, keys, number)
        if slot >= 0:
            hits += 1
            slots = (slot, slots[0], slots[1], slots[2], slots[3])
    if hits == 0:
        return NOTHING - places * LEFT_OVER_ASKED - stored * LEFT_OVER_STORED
    value, matched = _best_pairs(values, slots, hits, places)
    return value - (places - matched) * LEFT_OVER_ASKED - (stored - matched) * LEFT_OVER_STORED


@compiled
def _raise_floor(scratch: Scratch, state: Longs, share: int) -> None:
    """Raise the least value kept to where `share` times as many as wanted lie above, and drop what lies below."""
    above = 0
    level = SCORES - 1
    while level >= 0 and above < share * state[KEEP]:
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


@inlined
def _keep(scratch: Scratch, state: Longs, row: int, value: int) -> None:
    value = min(max(value + ZERO, 0), SCORES - 1)
    if value < state[FLOOR]:
        return
    if state[COUNT] == BUFFER:
        _raise_floor(scratch, state, 4)
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
        _raise_floor(scratch, state, 4)


@compiled
def _scan(rows: Rows, question: Question, scratch: Scratch, state: Longs, run: Longs) -> None:
    """Look at all rows of a run; of the date asked for keep also those whose names tell nothing."""
    tokens, bloom, keys, values = rows.tokens, question.bloom, question.keys, question.values
    places = whole(question.facts[PLACES])
    low, high, first, other = whole(run[LOW]), whole(run[HIGH]), whole(run[DAY_IS_FIRST]), whole(run[MONTH_IS_FIRST])
    # Where few share the date, all of them are worth a look: their names may be written in a way nobody foresaw.
    least = DATE_ALONE if high - low <= FEW else -ZERO
    for row in range(low, high):
        # Most rows end here, on a few bytes that lie side by side.
        stored, hits = 0, 0
        while stored < ROW_TOKENS:
            number = whole(tokens[row, stored]) & TOKEN_MASK
            if number == 0:
                break
            hits += (whole(bloom[(number >> 5) & (BLOOM_WORDS - 1)]) >> (number & 31)) & 1
            stored += 1
        value = NOTHING - places * LEFT_OVER_ASKED - stored * LEFT_OVER_STORED
        if hits > 0:
            value = value_of(tokens, row, bloom, keys, values, places)
        if value > NOTHING:
            _keep(scratch, state, row, value + (first if whole(tokens[row, 0]) & DAY_FIRST != 0 else other))
        elif run[WAY] == SCAN_ALL:
            worth = first if whole(tokens[row, 0]) & DAY_FIRST != 0 else other
            # Those whose day and month are exchanged come after those of the date itself.
            _keep(scratch, state, row, max(value - NOTHING + worth, least if worth == max(first, other) else least - 1))
    state[LOOKED] += high - low


@compiled
def _lower(postings: Ids, low: int, high: int, row: int) -> int:
    """Return the first posting from `low` on that is not before `row`."""
    while low < high:
        middle = (low + high) // 2
        if whole(postings[middle]) < row:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _slices(rows: Rows, question: Question, scratch: Scratch, state: Longs, low: int, high: int) -> None:
    """Find the part of each list that lies in `low` to `high`; it begins where it ended in the last block."""
    postings = rows.postings
    total = len(postings)
    for at in range(state[USED]):
        number = whole(question.lists[at])
        if scratch.ends[at] == -2:  # noqa: PLR2004 - not open
            scratch.begins[at] = 0
            continue
        end = min(whole(rows.posting_starts[number + 1]), total)
        begin = whole(scratch.ends[at])
        if begin < 0:
            begin = _lower(postings, whole(rows.posting_starts[number]), end, low)
        scratch.begins[at] = begin
        # Lists are short in a block as a rule: stride ahead before halving.
        stride = 8
        while begin + stride < end and whole(postings[begin + stride]) < high:
            stride *= 4
        scratch.ends[at] = _lower(postings, begin, min(end, begin + stride + 1), high)


@compiled
def _mark(rows: Rows, question: Question, scratch: Scratch, state: Longs, low: int, high: int) -> None:
    postings, mask = rows.postings, scratch.mask
    for at in range(state[USED]):
        bit = 1 << whole(question.part[at])
        shared = whole(question.traits[at]) & SHARED != 0
        for place in range(scratch.begins[at], scratch.ends[at]):
            row = whole(postings[place]) - low
            if row < 0 or row >= high - low:
                continue
            mark = whole(mask[row])
            if shared and mark & bit:
                mark |= _TWO
            mask[row] = mark | bit


@compiled
def _gather(rows: Rows, question: Question, scratch: Scratch, state: Longs, run: Longs, begin: int, end: int) -> None:
    """Look at the marked rows of a block, and take the marks away."""
    tokens, postings, mask = rows.tokens, rows.postings, scratch.mask
    bloom, keys, values, places = question.bloom, question.keys, question.values, whole(question.facts[PLACES])
    for at in range(state[USED]):
        alone = question.value[at] >= run[ALONE]
        for place in range(scratch.begins[at], scratch.ends[at]):
            row = whole(postings[place])
            if row < begin or row >= end:
                continue
            mark = whole(mask[row - begin])
            if mark == 0:
                continue
            mask[row - begin] = 0
            if mark & (mark - 1) == 0:
                if not alone:
                    continue
                if state[SINGLES] <= 0:
                    state[LEFT_OUT] = 1
                    continue
                state[SINGLES] -= 1
            state[LOOKED] += 1
            value = value_of(tokens, row, bloom, keys, values, places)
            if value > NOTHING:
                day_first = whole(tokens[row, 0]) & DAY_FIRST != 0
                _keep(scratch, state, row, value + whole(run[DAY_IS_FIRST] if day_first else run[MONTH_IS_FIRST]))


@compiled
def _choose_lists(rows: Rows, question: Question, scratch: Scratch, state: Longs, way: int) -> None:
    """Open the lists to use: all, or those of parts near the asked ones, the rarest as long as they are short enough.

    `scratch.ends` is -1 for a list that is open, -2 for one that is not.
    """
    # Numbers behind the vocabulary are of name parts that came since; the file has no rows of them.
    last = len(rows.posting_starts) - 1
    used, read = 0, 0
    for at in range(whole(question.facts[LISTS])):
        number = whole(question.lists[at])
        scratch.ends[at] = -2
        if number >= last:
            continue
        if way == BY_RARE_PARTS:
            if whole(question.traits[at]) & NEAR == 0:
                continue
            read += whole(rows.posting_starts[number + 1]) - whole(rows.posting_starts[number])
            if read > state[POSTINGS]:
                break
        scratch.ends[at] = -1
        used = at + 1
    state[USED] = used


@compiled
def _by_parts(rows: Rows, question: Question, scratch: Scratch, state: Longs, run: Longs) -> None:
    """Look at the rows of a run in which parts of the name meet, or that hold one which few rows do."""
    low, high = whole(run[LOW]), whole(run[HIGH])
    if low >= high:
        return
    _choose_lists(rows, question, scratch, state, whole(run[WAY]))
    for begin in range(low, high, BLOCK):
        end = min(begin + BLOCK, high)
        _slices(rows, question, scratch, state, begin, end)
        _mark(rows, question, scratch, state, begin, end)
        _gather(rows, question, scratch, state, run, begin, end)


@compiled
def _look_at_recent(
    recent: Recent, question: Question, scratch: Scratch, state: Longs, runs: Longs, offset: int
) -> None:
    """Look at all rows that came since; each gets what the run that its date falls into is worth."""
    places = whole(question.facts[PLACES])
    for row in range(recent.used[0]):
        if recent.alive[row] == 0:
            continue
        value = value_of(recent.tokens, row, question.bloom, question.keys, question.values, places)
        key = whole(recent.keys[row])
        best = NOTHING
        for at in range(len(runs)):
            if runs[at, FIRST_KEY] <= key <= runs[at, LAST_KEY]:
                day_first = whole(recent.tokens[row, 0]) & DAY_FIRST != 0
                worth = whole(runs[at, DAY_IS_FIRST] if day_first else runs[at, MONTH_IS_FIRST])
                if value > NOTHING:
                    best = max(best, value + worth)
                elif runs[at, WAY] == SCAN_ALL:
                    best = max(best, value - NOTHING + worth)
        if best > NOTHING:
            _keep(scratch, state, offset + row, best)
    state[LOOKED] += recent.used[0]


@compiled
def look(rows: Rows, recent: Recent, question: Question, scratch: Scratch, state: Longs, runs: Longs) -> None:
    """Look through runs of rows and leave those that agree best in scratch, the best first.

    Rows of `recent` are numbered behind all others.

    `state`: how many are wanted (`KEEP`) and how many looks at rows with one part of the name are allowed (`SINGLES`).
    """
    scratch.tally[:] = 0
    state[COUNT] = state[FLOOR] = state[LOOKED] = state[LEFT_OUT] = 0
    for at in range(len(runs)):
        if runs[at, WAY] >= BY_PARTS:
            _by_parts(rows, question, scratch, state, runs[at])
        else:
            _scan(rows, question, scratch, state, runs[at])
    _look_at_recent(recent, question, scratch, state, runs, len(rows.numbers))
    _raise_floor(scratch, state, 2)
    settle(scratch, state)


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
