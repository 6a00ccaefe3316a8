"""Words that say all by themselves: what they are read as does not depend on what stands beside them."""

from __future__ import annotations

from typing import Final

from comity.core.errors import BadInput
from comity.screening.names import words
from comity.screening.names.parse import parse_name
from comity.screening.names.records import NameFlag, Script, Token

LONGEST: Final = 23
_SEPARATORS: Final = frozenset(",;/()[]<>\u2013")
_HARMLESS: Final = frozenset({NameFlag.SINGLE_WORD, NameFlag.INITIALS_ONLY, NameFlag.DIGITS})


def plainness(piece: str) -> int:
    """Return 2 where a piece of text without white space is, in any name, the same Latin words of one reading each.

    1 where it is Latin words, but has more readings, or means something else beside others; 0 for all else. Particles
    are plain, though names leave them out: that shows by place alone. Titles, fillers, `abu` and `abd` are not.
    """
    try:
        name = parse_name(piece)
    except BadInput:
        return 0
    if not name.tokens or not all(map(_is_latin, name.tokens)):
        return 0
    several = len(name.tokens) > 1
    plain = _SEPARATORS.isdisjoint(piece) and _HARMLESS.issuperset(name.flags)
    return 1 + (plain and all(_is_plain(token) and not (several and _is_descent(token)) for token in name.tokens))


def _is_latin(token: Token) -> bool:
    return token.script is Script.LATIN and token.forms[0].isascii() and len(token.forms[0]) <= LONGEST


def _is_descent(token: Token) -> bool:
    return token.forms[0] in words.DESCENT


def _is_plain(token: Token) -> bool:
    form = token.forms[0]
    return (
        len(token.forms) == 1
        and form not in words.FILLERS
        and form not in words.FILLER_WORDS
        and form not in words.TITLES
        and form not in words.KUNYA
        and not words.is_servant(token.text, form)
    )
