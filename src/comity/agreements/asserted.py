"""What a file asserts, gathered as facts of the vocabulary: one way for cases, scenarios, and any file to come.

A key may mean several facts; each that can hold the value takes it. Who wrote first is believed, and a key that no
fact can take is told to be unread, never guessed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping

from comity.agreements.expr.records import FactValue, Kind
from comity.agreements.spoken import bag_of, bags_of, key_of, value_of, word_of
from comity.agreements.tables import tables
from comity.core.codec import JsonValue
from comity.core.decision import Fact

Put = Callable[[str, FactValue], FactValue]
"""Puts a value of a fact in the words of the vocabulary."""


class Assertions:
    """The facts that a file asserts so far, and the keys that said nothing."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self.found: dict[str, FactValue] = {}
        self.unread: list[str] = []

    def take(self, key: str, *meanings: str, value: JsonValue) -> None:
        """Assert each fact that the key may mean and that can hold the value; a key without any is unread."""
        # Every meaning is tried: one key may assert more than one fact.
        if not sum(self._take(name, value) for name in dict.fromkeys(meanings)):
            self.unread.append(key)

    def facts(self) -> tuple[Fact, ...]:
        """Return what is asserted, by name."""
        return tuple(Fact(name=name, value=value) for name, value in sorted(self.found.items()))

    def _take(self, name: str, value: JsonValue) -> bool:
        kind = tables().names.facts.get(name)
        read = None if kind is None else value_of(kind, value)
        if read is None:
            return False
        self.found.setdefault(name, self._put(name, read))
        return True


def look(table: Mapping[str, str], word: str) -> str:
    """Return what a word means by a table, whatever way it is written, or the word itself."""
    return table.get(key_of(word), word)


def meant(word: str, table: Mapping[str, str], known: Mapping[frozenset[str], str]) -> str:
    """Return what a word means: by the table, else the one of the vocabulary that is made of the same words."""
    found = look(table, word)
    return found if found != word else known.get(bag_of(word), word)


def by_words(known: Iterable[str], others: Mapping[str, str]) -> dict[frozenset[str], str]:
    """Return words of the vocabulary, and those that a table gives for them, by what they are made of."""
    return {bag: others[name] for bag, name in bags_of(others).items()} | bags_of(known)


@functools.cache
def facts_by_words() -> Mapping[frozenset[str], str]:
    """Return the facts of the vocabulary by the words that they are made of."""
    return bags_of(tables().facts)


def fact_named(key: str) -> str:
    """Return the fact that a key names, in whatever order and number of words, or the key as facts are written."""
    plain = key_of(key)
    return plain if plain in tables().facts else facts_by_words().get(bag_of(plain), plain)


def in_words(
    parties: Callable[[str], str | None],
    party_facts: Iterable[str],
    values: Mapping[str, Mapping[str, str]],
    exact: Iterable[str] = (),
) -> Put:
    """Return what puts texts in the vocabulary's words: parties by code, single facts by their own list of values."""
    of_parties, as_written = frozenset(party_facts), frozenset(exact)

    def put(name: str, value: FactValue) -> FactValue:
        if not isinstance(value, str) or tables().names.facts[name] is not Kind.TEXT or name in as_written:
            return value
        if name in of_parties:
            return parties(value) or value
        return word_of(value, values.get(name, {}))

    return put
