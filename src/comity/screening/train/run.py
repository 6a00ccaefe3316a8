"""The whole training: material in, model out; the same material gives the same model, byte by byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from comity.screening.model.records import SCHEMA, Costs, Dates, Model, Writing
from comity.screening.names.parse import parse_name
from comity.screening.score.dates import DateRelation
from comity.screening.score.features import BASE, FEATURES
from comity.screening.train.made import changed_names, neighbours
from comity.screening.train.material import Pair, spelling_lines, strangers, training_pairs
from comity.screening.train.names import Amounts, learn_names, table_of
from comity.screening.train.origins import learn_origins
from comity.screening.train.spelling import learn_spelling, word_pairs

SEED: Final = 20261125
_STRANGERS_EACH: Final = 8
_LETTERS_FROM_EVERY: Final = 3
_MADE_TRUE, _MADE_FALSE = 0.3, 0.15
"""Pairs made count less than pairs judged: they show directions, not how often what happens."""
_KEPT: Final = 0.5
"""Share of negatives of which both persons are of the training half."""

# Set by judgement, not learnt: the lists hold no two independent statements about one person, so errors of dates can
# only be estimated. Parts in ten thousand of pairs of statements about one person, given as much as both tell.
_SAME: Final = {
    DateRelation.SAME: 9000, DateRelation.NEW_YEAR: 9000, DateRelation.SWAPPED: 200, DateRelation.MONTH: 8000,
    DateRelation.YEAR: 7000, DateRelation.WITHIN: 7000, DateRelation.DIGIT: 60, DateRelation.SAME_YEAR: 40,
    DateRelation.NEAR_YEAR: 80, DateRelation.DIFFERS: 50,
}  # fmt: skip
_KIN_MILLIONTHS, _NEW_YEAR_THOUSANDTHS = 150, 30
_FIELDS: Final = {
    "country.same": 2000, "country.differs": -3000, "sex.same": 900, "sex.differs": -5000, "document.same": 25000,
    "document.same-number": 15000,
}  # fmt: skip
_COSTS: Final = Costs(miss=1500, false_probable=4, missed_probable=1, listed=100)


def train(folder: Path, version: str, tell: Callable[[str], None]) -> Model:
    """Learn a model from the material in a folder; `tell` hears how far it is. Raises `BadInput` as `material`."""
    tell("reading spellings")
    lines = spelling_lines(folder)
    words = word_pairs(lines, SEED)
    latin = sorted({other for writing in (Writing.LATIN, Writing.ALPHABET) for _, other in words[writing]})
    writings = {}
    for writing in Writing:
        tell(f"spelling: {writing}")
        writings[writing.value] = learn_spelling(writing, words[writing], latin, SEED)
    tell("name origins")
    pairs = training_pairs(folder)
    spellings = [other for writing in Writing for _, other in words[writing][::_LETTERS_FROM_EVERY]]
    draft = Model(
        schema=SCHEMA,
        version=version,
        writings=writings,
        origins=learn_origins(_names(pairs), spellings),
        names=dict.fromkeys((*FEATURES, BASE, "unrelated"), 0),
        nearness=((0, 0),),
        unrelated=0,
        dates=Dates(
            years=_years(pairs),
            kin=_KIN_MILLIONTHS,
            new_year=_NEW_YEAR_THOUSANDTHS,
            same={relation.value: count for relation, count in _SAME.items()},
        ),
        fields=_FIELDS,
        threshold=0,
        prior=0,
        costs=_COSTS,
    )
    tell("names")
    made = [*changed_names(pairs, SEED), *neighbours(pairs, lines, SEED)]
    learnt = learn_names(
        table_of(draft, pairs),
        table_of(draft, strangers(pairs, _STRANGERS_EACH, SEED)),
        table_of(draft, made),
        Amounts(
            kept=_KEPT,
            persons=2 * len({pair.held_id for pair in pairs}),
            made_true=_MADE_TRUE,
            made_false=_MADE_FALSE,
        ),
    )
    return msgspec.structs.replace(
        draft,
        names=learnt.names,
        nearness=learnt.nearness,
        unrelated=learnt.unrelated,
        threshold=learnt.threshold,
        prior=learnt.prior,
    )


def _names(pairs: Sequence[Pair]) -> list[tuple[str, ...]]:
    """Return each name of the training half once, as words in units."""
    texts = {text for pair in pairs for person in (pair.asked, pair.held) for text in person.names}
    return [tuple(token.units[0] for token in parse_name(text).words) for text in sorted(texts)]


def _years(pairs: Sequence[Pair]) -> int:
    """Return over how many years of birth the listed spread, in tenths: one by the chance that two share one."""
    years = Counter(
        date[:4] for _, dates in {(pair.held_id, pair.held.birth_dates) for pair in pairs} for date in dates[:1]
    )
    total = sum(years.values())
    return round(10 / sum((count / total) ** 2 for count in years.values()))
