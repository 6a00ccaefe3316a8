"""What a surname becomes in another form of itself: where it ends by whether a man or a woman bears it.

One person may be written either way: a daughter by her father's form, a wife by her husband's, and papers made abroad
by whichever was read first. The families are those of the languages' own grammar, in the letters a-z, and say nothing
of who bears a name. What sounds almost the same (Novy, Nova) need not be here. A candidate made here is looked up,
never assumed: only what is stored counts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_SHORTEST_STEM: Final = 3
_VOWELS: Final = "aeiou"
_CACHE: Final = 1 << 16

_FAMILIES: Final = (
    # Polish: Nowak, Nowakowa, Nowakówna; Zaręba, Zarębina, Zarębianka; Puchała, Puchalanka.
    ("", "owa", "owna"),
    ("", "ewa", "ewna"),
    ("", "iowa", "iowna"),
    ("a", "ina", "yna", "anka", "ianka", "owa", "owna"),
    # The consonant before -ina, -yna and -anka softens: t, d, r, k, g, ch, c and st, zd.
    ("ta", "cina", "cianka"),
    ("da", "dzina", "dzianka"),
    ("ra", "rzyna", "rzanka"),
    ("ka", "czyna", "czanka"),
    ("ga", "zyna", "zanka"),
    ("cha", "szyna", "szanka"),
    ("ca", "czyna", "czanka"),
    ("sta", "scina", "scianka"),
    ("zda", "zdzina", "zdzianka"),
    ("o", "owa", "owna", "ova"),
    ("i", "iowa", "iowna"),
    # Czech, Slovak, Bulgarian: Novák, Nováková; Hájek, Hájková; Němec, Němcová; Svoboda, Svobodová.
    ("", "ova", "eva"),
    ("a", "ova"),
    ("ek", "kova"),
    ("ek", "kowa", "kowna"),
    ("ec", "cova"),
    ("iec", "cowa", "cowna"),
    ("ik", "ikova"),
    ("el", "lova"),
    # Adjectives: Dostoevsky, Dostoevskaya; Tolstoy, Tolstaya.
    ("y", "aya", "aia", "aja"),
    ("i", "aya", "aia", "aja"),
    ("ij", "aya", "aia", "aja"),
    ("iy", "aya", "aia", "aja"),
    ("ii", "aya", "aia", "aja"),
    ("yi", "aya", "aia", "aja"),
    ("yj", "aya", "aia", "aja"),
    ("oy", "aya", "aia", "aja"),
    ("oi", "aya", "aia", "aja"),
    ("oj", "aya", "aia", "aja"),
    # Lithuanian: Kazlauskas, Kazlauskienė, Kazlauskaitė; Petkus, Petkuvienė, Petkutė.
    ("as", "iene", "aite", "e"),
    ("a", "iene", "aite"),
    ("is", "iene", "yte", "e"),
    ("ys", "iene", "yte", "e"),
    ("e", "iene", "yte"),
    ("us", "iene", "uviene", "ute", "iute", "yte", "e"),
    ("ius", "iene", "iute", "e"),
    # Hungarian: Kovács, Kovácsné.
    ("", "ne"),
)  # fmt: skip
"""Endings that one stem may have in turn, the man's first; the woman's stand for each other as well."""


def _turned() -> dict[str, tuple[str, ...]]:
    """Return the endings that each may be exchanged for."""
    others: dict[str, dict[str, None]] = {}
    for family in _FAMILIES:
        for ending in family:
            others.setdefault(ending, {}).update((other, None) for other in family if other != ending)
    return {ending: tuple(each) for ending, each in others.items()}


_OTHERS: Final = _turned()
_LONGEST: Final = max(map(len, _OTHERS))


@lru_cache(maxsize=_CACHE)
def other_endings(word: str) -> tuple[str, ...]:
    """Return what a word (letters a-z) may be in another of its forms: candidates to look up, most of them nobody's."""
    found: dict[str, None] = {}
    for length in range(min(_LONGEST, len(word) - _SHORTEST_STEM) + 1):
        stem = word[: len(word) - length]
        if length == 0 and word[-1:] in _VOWELS:
            continue
        for other in _OTHERS.get(word[len(stem) :], ()):
            if other or stem[-1] not in _VOWELS:
                found[stem + other] = None
    return tuple(found)
