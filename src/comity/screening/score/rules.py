"""The score: additive evidence in bits, the same sum for whoever asks, with every line of it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

from comity.screening.countries import UNKNOWN_COUNTRY
from comity.screening.model.records import Costs, Model
from comity.screening.names.records import Name
from comity.screening.records import Band
from comity.screening.score.dates import BirthDate, DateRelation, DateWeights, relate
from comity.screening.score.features import BASE, FEATURES, LINES, are_related, features_of
from comity.screening.score.pairing import Pairing, pair_words
from comity.screening.score.rarity import Rarity
from comity.screening.score.records import Feature, Prepared, Scored
from comity.screening.score.spelling import Speller

_THOUSANDTHS: Final = 1000
_UNRELATED: Final = "unrelated"
_HALF: Final = 500


@dataclass(frozen=True, slots=True)
class Base:
    """What is searched: `persons` in the base. A hit among many needs more evidence than a pair put forward."""

    persons: int


@dataclass(frozen=True, slots=True)
class _NameScore:
    bits: float
    lines: tuple[float, ...]
    pairing: Pairing | None


class Scorer:
    """Compares persons by one model. Holds nothing of whom it compared but caches of words."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._speller = Speller(model)
        self._rarity = Rarity(model)
        self._dates = DateWeights(model.dates)
        self._unrelated = model.names[_UNRELATED] / _THOUSANDTHS
        weights = {name: weight / _THOUSANDTHS for name, weight in model.names.items()}
        place = {name: at for at, name in enumerate(FEATURES)}
        self._base = weights[BASE]
        self._lines = tuple(
            (code, tuple((place[name], weights[name]) for name in names if name != BASE))
            for code, names in LINES.items()
        )

    def compare(self, asked: Prepared, held: Prepared, base: Base | None = None) -> Scored:
        """Return the evidence that both are one person, every feature with its weight.

        Without `base`, for a pair that somebody or something put forward because the names are near. With `base`, for
        one out of so many persons: the names' part is then set against anybody's name.
        """
        found: list[Feature] = []
        bits = self._add_names(asked, held, found)
        if base is not None and bits is not None:
            found.append(_feature("name.in-a-whole-base", (), self._in_base(bits) - bits))
        self._add_dates(asked, held, found)
        self._add_fields(asked, held, found)
        return Scored(evidence_mbit=sum(one.weight_mbit for one in found), features=tuple(found))

    def but_names_mbit(self, asked: Prepared, held: Prepared) -> int:
        """Return the evidence of all but the names, in thousandths of a bit."""
        found: list[Feature] = []
        self._add_dates(asked, held, found)
        self._add_fields(asked, held, found)
        return sum(one.weight_mbit for one in found)

    def name_bits(self, one: Name, other: Name) -> float:
        """Return the evidence of two names alone, in bits, for a pair put forward."""
        return self._names(one, other).bits

    def _add_names(self, asked: Prepared, held: Prepared, found: list[Feature]) -> float | None:
        best: _NameScore | None = None
        for one in asked.names:
            for other in held.names:
                score = self._names(one, other)
                if best is None or score.bits > best.bits:
                    best = score
        if best is None:
            return None
        if best.pairing is None:
            found.append(_feature("name.unrelated", (), best.bits))
            return best.bits
        told = _told(best.pairing)
        for (code, _), weight in zip(self._lines, best.lines, strict=True):
            inputs = told.get(code, ())
            if weight or inputs:
                found.append(_feature(code, inputs, weight))
        return best.bits

    def _names(self, one: Name, other: Name) -> _NameScore:
        pairing = pair_words(one, other, self._speller, self._rarity)
        if not are_related(pairing):
            return _NameScore(self._unrelated, (), None)
        values = features_of(pairing)
        lines = tuple(
            self._base if code == "name.base" else sum(values[at] * weight for at, weight in weights)
            for code, weights in self._lines
        )
        return _NameScore(sum(lines), lines, pairing)

    def _in_base(self, bits: float) -> float:
        """Return what a likeness of names is worth against anybody's name: rarer likenesses lose less."""
        steps = self.model.nearness
        if bits <= self._unrelated + 1 / _THOUSANDTHS and bits >= self._unrelated - 1 / _THOUSANDTHS:
            return self.model.unrelated / _THOUSANDTHS
        return interpolate(steps, bits * _THOUSANDTHS) / _THOUSANDTHS

    def _add_dates(self, asked: Prepared, held: Prepared, found: list[Feature]) -> None:
        if not asked.dates or not held.dates:
            return
        statements = len(asked.dates) * len(held.dates)
        best: tuple[float, DateRelation, BirthDate, BirthDate] | None = None
        for one in asked.dates:
            for other in held.dates:
                relation = relate(one, other)
                weight = self._dates.weight(relation, one, other, statements)
                if best is None or weight > best[0]:
                    best = (weight, relation, one, other)
        if best is not None:
            weight, relation, one, other = best
            found.append(_feature(f"birth-date.{relation}", (_written(one), _written(other)), weight))

    def _add_fields(self, asked: Prepared, held: Prepared, found: list[Feature]) -> None:
        for code, inputs in _field_relations(asked, held):
            found.append(Feature(code=code, inputs=inputs, weight_mbit=self.model.fields[code]))


