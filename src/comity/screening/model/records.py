"""The model as data: what was learnt, what was set by judgement and from which costs. No name stands in it.

Figures are integers, hundredths or thousandths of a bit, so that a model has one canonical form and one digest.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

import msgspec

SCHEMA: Final = 1


@unique
class Writing(StrEnum):
    """Groups of writing systems that lose the same on the way to Latin letters: each has spelling costs of its own."""

    LATIN = "latin"
    ALPHABET = "alphabet"
    CONSONANTS = "consonants"
    HAN = "han"
    KANA = "kana"
    HANGUL = "hangul"
    INDIC = "indic"


class Spelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What differences of spelling cost, for one group of writing systems against Latin.

    `edits`: hundredths of a bit by edit in units: `sxy` x for y, `ixy` y put in after x, `dxy` y left out after x; the
    short forms (`sx`, `iy`, `dy`) where the pair was too rare. `absolute` and `relative` turn the sum, and the sum by
    unit of the word, into bits that a word pair loses (thousandths).
    """

    edits: dict[str, int]
    absolute: int
    relative: int


class Origins(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Term frequencies by name origin, used inside one comparison and gone with it.

    `tokens`: records of a 4-byte keyed hash of the word's units, then one byte an origin: rarity in eighths of a bit.
    `grams`: by hashed group of three units, one signed byte an origin: log likelihood in eighths of a bit, centred.
    `letters`: hundredths of a bit by pair of units, which gives the rarity of a word never seen.
    `prior`: hundredths of a bit by origin.
    """

    count: int
    tokens: bytes
    grams: bytes
    letters: dict[str, int]
    prior: tuple[int, ...]


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What decides the weight of dates of birth.

    `years`: how many years of birth persons spread over (the inverse of the chance that two share one), in tenths.
    `kin`: parts in a million of pairs near in name that share the full date and are two persons (twins, namesakes).
    `new_year`: parts in a thousand of stored dates that say 1 January for a year alone. `same`: how often two
    statements about one person stand in each relation, parts in ten thousand.
    """

    years: int
    kin: int
    new_year: int
    same: dict[str, int]


class Costs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What errors cost, in one unit: a needless visit to the second line. Bands follow from these and the prior.

    `miss`: a listed person let through. `false_probable`: an innocent person announced as probable. `listed`: parts in
    a million of travellers who are on a list.
    """

    miss: int
    false_probable: int
    missed_probable: int
    listed: int


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of the model. `names`: weights of the features of two names, thousandths of a bit by feature.

    `nearness`: pairs of name evidence among candidates and what the same likeness is worth in a whole base, both in
    thousandths, in order. `fields`: weights of country, sex and document, thousandths by relation.
    `threshold`: evidence from which a pair put forward counts as a match.
    """

    schema: int
    version: str
    writings: dict[str, Spelling]
    origins: Origins
    names: dict[str, int]
    nearness: tuple[tuple[int, int], ...]
    unrelated: int
    dates: Dates
    fields: dict[str, int]
    threshold: int
    prior: int
    costs: Costs
