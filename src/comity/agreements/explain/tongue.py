"""The words of a language: those of the closed lists, and the sentences around them.

English words of the closed lists are their meanings in the tables; French ones stand in `fr.yaml`. What has no French
yet is said in English, and the tests hold every word of the ready agreements to have its French.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import msgspec

from comity.agreements.tables import tables
from comity.agreements.yaml_reader import read_own_text_tree
from comity.core import codec
from comity.core.errors import BadInput
from comity.core.said import say

Language: TypeAlias = Literal["en", "fr"]
Kind: TypeAlias = Literal["operations", "categories", "purposes", "roles", "facts", "reasons", "obligations", "fields"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")

_Texts: TypeAlias = Mapping[str, str]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One language file."""

    phrases: _Texts
    operations: _Texts = {}
    categories: _Texts = {}
    purposes: _Texts = {}
    roles: _Texts = {}
    facts: _Texts = {}
    reasons: _Texts = {}
    obligations: _Texts = {}
    fields: _Texts = {}
    texts: _Texts = {}
    values: _Texts = {}


@dataclass(frozen=True, slots=True)
class Tongue:
    """Says words and sentences in one language."""

    language: Language
    words: Words

    def word(self, kind: Kind, name: str) -> str:
        """Return the phrase of a word of a closed list, or the word itself where no table holds it."""
        own: _Texts = getattr(self.words, kind)
        return own.get(key_of(name)) or _english(kind, name)

    def has(self, kind: Kind, name: str) -> bool:
        """Say whether this language has a phrase of its own for the word; English has what the tables have."""
        own: _Texts = getattr(self.words, kind)
        return key_of(name) in own or (self.language == "en" and _english(kind, name) != name)

    def value(self, text: str) -> str:
        """Return the phrase of a single fact's value; what no table holds is said as it stands, in plain words."""
        return self.words.values.get(key_of(text)) or (text.replace("_", " ") if text.islower() else text)

    def listed(self, kind: Kind, names: Iterable[str]) -> str:
        """Return several words as one phrase."""
        return self.joined(self.word(kind, name) for name in names)

    def joined(self, parts: Iterable[str], word: str = "and") -> str:
        """Join parts: `a, b and c`."""
        found = list(parts)
        if len(found) <= 1:
            return "".join(found)
        return f"{', '.join(found[:-1])} {self.words.phrases[word]} {found[-1]}"

    def say(self, phrase: str, **values: object) -> str:
        """Return a sentence with its blanks filled."""
        return self.words.phrases[phrase].format(**values)


def key_of(name: str) -> str:
    """Return the key of a word in a language file: dots and hyphens are underscores there."""
    return name.replace(".", "_").replace("-", "_")


def tongue(language: str) -> Tongue:
    """Return a language; raises `BadInput` `explain.unknown-language`."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise BadInput(
            "explain.unknown-language",
            "This language is not spoken.",
            remedy=say("Choose one of: %(known)s.", known=known),
        )
    return Tongue("fr" if language == "fr" else "en", _read(language))


@functools.cache
def _read(language: str) -> Words:
    document = (importlib.resources.files("comity.agreements.explain") / f"{language}.yaml").read_bytes()
    return codec.convert(read_own_text_tree(document).root, Words, strict=False)


def _english(kind: Kind, name: str) -> str:
    known = tables()
    match kind:
        case "reasons":
            row = known.reasons.get(name)
            return row.text if row else name
        case "obligations":
            duty = known.obligations.get(name)
            return duty.text if duty else name
        case "fields":
            named = (each for each in known.fields.values() if each.id == name)
            return next((each.meaning or name for each in named), name)
        case _:
            found = getattr(known, kind).get(name)
            return (found.meaning or name) if found else name
