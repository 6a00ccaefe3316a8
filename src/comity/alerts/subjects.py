"""How the same person, thing or mark is known again among the own State's alerts: by digests, never by plain data."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from comity.alerts.before_records import Basis
from comity.alerts.identifiers import compared
from comity.alerts.objects import AlertObject, IdentifierKind
from comity.alerts.records import AlertData
from comity.core.hashing import digest

_FULL_DATE_DASHES: Final = 2
_LETTERS: Final = re.compile("[a-z0-9]+")
_SHARED: Final = frozenset({IdentifierKind.SERIAL, IdentifierKind.BOAT_NAME})
"""Identifiers that several things may bear: two makers number alike, two boats have one name."""


class Known(NamedTuple):
    """One digest by which a subject is known again, and what it was made of."""

    basis: Basis
    digest: str


def subjects_of(data: AlertData) -> tuple[Known, ...]:
    """Return digests of the subject: exact name with full date of birth and each document, or identifiers, or marks.

    A partial date of birth gives no name key: two people may share a name and a year.
    """
    person = data.person
    keys = [Known(Basis.DOCUMENT, _document_key(document.country, document.number)) for document in data.documents]
    if person is None:
        keys += [Known(Basis.THING, key) for one in data.objects for key in _object_keys(one)]
        keys += [Known(Basis.MARK, _digest("mark", mark.sha256)) for mark in data.dactyloscopic_data]
    else:
        keys += [Known(Basis.MARK, _digest("mark", mark.sha256)) for mark in data.dactyloscopic_data]
        if person.birth_date.count("-") == _FULL_DATE_DASHES:
            keys.append(Known(Basis.NAME, name_key(person.surnames, person.forenames or "", person.birth_date)))
    return tuple(dict.fromkeys(keys))


def subject_keys(data: AlertData) -> tuple[str, ...]:
    """Return the digests alone."""
    return tuple(dict.fromkeys(known.digest for known in subjects_of(data)))


def _object_keys(one: AlertObject) -> list[str]:
    return [
        _digest("object", one.type, each.kind, each.country or "", compared(each.value))
        for each in one.identifiers
        if each.kind not in _SHARED
    ]


def name_key(surnames: str, forenames: str, birth_date: str) -> str:
    """Return the digest of a name with a full date of birth."""
    return _digest("name", _fold(surnames), _fold(forenames), birth_date)


def _document_key(country: str, number: str) -> str:
    return _digest("document", country, _fold(number).replace(" ", ""))


def _fold(text: str) -> str:
    if text.isascii():
        # The same, without looking at each character.
        return " ".join(_LETTERS.findall(text.lower()))
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character if character.isalnum() else " " for character in decomposed if not _is_mark(character))
    return " ".join(letters.split())


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0


def _digest(*parts: str) -> str:
    return digest("\x1f".join(parts).encode())
