"""Taking a name apart: from text as it was typed, read or listed to words that can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from comity.core.errors import BadInput
from comity.core.said import say
from comity.screening.names import han, hangul, icao, words
from comity.screening.names.latin import forms_of
from comity.screening.names.records import Name, NameFlag, Part, Script, Token
from comity.screening.names.scripts import script_of, without_look_alikes
from comity.screening.names.units import encode

LONGEST_TEXT: Final = 1000
"""Characters of a name that are read; a longer text is no name and is refused."""
MOST_TOKENS: Final = 24
"""Words of a name that are compared; who has more is compared by the first."""

_APOSTROPHES: Final = re.compile(
    "['`\u00b4\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u2018\u2019\u201b\u2032\u05f3\u05f4\u0640]"
)
_MARKS_OF_SPEECH: Final = frozenset({"Mn", "Me"})
_CONTROLS: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_DIRECTION: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT_MARKS: Final = frozenset({"Mc", "Mn"})
_NOT_ARTICLE: Final = frozenset({"ali", "aly", "al"})
_CACHE: Final = 1 << 14
_WORDS: Final = 1 << 16


def parse_name(text: str, *, field: str = "$.name") -> Name:
    """Take a name apart. `Surname, Forenames` and `SURNAME<<FORENAMES` are read as surname first.

    Raises `BadInput`: `name.too-long` past `LONGEST_TEXT` characters. A text without a single word (empty, punctuation,
    fillers only) gives a name without tokens and the flag that says why; it matches nobody, and who asks must say so.
    """
    if len(text) > LONGEST_TEXT:
        raise BadInput(
            "name.too-long",
            say("A name has at most %(most)s characters.", most=LONGEST_TEXT),
            field=field,
            remedy="Send one name of one person in each field.",
        )
    return _parse(text)


def name_of(surname: str, forenames: str = "", *, field: str = "$.name") -> Name:
    """Take a name apart whose surname and forenames stand in fields of their own."""
    return parse_name(f"{surname}, {forenames}" if forenames and surname else surname or forenames, field=field)


def require_words(name: Name, *, field: str = "$.name") -> Name:
    """Return a name that has words. Raises `BadInput` `name.no-words`: empty, or only fillers such as FNU and XXX."""
    if not name.tokens:
        raise BadInput(
            "name.no-words",
            "The name has no word that could be searched for.",
            field=field,
            remedy="Type the name as the document shows it; search by document number where there is none.",
        )
    return name


def tokens_of(text: str) -> tuple[str, ...]:
    """Return the words of a name in the letters a-z, each by its likeliest reading, in order, particles left out.

    Words of a script that nothing reads (Khmer, for one) come as they are. What an index is built of and asked by.
    Raises `BadInput` as `parse_name`.
    """
    return tuple(token.forms[0] for token in parse_name(text).words)


@lru_cache(maxsize=_CACHE)
def _parse(text: str) -> Name:
    flags: dict[NameFlag, None] = {}
    if icao.is_cut_off(text):
        flags[NameFlag.CUT_OFF] = None
    folded = _fold(text, flags)
    surname, comma, forenames = folded.partition(",")
    split = bool(comma) and bool(surname.strip()) and bool(forenames.strip())
    if split:
        tokens = _tokens(surname, flags, Part.SURNAME) + _tokens(forenames, flags, Part.GIVEN)
    else:
        tokens = _tokens(folded.replace(",", " "), flags, Part.PLAIN)
    tokens = _without_titles(tokens, flags)
    tokens = _join_servants(tokens)
    tokens = _with_parts(tokens)[:MOST_TOKENS]
    if len(tokens) == 1:
        flags[NameFlag.SINGLE_WORD] = None
    elif tokens and all(token.part is Part.INITIAL for token in tokens):
        flags[NameFlag.INITIALS_ONLY] = None
    return Name(tokens=tuple(tokens), flags=tuple(flags))


def _fold(text: str, flags: dict[NameFlag, None]) -> str:
    """Return text in lower case, compatibility forms undone, without controls; `<<` becomes a comma."""
    if text.isascii() and text.isprintable():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        folded = "".join(_clean(character, flags) for character in folded)
    return folded.replace("<<", ",", 1).replace("<", " ")


def _clean(character: str, flags: dict[NameFlag, None]) -> str:
    if character in _DIRECTION:
        flags[NameFlag.DIRECTION_CONTROL] = None
        return ""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category in _CONTROLS:
        if not character.isspace():
            flags[NameFlag.CONTROL_CHARACTER] = None
        return " "
    return character


def _tokens(text: str, flags: dict[NameFlag, None], part: Part) -> list[Token]:
    cleared, had_filler = words.without_fillers(text)
    found: list[Token] = []
    for word in _split(_APOSTROPHES.sub("", cleared)):
        if word in words.FILLERS:
            had_filler = True
        else:
            tokens, told = _read(word, part)
            found += tokens
            flags.update(dict.fromkeys(told))
    if had_filler:
        flags[NameFlag.FILLER] = None
    return found


def _split(text: str) -> list[str]:
    if text.isascii():
        return re.findall("[0-9a-z]+", text)
    # Vowel signs of Indic scripts and Arabic vowel marks are no letters, yet belong to the word.
    return "".join(
        character if character.isalnum() or unicodedata.category(character) in _KEPT_MARKS else " "
        for character in text
    ).split()


@lru_cache(maxsize=_WORDS)
def _read(word: str, part: Part) -> tuple[tuple[Token, ...], tuple[NameFlag, ...]]:
    """Return what a word is read as, and what is odd about it: names are made of words met before."""
    flags: dict[NameFlag, None] = {}
    tokens = _read_word(word, flags, part)
    return tuple(tokens), tuple(flags)


def _read_word(word: str, flags: dict[NameFlag, None], part: Part) -> list[Token]:
    one = without_look_alikes(word)
    if one != word:
        flags[NameFlag.LOOK_ALIKE] = None
    script = script_of(one)
    if any(character.isdigit() for character in one):
        flags[NameFlag.DIGITS] = None
    if part is Part.PLAIN and script in {Script.HANGUL, Script.HAN}:
        pair = hangul.split_surname(one) if script is Script.HANGUL else han.split_surname(one)
        if pair is not None:
            return [*_token(pair[0], script, Part.SURNAME, flags), *_token(pair[1], script, Part.GIVEN, flags)]
    return _token(one, script, part, flags)


def _token(word: str, script: Script, part: Part, flags: dict[NameFlag, None]) -> list[Token]:
    forms = forms_of(word, script)
    if not forms:
        # A script that nothing here reads: the word is compared as it is, with words of its own script.
        flags[NameFlag.UNREAD_SCRIPT] = None
        forms = (word,)
    if len(forms[0]) == 1 and script is not Script.HAN and script is not Script.HANGUL:
        part = Part.INITIAL
    return [Token(text=word, script=script, forms=forms, units=tuple(map(encode, forms)), part=part)]


def _without_titles(tokens: list[Token], flags: dict[NameFlag, None]) -> list[Token]:
    kept = [token for token in tokens if token.forms[0] not in words.TITLES]
    if len(kept) == len(tokens) or not any(len(token.forms[0]) > 1 for token in kept):
        return tokens
    flags[NameFlag.TITLE] = None
    return kept


def _join_servants(tokens: list[Token]) -> list[Token]:
    """Join `abd al rahman` and `abdul rahman` to one word, which is what they are."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        rest = at + 1
        if words.is_servant(token.text, token.forms[0]) and rest < len(tokens):
            if tokens[rest].forms[0] in words.ARTICLES and rest + 1 < len(tokens):
                rest += 1
            token = joined((token, tokens[rest]), words.SERVANT_OF_THE)
            rest += 1
        found.append(token)
        at = rest
    return found


