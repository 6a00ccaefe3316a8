"""How a name part sounds, roughly and for any romanisation, and how far two of them are apart.

Codes are 1 to 26 for letters, 27 for the affricate of `ch`, `tsch`, `cz`, `ts`, and 28 for everything else. The rules
merge what the usual romanisations of Cyrillic, Arabic, Indic, Han and Hangul names write differently. They are made for
finding: what is merged here is told apart by whoever scores afterwards.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.types import Bytes, Words

WIDTH: Final = 16
"""Bytes of a stored sound: its length, then at most 15 codes."""
LONGEST: Final = WIDTH - 1
SYMBOLS: Final = 32
SKELETON: Final = 12
"""Consonants of a skeleton that count."""
AFFRICATE: Final = 27
OTHER: Final = 28

_A, _B, _C, _D, _E, _F, _G, _H, _I, _J, _K, _L, _M, _N, _O, _P = range(1, 17)
_Q, _R, _S, _T, _U, _V, _W, _X, _Y, _Z = range(17, 27)
_FAR: Final = 10
_SWAP: Final = 6

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


SUBSTITUTION: Final = _substitutions()
LOSS: Final = _losses()


@compiled
def _at(text: Bytes, end: int, place: int) -> int:
    """Return the letter at a place as its number in the alphabet, 0 past the end, `OTHER` for all that is no letter."""
    if place >= end:
        return 0
    letter = whole(text[place])
    if 97 <= letter <= 122:  # noqa: PLR2004 - a to z
        return letter - 96
    return OTHER


@compiled
def _is_vowel(code: int) -> bool:
    return code in {_A, _E, _I, _O, _U}


@compiled
def _hushing(one: int, two: int, three: int, four: int) -> tuple[int, int]:
    """Read combinations that begin with s, c, t, d or z: code and letters taken, 0 letters where there is none."""
    code, taken = 0, 0
    if one == _T:
        if two == _S and three == _C and four == _H:
            code, taken = AFFRICATE, 4
        elif (two == _S and three == _H) or (two == _C and three == _H):
            code, taken = AFFRICATE, 3
        elif two in {_S, _Z}:
            code, taken = AFFRICATE, 2
        elif two == _H:
            code, taken = _T, 2
    elif one == _S:
        if two == _C and three == _H:
            code, taken = _S, 3
        elif two in {_H, _Z}:
            code, taken = _S, 2
    elif one == _C:
        if two in {_H, _Z}:
            code, taken = AFFRICATE, 2
        elif two == _K:
            code, taken = _K, 2
        elif two in {_E, _I, _Y}:
            code, taken = AFFRICATE, 1
        else:
            code, taken = _K, 1
    elif one == _D:
        if two == _S and three == _C and four == _H:
            code, taken = _J, 4
        elif two == _Z and three == _H:
            code, taken = _J, 3
        elif two == _J:
            code, taken = _J, 2
        elif two == _H:
            code, taken = _D, 2
        elif two == _Z:
            code, taken = _Z, 2
    elif one == _Z and two == _H:
        code, taken = _Z, 2
    return code, taken


@compiled
def _plain(one: int, two: int, first: bool) -> tuple[int, int]:  # noqa: FBT001 - compiled code takes no keywords
    """Read any other letter or pair: code and letters taken."""
    code, taken = one, 1
    if one == _K and two == _H:
        code, taken = _H, 2
    elif one == _P and two == _H:
        code, taken = _F, 2
    elif one == _G and two == _H:
        code, taken = _G, 2
    elif first and one == _H and two == _S:
        code, taken = _S, 2
    elif one == _W:
        code = _V
    elif one == _Q:
        code = _K
    elif one == _X:
        code = _S
    elif one in {_Y, _J}:
        code = _J if _is_vowel(two) else _I
    elif one == _O and two in {_U, _O}:
        code, taken = _U, 2
    elif one == _E and two == _E:
        code, taken = _I, 2
    elif one in {_A, _O, _U} and two == _E:
        taken = 2
    return code, taken


@compiled
def sound(text: Bytes, start: int, end: int, out: Bytes) -> int:
    """Write the codes of `text[start:end]` (lower-case ASCII) to `out`, at most 15, and return how many there are."""
    place, length = start, 0
    while place < end and length < LONGEST:
        one, two = _at(text, end, place), _at(text, end, place + 1)
        code, taken = _hushing(one, two, _at(text, end, place + 2), _at(text, end, place + 3))
        if taken == 0:
            code, taken = _plain(one, two, place == start)
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


@compiled
def distance(asked: Bytes, stored: Bytes, at: int, known: int, limit: int, rows: Words) -> tuple[int, int]:  # noqa: PLR0917
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
