"""What the score's kernels take: words, the model's figures, and scratch. Tuples: compiled code reads these."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from comity.screening.index.mapped.types import Bytes, Ids, Longs, Words

Reals = npt.NDArray[np.float64]

UNITS: Final = 24
"""Bytes of a stored reading: its length, then at most 23 units."""
LONGEST: Final = UNITS - 1
JOINED: Final = 2 * UNITS
READINGS: Final = 8
"""Readings of a word that are compared; who has more is compared by the interpreter."""
WORDS: Final = 24
"""Words of a name."""
PAIRS: Final = 3 * WORDS * WORDS
FEATURES: Final = 30
ALPHABET: Final = 128

# Traits of a word, in bits: which writing, which script, how many readings, and what it is by itself.
WRITING_BITS, SCRIPT_SHIFT, READINGS_SHIFT = 7, 3, 7
PARTICLE, ARTICLE, DESCENT = 1 << 12, 1 << 13, 1 << 14
INITIAL, PATRONYMIC, SURNAME = 1 << 15, 1 << 16, 1 << 17
PARTS: Final = INITIAL | PATRONYMIC | SURNAME
"""What a word is in its name, as far as that weighs; of a name taken apart it stands beside each word."""

SETTLED: Final = 1
"""A name's words are those compared; otherwise all of a name's, whose particles have yet to be left out."""


class Lexicon(NamedTuple):
    """Words by number: first readings in letters, all readings in units, votes and bits by origin, most bits, traits.

    Readings of word `i` are `units[first[i]]` and those behind it.
    """

    letters: Bytes
    units: Bytes
    first: Ids
    votes: Reals
    bits: Reals
    most: Reals
    traits: Ids


class Weights(NamedTuple):
    """One model's figures.

    `edits` by writing, kind (exchanged, left out, put in) and two units, in hundredths of a bit; `spelling`: absolute
    and relative by writing; `farthest` by writing. `prior` by origin. `lines`: feature and weight in the order in which
    they are summed, `ends` where each line ends. `steps`: nearness, from and to; `facts`: base, unrelated among near
    pairs and in a base. `dates`: chance and sameness by relation.
    """

    edits: Words
    spelling: Reals
    farthest: Reals
    prior: Reals
    line_features: Longs
    line_weights: Reals
    ends: Longs
    steps: Reals
    facts: Reals
    dates: Reals


class Pad(NamedTuple):
    """Memory of one thread: never shared. `kept`: pairs of words read together, `kept_of`: which, and how long."""

    one: Bytes
    other: Bytes
    form: Bytes
    joined: Bytes
    kept: Bytes
    kept_of: Longs
    grid: Words
    places: Longs
    span: Longs
    value: Reals
    order: Longs
    left: Bytes
    bits: Reals
    sums: Reals
    features: Reals
    name: Longs
    words: Longs
    date: Longs


def pad(origins: int) -> Pad:
    """Return scratch for one thread."""
    return Pad(
        one=np.zeros(JOINED, np.uint8),
        other=np.zeros(JOINED, np.uint8),
        form=np.zeros(JOINED, np.uint8),
        joined=np.zeros(JOINED, np.uint8),
        kept=np.zeros((WORDS, JOINED), np.uint8),
        kept_of=np.zeros((WORDS, 3), np.int64),
        grid=np.zeros(JOINED * JOINED, np.int32),
        places=np.zeros(ALPHABET, np.int64),
        span=np.zeros((PAIRS, 4), np.int64),
        value=np.zeros((PAIRS, 3), np.float64),
        order=np.zeros(PAIRS, np.int64),
        left=np.zeros((2, WORDS), np.uint8),
        bits=np.zeros((2, WORDS), np.float64),
        sums=np.zeros(origins, np.float64),
        features=np.zeros(FEATURES, np.float64),
        name=np.zeros((2, WORDS, 2), np.int64),
        words=np.zeros(WORDS, np.int64),
        date=np.zeros(4, np.int64),
    )
