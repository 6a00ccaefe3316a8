"""Pairs made from the training half, for what judged pairs leave out.

Lists give as aliases only what differs from the name, so no judged pair says what an equal name, a turned order, a slip
of the keyboard or a left-out word is worth; and they hold too few persons for names that differ by little and yet are
two people's. Both are made here from names of the training half.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from comity.screening.records import Person
from comity.screening.train.material import Pair

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST, _LONG, _NEIGHBOURS, _LEAST_LIKE = 4, 3, 12, 0.6

Words: TypeAlias = list[str]
Change: TypeAlias = Callable[[Words, random.Random], Words]


def changed_names(pairs: Sequence[Pair], seed: int) -> list[Pair]:
    """Return pairs of one person: each name with itself and with one harmless change."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    found: list[Pair] = []
    for key, words in _people(pairs):
        changes: tuple[Change, Change] = (_as_it_is, chance.choice((_turned, _slip, _slip, _shortened, _joined)))
        found += [_pair(key, change(list(words), chance), words, match=True) for change in changes]
    return found


def neighbours(pairs: Sequence[Pair], lines: Sequence[Sequence[str]], seed: int) -> list[Pair]:
    """Return pairs of two persons: one word is another name that looks like it. `lines` are spellings by name."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    home = {form: at for at, forms in enumerate(lines) for form in forms if form.isascii() and form.isalpha()}
    words_known = sorted(home)
    found: list[Pair] = []
    for key, words in _people(pairs):
        places = [at for at, word in enumerate(words) if len(word) >= _SHORTEST]
        if len(words) > 1 and places:
            at = chance.choice(places)
            other = _neighbour(words[at], home, words_known, chance)
            if other:
                found.append(_pair(key, [*words[:at], other, *words[at + 1 :]], words, match=False))
    return found


def _people(pairs: Sequence[Pair]) -> list[tuple[str, Words]]:
    names = sorted({(pair.held_id, pair.held.names[0]) for pair in pairs})
    return [(key, name.lower().split()) for key, name in names]


def _pair(key: str, asked: Words, held: Words, *, match: bool) -> Pair:
    return Pair(
        asked_id=key,
        held_id=key if match else f"{key} neighbour",
        asked=Person(names=(" ".join(asked),)),
        held=Person(names=(" ".join(held),)),
        match=match,
    )


def _neighbour(word: str, home: dict[str, int], known: Words, chance: random.Random) -> str:
    near = process.extract(
        word, known, scorer=Levenshtein.normalized_similarity, score_cutoff=_LEAST_LIKE, limit=_NEIGHBOURS
    )
    own = home.get(word)
    others = [other for other, _, _ in near if other != word and (own is None or home[other] != own)]
    return chance.choice(others) if others else ""


def _as_it_is(words: Words, _: random.Random) -> Words:
    return words


def _turned(words: Words, _: random.Random) -> Words:
    return [*words[-1:], *words[:-1]]


def _shortened(words: Words, _: random.Random) -> Words:
    return [words[0], *words[2:]] if len(words) >= _LONG else words


def _joined(words: Words, chance: random.Random) -> Words:
    if len(words) < _LONG:
        return words
    at = chance.randrange(len(words) - 1)
    return [*words[:at], words[at] + words[at + 1], *words[at + 2 :]]


def _slip(words: Words, chance: random.Random) -> Words:
    """Make one slip of the keyboard in one word: a letter left out, put in, exchanged or swapped with the next."""
    at = chance.randrange(len(words))
    word = words[at]
    if len(word) < _SHORTEST:
        return words
    place = chance.randrange(1, len(word) - 1)
    letter = chance.choice(_LETTERS)
    slipped = chance.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        )
    )
    return [*words[:at], slipped, *words[at + 1 :]]
