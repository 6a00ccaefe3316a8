"""Countries as they are written: codes, names, names without what stands in brackets."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from comity.core.codes import CODES, PartyKind

UNKNOWN_COUNTRY: Final = "?"
"""Begins the key of a country that is not known: equal texts agree, different ones say nothing."""
_REMARK: Final = re.compile(r"\([^)]*\)?")


def country_key(text: str) -> str:
    """Return the ISO 3166 alpha-3 code of a country's code or English name, `?` and the folded text where unknown."""
    folded = _folded(text)
    return _countries().get(folded, f"?{folded}")


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, entry in CODES.items():
        found[code.casefold()] = code
        if entry.kind is PartyKind.STATE:
            found[_folded(entry.name)] = code
            # "Korea (the Republic of)" is also known without what stands in brackets, unless another is too.
            found.setdefault(_folded(_REMARK.sub("", entry.name)), code)
        if entry.alpha2:
            found.setdefault(entry.alpha2.casefold(), code)
    return found


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in folded if character.isalnum() and character.isascii())
