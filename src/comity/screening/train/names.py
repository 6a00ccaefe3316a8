"""Learning what the features of two names weigh, and what a likeness is worth against anybody's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Final

import numpy as np

from comity.screening.model.records import Model
from comity.screening.score.dates import DateWeights, relate
from comity.screening.score.features import BASE, FEATURES, are_related, features_of
from comity.screening.score.pairing import pair_words
from comity.screening.score.prepare import prepare
from comity.screening.score.rarity import Rarity
from comity.screening.score.records import Prepared
from comity.screening.score.rules import interpolate
from comity.screening.score.spelling import Speller
from comity.screening.train.logistic import Floats, apply, fit
from comity.screening.train.material import Pair

NEGATIVES_EACH: Final = 5
"""Persons near in name that stand beside each true pair in the material: the prior odds of a pair."""
_AGREE, _APART = FEATURES.index("agree"), FEATURES.index("apart")
_KNOTS: Final = (-7.0, -5.0, -4.0, -3.0, -2.0, -1.0, 0.0)
_KERNEL: Final = 0.5
_THOUSANDTHS: Final = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """Pairs as numbers: features of related names, which pairs are related, other evidence in bits, labels."""

    rows: Floats
    related: Floats
    other_bits: Floats
    labels: Floats


@dataclass(frozen=True, slots=True)
class LearntNames:
    """Weights of a model that concern names."""

    names: dict[str, int]
    nearness: tuple[tuple[int, int], ...]
    unrelated: int
    threshold: int
    prior: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How much the kinds of pairs count.

    `kept`: share of negatives near in name that the material still holds, each counts for as many. `persons`: how many
    the list has from which strangers are drawn. `made_true`, `made_false`: weight of a pair made.
    """

    kept: float
    persons: int
    made_true: float
    made_false: float


def table_of(model: Model, pairs: Sequence[Pair]) -> Table:
    """Return pairs as numbers, by the spelling, frequencies, dates and fields of a model."""
    measure = _Measure(model)
    measured = [measure.pair(prepare(pair.asked), prepare(pair.held)) for pair in pairs]
    return Table(
        rows=np.array([row for row, _, _ in measured]),
        related=np.array([related for _, related, _ in measured]),
        other_bits=np.array([bits for _, _, bits in measured]),
        labels=np.array([float(pair.match) for pair in pairs]),
    )


class _Measure:
    def __init__(self, model: Model) -> None:
        self._speller, self._rarity, self._dates = Speller(model), Rarity(model), DateWeights(model.dates)
        self._fields = {code: weight / _THOUSANDTHS for code, weight in model.fields.items()}

    def pair(self, asked: Prepared, held: Prepared) -> tuple[tuple[float, ...], float, float]:
        pairings = [pair_words(one, other, self._speller, self._rarity) for one in asked.names for other in held.names]
        rows = [features_of(pairing) for pairing in pairings if are_related(pairing)]
        best = max(rows, key=lambda row: row[_AGREE] - row[_APART]) if rows else (0.0,) * len(FEATURES)
        return best, float(bool(rows)), self._other(asked, held)

    def _other(self, asked: Prepared, held: Prepared) -> float:
        statements = len(asked.dates) * len(held.dates)
        dates = [
            self._dates.weight(relate(one, other), one, other, statements)
            for one in asked.dates
            for other in held.dates
        ]
        bits = max(dates, default=0.0)
        if asked.countries and held.countries:
            bits += self._fields["country.same" if asked.countries & held.countries else "country.differs"]
        return bits


def learn_names(near: Table, strangers: Table, made: Table, given: Amounts) -> LearntNames:
    """Learn from pairs near in name, from strangers, and from pairs made for what neither holds."""
    weights = np.where(near.labels > 0, 1.0, 1.0 / given.kept)
    chosen, usable = near.related > 0, made.related > 0
    made_weights = np.where(made.labels > 0, given.made_true, given.made_false)[usable]
    learnt = fit(
        np.vstack([near.rows[chosen], near.rows[chosen], made.rows[usable]]),
        np.concatenate([near.labels[chosen], near.labels[chosen], made.labels[usable]]),
        np.concatenate([weights[chosen], weights[chosen], made_weights]),
        offset=np.concatenate([near.other_bits[chosen], np.zeros(int(chosen.sum() + usable.sum()))]),
    )
    odds = log2(NEGATIVES_EACH)
    unrelated = _odds(near.labels[~chosen], weights[~chosen]) + odds
    names = {name: round(float(bits) * _THOUSANDTHS) for name, bits in zip((*FEATURES, BASE), learnt, strict=True)}
    names[BASE] += round(odds * _THOUSANDTHS)
    names["unrelated"] = round(unrelated * _THOUSANDTHS)
    steps, floor = _nearness(near, strangers, learnt, weights, given.persons)
    return LearntNames(
        names=names,
        nearness=steps,
        unrelated=floor,
        # Even odds where the prior odds are those of the material: what makes the fewest errors of both kinds.
        threshold=round(odds * _THOUSANDTHS),
        prior=-round(odds * _THOUSANDTHS),
    )


def _odds(labels: Floats, weights: Floats) -> float:
    return log2((weights[labels > 0].sum() + 0.5) / (weights[labels == 0].sum() + 0.5))


def _nearness(
    near: Table, strangers: Table, learnt: Floats, weights: Floats, persons: int
) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return what a likeness is worth in a base: how much oftener one person has it than two taken by chance."""
    odds = log2(NEGATIVES_EACH)
    related, strange = near.related > 0, strangers.related > 0
    bits, strange_bits = apply(learnt, near.rows) + odds, apply(learnt, strangers.rows[strange]) + odds
    same = float(near.labels.sum())
    # For each question: the near ones as they are, and strangers in the place of all the others.
    each = (persons - 1 - NEGATIVES_EACH) * same / len(strangers.labels)
    pairs = same * persons

    def density(values: Floats, counts: Floats | float, at: float) -> float:
        return float((counts * np.exp(-0.5 * ((values - at) / _KERNEL) ** 2)).sum())

    true, false = related & (near.labels > 0), related & (near.labels == 0)
    heights: list[float] = []
    for knot in (knot + odds for knot in _KNOTS):
        alike = density(bits[true], 1.0, knot) / same
        by_chance = (density(bits[false], weights[false], knot) + density(strange_bits, each, knot)) / pairs
        heights.append(log2((alike + 1e-7) / (by_chance + 1e-12)))
    heights = [max(heights[: at + 1]) + at * 0.01 for at in range(len(heights))]
    steps = tuple(
        (round((knot + odds) * _THOUSANDTHS), round(height * _THOUSANDTHS))
        for knot, height in zip(_KNOTS, heights, strict=True)
    )
    none_true = float((~related & (near.labels > 0)).sum()) / same
    none_false = float((weights * (~related & (near.labels == 0))).sum()) + each * float((~strange).sum())
    return steps, round(log2((none_true + 1e-7) / (none_false / pairs)) * _THOUSANDTHS)


def rises(steps: Sequence[tuple[int, int]]) -> bool:
    """Say whether more likeness is never worth less: what a model must hold."""
    values = [interpolate(steps, start) for start, _ in steps]
    return all(low <= high for low, high in pairwise(values))
