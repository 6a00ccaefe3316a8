"""The table that translates the words of case files, read once."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from comity.agreements.asserted import by_words
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


@functools.cache
def vocabulary() -> Vocabulary:
    """Return the words of the vocabulary by what they are made of, in any order and number."""
    known, table = tables(), words()
    return Vocabulary(
        operations=by_words(known.operations, table.operations),
        categories=by_words(known.categories, table.categories),
        purposes=by_words(known.purposes, table.purposes),
        roles=by_words(known.roles, table.roles),
    )


@functools.cache
def words() -> Words:
    """Return the table that comes with the house."""
    document = (importlib.resources.files("comity.agreements.cases") / "words.yaml").read_bytes()
    return codec.convert(read_own_text_tree(document).root, Words, strict=False)
