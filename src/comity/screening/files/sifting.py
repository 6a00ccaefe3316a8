"""Persons with full dates of birth, one or many at once, set beside all rows of their dates in compiled code.

No part of a name is widened over the vocabulary, which is what a search for a new name mostly is. It is for bases so
large that nobody of another date of birth is worth a look (`FileBase.is_agreeing`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from comity.screening.index.mapped import dates, retrieve
from comity.screening.index.mapped.dates import PartialDate
from comity.screening.index.mapped.records import Wanted
from comity.screening.index.mapped.search import PersonIndex
from comity.screening.index.mapped.types import Bytes, Longs
from comity.screening.score.dates import BirthDate, DateRelation, DateWeights
from comity.screening.score.native import shapes, sift
from comity.screening.score.native.rows import Asked
from comity.screening.score.native.scorer import NativeScorer, RowScorer
from comity.screening.score.native.shapes import Reals
from comity.screening.score.native.sift import Sounding
from comity.screening.score.records import Prepared

MOST_PAIRS: Final = 1 << 18
_RUNS: Final = 4
_AGREEING: Final = (DateRelation.SWAPPED, DateRelation.MONTH, DateRelation.YEAR)
_BOTH_ORDERS: Final = 3


class Sifted(NamedTuple):
    """Persons asked for (by place) and rows that may be worth it, in step, and whose rows were left out."""

    asked: Asked
    whom: Longs
    rows: Longs
    alone: Bytes


class _Item(NamedTuple):
    """One name of one person with one date: place of the person, place among all names, the date."""

    person: int
    name: int
    date: BirthDate


class Sifter:
    """Sifts the rows of one index for one model. Any number of threads may ask at once."""

    def __init__(self, native: NativeScorer, weights: DateWeights) -> None:
        self._native = native
        self._same = weights.bits(DateRelation.SAME)
        self._agreeing = max(weights.bits(relation) for relation in _AGREEING)
        self._threads = threading.local()

    def sift(self, persons: PersonIndex, scorer: RowScorer, asked: Sequence[Prepared], enough: Reals) -> Sifted:
        """Return which rows may be worth it, until this thread asks again, for persons whom kernels `can_compare`.

        `enough` by person: the bits that name and date must have.
        """
        encoded = scorer.asked_all(asked)
        items = [
            _Item(person, name, date)
            for person, one in enumerate(asked)
            for name in range(int(encoded.first[person]), int(encoded.first[person + 1]))
            for date in one.dates
        ]
        # Those of one date one after the other: they read the same rows.
        items.sort(key=lambda item: (item.date.year, item.date.month, item.date.day))
        whom = np.array([item.person for item in items], np.int64)
        alone = np.zeros(len(asked), np.uint8)
        needed = np.stack((enough[whom] - self._same, enough[whom] - self._agreeing), axis=1)
        question = _question(persons, scorer, encoded, items, needed, alone)
        pairs = self._pairs()
        count = sift.sift(
            scorer.table.lexicon, (persons.rows.tokens, persons.vocabulary.signatures), question, whom,
            (self._native.by_feature, self._native.weights), (*pairs, alone, np.zeros(sift.LEFT)),
        )  # fmt: skip
        return Sifted(encoded, pairs[0][:count], pairs[1][:count], alone)

    def _pairs(self) -> tuple[Longs, Longs]:
        """Return this thread's room for pairs."""
        pairs: tuple[Longs, Longs] | None = getattr(self._threads, "pairs", None)
        if pairs is None:
            pairs = self._threads.pairs = np.zeros(MOST_PAIRS, np.int64), np.zeros(MOST_PAIRS, np.int64)
        return pairs


def _question(
    persons: PersonIndex, scorer: RowScorer, encoded: Asked, items: Sequence[_Item], needed: Reals, alone: Bytes
) -> Sounding:  # fmt: skip
    runs = np.zeros((len(items), _RUNS, 3), np.int64)
    for at, item in enumerate(items):
        if not _lay_runs(persons, item.date, runs[at]):
            alone[item.person] = 1
            runs[at] = 0
    ways, counts, begin = _ways(scorer, encoded)
    names = [item.name for item in items]
    return Sounding(
        ways=ways[names],
        counts=counts[names],
        begin=begin[names],
        words=encoded.names[names, :, 0],
        lengths=encoded.lengths[names],
        needed=needed,
        runs=runs,
        enough=np.full((len(items), sift.STATES), sift.UNKNOWN, np.uint8),
    )


def _lay_runs(persons: PersonIndex, date: BirthDate, runs: Longs) -> bool:
    """Write the rows of a date; False where there are too many to look at them all."""
    wanted = PartialDate(date.year, date.month, date.day)
    ways = persons.ways(Wanted(names=(), date=wanted, agreeing=True))
    if (ways[:, retrieve.WAY] == retrieve.BY_PARTS).any():
        return False
    runs[: len(ways), sift.LOW : sift.HIGH + 1] = ways[:, retrieve.LOW : retrieve.HIGH + 1]
    order = 1 if dates.is_day_first(wanted) else 2
    # The date itself is the first of its runs.
    runs[0, sift.STRONG] = _BOTH_ORDERS if date.day == date.month else order
    return True


def _ways(scorer: RowScorer, encoded: Asked) -> tuple[Longs, Longs, Longs]:
    """Return by name how its words may sound, how many ways there are, and which words may stand for any."""
    told: list[list[tuple[int, int, int]]] = []
    begin = np.zeros(len(encoded.lengths), np.int64)
    for name, (words, length) in enumerate(zip(encoded.names.tolist(), encoded.lengths.tolist(), strict=True)):
        mine: list[tuple[int, int, int]] = []
        for at, (number, part) in enumerate(words[:length]):
            place = 1 << min(at, sift.MOST_PLACES - 1)
            mine += [(sounds, sounds.bit_count(), place) for sounds in scorer.table.sounds(number)]
            if part & shapes.INITIAL:
                begin[name] |= place
        told.append(mine)
    counts = np.array([len(mine) for mine in told], np.int64)
    ways = np.zeros((len(told), max(1, int(counts.max(initial=1))), 3), np.int64)
    for name, mine in enumerate(told):
        if mine:
            ways[name, : len(mine)] = mine
    return ways, counts, begin


__all__ = ["MOST_PAIRS", "Sifted", "Sifter"]
