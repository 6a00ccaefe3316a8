"""What words of scenario files mean in the vocabulary: one table of other names, never a case's own."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from comity.agreements.asserted import by_words, meant
from comity.agreements.spoken import key_of
from comity.agreements.tables import tables
from comity.agreements.yaml_reader import read_own_text_tree
from comity.core import codec
from comity.core.codes import CODES, PartyKind, parse_party, party_from_alpha2
from comity.core.errors import BadInput

OPERATION: Final = "operation"
ROLE: Final = "role"
_PARTIES: Final = frozenset({PartyKind.STATE, PartyKind.ORGANISATION})
_FILE: Final = importlib.resources.files("comity.agreements.scenarios") / "words.yaml"


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    word: str
    names: tuple[str, ...]


class _ValueRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    fact: str
    words: tuple[_Row, ...]


class _AlsoRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    fact: str
    words: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    parties: tuple[_Row, ...]
    roles: tuple[_Row, ...]
    operations: tuple[_Row, ...]
    categories: tuple[_Row, ...]
    agreements: tuple[_Row, ...]
    facts: tuple[_Row, ...]
    fields: tuple[_Row, ...]
    also: tuple[_AlsoRow, ...]
    systems: tuple[_Row, ...]
    values: tuple[_ValueRows, ...]
    party_facts: tuple[str, ...]
    exact_facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Other names by kind, each with its word.

    `also` names further facts that a fact asserts; `systems` what a row without a category is about. `values` give for
    a fact the vocabulary's word of a value. `party_facts` hold codes of parties, which files write in two letters;
    `exact_facts` text taken as it stands.
    """

    parties: Mapping[str, str]
    roles: Mapping[str, str]
    operations: Mapping[str, str]
    categories: Mapping[str, str]
    agreements: Mapping[str, str]
    facts: Mapping[str, str]
    fields: Mapping[str, str]
    also: Mapping[str, tuple[str, ...]]
    systems: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    party_facts: frozenset[str]
    exact_facts: frozenset[str]

    def party(self, text: str) -> str | None:
        """Return the code of a party that a file writes in two or three letters or by a name; None if it is none."""
        code = self.parties.get(key_of(text)) or _states().get(key_of(text), text.strip().upper())
        for read in (parse_party, party_from_alpha2):
            try:
                return read(code)
            except BadInput:
                continue
        return None


@functools.cache
def words() -> Words:
    """Return the table, read once."""
    file = codec.convert(read_own_text_tree(_FILE.read_bytes()).root, _File)
    return Words(
        parties=_by_name(file.parties),
        roles=_by_name(file.roles),
        operations=_by_name(file.operations),
        categories=_by_name(file.categories),
        agreements=_by_name(file.agreements),
        facts=_by_name(file.facts),
        fields=_by_name(file.fields),
        also={row.fact: row.words for row in file.also},
        systems=_by_name(file.systems),
        values={each.fact: _as_written(each.words) for each in file.values},
        party_facts=frozenset(file.party_facts),
        exact_facts=frozenset(file.exact_facts),
    )


@functools.cache
def _states() -> dict[str, str]:
    """Return the codes of parties by the English short names of States and organisations."""
    return {key_of(entry.name): entry.code for entry in CODES.values() if entry.kind in _PARTIES}


def named(kind: str, text: str) -> str:
    """Return the operation or role that a word of a file means: by its table, else by the words it is made of."""
    table, known = _named(kind)
    plain = key_of(text)
    return table.get(plain) or meant(plain, table, known)


@functools.cache
def _named(kind: str) -> tuple[Mapping[str, str], Mapping[frozenset[str], str]]:
    own, known = (words().operations, tables().operations) if kind == OPERATION else (words().roles, tables().roles)
    return own, by_words(known, own)


def word_in(table: Mapping[str, str], text: str) -> str:
    """Return what a word means by a table, whatever way it is written; a word in no table is taken as it stands."""
    return table.get(key_of(text), key_of(text))


def _by_name(rows: tuple[_Row, ...]) -> dict[str, str]:
    return {key_of(name): row.word for row in rows for name in row.names}


def _as_written(rows: tuple[_Row, ...]) -> dict[str, str]:
    return {name: row.word for row in rows for name in row.names}
