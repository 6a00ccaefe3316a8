"""Whom the score wrongs and whom it finds: clean travellers against real lists, groups against one another."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from comity.bench.harness import Measure, Setting
from comity.bench.records import Figure, measured
from comity.bench.screening.quality_sources import (
    Traveller,
    data_folder,
    listed_persons,
    synthetic_names,
    synthetic_queries,
    travellers,
)
from comity.core.errors import ComityError
from comity.screening.model.files import default_model
from comity.screening.names import Name, parse_name
from comity.screening.score import Base, Prepared, Scorer, bands_of, prepare
from comity.screening.score.evaluate import wilson

_CLEAN, _FOUND, _FOUND_TREATED = "clean.false-per-1000", "clean.recall", "clean.recall-misspelt"
_RATIO, _GAP = "groups.false-match-ratio-low", "groups.recall-gap"
_FALSE_GOAL, _RECALL_GOAL, _RATIO_GOAL, _GAP_GOAL = 1.0, 0.95, 2.0, 0.03
_POOLED: Final = 1e-3
_MOST_COMPARED: Final = 60
_CROWD: Final = 400
_SEED: Final = 20261125
_BY_NAME: Final = frozenset(
    {"exact", "typo1", "typo2_two_tokens", "token_swap", "missing_middle", "translit_variant", "original_script"}
)


class Candidates:
    """A plain way to candidates for this measure: shared dates, shared words, beginnings of words with a year."""

    def __init__(self, persons: Sequence[Prepared]) -> None:
        self.persons = persons
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, person in enumerate(persons):
            for key in _keys(person):
                self._places[key].append(place)

    def of(self, person: Prepared) -> list[Prepared]:
        """Return whom a person is compared with, those who share most first."""
        counts: Counter[int] = Counter()
        for key in _keys(person):
            places = self._places.get(key, ())
            # A date is shared by few and never left out; a common word alone brings nobody up.
            worth = 30 if key.startswith("d") else (10 if len(places) < _CROWD else 3)
            for place in places:
                counts[place] += worth
        return [self.persons[place] for place, _ in counts.most_common(_MOST_COMPARED)]


def _keys(person: Prepared) -> set[str]:
    found: set[str] = set()
    years = {str(date.year) for date in person.dates} or {"?"}
    for date in person.dates:
        if date.day:
            found |= {f"d{date.year}-{date.month}-{date.day}", f"d{date.year}-{date.day}-{date.month}"}
    for name in person.names:
        for token in name.words:
            found.add(f"t{token.units[0]}")
            found |= {f"y{year}{token.units[0][:3]}" for year in years}
    return found


def _strongest(scorer: Scorer, found: Candidates, rows: Sequence[Traveller], base: Base) -> list[int]:
    """Return the strongest evidence that each traveller meets, in thousandths of a bit."""
    best: list[int] = []
    for row in rows:
        try:
            asked = prepare(row.person)
        except ComityError:
            best.append(-(10**6))
            continue
        best.append(
            max((scorer.compare(asked, held, base).evidence_mbit for held in found.of(asked)), default=-(10**6))
        )
    return best


def _run_travellers(setting: Setting) -> Iterable[Figure]:
    folder = data_folder()
    if folder is None:
        yield from (measured(name, None, "") for name in (_CLEAN, _FOUND, _FOUND_TREATED))
        return
    scorer = Scorer(default_model())
    held = listed_persons()
    found, base = Candidates(held), Base(len(held))
    limit = bands_of(scorer.model.costs, base).second_line
    rows = travellers(folder / "yente_negatives_global.csv.gz", setting.at_scale(2000, 50_000))
    clean = _strongest(scorer, found, rows, base)
    flagged = sum(bits >= limit for bits in clean)
    low, high = wilson(flagged, len(rows))
    beside = {"rows": len(rows), "95 % from": low * 1000, "95 % to": high * 1000, "bits needed": limit / 1000}
    worst = _worst_nationality(rows, clean, limit)
    yield measured(_CLEAN, flagged / len(rows) * 1000, "rows", goal=_FALSE_GOAL, beside={**beside, **worst})
    for name, file in ((_FOUND, "untreated"), (_FOUND_TREATED, "treated")):
        people = travellers(folder / f"yente_positives_un_{file}.csv.gz", 10**6)
        hits = sum(bits >= limit for bits in _strongest(scorer, found, people, base))
        low, high = wilson(hits, len(people))
        yield measured(
            name,
            hits / len(people),
            "",
            goal=_RECALL_GOAL,
            better="higher",
            beside={"persons": len(people), "95 % from": low, "95 % to": high},
        )


def _worst_nationality(rows: Sequence[Traveller], bits: Sequence[int], limit: int) -> dict[str, float]:
    """Return the nationality whose lower limit of false matches is highest: it is counted here, never scored."""
    asked: Counter[str] = Counter(row.nationality for row in rows)
    flagged: Counter[str] = Counter(row.nationality for row, one in zip(rows, bits, strict=True) if one >= limit)
    lows = {wilson(flagged[one], asked[one])[0] * 1000: one for one in flagged}
    return {f"highest lower limit by nationality ({lows[max(lows)]})": max(lows)} if lows else {}


def _run_groups(setting: Setting) -> Iterable[Figure]:
    folder = data_folder()
    if folder is None:
        yield from (measured(name, None, "") for name in (_RATIO, _GAP))
        return
    scorer = Scorer(default_model())
    each = setting.at_scale(10_000, 1_000_000)
    strange = {
        group: _strange(scorer, names, each, random.Random(f"{_SEED} {group}"))
        for group, names in sorted(synthetic_names(folder).items())
    }
    pooled = sorted((bits for values in strange.values() for bits in values), reverse=True)
    limit = pooled[round(len(pooled) * _POOLED)]
    counts = {group: sum(bits > limit for bits in values) for group, values in strange.items()}
    limits = {group: wilson(count, each) for group, count in counts.items()}
    most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
    ratio = limits[most][0] / limits[least][1]
    rates = {f"{group} per million": count / each * 1e6 for group, count in counts.items()}
    yield measured(_RATIO, ratio, "", goal=_RATIO_GOAL, beside={"pairs a group": each, "bits": limit, **rates})
    recalls = _recalls(scorer, synthetic_queries(folder), limit)
    gap = max(recalls.values()) - min(recalls.values())
    yield measured(_GAP, gap, "", goal=_GAP_GOAL, beside=recalls)


def _strange(scorer: Scorer, names: Sequence[str], count: int, chance: random.Random) -> list[float]:
    """Return the evidence of so many pairs of different persons of one group, by name alone."""
    parsed: dict[str, Name] = {}
    found: list[float] = []
    while len(found) < count:
        one, other = chance.choice(names), chance.choice(names)
        if one == other:
            continue
        for text in (one, other):
            if text not in parsed:
                parsed[text] = parse_name(text)
        found.append(scorer.name_bits(parsed[one], parsed[other]))
    return found


def _recalls(scorer: Scorer, queries: Iterable[object], limit: float) -> dict[str, float]:
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for query in queries:
        kind, group = getattr(query, "kind", ""), getattr(query, "grp", "")
        if kind in _BY_NAME:
            asked[group] += 1
            bits = scorer.name_bits(parse_name(getattr(query, "name", "")), parse_name(getattr(query, "truth", "")))
            found[group] += bits > limit
    return {f"recall {group}": found[group] / asked[group] for group in sorted(asked)}


TRAVELLERS: Final = Measure((_CLEAN, _FOUND, _FOUND_TREATED), _run_travellers)
GROUPS: Final = Measure((_RATIO, _GAP), _run_groups)
