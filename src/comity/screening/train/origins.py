"""Learning term frequencies by name origin: names sort themselves, starting from words that are at home somewhere.

Expectation and maximisation over a mixture: a name belongs to each origin by so much, its words count there by so much.
Origins have no names in the model: they are columns of frequencies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from math import log2
from typing import Final

import numpy as np
import numpy.typing as npt
import yaml

from comity.screening.model.records import Origins
from comity.screening.names.parse import parse_name
from comity.screening.score.rarity import EIGHTHS, GRAM_BUCKETS, gram_bucket, grams_of, letters_bits, token_hash
from comity.screening.train.logistic import Floats

_ROUNDS: Final = 12
_SEED_COUNT, _SEED_SHIFT, _SEED_FALL = 30.0, 3.0, 0.8
_UNKNOWN: Final = 200.0
"""Words of chance that each origin is granted, spread by letters."""
_SMOOTH: Final = 0.02
_HUNDREDTHS: Final = 100


def learn_origins(names: Iterable[Sequence[str]], spellings: Iterable[str]) -> Origins:
    """Learn from names as words in units; `spellings` are further words, from which only letters are learnt."""
    documents = [tuple(words) for words in names if words]
    letters = _letters(documents, spellings)
    seeds = _seeds()
    count = len(next(iter(seeds.values())))
    tokens, grams, prior = _sort_out(documents, seeds, count)
    total = sum(tokens.values(), np.zeros(count))
    packed = bytearray()
    for units, counts in sorted(tokens.items(), key=lambda one: token_hash(one[0])):
        chance = _UNKNOWN * 2.0 ** -letters_bits(letters, units)
        bits = -np.log2((np.maximum(counts - 0.2, 0) + chance) / (total + _UNKNOWN))
        packed += token_hash(units) + bytes(int(byte) for byte in np.clip(np.rint(bits * EIGHTHS), 0, 255))
    likely = np.log2(grams / grams.sum(axis=0))
    centred = np.clip(np.rint((likely - likely.mean(axis=1, keepdims=True)) * EIGHTHS), -127, 127) + 128
    return Origins(
        count=count,
        tokens=bytes(packed),
        grams=bytes(int(byte) for byte in centred.astype(int).ravel()),
        letters=letters,
        prior=tuple(round(float(np.log2(share)) * _HUNDREDTHS) for share in prior),
    )


def _letters(documents: Sequence[Sequence[str]], spellings: Iterable[str]) -> dict[str, int]:
    """Return costs of a unit after another: names count by the root of how often, other spellings a little."""
    counts: Counter[str] = Counter(units for words in documents for units in words)
    pairs: dict[str, float] = {}
    weighed = [*((units, 3.0 * count**0.75) for units, count in counts.items()), *((units, 0.3) for units in spellings)]
    for units, weight in weighed:
        marked = f"^{units}$"
        for at in range(len(marked) - 1):
            pairs[marked[at : at + 2]] = pairs.get(marked[at : at + 2], 0.0) + weight
    first: dict[str, float] = {}
    second: dict[str, float] = {}
    for pair, weight in pairs.items():
        first[pair[0]] = first.get(pair[0], 0.0) + weight
        second[pair[1]] = second.get(pair[1], 0.0) + weight
    total = sum(second.values())
    return {
        pair: round(-log2((weight + 20 * second[pair[1]] / total) / (first[pair[0]] + 20)) * _HUNDREDTHS)
        for pair, weight in sorted(pairs.items())
    }


def _seeds() -> dict[str, Floats]:
    text = resources.files("comity.screening.train").joinpath("seeds.yaml").read_text("utf-8")
    lists: dict[str, str] = yaml.load(text, yaml.BaseLoader)  # noqa: S506, TID251 - own file, strings only
    found: dict[str, Floats] = {}
    for at, words in enumerate(lists.values()):
        for rank, word in enumerate(dict.fromkeys(words.split())):
            for token in parse_name(word).tokens:
                counts = found.setdefault(token.units[0], np.zeros(len(lists)))
                counts[at] += _SEED_COUNT / (rank + _SEED_SHIFT) ** _SEED_FALL
    return found


def _sort_out(
    documents: Sequence[Sequence[str]], seeds: dict[str, Floats], count: int
) -> tuple[dict[str, Floats], Floats, Floats]:
    tokens = {units: counts.copy() for units, counts in seeds.items()}
    grams = _with_grams(seeds.items(), count)
    prior = np.full(count, 1.0 / count)
    for _ in range(_ROUNDS):
        likely, total = np.log(grams / grams.sum(axis=0)), sum(tokens.values(), np.zeros(count))
        new_tokens = {units: counts.copy() for units, counts in seeds.items()}
        new_grams = _with_grams(seeds.items(), count)
        new_prior = np.full(count, 20.0)
        for words in documents:
            bits = np.log(prior)
            for units in words:
                spelt = likely[_places(units)].mean(axis=0) * 2.5
                held = tokens.get(units)
                if held is not None:
                    floor = 0.3 * np.exp(spelt - spelt.max())
                    spelt = spelt * 0.4 + np.log((held + floor) / (total + 50))
                bits = bits + spelt
            shares = np.exp(bits - bits.max())
            shares /= shares.sum()
            new_prior += shares
            for units in words:
                new_tokens[units] = new_tokens.get(units, np.zeros(count)) + shares
                new_grams[_places(units)] += shares
        tokens, grams, prior = new_tokens, new_grams, new_prior / new_prior.sum()
    return tokens, grams, prior


def _with_grams(words: Iterable[tuple[str, Floats]], count: int) -> Floats:
    grams = np.full((GRAM_BUCKETS, count), _SMOOTH)
    for units, counts in words:
        grams[_places(units)] += counts
    return grams


@lru_cache(maxsize=1 << 16)
def _places(units: str) -> npt.NDArray[np.int64]:
    return np.array([gram_bucket(gram) for gram in dict.fromkeys(grams_of(units))], dtype=np.int64)
