"""Kernel: lines of a source to rows, without the interpreter: `number TAB name|name TAB date,date`, UTF-8.

A date is `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or `YYYY/YYYY` for any year between (at most twenty years; a wider span says
too little and counts as no date). What a piece of a name means is looked up in a table that `Pieces` fills.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from comity.screening.index.mapped.dates import DAYS, FIRST_YEAR, LAST_YEAR, UNDATED
from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.expand import hash_of
from comity.screening.index.mapped.shapes import DAY_FIRST, LATIN, PLAIN, ROW_TOKENS
from comity.screening.index.mapped.types import Bytes, Ids, Longs

NAME_LIMIT: Final = 64
"""Name parts of one name that are read."""
DATE_LIMIT: Final = 64
SPAN_LIMIT: Final = 20
BAD_NUMBER, BAD_DATE, BAD_COLUMNS, TOO_LONG, FULL = 1, 2, 3, 4, 5
ROWS, LINES, FAULT, UNKNOWN, NAMELESS = 0, 1, 2, 3, 4
"""Places in a reader's state."""
PLAINNESS: Final = np.array((0, LATIN, PLAIN | LATIN), np.int64)
_TAB, _NEWLINE, _SPACE, _BAR, _COMMA, _DASH, _SLASH = 9, 10, 32, 124, 44, 45, 47
_MOST: Final = 0xFFFFFFFF


class PieceTable(NamedTuple):
    """Pieces of names that were seen: `table` (open addressing) holds a piece's number plus one, `heap` its text.

    Piece `i` means `tokens[first[i]:first[i + 1]]`; `plain[i]`: as
    `names.plain.plainness`.
    """

    table: Ids
    hashes: Longs
    heap: Bytes
    starts: Longs
    first: Longs
    tokens: Ids
    plain: Bytes


class RawRows(NamedTuple):
    """Rows as they are read: name parts in order of first coming; key with `DAY_FIRST`, `PLAIN`, `LATIN`; entry."""

    tokens: Ids
    keys: Ids
    numbers: Ids


class LineScratch(NamedTuple):
    """Memory of one reader: name parts and dates of a line, places of unknown pieces."""

    parts: Ids
    dates: Ids
    unknown: Longs


@compiled
def _is_space(letter: int) -> bool:
    return letter in (_SPACE, _BAR)


@compiled
def piece_number(pieces: PieceTable, text: Bytes, start: int, end: int) -> int:
    """Return the number of a piece, -1 where it has not been seen."""
    told = hash_of(text, start, end)
    size = len(pieces.table)
    place = told % size
    while pieces.table[place] != 0:
        number = whole(pieces.table[place]) - 1
        if pieces.hashes[number] == told:
            begin, length = whole(pieces.starts[number]), end - start
            if whole(pieces.starts[number + 1]) - begin == length:
                same = True
                for at in range(length):
                    if pieces.heap[begin + at] != text[start + at]:
                        same = False
                        break
                if same:
                    return number
        place = (place + 1) % size
    return -1


@compiled
def put_pieces(pieces: PieceTable, low: int, high: int) -> None:
    """Put pieces `low` to `high` into the table."""
    size = len(pieces.table)
    for number in range(low, high):
        place = whole(pieces.hashes[number]) % size
        while pieces.table[place] != 0:
            place = (place + 1) % size
        pieces.table[place] = number + 1


@compiled
def _find(text: Bytes, start: int, end: int, letter: int) -> int:
    while start < end and text[start] != letter:
        start += 1
    return start


@compiled
def find_unknown(text: Bytes, end: int, pieces: PieceTable, scratch: LineScratch, state: Longs) -> None:
    """Write where unknown pieces of names stand to scratch, as many as fit; `state[UNKNOWN]` says how many."""
    count = 0
    line = 0
    while line < end:
        stop = _find(text, line, end, _NEWLINE)
        place = _find(text, line, stop, _TAB) + 1
        names_end = _find(text, place, stop, _TAB) if place <= stop else place
        while place < names_end:
            while place < names_end and _is_space(whole(text[place])):
                place += 1
            start = place
            while place < names_end and not _is_space(whole(text[place])):
                place += 1
            if place > start and piece_number(pieces, text, start, place) < 0:
                scratch.unknown[2 * count] = start
                scratch.unknown[2 * count + 1] = place
                count += 1
                if 2 * count + 2 > len(scratch.unknown):
                    state[UNKNOWN] = count
                    return
        line = stop + 1
    state[UNKNOWN] = count


@compiled
def _digits(text: Bytes, start: int, end: int) -> int:
    """Return the number written in decimal digits, -1 where anything else stands there or nothing."""
    if start >= end or end - start > 10:  # noqa: PLR2004 - ten digits hold every number of 32 bits
        return -1
    number = 0
    for place in range(start, end):
        digit = whole(text[place]) - 48
        if digit < 0 or digit > 9:  # noqa: PLR2004 - decimal
            return -1
        number = number * 10 + digit
    return number


@compiled
def _year_slot(year: int) -> int:
    return min(max(year, FIRST_YEAR), LAST_YEAR) - FIRST_YEAR + 1


