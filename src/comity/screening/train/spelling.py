"""Learning what differences of spelling cost: a noisy channel over units, then how its sum turns into bits."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log2
from typing import Final, TypeAlias

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from comity.screening.model.records import Spelling, Writing
from comity.screening.names.parse import parse_name
from comity.screening.score.spelling import WRITING_OF, edit_cost, edit_keys
from comity.screening.train.logistic import fit

Words: TypeAlias = list[tuple[str, str]]

_BY_LINE: Final = 3
"""Latin forms that each form of a line is set against."""
_TOO_FAR: Final = {Writing.LATIN: 0.6, Writing.ALPHABET: 0.6, Writing.INDIC: 0.6}
_TOO_FAR_ELSE: Final = 0.75
_NEAR: Final = {Writing.LATIN: 0.45, Writing.ALPHABET: 0.45, Writing.INDIC: 0.45, Writing.HANGUL: 0.45}
_NEAR_ELSE: Final = 0.3
_SHRINK: Final = 10.0
_SAMPLE, _SOURCES, _NEIGHBOURS, _OTHERS = 12000, 600, 60, 3
_HUNDREDTHS, _THOUSANDTHS = 100, 1000


def word_pairs(lines: Sequence[Sequence[str]], seed: int) -> dict[Writing, Words]:
    """Return pairs of spellings in units, from any writing to Latin, by group of writing systems."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    found: dict[Writing, Words] = defaultdict(list)
    for forms in lines:
        names = [parse_name(form).tokens for form in forms if " " not in form]
        tokens = [words[0] for words in names if len(words) == 1]
        latin = [token for token in tokens if WRITING_OF[token.script] is Writing.LATIN]
        for token in tokens if latin else ():
            for other in chance.sample(latin, min(_BY_LINE, len(latin))):
                if other is not token:
                    found[WRITING_OF[token.script]].append((token.units[0], other.units[0]))
    return found


def learn_spelling(writing: Writing, pairs: Words, latin: Sequence[str], seed: int) -> Spelling:
    """Learn one group: costs of edits from pairs of spellings, their worth from how strangers compare."""
    edits = _edit_costs(pairs, _TOO_FAR.get(writing, _TOO_FAR_ELSE))
    absolute, relative = _worth(writing, pairs, latin, edits, seed)
    return Spelling(edits=edits, absolute=absolute, relative=relative)


def _edit_costs(pairs: Words, too_far: float) -> dict[str, int]:
    exact: Counter[str] = Counter()
    short: Counter[str] = Counter()
    units: Counter[str] = Counter()
    after: Counter[str] = Counter()
    before: Counter[str] = Counter()
    for one, other in pairs:
        if Levenshtein.normalized_distance(one, other) > too_far:
            continue
        for key, brief in edit_keys(one, other):
            exact[key] += 1
            short[brief] += 1
        units.update(one)
        after.update(f"^{other}")
        before.update(f"{first}{second}" for first, second in zip(f"^{one}", one, strict=False))
    slots = sum(after.values())
    costs: dict[str, float] = {}
    for unit, count in units.items():
        costs[f"d{unit}"] = -log2((short[f"d{unit}"] + 0.5) / (count + 4))
        costs[f"s{unit}"] = -log2(0.5 / (count + 4))
    for key in [key for key in short if key[0] == "i"]:
        costs[key] = -log2((short[key] + 0.5) / slots)
    for key, count in exact.items():
        cost = _exact_cost(key, count, costs, (units, after, before))
        if cost is not None:
            costs[key] = cost
    return {key: round(cost * _HUNDREDTHS) for key, cost in sorted(costs.items())}


def _exact_cost(
    key: str, count: int, costs: dict[str, float], seen: tuple[Counter[str], Counter[str], Counter[str]]
) -> float | None:
    """Return the cost of an edit in its place; an edit seen too seldom leans on what it costs anywhere."""
    units, after, before = seen
    kind, place, unit = key[0], key[1], key[2]
    if kind == "s":
        return -log2((count + 0.5) / (units[place] + 4))
    if count <= 3:  # noqa: PLR2004 - as many say nothing of the place
        return None
    anywhere = 2.0 ** -costs.get(f"{kind}{unit}", 9.0)
    slots = after[place] if kind == "i" else before[f"{place}{unit}"]
    return -log2((count + _SHRINK * anywhere) / (slots + _SHRINK))


def _worth(writing: Writing, pairs: Words, latin: Sequence[str], edits: dict[str, int], seed: int) -> tuple[int, int]:
    """Return how many bits a cost takes away: spellings of a line against words of other lines that look like them."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    own = chance.sample(pairs, min(_SAMPLE, len(pairs)))
    sources = sorted({one for one, _ in pairs})
    sources = chance.sample(sources, min(_SOURCES, len(sources)))
    rows = [_row(writing, edits, one, other) for one, other in own]
    weights = [len(sources) / len(own)] * len(own)
    for one, other, weight in _strangers(writing, sources, pairs, latin, chance):
        rows.append(_row(writing, edits, one, other))
        weights.append(weight)
    labels = np.array([1.0] * len(own) + [0.0] * (len(rows) - len(own)))
    learnt = fit(np.array(rows), labels, np.array(weights) * 20, ridge=1e-3, rounds=60)
    return tuple(max(0, round(-float(learnt[at]) * _THOUSANDTHS)) for at in (0, 1))  # type: ignore[return-value] # two


def _row(writing: Writing, edits: dict[str, int], one: str, other: str) -> tuple[float, float, float]:
    cost = edit_cost(edits, one, other)
    if writing is Writing.LATIN:
        cost = min(cost, edit_cost(edits, other, one))
    return cost, cost / len(other), 1 / len(other)


def _strangers(
    writing: Writing, sources: Sequence[str], pairs: Words, latin: Sequence[str], chance: random.Random
) -> list[tuple[str, str, float]]:
    mates: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        mates[one].add(other)
    likeness = process.cdist(sources, latin, scorer=Levenshtein.normalized_similarity, dtype=np.float32)
    found: list[tuple[str, str, float]] = []
    for at, one in enumerate(sources):
        near = [int(place) for place in np.flatnonzero(likeness[at] >= _NEAR.get(writing, _NEAR_ELSE))]
        near = [place for place in near if latin[place] not in mates[one]]
        few = chance.sample(near, min(_NEIGHBOURS, len(near)))
        found += [(one, latin[place], len(near) / len(few)) for place in few]
        rest = (len(latin) - len(near)) / _OTHERS
        found += [(one, latin[place], rest) for place in chance.sample(range(len(latin)), _OTHERS)]
    return found
