"""The table that translates the words of case files, read once."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Mapping

import msgspec

from comity.agreements.spoken import key_of
from comity.agreements.yaml_reader import read_own_text_tree


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
    """The whole table. `envelope` gives other names of the parts that every case has; `facts` what a key may mean."""

    envelope: Mapping[str, str]
    operations: Mapping[str, str]
    category_of_operation: Mapping[str, str]
    categories: Mapping[str, str]
    purposes: Mapping[str, str]
    facts_of_purpose: Mapping[str, Mapping[str, bool]]
    roles: Mapping[str, str]
    fields: Mapping[str, str]
    facts: Mapping[str, tuple[str, ...]]
    opposites: Mapping[str, str]
    says: Mapping[str, Said]
    units: Mapping[str, Unit]
    ages: Mapping[str, str]
    choices: Mapping[str, Choice]
    conditions: Conditions
    before_force: tuple[str, ...]


def look(table: Mapping[str, str], word: str) -> str:
    """Return what a word means by a table, whatever way it is written, or the word itself."""
    return table.get(key_of(word), word)


@functools.cache
def words() -> Words:
    """Return the table that comes with the house."""
    document = (importlib.resources.files("comity.agreements.cases") / "words.yaml").read_bytes()
    return msgspec.convert(read_own_text_tree(document).root, Words, strict=False)
