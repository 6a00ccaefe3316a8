"""The letters of the machine readable zone: ICAO Doc 9303-3, section 6 (transliterations recommended for use by States).

A chip gives `Müller`, the zone `MUELLER`; Cyrillic and Arabic names reach the zone by tables A to C of that section.
"""

from __future__ import annotations

from typing import Final

ZONE_NAME_LENGTH: Final = 39
"""Characters for the whole name in the zone of a passport (Doc 9303-4, 4.2.2.1); what is longer is cut there."""

# Table 6-A: Latin letters that the zone writes with two (others lose their mark, which ICU's Latin-ASCII does too).
_LATIN: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ĳ": "ij",
     "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ĸ": "q", "ŉ": "n"}
)  # fmt: skip

# Table 6-B: Cyrillic. Ё, Й, Ь, Ъ, Ґ and the letters of other languages as there.
_CYRILLIC: Final = str.maketrans(
    {"а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
     "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
     "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e",
     "ю": "iu", "я": "ia", "ґ": "g", "ў": "u", "ѣ": "ie", "ѳ": "f", "ѵ": "y", "ђ": "d", "є": "ie", "ї": "i",
     "ј": "j", "љ": "lj", "њ": "nj", "ќ": "k", "ѕ": "dz", "џ": "dz", "ғ": "g", "қ": "k", "ң": "n", "ө": "o",
     "ұ": "u", "ү": "u", "һ": "h", "ә": "a", "ҳ": "h", "ҷ": "j", "ӣ": "i", "ӯ": "u", "ѓ": "g", "ћ": "c"}
)  # fmt: skip


def zone_latin(word: str) -> str:
    """Return a lower-case Latin word with letters that the zone writes with two letters so written."""
    return word.translate(_LATIN)


def from_cyrillic(word: str) -> str:
    """Return a lower-case Cyrillic word in the letters of the zone; unknown letters stay."""
    return word.translate(_CYRILLIC)


def is_cut_off(text: str) -> bool:
    """Say whether a name as read from the zone fills all its places, so that it may go on."""
    return len(text.rstrip("<")) >= ZONE_NAME_LENGTH and "<" in text
