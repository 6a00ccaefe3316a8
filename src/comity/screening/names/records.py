"""What a name is made of, as it is compared: words with their forms, the part each is, what was odd about it."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.personal import Personal


@unique
class Script(StrEnum):
    """Writing systems that are read in a way of their own; OTHER is read by ICU alone."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    HAN = "han"
    KANA = "kana"
    HANGUL = "hangul"
    INDIC = "indic"
    THAI = "thai"
    OTHER = "other"


@unique
class Part(StrEnum):
    """What a word is in its name, as far as the word itself or its neighbours tell. PLAIN: any part."""

    PLAIN = "plain"
    SURNAME = "surname"
    GIVEN = "given"
    INITIAL = "initial"
    PATRONYMIC = "patronymic"
    KUNYA = "kunya"
    NASAB = "nasab"
    PARTICLE = "particle"


@unique
class NameFlag(StrEnum):
    """What was odd about a name as it was given. Flags are shown to whoever asked; none of them is evidence."""

    CONTROL_CHARACTER = "name.control-character"
    DIRECTION_CONTROL = "name.direction-control"
    LOOK_ALIKE = "name.look-alike-letters"
    FILLER = "name.filler"
    TITLE = "name.title"
    SINGLE_WORD = "name.single-word"
    INITIALS_ONLY = "name.initials-only"
    CUT_OFF = "name.cut-off"
    DIGITS = "name.digits"
    UNREAD_SCRIPT = "name.unread-script"


class Token(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One word of a name.

    `text` is the word in its own script, folded. `forms` are its readings in the letters a-z, the likeliest first:
    a Han word has one reading a language, `müller` has `muller` and `mueller`. `units` are the same readings written
    with one character a sound (see `units.encode`).
    """

    text: Annotated[str, Personal]
    script: Script
    forms: Annotated[tuple[str, ...], Personal]
    units: Annotated[tuple[str, ...], Personal]
    part: Part = Part.PLAIN


class Name(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A name taken apart. `tokens` are its words in order, without fillers and titles."""

    tokens: tuple[Token, ...]
    flags: tuple[NameFlag, ...] = ()

    @property
    def words(self) -> tuple[Token, ...]:
        """Words without particles (`al`, `bin`, `de`, `von`), or all where a name has nothing else."""
        return tuple(token for token in self.tokens if token.part is not Part.PARTICLE) or self.tokens
