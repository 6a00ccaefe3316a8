"""The score of names and dates for rows of an index, many at once; who is worth it is explained afterwards."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

import numpy as np

from comity.screening.index.mapped.engine import COMPILED
from comity.screening.index.mapped.shapes import Rows, Vocabulary
from comity.screening.index.mapped.types import Bytes, Ids, Longs
from comity.screening.model.records import Model
from comity.screening.names.records import Name, Script
from comity.screening.score.dates import BirthDate
from comity.screening.score.features import FEATURES
from comity.screening.score.native import shapes
from comity.screening.score.native.features import BASE, in_base
from comity.screening.score.native.rows import BARRED, EXACT, ROUGH, UNKNOWN, Asked, missing, name_against, score_rows
from comity.screening.score.native.shapes import Pad, Reals
from comity.screening.score.native.words import WordTable, is_native, part_of, plain_word, weights_of
from comity.screening.score.rarity import RAREST, Rarity
from comity.screening.score.records import Prepared

_OVER: Final = 1.0
_FAR: Final = 1000.0
MOST_WORDS: Final = 1 << 18
"""Words that are kept, about 270 bytes each; past that all are let go."""

_Words = list[tuple[int, int]]

__all__ = ["COMPILED", "EXACT", "ROUGH", "UNKNOWN", "NativeScorer", "RowScorer", "can_compare", "is_latin"]


class NativeScorer:
    """One model's kernels. Any number of threads may ask at once."""

    def __init__(self, model: Model) -> None:
        self.weights = weights_of(model)
        self._rarity = Rarity(model)
        self._origins = model.origins.count
        self._threads = threading.local()
        self.by_feature: Reals = np.array(self._by_feature(), np.float64)
        """What each feature weighs."""

    @property
    def most_bits(self) -> float:
        """The most that names can weigh in a whole base: two equal ones, as rare as helps most, and a bit over."""
        weights = dict(zip(FEATURES, self.by_feature.tolist(), strict=True))
        covered = sum(weights[name] for name in ("covered", "covered.all", "covered.either", "covered.either.all"))
        covered += 0.4 * weights["covered.60"] + weights["equal"] + self.weights.facts[BASE]
        most = -_FAR
        for agree in (10.0, 16.0, 20.0, 30.0, 45.0):
            bits = weights["agree"] * agree + covered
            bits += sum(weights[f"agree.{step}"] * max(0.0, agree - step) for step in (10, 20, 30))
            alone = weights["single"] + weights["single.agree"] * agree if agree <= RAREST else 0.0
            most = max(most, bits + max(0.0, alone))
        return float(in_base(most + _OVER, self.weights))

    def _by_feature(self) -> list[float]:
        found = [0.0] * len(FEATURES)
        for at, weight in zip(self.weights.line_features.tolist(), self.weights.line_weights.tolist(), strict=True):
            found[at] = weight
        return found

    def words(self) -> WordTable:
        """Return an empty table of words."""
        return WordTable(self._rarity, self._origins)

    def pad(self) -> Pad:
        """Return the scratch of this thread."""
        pad: Pad | None = getattr(self._threads, "pad", None)
        if pad is None:
            pad = self._threads.pad = shapes.pad(self._origins)
        return pad

    def name_bits(self, table: WordTable, one: Name, other: Name) -> float | None:
        """Return the evidence of two names in bits, None where kernels cannot compare them."""
        first, second = encoded(table, one), encoded(table, other)
        if first is None or second is None:
            return None
        return self._between(table, first, second)

    def names_in_base(self, table: WordTable, ones: Sequence[Name], others: Sequence[Name]) -> float | None:
        """Return what the likest two names of two persons weigh in a whole base; None where one cannot be compared."""
        mine, theirs = ([encoded(table, name) for name in names] for names in (ones, others))
        best = -_FAR
        for first in mine:
            for second in theirs:
                if first is None or second is None:
                    return None
                best = max(best, self._between(table, first, second))
        return float(in_base(best, self.weights)) if mine and theirs else 0.0

    def _between(self, table: WordTable, first: _Words, second: _Words) -> float:
        pad = self.pad()
        for side, words in enumerate((first, second)):
            pad.name[side, : len(words)] = words
        lengths = (len(first), len(second))
        return float(name_against(table.lexicon, pad.name, lengths, pad, self.weights))


