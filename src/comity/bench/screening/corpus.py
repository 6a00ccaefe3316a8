"""Synthetic persons of any number: name parts drawn by Zipf's law within a script group, dates of 1940 to 2009.

The spellings come from a file of the shared data, read at run time; the persons are nobody's. Person `i` of a seed is
always the same, and is made again without the file of persons, so that questions about it need not keep it.
"""

from __future__ import annotations

import hashlib
import lzma
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.layout import as_bytes
from comity.screening.index.mapped.types import Bytes, Longs

CHUNK: Final = 1 << 18
ZIPF: Final = 0.85
_FIRST_YEAR: Final = 1940
_LAST_YEAR: Final = 2009
_SCRIPTS: Final = {
    "CYRILLIC": "cyrillic", "ARABIC": "arabic", "CJK": "han", "HANGUL": "hangul", "HIRAGANA": "kana",
    "KATAKANA": "kana", "HEBREW": "hebrew", "GREEK": "greek", "DEVANAGARI": "indic", "BENGALI": "indic",
    "TAMIL": "indic", "TELUGU": "indic", "KANNADA": "indic", "MALAYALAM": "indic", "GUJARATI": "indic",
    "GURMUKHI": "indic", "ORIYA": "indic", "SINHALA": "indic", "ARMENIAN": "armenian", "GEORGIAN": "georgian",
    "THAI": "southeast", "LAO": "southeast", "MYANMAR": "southeast", "KHMER": "southeast",
}  # fmt: skip

Array = npt.NDArray[Any]


class Line(msgspec.Struct, frozen=True):
    """Spellings of one name part. `unseen`: a matcher must not know them (odd MD5 of the line's identifier)."""

    latin: tuple[str, ...]
    other: tuple[str, ...]
    group: str
    unseen: bool


class Chunk(msgspec.Struct, frozen=True):
    """Persons from `first` on: spellings by number (-1: none), lines they are of, dates as days since 1940."""

    first: int
    forms: Array
    lines: Array
    dates: Array


def script_of(text: str) -> str:
    """Return the script group of the first letter that has one."""
    for letter in text:
        if letter.isalpha():
            return _SCRIPTS.get(unicodedata.name(letter, "LATIN").split(" ")[0].split("-")[0], "latin")
    return "latin"


def read_lines(path: Path) -> tuple[Line, ...]:
    """Read the spellings; the group of a line is the script that most of its spellings outside Latin are in."""
    found = []
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        for text in stream:
            forms, _, name = text.strip().partition(" => ")
            split = [form.strip() for form in forms.split(",") if form.strip()]
            scripts = [script_of(form) for form in split]
            others = Counter(script for script in scripts if script != "latin")
            latin = tuple(form for form, script in zip(split, scripts, strict=True) if script == "latin")
            other = tuple(form for form, script in zip(split, scripts, strict=True) if script != "latin")
            odd = int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1
            found.append(Line(latin, other, others.most_common(1)[0][0] if others else "latin", odd))
    return tuple(found)


class Corpus:
    """Persons made of lines that have a Latin spelling."""

    def __init__(self, lines: tuple[Line, ...], seed: int) -> None:
        self.seed = seed
        shuffled = np.random.default_rng(seed).permutation(len(lines))
        self.lines = tuple(lines[at] for at in shuffled if lines[at].latin)
        self.forms = tuple(form[:1].upper() + form[1:] for line in self.lines for form in line.latin)
        counts = np.array([len(line.latin) for line in self.lines])
        self._first = np.concatenate(([0], np.cumsum(counts)))
        self._counts = counts
        groups = sorted({line.group for line in self.lines})
        self.groups = tuple(groups)
        members = [np.array([at for at, line in enumerate(self.lines) if line.group == group]) for group in groups]
        self._members = members
        self._shares = [np.cumsum(1.0 / np.arange(1, len(each) + 1) ** ZIPF) for each in members]
        self._weights = np.array([len(each) ** 0.5 for each in members])

    def chunk(self, number: int, size: int = CHUNK) -> Chunk:
        """Return persons `number * CHUNK` on, at most `size`."""
        random = np.random.default_rng((self.seed, number))
        group = random.choice(len(self.groups), CHUNK, p=self._weights / self._weights.sum())
        drawn = random.random((CHUNK, 5))
        lines = np.empty((CHUNK, 5), np.int64)
        for at, members in enumerate(self._members):
            own = np.flatnonzero(group == at)
            share = self._shares[at]
            lines[own] = members[np.minimum(np.searchsorted(share, drawn[own] * share[-1]), len(members) - 1)]
        pick = random.random((CHUNK, 5))
        forms = self._first[lines] + (pick * self._counts[lines]).astype(np.int64)
        absent = np.arange(5) >= random.integers(2, 6, CHUNK)[:, None]
        forms[absent] = lines[absent] = -1
        dates = random.integers(0, (_LAST_YEAR - _FIRST_YEAR + 1) * 365, CHUNK)
        return Chunk(number * CHUNK, forms[:size], lines[:size], dates[:size])

    def name(self, forms: Array) -> str:
        """Return the name that spellings make."""
        return " ".join(self.forms[form] for form in forms if form >= 0)


