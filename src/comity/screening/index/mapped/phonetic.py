"""How a name part sounds, roughly and for any romanisation, and how far two of them are apart.

Codes are 1 to 26 for letters, 27 for the affricate of `ch`, `tsch`, `cz`, `ts`, and 28 for everything else. The rules
merge what the usual romanisations of Cyrillic, Arabic, Indic, Han and Hangul names write differently. They are made for
finding: what is merged here is told apart by whoever scores afterwards.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from comity.screening.index.mapped.engine import compiled, inlined, whole
from comity.screening.index.mapped.types import Bytes, Words

WIDTH: Final = 16
"""Bytes of a stored sound: its length, then at most 15 codes."""
LONGEST: Final = WIDTH - 1
SYMBOLS: Final = 32
SKELETON: Final = 12
"""Consonants of a skeleton that count."""
AFFRICATE: Final = 27
OTHER: Final = 28

_A, _B, _D, _E, _H, _I, _O, _P, _S, _T, _U, _Z = 1, 2, 4, 5, 8, 9, 15, 16, 19, 20, 21, 26
_SMALL_A, _SMALL_Z = ord("a"), ord("z")
_FAR: Final = 10
_SWAP: Final = 6

_SPELT: Final = {
    "tsch": "!", "tsh": "!", "tch": "!", "ts": "!", "tz": "!", "th": "t", "sch": "s", "sh": "s", "sz": "s",
    "ch": "!", "cz": "!", "ck": "k", "dsch": "j", "dzh": "j", "dj": "j", "dh": "d", "dz": "z", "zh": "z",
    "kh": "h", "ph": "f", "gh": "g", "ou": "u", "oo": "u", "ee": "i", "ae": "a", "oe": "o", "ue": "u",
    "c": "k", "w": "v", "q": "k", "x": "s", "y": "i", "j": "i",
}  # fmt: skip
"""What letters stand for; the longest that fits goes first. `!` is the affricate."""
_SPELT_BEFORE: Final = {"ce": "!", "ci": "!", "cy": "!", **{one + two: "j" for one in "yj" for two in "aeiou"}}
"""What the first letter of a pair stands for where the second follows."""
_SPELT_FIRST: Final = {"hs": "s"}
"""What letters stand for at the beginning of a name part."""
_PATTERN: Final = 4
_CODE, _TAKEN, _FIRST_ONLY = 4, 5, 6

_NEAR: Final = {
    "sz": 2, "s!": 4, "k!": 5, "z!": 4, "t!": 6, "kg": 4, "kh": 5, "gh": 4, "td": 4, "bp": 4, "vf": 4, "vb": 5,
    "vu": 4, "ij": 2, "jz": 5, "jg": 5, "j!": 6, "mn": 5, "lr": 6, "fp": 5, "je": 4, "vo": 5,
    "ae": 3, "ai": 4, "ao": 3, "au": 4, "ei": 2, "eo": 4, "eu": 4, "io": 5, "iu": 4, "ou": 2,
}  # fmt: skip
_LOSS: Final = {"a": 4, "e": 3, "i": 4, "o": 4, "u": 4, "h": 3, "j": 4}


def _code(letter: str) -> int:
    return AFFRICATE if letter == "!" else ord(letter) - ord("a") + 1


def _substitutions() -> Bytes:
    """Return the cost of one sound for another, in tenths."""
    cost = np.full((SYMBOLS, SYMBOLS), _FAR, np.uint8)
    np.fill_diagonal(cost, 0)
    for (one, other), tenths in ((tuple(pair), tenths) for pair, tenths in _NEAR.items()):
        cost[_code(one), _code(other)] = cost[_code(other), _code(one)] = tenths
    return cost


def _losses() -> Bytes:
    """Return the cost of a sound that one side lacks, in tenths."""
    cost = np.full(SYMBOLS, _FAR, np.uint8)
    for letter, tenths in _LOSS.items():
        cost[_code(letter)] = tenths
    return cost


def _rules() -> tuple[Bytes, Words]:
    """Return the rules in order of their first letter, the longest first, and where those of each letter begin."""
    told = [(text, code, len(text), 0) for text, code in _SPELT.items()]
    told += [(text, code, 1, 0) for text, code in _SPELT_BEFORE.items()]
    told += [(text, code, len(text), 1) for text, code in _SPELT_FIRST.items()]
    told.sort(key=lambda rule: (rule[0][0], -len(rule[0]), rule[0]))
    rules = np.zeros((len(told), 7), np.uint8)
    starts = np.zeros(SYMBOLS + 1, np.int32)
    for row, (text, code, taken, first) in zip(rules, told, strict=True):
        row[: len(text)] = [_code(letter) for letter in text]
        row[_CODE], row[_TAKEN], row[_FIRST_ONLY] = _code(code), taken, first
        starts[_code(text[0]) + 1 :] += 1
    return rules, starts


RULES, RULE_STARTS = _rules()
SUBSTITUTION: Final = _substitutions()
LOSS: Final = _losses()


@compiled
def _at(text: Bytes, end: int, place: int) -> int:
    """Return the letter at a place as its number in the alphabet, 0 past the end, `OTHER` for all that is no letter."""
    if place >= end:
        return 0
    letter = whole(text[place])
    if _SMALL_A <= letter <= _SMALL_Z:
        return letter - _SMALL_A + 1
    return OTHER


@compiled
def _is_vowel(code: int) -> bool:
    return code in (_A, _E, _I, _O, _U)


@compiled
def _rule(text: Bytes, end: int, place: int, first: int) -> tuple[int, int]:
    """Return the code of what stands at a place, and how many letters it takes."""
    one = _at(text, end, place)
    for at in range(RULE_STARTS[one], RULE_STARTS[one + 1]):
        fits = RULES[at, _FIRST_ONLY] == 0 or first == 1
        for ahead in range(1, _PATTERN):
            wanted = RULES[at, ahead]
            fits = fits and (wanted == 0 or wanted == _at(text, end, place + ahead))
        if fits:
            return whole(RULES[at, _CODE]), whole(RULES[at, _TAKEN])
    return one, 1


@compiled
def sound(text: Bytes, start: int, end: int, out: Bytes) -> int:
    """Write the codes of `text[start:end]` (lower-case ASCII) to `out`, at most 15, and return how many there are."""
    place, length = start, 0
    while place < end and length < LONGEST:
        code, taken = _rule(text, end, place, 1 if place == start else 0)
        place += taken
        if length == 0 or out[length - 1] != code:
            out[length] = code
            length += 1
    return length


@compiled
def skeleton(codes: Bytes, start: int, length: int) -> int:
    """Return the consonants of a sound, voiced and voiceless alike, at most twelve, five bits each from the top down.

    So skeletons in order stand in the order of their consonants, and those that begin alike are neighbours.
    """
    packed, last = 0, 0
    taken = 0
    for place in range(start, start + length):
        code = whole(codes[place])
        if _is_vowel(code) or code == _H:
            last = 0
            continue
        if code == _Z:
            code = _S
        elif code == _D:
            code = _T
        elif code == _B:
            code = _P
        if code != last and taken < SKELETON:
            packed |= code << 5 * (SKELETON - 1 - taken)
            taken += 1
        last = code
    return packed


@compiled
def consonants(packed: int) -> int:
    """Return how many consonants a skeleton has."""
    count = 0
    while count < SKELETON and (packed >> 5 * (SKELETON - 1 - count)) & 31:
        count += 1
    return count


@compiled
def without(packed: int, place: int) -> int:
    """Return a skeleton that lacks the consonant at a place."""
    shift = 5 * (SKELETON - 1 - place)
    behind = packed & ((1 << shift) - 1)
    return (packed >> (shift + 5)) << (shift + 5) | behind << 5


@compiled
def signature(codes: Bytes, start: int, length: int) -> int:
    """Return 63 bits, of which each pair of neighbouring codes (edges included) sets one."""
    bits, before = 0, 0
    for place in range(length + 1):
        code = whole(codes[start + place]) if place < length else 0
        bits |= 1 << ((before * 37 + code * 11) % 63)
        before = code
    return bits


@compiled
def first_row(asked: Bytes, rows: Words) -> None:
    """Begin the table of distances to one sound (its length, then its codes). `rows` is scratch of 16 x 16."""
    rows[0] = 0
    for j in range(1, whole(asked[0]) + 1):
        rows[j] = rows[j - 1] + LOSS[asked[j]]


@inlined
def distance(asked: Bytes, stored: Bytes, at: int, known: int, limit: int, rows: Words) -> tuple[int, int]:
    """Return how far a stored sound is from the asked one, in tenths of a letter, or a number above `limit`.

    Row i of `rows` belongs to the first i codes of the stored sound; the first `known` of them hold already, from a
    stored sound that begins alike. The second number says how many rows hold now.
    """
    height, width = whole(stored[at]), whole(asked[0])
    last_least = limit
    for i in range(known + 1, height + 1):
        one = stored[at + i]
        loss = whole(LOSS[one])
        above, below = (i - 1) * WIDTH, i * WIDTH
        corner = whole(rows[above])
        best = corner + loss
        rows[below] = best
        least = best
        for j in range(1, width + 1):
            other = asked[j]
            up = whole(rows[above + j])
            best = min(best + whole(LOSS[other]), up + loss, corner + whole(SUBSTITUTION[one, other]))
            if i > 1 and j > 1 and other == stored[at + i - 1] and asked[j - 1] == one:
                best = min(best, whole(rows[above - WIDTH + j - 2]) + _SWAP)
            rows[below + j] = best
            least = min(least, best)
            corner = up
        # Two rows, because a swap leaps over one.
        if least > limit and last_least > limit:
            return least, i
        last_least = least
    return whole(rows[height * WIDTH + width]), height