def _feature(code: str, inputs: tuple[str, ...], bits: float) -> Feature:
    return Feature(code=code, inputs=inputs, weight_mbit=round(bits * _THOUSANDTHS))


def interpolate(steps: Sequence[tuple[int, int]], value: float) -> float:
    """Return the height at a value of a line through steps; before the first it is flat, after the last of slope 1."""
    if value <= steps[0][0]:
        return steps[0][1]
    for (start, low), (end, high) in itertools.pairwise(steps):
        if value <= end:
            return low + (high - low) * (value - start) / (end - start)
    return steps[-1][1] + value - steps[-1][0]


def _told(pairing: Pairing) -> dict[str, tuple[str, ...]]:
    """Say in words what was paired: `muller ~ mueller`, and what was left over."""
    pairs = tuple(
        f"{_text(pairing.ones[slice(*pair.one)])} ~ {_text(pairing.others[slice(*pair.other)])}"
        for pair in pairing.pairs
    )
    left = (
        *(pairing.ones[at].text for at in pairing.one_left),
        *(f"~ {pairing.others[at].text}" for at in pairing.other_left),
    )
    return {"name.agreeing-words": pairs, "name.differing-words": left}


def _text(tokens: Sequence[object]) -> str:
    return " ".join(getattr(token, "text", "") for token in tokens)


def _written(date: BirthDate) -> str:
    if date.until:
        return f"{date.year:04}/{date.until:04}"
    return "-".join(part for part in (f"{date.year:04}", _two(date.month), _two(date.day)) if part)


def _two(number: int) -> str:
    return f"{number:02}" if number else ""


def _field_relations(asked: Prepared, held: Prepared) -> list[tuple[str, tuple[str, ...]]]:
    """Return how country, sex and documents stand. Which country is nothing; only whether it is the same."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if asked.countries and held.countries:
        common = asked.countries & held.countries
        if common:
            found.append(("country.same", tuple(sorted(common))))
        elif not any(one.startswith(UNKNOWN_COUNTRY) for one in asked.countries | held.countries):
            found.append(("country.differs", (*sorted(asked.countries), *sorted(held.countries))))
    if asked.sex and held.sex:
        found.append(("sex.same" if asked.sex == held.sex else "sex.differs", (asked.sex, held.sex)))
    relation = _papers(asked.papers, held.papers)
    return [*found, relation] if relation else found


def _papers(
    asked: tuple[tuple[str, str], ...], held: tuple[tuple[str, str], ...]
) -> tuple[str, tuple[str, ...]] | None:
    best: tuple[str, tuple[str, ...]] | None = None
    for number, country in asked:
        for other, issuer in held:
            if number == other:
                if country and country == issuer:
                    return "document.same", (number, country)
                best = ("document.same-number", (number,))
    return best


# --- bands -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bands:
    """Where the bands begin, in thousandths of a bit of evidence."""

    second_line: int
    probable: int

    def band(self, evidence_mbit: int) -> Band:
        """Return the band that an amount of evidence falls into."""
        if evidence_mbit >= self.probable:
            return Band.PROBABLE
        return Band.SECOND_LINE if evidence_mbit >= self.second_line else Band.NO_HIT


def prior_mbit(costs: Costs, base: Base) -> int:
    """Return the prior odds, in thousandths of a bit, that a traveller is one given person of a base."""
    return -round(log2(max(1, base.persons) / (costs.listed / 1e6)) * _THOUSANDTHS)


def bands_of(costs: Costs, base: Base) -> Bands:
    """Return the bands for a base, from what errors cost.

    Somebody is sent to the second line where the expected cost of letting them pass exceeds one visit there, and
    announced as probable where a false announcement costs less than to miss a true one.
    """
    prior = prior_mbit(costs, base)
    second = -prior - round(log2(costs.miss) * _THOUSANDTHS)
    probable = -prior + round(log2(costs.false_probable / costs.missed_probable) * _THOUSANDTHS)
    return Bands(second_line=second, probable=max(second, probable))