def date_of(day: int) -> str:
    """Return the date of a day since 1940; 29 February is nobody's."""
    year, within = divmod(int(day), 365)
    month = int(np.searchsorted(_MONTH_ENDS, within, side="right"))
    return f"{_FIRST_YEAR + year:04}-{month + 1:02}-{within - (_MONTH_ENDS[month - 1] if month else 0) + 1:02}"


_MONTH_ENDS: Final = np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


# --- the file that an index is built of ---------------------------------------------------------------------------


@compiled
def _write_number(out: Bytes, at: int, number: int, least: int) -> int:
    digits = 1
    power = 10
    while number >= power or digits < least:
        power *= 10
        digits += 1
    for place in range(digits - 1, -1, -1):
        out[at + place] = 48 + number % 10
        number //= 10
    return at + digits


@compiled
def _write_lines(first: int, forms: Longs, dates: Longs, heap: Bytes, starts: Longs, months: Longs, out: Bytes) -> int:
    at = 0
    for row in range(len(forms)):
        at = _write_number(out, at, first + row, 1)
        out[at] = 9
        at += 1
        for place in range(forms.shape[1]):
            form = whole(forms[row, place])
            if form < 0:
                break
            if place > 0:
                out[at] = 32
                at += 1
            for byte in range(whole(starts[form]), whole(starts[form + 1])):
                out[at] = heap[byte]
                at += 1
        out[at] = 9
        at += 1
        year, within = 1940 + whole(dates[row]) // 365, whole(dates[row]) % 365
        month = 0
        while months[month] <= within:
            month += 1
        day = within - (months[month - 1] if month > 0 else 0) + 1
        at = _write_number(out, at, year, 4)
        out[at] = 45
        at = _write_number(out, at + 1, month + 1, 2)
        out[at] = 45
        at = _write_number(out, at + 1, day, 2)
        out[at] = 10
        at += 1
    return at


def write_source(corpus: Corpus, persons: int, path: Path) -> None:
    """Write the lines of that many persons, as the index is built of them."""
    encoded = [form.encode() for form in corpus.forms]
    heap = np.frombuffer(b"".join(encoded), np.uint8)
    starts = np.concatenate(([0], np.cumsum([len(form) for form in encoded])))
    longest = max(len(form) for form in encoded)
    out = np.empty(CHUNK * (5 * (longest + 1) + 24), np.uint8)
    with path.open("wb") as stream:
        for number in range(-(-persons // CHUNK)):
            chunk = corpus.chunk(number, persons - number * CHUNK)
            length = _write_lines(chunk.first, chunk.forms, chunk.dates, heap, starts, _MONTH_ENDS, out)
            stream.write(as_bytes(out[:length]))


@compiled
def _write_keys(values: Longs, numbers: Longs, kind: int, out: Bytes) -> int:
    at = 0
    for row in range(len(values)):
        at = _write_number(out, at, kind, 1)
        out[at] = 9
        at += 1
        value = whole(values[row])
        for place in range(8, -1, -1):
            digit = value % 36
            out[at + place] = 48 + digit if digit < 10 else 55 + digit  # noqa: PLR2004 - letters follow the digits
            value //= 36
        out[at + 9] = 9
        at = _write_number(out, at + 10, whole(numbers[row]), 1)
        out[at] = 10
        at += 1
    return at


def write_keys(seed: int, keys: int, path: Path) -> None:
    """Write the lines of that many document numbers of nine letters and digits, drawn at random."""
    out = np.empty(CHUNK * 32, np.uint8)
    with path.open("wb") as stream:
        for number in range(-(-keys // CHUNK)):
            size = min(CHUNK, keys - number * CHUNK)
            values = some_numbers(seed, number)[:size]
            entries = np.arange(number * CHUNK, number * CHUNK + size)
            length = _write_keys(values, entries, 1, out)
            stream.write(as_bytes(out[:length]))


def some_numbers(seed: int, chunk: int) -> Longs:
    """Return the document numbers of a chunk, as values in base 36."""
    return np.random.default_rng((seed, 1, chunk)).integers(0, 36**9, CHUNK)
