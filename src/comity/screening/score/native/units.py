"""Kernel: letters to units, the twin of `names.units.encode`, for words that are read together only when compared."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from comity.screening.index.mapped.engine import compiled, inlined, whole
from comity.screening.index.mapped.types import Bytes
from comity.screening.names.units import GROUPS

_WIDE: Final = 12
"""Bytes of a rule: length, code, letters that must stand before, what must stand right before, then the letters."""
_LENGTH, _CODE, _BEFORE, _BEHIND, _TEXT = 0, 1, 2, 3, 4
_ANY, _AFTER_EO, _AFTER_VOWEL = 0, 1, 2
_A, _B, _D, _E, _F, _H, _I, _L, _N, _O, _R, _S, _U, _Z = (ord(letter) for letter in "abdefhilnorsuz")
_SERVANT, _ARTICLE = ord("9"), ord("0")


def _spelt(*parts: tuple[str, ...]) -> list[str]:
    return ["".join(each) for each in product(*parts)]


# The endings of `names.units`, written out: each of these is the whole rest of a word.
_BEFORE_OV: Final = ("iy", "y", "i", "j", "")
_ENDINGS: Final = (
    *((text, "P", 1, _ANY) for text in _spelt(_BEFORE_OV, ("o", "e"), ("v",), ("i", "y"), ("ch", "c"))),
    *((text, "N", 1, _ANY) for text in _spelt(_BEFORE_OV, ("ov", "ev", "iv"), ("n",), ("a", "e"))),
    *((text, "A", 2, _ANY) for text in ("aya", "aia", "aja")),
    *((text, "y", 2, _ANY) for text in ("iy", "ij", "yi", "ii", "yj", "ey", "ei", "i")),
    *((text, "v", 1, _AFTER_EO) for text in ("ff", "w")),
    ("h", "H", 1, _AFTER_VOWEL),
)


def _rules(told: tuple[tuple[str, str, int, int], ...]) -> Bytes:
    rules = np.zeros((len(told), _WIDE), np.uint8)
    for rule, (text, code, before, behind) in zip(rules, told, strict=True):
        rule[: _TEXT + len(text)] = (len(text), ord(code), before, behind, *text.encode())
    return rules


# Of one length at a time, in their order: two rules that fit one rest of a word are of equal length.
ENDINGS: Final = _rules(tuple(sorted(_ENDINGS, key=lambda rule: len(rule[0]))))
LONGEST_ENDING: Final = 7
ENDING_STARTS: Final = np.searchsorted(ENDINGS[:, _LENGTH], np.arange(LONGEST_ENDING + 2)).astype(np.int64)
# By their first letters, in the order that they have.
GROUP_RULES: Final = _rules(tuple((text, code, 0, _ANY) for text, code in sorted(GROUPS, key=lambda rule: rule[0][0])))
GROUP_STARTS: Final = np.searchsorted(GROUP_RULES[:, _TEXT], np.arange(257)).astype(np.int64)
"""Where the groups of each first letter begin."""
ENDS: Final = np.zeros((LONGEST_ENDING + 1, 256), np.uint8)
"""Whether an ending of a length begins with a letter."""
ENDS[ENDINGS[:, _LENGTH], ENDINGS[:, _TEXT]] = 1


@inlined
def _fits(rules: Bytes, row: int, text: Bytes, at: int, end: int) -> bool:
    length = whole(rules[row, _LENGTH])
    fits = at + length <= end
    place = 0
    while fits and place < length:
        fits = rules[row, _TEXT + place] == text[at + place]
        place += 1
    return fits


@compiled
def _is_vowel(letter: int) -> bool:
    return letter in (_A, _E, _I, _O, _U)


@compiled
def _stands_behind(kind: int, text: Bytes, at: int) -> bool:
    if kind == _AFTER_EO:
        return whole(text[at - 1]) in (_E, _O)
    return kind != _AFTER_VOWEL or _is_vowel(whole(text[at - 1]))


@compiled
def _start(text: Bytes, end: int) -> tuple[int, int]:
    """Return the code of what a word begins with and how many letters that takes, 0 and 0 for nothing of its own."""
    if end >= 5 and text[0] == _A and text[1] == _B and text[2] == _D:  # noqa: PLR2004 - `abdul`
        vowel, last = whole(text[3]), whole(text[4])
        if last == _L and vowel in (_A, _E, _O, _U):
            return _SERVANT, 5
        if vowel in (_A, _E, _U) and last in (_R, _S, _Z, _N) and end > 5 and text[5] == last:  # noqa: PLR2004 - as above
            return _SERVANT, 5
    if end >= 6 and (text[0] == _A or text[0] == _E) and text[1] == _L:  # noqa: PLR2004 - article and four letters
        third = whole(text[2])
        if _B <= third <= _Z and third != _L and not _is_vowel(third):
            return _ARTICLE, 2
    return 0, 0


@compiled
def _ending(text: Bytes, at: int, end: int) -> int:
    """Return the code of the ending that all of the rest of a word is, 0 where it is none."""
    if end - at > LONGEST_ENDING or ENDS[end - at, text[at]] == 0:
        return 0
    for row in range(ENDING_STARTS[end - at], ENDING_STARTS[end - at + 1]):
        if (
            at >= whole(ENDINGS[row, _BEFORE])
            and _fits(ENDINGS, row, text, at, end)
            and _stands_behind(whole(ENDINGS[row, _BEHIND]), text, at)
        ):
            return whole(ENDINGS[row, _CODE])
    return 0


@compiled
def _step(text: Bytes, at: int, end: int) -> tuple[int, int]:
    """Return the code of what stands at a place, and how many letters it takes."""
    if at == 0:
        code, taken = _start(text, end)
        if taken > 0:
            return code, taken
    code = _ending(text, at, end)
    if code > 0:
        return code, end - at
    letter = whole(text[at])
    for row in range(GROUP_STARTS[letter], GROUP_STARTS[letter + 1]):
        if _fits(GROUP_RULES, row, text, at, end):
            return whole(GROUP_RULES[row, _CODE]), whole(GROUP_RULES[row, _LENGTH])
    return letter, 1


@compiled
def write_units(text: Bytes, end: int, out: Bytes) -> int:
    """Write `text[:end]` (letters a-z and digits) in units to `out` and return how many there are."""
    at, length = 0, 0
    while at < end:
        code, taken = _step(text, at, end)
        at += taken
        if length == 0 or whole(out[length - 1]) != code:
            out[length] = code
            length += 1
    return length
