"""Korean names: syllables by the Revised Romanization of 2000, and how families write their surnames in Latin."""

from __future__ import annotations

from typing import Final

_FIRST: Final = 0xAC00
_LAST: Final = 0xD7A3
_MEDIALS_AND_FINALS: Final = 21 * 28
_FINALS: Final = 28

_INITIALS: Final = (
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h",
)  # fmt: skip
_MEDIALS: Final = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
_ENDINGS: Final = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
    "t", "k", "t", "p", "t",
)  # fmt: skip

# The commonest surnames and the spellings that passports carry beside the rule's own.
SURNAMES: Final[dict[str, tuple[str, ...]]] = {
    "김": ("kim", "gim"), "이": ("lee", "yi", "ri", "i", "rhee"), "리": ("ri", "lee", "li"), "박": ("park", "pak", "bak"),
    "최": ("choi", "choe"), "정": ("jung", "jeong", "chung"), "강": ("kang", "gang"), "조": ("cho", "jo"),
    "윤": ("yoon", "yun"), "장": ("jang", "chang"), "임": ("lim", "im", "rim"), "림": ("rim", "lim"),
    "한": ("han",), "오": ("oh", "o"), "서": ("seo", "suh"), "신": ("shin", "sin"), "권": ("kwon", "gwon"),
    "황": ("hwang",), "안": ("ahn", "an"), "송": ("song",), "류": ("ryu", "yoo", "yu"), "유": ("yoo", "yu", "ryu"),
    "전": ("jeon", "jun", "chon"), "홍": ("hong",), "고": ("ko", "go"), "문": ("moon", "mun"), "양": ("yang",),
    "손": ("son", "sohn"), "배": ("bae", "pae"), "백": ("baek", "paek"), "허": ("heo", "hur", "ho"), "남": ("nam",),
    "심": ("shim", "sim"), "노": ("noh", "roh", "no"), "로": ("ro", "roh"), "하": ("ha",), "곽": ("kwak", "gwak"),
    "성": ("sung", "seong"), "차": ("cha",), "주": ("joo", "ju", "chu"), "우": ("woo", "u"), "구": ("koo", "gu", "ku"),
    "민": ("min",), "나": ("na", "ra"), "진": ("jin", "chin"), "지": ("ji", "chi"), "엄": ("um", "eom"),
    "원": ("won",), "방": ("bang", "pang"), "변": ("byun", "byeon"), "현": ("hyun", "hyon", "hyeon"), "태": ("tae",),
}  # fmt: skip
_DOUBLE_SURNAMES: Final = frozenset({"남궁", "황보", "제갈", "선우", "독고", "사공"})
_SHORTEST, _LONGEST = 2, 5


def romanise(word: str) -> str:
    """Return Hangul syllables in Latin letters, syllable by syllable; other characters stay."""
    return "".join(_syllable(character) for character in word)


def split_surname(word: str) -> tuple[str, str] | None:
    """Return surname and given name of a Korean name written in one, surname first; None where it is no such name."""
    if not _SHORTEST <= len(word) <= _LONGEST:
        return None
    if word[:2] in _DOUBLE_SURNAMES and len(word) > _SHORTEST:
        return word[:2], word[2:]
    return (word[0], word[1:]) if word[0] in SURNAMES and len(word) < _LONGEST else None


def _syllable(character: str) -> str:
    code = ord(character)
    if not _FIRST <= code <= _LAST:
        return character
    first, rest = divmod(code - _FIRST, _MEDIALS_AND_FINALS)
    medial, ending = divmod(rest, _FINALS)
    return _INITIALS[first] + _MEDIALS[medial] + _ENDINGS[ending]
