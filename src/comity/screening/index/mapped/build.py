"""Building a mapped index from a source of lines: read to raw rows on disk, then laid out by date.

Memory: the vocabulary and one chunk; everything of the size of the source is in mapped files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import numpy as np

from comity.core.errors import BadInput
from comity.screening.index.mapped import lines
from comity.screening.index.mapped.dates import KEYS
from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.layout import Array, Writer, as_bytes
from comity.screening.index.mapped.lines import LineScratch, PieceTable, RawRows
from comity.screening.index.mapped.pieces import Pieces
from comity.screening.index.mapped.records import Entry
from comity.screening.index.mapped.shapes import DAY_FIRST, KEY_MASK, LATIN, PLAIN, ROW_TOKENS, Rows
from comity.screening.index.mapped.source import Source, chunks
from comity.screening.index.mapped.types import Bytes, Ids, Longs
from comity.screening.index.mapped.vocabulary import Spellings, lay_out

PURPOSE: Final = "persons"
_RAW: Final = np.dtype([("tokens", "<u4", (ROW_TOKENS,)), ("key", "<u4"), ("number", "<u4")])
_FAULTS: Final = {
    lines.BAD_NUMBER: ("bad-number", "The first column is not the number of an entry (0 to 4294967295)."),
    lines.BAD_DATE: ("bad-date", "A date is not YYYY, YYYY-MM, YYYY-MM-DD or YYYY/YYYY."),
    lines.BAD_COLUMNS: ("bad-columns", "A line has three columns parted by tabs: number, names, dates."),
}

Told = Callable[[int], None]
"""Is told how many lines have been read."""


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """What was built: lines read, rows made of them, entries without any name that could be indexed, vocabulary."""

    entries: int
    rows: int
    nameless: int
    vocabulary: int


def entry_lines(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Return entries as lines of a source."""
    for entry in entries:
        names = "|".join(_clean(name) for name in entry.names)
        yield f"{entry.number}\t{names}\t{','.join(entry.dates)}\n".encode()


def _clean(text: str) -> str:
    return " ".join(text.replace("|", " ").split())


def build(source: Source, path: Path, spellings: Spellings = (), told: Told | None = None) -> Built:
    """Build the index of a source, whole or not at all.

    Raises `BadInput` naming the line that cannot be read; an index that stood at `path` stays then.
    """
    writer = Writer(path, PURPOSE)
    try:
        with tempfile.TemporaryFile(dir=path.parent) as spool:
            reader = _Reader(spool)
            for chunk in chunks(source):
                reader.read(chunk)
                if told is not None:
                    told(int(reader.state[lines.LINES]))
            spool.flush()
            raw = np.memmap(spool, _RAW, "r", shape=(reader.rows,)) if reader.rows else np.empty(0, _RAW)
            built = _lay_out(raw, reader, writer, spellings)
        writer.finish({"entries": built.entries, "rows": built.rows, "nameless": built.nameless})
    except BaseException:
        writer.abandon()
        raise
    return built


class _Reader:
    """Reads chunks to raw rows and counts in how many each name part is."""

    def __init__(self, spool: BinaryIO) -> None:
        self._spool = spool
        self.pieces = Pieces()
        self.counts = np.zeros(1 << 16, np.int64)
        self.state = np.zeros(8, np.int64)
        self.rows = 0
        self._scratch = LineScratch(
            parts=np.zeros(lines.NAME_LIMIT + ROW_TOKENS, np.uint32),
            dates=np.zeros(lines.DATE_LIMIT, np.uint32),
            unknown=np.zeros(1 << 17, np.int64),
        )

    def read(self, chunk: bytes) -> None:
        text = np.frombuffer(chunk, np.uint8)
        self._learn(text, chunk)
        capacity = len(chunk) // 4
        while True:
            out = RawRows(
                tokens=np.zeros((capacity, ROW_TOKENS), np.uint32),
                keys=np.zeros(capacity, np.uint32),
                numbers=np.zeros(capacity, np.uint32),
            )
            state = self.state.copy()
            state[lines.ROWS] = 0
            lines.read_rows(text, len(text), self.pieces.table, self._scratch, out, state)
            if state[lines.FAULT] != lines.FULL:
                break
            capacity *= 4
        self._check(state)
        self.state = state
        self._keep(out, int(state[lines.ROWS]))

    def _learn(self, text: Bytes, chunk: bytes) -> None:
        unknown = self._scratch.unknown
        while True:
            lines.find_unknown(text, len(text), self.pieces.table, self._scratch, self.state)
            count = int(self.state[lines.UNKNOWN])
            spans = unknown[: 2 * count].tolist()
            self.pieces.learn({chunk[start:end] for start, end in zip(spans[::2], spans[1::2], strict=True)})
            if 2 * count + 2 <= len(unknown):
                return

    def _check(self, state: Longs) -> None:
        fault = int(state[lines.FAULT])
        if fault:
            code, message = _FAULTS[fault]
            raise BadInput(f"screening.{code}", message, field=f"row {int(state[lines.LINES])}")

    def _keep(self, out: RawRows, count: int) -> None:
        raw = np.empty(count, _RAW)
        raw["tokens"], raw["key"], raw["number"] = out.tokens[:count], out.keys[:count], out.numbers[:count]
        size = self.pieces.size + 1
        if size > len(self.counts):
            self.counts = np.concatenate((self.counts, np.zeros(size + len(self.counts), np.int64)))
        _count_tokens(out.tokens, count, self.counts)
        self._spool.write(as_bytes(raw))
        self.rows += count