@compiled
def _one_date(text: Bytes, start: int, end: int) -> int:
    """Return the key of a date with `DAY_FIRST`, -1 where it is none."""
    length = end - start
    year = _digits(text, start, min(end, start + 4))
    if length < 4 or year < 0:  # noqa: PLR2004 - four digits of a year
        return -1
    slot = _year_slot(year) * DAYS
    if length == 4:  # noqa: PLR2004 - YYYY
        return slot
    month = _digits(text, start + 5, min(end, start + 7))
    if length < 7 or text[start + 4] != _DASH or month < 1 or month > 12:  # noqa: PLR2004 - YYYY-MM
        return -1
    if length == 7:  # noqa: PLR2004 - YYYY-MM
        return slot + month
    day = _digits(text, start + 8, end)
    if length != 10 or text[start + 7] != _DASH or day < 1 or day > 31:  # noqa: PLR2004 - YYYY-MM-DD
        return -1
    key = slot + min(day, month) * 32 + max(day, month)
    return key | DAY_FIRST if day < month else key


@compiled
def _dates(text: Bytes, start: int, end: int, dates: Ids) -> int:
    """Write the keys of a line's dates and return how many, -1 where one cannot be read."""
    count = 0
    place = start
    while place < end:
        stop = _find(text, place, end, _COMMA)
        if stop - place == 9 and text[place + 4] == _SLASH:  # noqa: PLR2004 - YYYY/YYYY
            first, last = _digits(text, place, place + 4), _digits(text, place + 5, stop)
            if first < 0 or last < first:
                return -1
            if last - first < SPAN_LIMIT and count + last - first < DATE_LIMIT:
                for year in range(first, last + 1):
                    dates[count] = _year_slot(year) * DAYS
                    count += 1
        else:
            key = _one_date(text, place, stop)
            if key < 0:
                return -1
            if count < DATE_LIMIT:
                dates[count] = key
                count += 1
        place = stop + 1
    if count == 0:
        dates[0] = UNDATED
        count = 1
    return count


@compiled
def _parts(text: Bytes, start: int, end: int, pieces: PieceTable, parts: Ids) -> tuple[int, int]:
    """Write the parts of one name; return how many, and as `PLAIN` and `LATIN` what kind of words."""
    count, plain = 0, PLAIN | LATIN
    place = start
    while place < end:
        while place < end and text[place] == _SPACE:
            place += 1
        begin = place
        while place < end and text[place] != _SPACE:
            place += 1
        if place > begin:
            piece = piece_number(pieces, text, begin, place)
            plain = min(plain, PLAINNESS[pieces.plain[piece]])
            for at in range(whole(pieces.first[piece]), whole(pieces.first[piece + 1])):
                if count < NAME_LIMIT:
                    parts[count] = pieces.tokens[at]
                    count += 1
    # A row has only a part of a longer name.
    return count, plain if count <= ROW_TOKENS else plain & LATIN


@compiled
def _emit(scratch: LineScratch, out: RawRows, state: Longs, parts: tuple[int, int], dates: int, number: int) -> bool:
    """Write the rows of one name; False where there is no room left."""
    count, plain = parts
    begin = 0
    while True:
        length = min(ROW_TOKENS, count - begin)
        for date in range(dates):
            row = whole(state[ROWS])
            if row == len(out.keys):
                return False
            for at in range(ROW_TOKENS):
                out.tokens[row, at] = scratch.parts[begin + at] if at < length else 0
            out.keys[row] = scratch.dates[date] | plain
            out.numbers[row] = number
            state[ROWS] += 1
        if begin + length == count:
            return True
        # A long name goes on in further rows of five parts; the last one overlaps rather than being short.
        begin = min(begin + ROW_TOKENS, count - ROW_TOKENS)


@compiled
def read_rows(text: Bytes, end: int, pieces: PieceTable, scratch: LineScratch, out: RawRows, state: Longs) -> None:
    """Read all lines up to `end`, whose pieces are all known, to rows.

    `state[FAULT]` says what was wrong, if anything, with the line that `state[LINES]` counts.
    """
    line = 0
    while line < end:
        stop = _find(text, line, end, _NEWLINE)
        state[LINES] += 1
        tab = _find(text, line, stop, _TAB)
        second = _find(text, tab + 1, stop, _TAB)
        if second >= stop or _find(text, second + 1, stop, _TAB) < stop:
            state[FAULT] = BAD_COLUMNS
            return
        number = _digits(text, line, tab)
        if number < 0 or number > _MOST:
            state[FAULT] = BAD_NUMBER
            return
        dates = _dates(text, second + 1, stop, scratch.dates)
        if dates < 0:
            state[FAULT] = BAD_DATE
            return
        named = False
        place = tab + 1
        while place < second:
            name_end = _find(text, place, second, _BAR)
            parts = _parts(text, place, name_end, pieces, scratch.parts)
            if parts[0] > 0:
                named = True
                if not _emit(scratch, out, state, parts, dates, number):
                    state[FAULT] = FULL
                    return
            place = name_end + 1
        if not named:
            state[NAMELESS] += 1
        line = stop + 1
