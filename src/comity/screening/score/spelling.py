"""How far two words are from being spellings of one name, in bits; learnt per group of writing systems."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Levenshtein

from comity.screening.model.records import Model, Spelling, Writing
from comity.screening.names.records import Part, Script, Token

FAR: Final = 40.0
"""Bits between words that share nothing."""
UNSEEN: Final = 900
_CACHE: Final = 1 << 18
_HUNDREDTHS: Final = 100.0
_THOUSANDTHS: Final = 1000.0

WRITING_OF: Final[Mapping[Script, Writing]] = {
    Script.LATIN: Writing.LATIN,
    Script.CYRILLIC: Writing.ALPHABET,
    Script.GREEK: Writing.ALPHABET,
    Script.OTHER: Writing.ALPHABET,
    Script.ARABIC: Writing.CONSONANTS,
    Script.HEBREW: Writing.CONSONANTS,
    Script.THAI: Writing.CONSONANTS,
    Script.HAN: Writing.HAN,
    Script.KANA: Writing.KANA,
    Script.HANGUL: Writing.HANGUL,
    Script.INDIC: Writing.INDIC,
}
# Beyond this share of edited units no spelling is meant; vowels that a script does not write count as edits.
FARTHEST: Final[Mapping[Writing, float]] = {
    Writing.LATIN: 0.6,
    Writing.ALPHABET: 0.6,
    Writing.INDIC: 0.6,
    Writing.CONSONANTS: 0.72,
    Writing.HAN: 0.72,
    Writing.KANA: 0.72,
    Writing.HANGUL: 0.72,
}


def edit_keys(one: str, other: str) -> list[tuple[str, str]]:
    """Return the edits from one word in units to another as keys of the cost table, the exact and the short one."""
    found: list[tuple[str, str]] = []
    for edit in Levenshtein.editops(one, other):
        tag, source, target = edit.tag, edit.src_pos, edit.dest_pos
        if tag == "replace":
            found.append((f"s{one[source]}{other[target]}", f"s{one[source]}"))
        elif tag == "delete":
            found.append((f"d{one[source - 1] if source else '^'}{one[source]}", f"d{one[source]}"))
        else:
            found.append((f"i{other[target - 1] if target else '^'}{other[target]}", f"i{other[target]}"))
    return found


def edit_cost(table: Mapping[str, int], one: str, other: str) -> float:
    """Return the summed costs of all edits in bits."""
    total = 0
    for exact, short in edit_keys(one, other):
        cost = table.get(exact)
        total += table.get(short, UNSEEN) if cost is None else cost
    return total / _HUNDREDTHS


class Speller:
    """Discounts of one model, remembered by words: what was compared once is not compared again."""

    def __init__(self, model: Model) -> None:
        self._tables = {Writing(name): spelling for name, spelling in model.writings.items()}
        self._near = lru_cache(maxsize=_CACHE)(self._least)

    def discount(self, one: Token, other: Token) -> float:
        """Return the bits that the best pair of readings loses against two equal words; `FAR` for different names.

        A name after the father and a name that is not one are never spellings of each other.
        """
        if (one.part is Part.PATRONYMIC) is not (other.part is Part.PATRONYMIC):
            return FAR
        first, second = WRITING_OF[one.script], WRITING_OF[other.script]
        if first is second:
            return self._near(one.units, other.units, Writing.LATIN)
        if first is Writing.LATIN:
            return self._near(other.units, one.units, second)
        return self._near(one.units, other.units, first)

    def _least(self, ones: tuple[str, ...], others: tuple[str, ...], writing: Writing) -> float:
        spelling = self._tables[writing]
        best = FAR
        for one in ones:
            for other in others:
                if one == other:
                    return 0.0
                best = min(best, self._between(spelling, writing, one, other))
        return best

    @staticmethod
    def _between(spelling: Spelling, writing: Writing, one: str, other: str) -> float:
        most = FARTHEST[writing] * max(len(one), len(other)) + 0.5
        if Levenshtein.distance(one, other, score_cutoff=int(most)) > most:
            return FAR
        cost = edit_cost(spelling.edits, one, other)
        if writing is Writing.LATIN:
            cost = min(cost, edit_cost(spelling.edits, other, one))
        return min(FAR, (spelling.absolute + spelling.relative / len(other)) * cost / _THOUSANDTHS)
