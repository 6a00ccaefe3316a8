"""Building the index of exact keys from lines `kind TAB number TAB entry`: read, parted by first byte, parts sorted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from comity.core.errors import BadInput
from comity.screening.index.mapped.build import Told
from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.keys import BEFORE, KINDS, LONGEST, MULTIPLIER, PURPOSE, NumberOf, pack
from comity.screening.index.mapped.layout import Array, Writer, as_bytes
from comity.screening.index.mapped.source import Source, chunks
from comity.screening.index.mapped.types import Bytes, Hashes, Ids, Longs

_PARTS: Final = 256
_RAW: Final = np.dtype([("key", "<u8"), ("number", "<u4")])
_SHORTER: Final = np.array(BEFORE, np.int64)
_ODD: Final = np.uint64(MULTIPLIER)
_HALF: Final = np.uint64(32)
_BAD_LINE, _BAD_KIND, _BAD_ENTRY = 1, 2, 3
_FAULTS: Final = {
    _BAD_LINE: "A line has three columns parted by tabs: kind, number, entry.",
    _BAD_KIND: "The first column is not a kind of number (0 to 255).",
    _BAD_ENTRY: "The last column is not the number of an entry (0 to 4294967295).",
}
_LARGEST: Final = 0xFFFFFFFF
_KEYS, _LINES, _FAULT, _LONG = 0, 1, 2, 3


def key_lines(numbers: Iterable[NumberOf]) -> Iterator[bytes]:
    """Return numbers as lines of a source."""
    for each in numbers:
        yield f"{each.kind}\t{each.text}\t{each.number}\n".encode()


@compiled
def _decimal(text: Bytes, start: int, end: int) -> int:
    """Return the number written in decimal digits, -1 where there is none."""
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
def _packed(text: Bytes, start: int, end: int) -> int:
    """Return what `pack` does of a short number without its kind, -1 where it is long or has other characters."""
    if end - start > LONGEST or start == end:
        return -1
    value = 0
    for place in range(start, end):
        letter = whole(text[place])
        if 48 <= letter <= 57:  # noqa: PLR2004 - 0 to 9
            value = value * 36 + letter - 48
        elif 65 <= letter <= 90:  # noqa: PLR2004 - A to Z
            value = value * 36 + letter - 55
        else:
            return -1
    return value + whole(_SHORTER[end - start])


@compiled
def _read(text: Bytes, keys: Hashes, numbers: Ids, long: Longs, state: Longs) -> None:
    """Read lines to keys that are not mixed yet.

    Long numbers are left to the caller, who finds them in `long`: row, start, end, kind of each.
    """
    line, end = 0, len(text)
    while line < end:
        state[_LINES] += 1
        tabs = 0
        first, second, stop = line, line, line
        while stop < end and text[stop] != 10:  # noqa: PLR2004 - the end of the line
            if text[stop] == 9:  # noqa: PLR2004 - a tab
                tabs += 1
                first, second = (stop, second) if tabs == 1 else (first, stop)
            stop += 1
        kind, number = _decimal(text, line, first), _decimal(text, second + 1, stop)
        if tabs != 2:  # noqa: PLR2004 - three columns
            state[_FAULT] = _BAD_LINE
        elif kind < 0 or kind >= KINDS:
            state[_FAULT] = _BAD_KIND
        elif number < 0 or number > _LARGEST:
            state[_FAULT] = _BAD_ENTRY
        if state[_FAULT] != 0:
            return
        row = state[_KEYS]
        value = _packed(text, first + 1, second)
        if value < 0:
            at = 4 * state[_LONG]
            long[at], long[at + 1], long[at + 2], long[at + 3] = row, first + 1, second, kind
            state[_LONG] += 1
        else:
            keys[row] = kind << 54 | value
        numbers[row] = number
        state[_KEYS] += 1
        line = stop + 1


@compiled
def _part(keys: Hashes, numbers: Ids, places: Longs, out_keys: Hashes, out_numbers: Ids) -> None:
    """Put keys into the part that their first byte names."""
    for at in range(len(keys)):
        part = whole(keys[at] >> np.uint64(56))
        place = places[part]
        places[part] += 1
        out_keys[place] = keys[at]
        out_numbers[place] = numbers[at]


def build_keys(source: Source, path: Path, told: Told | None = None) -> int:
    """Build the index of a source, whole or not at all, and return how many keys it has.

    Raises `BadInput` naming the line that cannot be read.
    """
    writer = Writer(path, PURPOSE)
    try:
        with tempfile.TemporaryFile(dir=path.parent) as spool:
            state, sizes, total = np.zeros(4, np.int64), np.zeros(_PARTS, np.int64), 0
            for chunk in chunks(source):
                raw = _raw(chunk, state)
                sizes += np.bincount(raw["key"] >> np.uint64(56), minlength=_PARTS)
                spool.write(as_bytes(raw))
                total += len(raw)
                if told is not None:
                    told(int(state[_LINES]))
            spool.flush()
            raw = np.memmap(spool, _RAW, "r", shape=(total,)) if total else np.empty(0, _RAW)
            _lay_out(raw, sizes, writer)
        writer.finish({"keys": total})
    except BaseException:
        writer.abandon()
        raise
    return total


def _raw(chunk: bytes, state: Longs) -> Array:
    text = np.frombuffer(chunk, np.uint8)
    rows = chunk.count(b"\n")
    keys, numbers = np.zeros(rows, np.uint64), np.zeros(rows, np.uint32)
    long = np.zeros(4 * rows, np.int64)
    state[_KEYS] = state[_LONG] = 0
    _read(text, keys, numbers, long, state)
    if state[_FAULT]:
        raise BadInput("screening.bad-key", _FAULTS[int(state[_FAULT])], field=f"row {int(state[_LINES])}")
    keys *= _ODD
    keys ^= keys >> _HALF
    for row, start, end, kind in long[: 4 * int(state[_LONG])].reshape(-1, 4).tolist():
        keys[row] = pack(kind, chunk[start:end].decode())
    raw = np.empty(rows, _RAW)
    raw["key"], raw["number"] = keys, numbers
    return raw


def _lay_out(raw: Array, sizes: Longs, writer: Writer) -> None:
    keys = writer.reserve("keys", np.uint64, (len(raw),))
    numbers = writer.reserve("numbers", np.uint32, (len(raw),))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    places = starts[:-1].copy()
    for begin in range(0, len(raw), 1 << 20):
        part = raw[begin : begin + (1 << 20)]
        _part(np.ascontiguousarray(part["key"]), np.ascontiguousarray(part["number"]), places, keys, numbers)
    bits = min(22, max(8, len(raw).bit_length() - 3))
    begins = np.zeros((1 << bits) + 1, np.int64)
    for low, high in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        order = np.argsort(keys[low:high], kind="stable")
        keys[low:high] = keys[low:high][order]
        numbers[low:high] = numbers[low:high][order]
        np.add.at(begins, (keys[low:high] >> np.uint64(64 - bits)).astype(np.int64) + 1, 1)
    writer.add("begins", np.cumsum(begins).astype(np.uint32))
