"""Text as the index compares it: names without case, marks and punctuation; document numbers as letters and digits.

Every function is idempotent, so that a stored key and a fresh one are always made alike. Nothing is transliterated: a
name in another script is compared in that script.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_APOSTROPHES: Final = re.compile("['\\u2018\\u2019\\u02bc\\u02bb`\\u00b4]")
_ASCII_WORDS: Final = re.compile("[0-9a-z]+")
_UMLAUT: Final = re.compile("([aou])e+")
_LETTERS: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u0131": "i", "ħ": "h", "ŧ": "t"}
)
"""Letters with a stroke or of two letters, which Unicode does not take apart (Doc 9303-3 section 6 writes them so)."""


def normal_name(text: str) -> str:
    """Return a name in lower case without marks; hyphens and machine-zone fillers are spaces, apostrophes vanish."""
    if text.isascii():
        return " ".join(_ASCII_WORDS.findall(_APOSTROPHES.sub("", text.lower())))
    previous = ""
    while previous != text:
        # Case folding and compatibility forms can each open a door for the other; two rounds settle all but oddities.
        previous, text = text, _once(text)
    return text


def name_tokens(text: str) -> tuple[str, ...]:
    """Return the words of a name, each once, in order."""
    return tuple(dict.fromkeys(normal_name(text).split()))


def token_key(token: str) -> str:
    """Return what a word, or each word of a name, is found by: `mueller`, `müller` and `muller` alike.

    Doc 9303-3 writes Ü as UE.
    """
    return _UMLAUT.sub(r"\1", token)


def normal_number(text: str) -> str:
    """Return a document number as upper-case letters and digits, without fillers, spaces and dashes."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in unicodedata.normalize("NFKC", folded) if character.isalnum())


def _once(text: str) -> str:
    """Do all of it for any script; the short way for plain letters in `normal_name` gives the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    apart = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", folded)).translate(_LETTERS)
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join("".join(character if character.isalnum() else " " for character in bare).split())
