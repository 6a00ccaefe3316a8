"""From any script to the letters a-z: ICU where it knows best, our own tables where names have a rule of their own."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Protocol, cast

import icu

from comity.screening.names import han, hangul, icao
from comity.screening.names.records import Script


class _Transliterator(Protocol):
    def transliterate(self, text: str) -> str: ...


def _transliterator(identifier: str) -> _Transliterator:
    return cast("_Transliterator", icu.Transliterator.createInstance(identifier))


_ANY: Final = _transliterator("Any-Latin; Latin-ASCII; Lower")
_ASCII: Final = _transliterator("Latin-ASCII; Lower")
_HAN: Final = _transliterator("Han-Latin/Names; Latin-ASCII; Lower")
_ARTICLE: Final = "ال"
_SHORTEST_WITH_ARTICLE: Final = 5
_SERVANT: Final = "عبد"
_GOD: Final = "الله"
_CACHE: Final = 1 << 17


@lru_cache(maxsize=_CACHE)
def forms_of(word: str, script: Script) -> tuple[str, ...]:
    """Return a folded word's readings in the letters a-z and digits, the likeliest first; none where it has no letter.

    Transliteration class is the script of the word alone; nothing is told or kept of whose name it might be.
    """
    found = [_letters(form) for form in _readings(word, script)]
    return tuple(dict.fromkeys(form for form in found if form))


def _readings(word: str, script: Script) -> tuple[str, ...]:
    if script is Script.LATIN:
        plain = _plain(word)
        zone = plain if word.isascii() else _plain(icao.zone_latin(word))
        return plain, zone
    if script is Script.CYRILLIC:
        return (_plain(icao.from_cyrillic(word)),)
    if script is Script.HANGUL:
        return (*hangul.SURNAMES.get(word, ()), _plain(hangul.romanise(word)))
    if script is Script.HAN:
        return han.readings(word, _HAN.transliterate(word).replace(" ", ""))
    if script is Script.ARABIC:
        return _arabic(word)
    return (_ANY.transliterate(word),)


def _arabic(word: str) -> tuple[str, ...]:
    """Return readings of an Arabic word: written with its article and without, `servant of the` as Latin writes it."""
    whole = _ANY.transliterate(word)
    if word.startswith(_SERVANT) and len(word) > len(_SERVANT):
        rest = word.removeprefix(_SERVANT)
        return ("abdal" + _ANY.transliterate(rest.removeprefix(_ARTICLE)), whole)
    if word.startswith(_ARTICLE) and len(word) >= _SHORTEST_WITH_ARTICLE and word != _GOD:
        return _ANY.transliterate(word.removeprefix(_ARTICLE)), whole
    return (whole,)


def _plain(word: str) -> str:
    return word if word.isascii() else _ASCII.transliterate(word)


def _letters(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    return "".join(character for character in text if character.isascii() and character.isalnum())