@compiled
def _count_tokens(tokens: Ids, rows: int, counts: Longs) -> None:
    for row in range(rows):
        for at in range(ROW_TOKENS):
            number = whole(tokens[row, at])
            if number == 0:
                break
            again = False
            for before in range(at):
                again = again or tokens[row, before] == number
            if not again:
                counts[number] += 1


@compiled
def _count_keys(keys: Ids, counts: Longs) -> None:
    for at in range(len(keys)):
        counts[whole(keys[at]) & KEY_MASK] += 1


@compiled
def _place_rows(raw: RawRows, numbers: Ids, places: Longs, rows: Rows) -> None:
    """Put raw rows into the order of their keys, with the final numbers of their name parts."""
    for at in range(len(raw.keys)):
        key = whole(raw.keys[at])
        row = places[key & KEY_MASK]
        places[key & KEY_MASK] += 1
        for place in range(ROW_TOKENS):
            rows.tokens[row, place] = numbers[whole(raw.tokens[at, place])]
        rows.tokens[row, 0] |= np.uint32(key & (DAY_FIRST | PLAIN | LATIN))
        rows.numbers[row] = raw.numbers[at]


@compiled
def _post(tokens: Ids, places: Longs, postings: Ids) -> None:
    for row in range(len(tokens)):
        for at in range(ROW_TOKENS):
            number = whole(tokens[row, at]) & 0x0FFFFFFF
            if number == 0:
                break
            # Equal but for the flag of the first place.
            again = False
            for before in range(at):
                if whole(tokens[row, before]) & 0x0FFFFFFF == number:
                    again = True
            if not again:
                postings[places[number]] = row
                places[number] += 1


def _lay_out(raw: Array, reader: _Reader, writer: Writer, spellings: Spellings) -> Built:
    tokens = reader.pieces.names
    counts = reader.counts[1 : len(tokens) + 1]
    numbers = lay_out(tokens, counts, spellings, writer)
    sizes = np.zeros(len(tokens) + 1, np.int64)
    sizes[numbers[1:]] = counts
    starts = np.concatenate(([0], np.cumsum(sizes)))
    writer.add("posting_starts", starts)
    by_key = np.zeros(KEYS, np.int64)
    _by_chunk(raw, lambda part: _count_keys(part.keys, by_key))
    days = np.concatenate(([0], np.cumsum(by_key)))
    writer.add("days", days.astype(np.uint32))
    rows = Rows(
        tokens=writer.reserve("tokens", np.uint32, (len(raw), ROW_TOKENS)),
        numbers=writer.reserve("numbers", np.uint32, (len(raw),)),
        days=days,
        posting_starts=starts,
        postings=writer.reserve("postings", np.uint32, (int(starts[-1]),)),
    )
    places = days.copy()
    _by_chunk(raw, lambda part: _place_rows(part, numbers, places, rows))
    _post(rows.tokens, starts.copy(), rows.postings)
    state = reader.state
    return Built(
        entries=int(state[lines.LINES]), rows=len(raw), nameless=int(state[lines.NAMELESS]), vocabulary=len(tokens)
    )


def _by_chunk(raw: Array, act: Callable[[RawRows], None]) -> None:
    size = 1 << 20
    for begin in range(0, len(raw), size):
        part = raw[begin : begin + size]
        act(RawRows(*(np.ascontiguousarray(part[name]) for name in ("tokens", "key", "number"))))


__all__ = ["PURPOSE", "Built", "PieceTable", "build", "entry_lines"]
