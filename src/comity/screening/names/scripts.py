"""Which writing system a character belongs to, and letters that look alike across systems."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from comity.screening.names.records import Script

# First code point of each block of letters, in order (The Unicode Standard 16, Blocks.txt); what lies before the
# first letter of a block, or in none, is OTHER.
_BLOCKS: Final = (
    (0x0000, Script.LATIN),
    (0x0370, Script.GREEK),
    (0x0400, Script.CYRILLIC),
    (0x0530, Script.OTHER),
    (0x0590, Script.HEBREW),
    (0x0600, Script.ARABIC),
    (0x0700, Script.OTHER),
    (0x0750, Script.ARABIC),
    (0x0780, Script.OTHER),
    (0x08A0, Script.ARABIC),
    (0x0900, Script.INDIC),
    (0x0E00, Script.THAI),
    (0x0E80, Script.OTHER),
    (0x1100, Script.HANGUL),
    (0x1200, Script.OTHER),
    (0x1C80, Script.CYRILLIC),
    (0x1C90, Script.OTHER),
    (0x1D00, Script.LATIN),
    (0x1F00, Script.GREEK),
    (0x2000, Script.LATIN),
    (0x2C80, Script.OTHER),
    (0x2DE0, Script.CYRILLIC),
    (0x2E00, Script.OTHER),
    (0x2E80, Script.HAN),
    (0x3005, Script.HAN),
    (0x3040, Script.KANA),
    (0x3100, Script.OTHER),
    (0x3130, Script.HANGUL),
    (0x3190, Script.OTHER),
    (0x31F0, Script.KANA),
    (0x3200, Script.OTHER),
    (0x3400, Script.HAN),
    (0xA000, Script.OTHER),
    (0xA640, Script.CYRILLIC),
    (0xA6A0, Script.OTHER),
    (0xA720, Script.LATIN),
    (0xA800, Script.INDIC),
    (0xAC00, Script.HANGUL),
    (0xD7FC, Script.OTHER),
    (0xF900, Script.HAN),
    (0xFB00, Script.LATIN),
    (0xFB1D, Script.HEBREW),
    (0xFB50, Script.ARABIC),
    (0xFE00, Script.OTHER),
    (0xFE70, Script.ARABIC),
    (0xFF00, Script.LATIN),
    (0xFF66, Script.KANA),
    (0xFFA0, Script.OTHER),
    (0x20000, Script.HAN),
    (0x32000, Script.OTHER),
)
_STARTS: Final = tuple(start for start, _ in _BLOCKS)

# Letters of Cyrillic and Greek that are drawn like Latin ones (lower case): what a forger swaps, and what a keyboard
# left in the wrong layout types. Facts of the letters' shapes; compare Unicode Technical Standard 39, confusables.
_LIKE_LATIN: Final = {
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "к": "k", "м": "m", "н": "h",
    "о": "o", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t", "у": "y", "ѵ": "v", "ԝ": "w", "х": "x", "ё": "e", "ї": "i",
    "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u",
    "χ": "x", "γ": "y", "ϲ": "c",
}  # fmt: skip
_TO_LATIN: Final = str.maketrans(_LIKE_LATIN)
_TO_CYRILLIC: Final = str.maketrans(
    {latin: other for other, latin in reversed(_LIKE_LATIN.items()) if other > "\u0400"}
)
_TO_GREEK: Final = str.maketrans({latin: other for other, latin in reversed(_LIKE_LATIN.items()) if other < "\u0400"})


def script_of_letter(character: str) -> Script:
    """Return the writing system of one letter."""
    return _BLOCKS[bisect_right(_STARTS, ord(character)) - 1][1]


def script_of(word: str) -> Script:
    """Return the writing system of most letters of a word; LATIN for a word without letters."""
    if word.isascii():
        return Script.LATIN
    counts: dict[Script, int] = {}
    for character in word:
        if character.isalpha():
            script = script_of_letter(character)
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=counts.__getitem__) if counts else Script.LATIN


def without_look_alikes(word: str) -> str:
    """Return a word that mixes Latin with Cyrillic or Greek letters in the one script that most of it is in.

    Words of one script, and mixtures that are no deception (kana with Han), come back as they are.
    """
    if word.isascii():
        return word
    scripts = {script_of_letter(character) for character in word if character.isalpha()}
    if Script.LATIN not in scripts or not scripts & {Script.CYRILLIC, Script.GREEK}:
        return word
    main = script_of(word)
    if main is Script.CYRILLIC:
        return word.translate(_TO_CYRILLIC)
    return word.translate(_TO_GREEK if main is Script.GREEK else _TO_LATIN)