def can_compare(person: Prepared) -> bool:
    """Say whether kernels can compare all names of a person."""
    return all(is_native(word) for name in person.names for word in name.words[: shapes.WORDS])


def is_latin(person: Prepared) -> bool:
    """Say whether a person has names, all of them in Latin letters."""
    return bool(person.names) and all(word.script is Script.LATIN for name in person.names for word in name.words)


def encoded(table: WordTable, name: Name) -> _Words | None:
    """Return the words of a name with what they are in it; None where kernels cannot compare one of them."""
    return _numbered(table, name) if all(map(is_native, name.words[: shapes.WORDS])) else None


def _numbered(table: WordTable, name: Name) -> _Words:
    return [(table.number(token), part_of(token)) for token in name.words[: shapes.WORDS]]


class RowScorer:
    """Scores rows of one index file. Any number of threads may ask at once."""

    def __init__(self, scorer: NativeScorer, vocabulary: Vocabulary, rows: Rows) -> None:
        self._scorer = scorer
        self._vocabulary = vocabulary
        self._rows = rows
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self.table = self._scorer.words()
        self._slots: Ids = np.zeros(len(self._vocabulary.counts), np.uint32)

    def asked(self, persons: Sequence[Prepared]) -> Asked | None:
        """Return persons as kernels take them; None where a name of one cannot be compared there."""
        return self.asked_all(persons) if all(map(can_compare, persons)) else None

    def asked_all(self, persons: Sequence[Prepared]) -> Asked:
        """Return persons whom kernels `can_compare` as kernels take them."""
        if len(self.table) > MOST_WORDS:
            with self._lock:
                self._begin()
        table = self.table
        flat = [_numbered(table, name) for person in persons for name in person.names]
        words = np.zeros((len(flat), shapes.WORDS, 2), np.int64)
        for at, name in enumerate(flat):
            words[at, : len(name)] = name
        return Asked(
            names=words,
            lengths=np.array([len(name) for name in flat], np.int64),
            first=_starts([len(person.names) for person in persons]),
            dates=np.array([_date(date) for person in persons for date in person.dates], np.int64).reshape(-1, 4),
            first_date=_starts([len(person.dates) for person in persons]),
        )

    def score(self, asked: Asked, whom: Longs, rows: Longs) -> tuple[Reals, Bytes]:
        """Return the evidence between persons asked for and rows, in step, and how sure it is (`EXACT` ...).

        Of an entry, the row of its best name and date tells the most that it can reach by both.
        """
        table, slots = self._load(rows)
        out = np.zeros(len(rows), np.float64), np.zeros(len(rows), np.uint8)
        score_rows(
            table.lexicon, (self._rows, slots), asked, (whom, rows), self._scorer.pad(), self._scorer.weights, out
        )
        return out

    def _load(self, rows: Longs) -> tuple[WordTable, Ids]:
        """Take in the words of rows that are not known yet."""
        table, slots = self.table, self._slots
        lacking = np.zeros(len(rows) * 5, np.int64)
        count = missing(self._rows.tokens, rows, slots, lacking)
        if count:
            with self._lock:
                self._take(table, slots, np.unique(lacking[:count]).tolist())
        return table, slots

    def _take(self, table: WordTable, slots: Ids, numbers: Sequence[int]) -> None:
        starts, heap = self._vocabulary.starts, self._vocabulary.heap
        words = [
            plain_word(heap[int(starts[number]) : int(starts[number + 1])].tobytes().decode()) for number in numbers
        ]
        told = [is_native(word) for word in words]
        found = iter(table.plain([word for word, native in zip(words, told, strict=True) if native]))
        for number, native in zip(numbers, told, strict=True):
            slots[number] = next(found) if native else BARRED


def _starts(counts: Sequence[int]) -> Longs:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))


def _date(date: BirthDate) -> tuple[int, int, int, int]:
    return date.year, date.month, date.day, date.until