def joined(tokens: Sequence[Token], head: str | None = None) -> Token:
    """Return neighbouring words as the one word that another document may write; `head` is read for the first."""
    first, last = tokens[0], tokens[-1]
    rest = "".join(token.forms[0] for token in tokens[1:])
    if head is not None and rest not in _NOT_ARTICLE:
        rest = rest.removeprefix("al")
    forms = [(head or first.forms[0]) + rest]
    return Token(
        text="".join(token.text for token in tokens),
        script=first.script,
        forms=tuple(forms),
        units=tuple(map(encode, forms)),
        part=last.part,
    )


def _with_parts(tokens: list[Token]) -> list[Token]:
    return [_with_part(tokens, at) for at in range(len(tokens))]


def _with_part(tokens: list[Token], at: int) -> Token:
    token = tokens[at]
    form = token.forms[0]
    # In front and behind such a word may be the name (Ben, Van, Le); an article never stands behind.
    small = 0 < at < len(tokens) - 1 or (at == 0 < len(tokens) - 1 and form in words.ARTICLES)
    before = tokens[at - 1].forms[0] if at else ""
    part = token.part
    if small and form in words.PARTICLES:
        part = Part.PARTICLE
    elif part is Part.INITIAL:
        pass
    elif before in words.KUNYA:
        part = Part.KUNYA
    elif before in words.DESCENT and at > 1:
        part = Part.NASAB
    elif words.is_patronymic(form):
        part = Part.PATRONYMIC
    return (
        token
        if part is token.part
        else Token(text=token.text, script=token.script, forms=token.forms, units=token.units, part=part)
    )
