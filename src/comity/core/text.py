"""Text from readers and forms: brought to NFC once, at the door, and free of what screens and logs cannot show safely.

Refused are control characters, Unicode noncharacters, half surrogates, and the characters that force a direction of
writing (UAX 9 embeddings, overrides and isolates), because they let a text show other than what it says. Kept are the
joiners and direction marks that Persian, Arabic, Hebrew and Indic names need.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

from comity.core.errors import BadInput
from comity.core.said import say

MAX_LINE: Final = 200
MAX_TEXT: Final = 10_000

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAK: Final = re.compile(r"[\t\n\u2028\u2029]")
_FORCED_DIRECTION: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_NONCHARACTER: Final = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)) + "]"
)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")

_REFUSED: Final = (
    (_SURROGATE, "text.lone-surrogate", "Text holds half of a surrogate pair."),
    (_CONTROL, "text.control-character", "Text holds a control character."),
    (_FORCED_DIRECTION, "text.forced-direction", "Text holds a character that forces the direction of writing."),
    (_NONCHARACTER, "text.noncharacter", "Text holds a code point that is no character."),
)


def nfc(text: str) -> str:
    """Bring text to Unicode normal form C; nothing else is changed."""
    return normalize("NFC", text)


def clean_line(text: str, field: str = "$", max_chars: int = MAX_LINE, *, may_be_empty: bool = False) -> str:
    """Read one line (a name, a number of a document): NFC, no outer white space, no line break or tab.

    Raises BadInput `text.empty`, `text.too-long`, `text.line-break`, `text.control-character`,
    `text.forced-direction`, `text.noncharacter`, `text.lone-surrogate`. `max_chars` counts code points after NFC.
    """
    line = _clean(text, field, max_chars, may_be_empty=may_be_empty)
    if not line.isprintable() and _BREAK.search(line):
        raise BadInput("text.line-break", "Text must stand on one line.", field=field)
    return line


def clean_text(text: str, field: str = "$", max_chars: int = MAX_TEXT, *, may_be_empty: bool = False) -> str:
    """Read text of several lines: as `clean_line`, but line feeds and tabs stay and CR LF becomes LF."""
    return _clean(text.replace("\r\n", "\n"), field, max_chars, may_be_empty=may_be_empty)


def _clean(text: str, field: str, max_chars: int, *, may_be_empty: bool) -> str:
    # NFC at most triples a text (UAX 15), so a hostile length is refused before the work is done.
    if len(text) > max_chars * 4:
        raise _too_long(field, max_chars)
    # Most texts are plain; ASCII that can be printed holds nothing that is refused, and is in NFC.
    if not (text.isascii() and text.isprintable()):
        for shape, code, rule in _REFUSED:
            if shape.search(text):
                raise BadInput(code, rule, field=field)
    cleaned = nfc(text).strip()
    if len(cleaned) > max_chars:
        raise _too_long(field, max_chars)
    if not cleaned and not may_be_empty:
        raise BadInput("text.empty", "Text is missing.", field=field)
    return cleaned


def _too_long(field: str, max_chars: int) -> BadInput:
    return BadInput("text.too-long", say("Text is longer than %(most)s characters.", most=max_chars), field=field)
