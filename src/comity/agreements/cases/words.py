"""The table that translates the words of case files, read once."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from comity.agreements.spoken import bag_of, bags_of, key_of
from comity.agreements.tables import tables
from comity.agreements.yaml_reader import read_own_text_tree
from comity.core import codec


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number in another unit."""

    fact: str
    times: int


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key whose words say that a fact is true; any other word says that it is not."""

    fact: str
    words: tuple[str, ...]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The value of a fact that holds text."""

    fact: str
    value: str


class Conditions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How conditions of a sender are read: beginnings that bar a use, and words of general restrictions by id."""

    bars: tuple[str, ...]
    general: Mapping[str, tuple[str, ...]]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table.

    `envelope` gives other names of the parts that every case has, `facts` what a key may mean, `given_for` keys
    that say what data were given for, `naming` keys whose text names a fact that holds.
    """

    envelope: Mapping[str, str]
    operations: Mapping[str, str]
    category_of_operation: Mapping[str, str]
    categories: Mapping[str, str]
    purposes: Mapping[str, str]
    facts_of_purpose: Mapping[str, Mapping[str, bool]]
    roles: Mapping[str, str]
    fields: Mapping[str, str]
    facts: Mapping[str, tuple[str, ...]]
    fullness: Mapping[str, str]
    given_for: tuple[str, ...]
    naming: tuple[str, ...]
    opposites: Mapping[str, str]
    says: Mapping[str, Said]
    units: Mapping[str, Unit]
    ages: Mapping[str, str]
    choices: Mapping[str, Choice]
    conditions: Conditions
    before_force: tuple[str, ...]


class Vocabulary(NamedTuple):
    """Words of the vocabulary by kind, each by the words that it is made of."""

    operations: Mapping[frozenset[str], str]
    categories: Mapping[frozenset[str], str]
    purposes: Mapping[frozenset[str], str]
    roles: Mapping[frozenset[str], str]
    facts: Mapping[frozenset[str], str]


def look(table: Mapping[str, str], word: str) -> str:
    """Return what a word means by a table, whatever way it is written, or the word itself."""
    return table.get(key_of(word), word)


@functools.cache
def vocabulary() -> Vocabulary:
    """Return the words of the vocabulary by what they are made of, in any order and number."""
    known, table = tables(), words()
    return Vocabulary(
        operations=_by_words(known.operations, table.operations),
        categories=_by_words(known.categories, table.categories),
        purposes=_by_words(known.purposes, table.purposes),
        roles=_by_words(known.roles, table.roles),
        facts=bags_of(known.facts),
    )


def _by_words(known: Iterable[str], others: Mapping[str, str]) -> dict[frozenset[str], str]:
    return {bag: others[name] for bag, name in bags_of(others).items()} | bags_of(known)


def meant(word: str, table: Mapping[str, str], known: Mapping[frozenset[str], str]) -> str:
    """Return what a word means: by the table, else the one of the vocabulary that is made of the same words."""
    found = look(table, word)
    return found if found != word else known.get(bag_of(word), word)


@functools.cache
def words() -> Words:
    """Return the table that comes with the house."""
    document = (importlib.resources.files("comity.agreements.cases") / "words.yaml").read_bytes()
    return codec.convert(read_own_text_tree(document).root, Words, strict=False)
