"""Exact keys for blind look-ups: documents by number and country, persons by name and whole date of birth.

Owner and asker make them alike, from the same readings of text; nothing is fuzzy, so a key says less than a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import sqlalchemy as sa

from comity.alerts.objects import IdentifierKind
from comity.alerts.records import AlertRecord, Person
from comity.alerts.store import ALERT
from comity.core.codec import decode_own_as
from comity.core.ports import Work
from comity.crossings.abroad.wishes import DOCUMENT_STATUS, WANTED_OBJECT
from comity.crossings.records import Document, Identity
from comity.screening.normalise import normal_name, normal_number

_WHOLE_DATE: Final = len("1980-02-03")
_THINGS: Final = frozenset({DOCUMENT_STATUS, WANTED_OBJECT})
_OBJECTS: Final = "OBJ"


def keys_of(identity: Identity, document: Document | None) -> Iterator[str]:
    """Give the keys by which a traveller can be looked up blindly."""
    if document is not None and document.country:
        yield document_key(document.country, document.number)
    if identity.surnames and identity.birth_date:
        yield from _person_key(identity.surnames, identity.forenames, identity.birth_date)


def document_key(country: str, number: str) -> str:
    """Return the key of a document."""
    return f"document:{country}:{normal_number(number)}"


def _person_key(surnames: str, forenames: str | None, birth_date: str) -> Iterator[str]:
    if len(birth_date) == _WHOLE_DATE:
        yield f"person:{normal_name(surnames)}|{normal_name(forenames or '')}|{birth_date}"


class AlertKeys:
    """`comity.exchange.modes.blinding.KeySource` on the own alerts of a party."""

    def __init__(self, party: str) -> None:
        self._party = party

    def keys(self, work: Work, category: str) -> Iterable[str]:
        """Return every key of the own alerts that a question of this category is about."""
        kept = _OBJECTS if category in _THINGS else category
        columns = ALERT.c
        query = sa.select(columns.body).where(columns.own.is_(True), columns.category == kept)
        for row in work.read(query):
            record = decode_own_as(bytes(row.body), AlertRecord)
            if category in _THINGS:
                yield from self._things(record, own=category == DOCUMENT_STATUS)
            else:
                yield from _persons(record)

    def _things(self, record: AlertRecord, *, own: bool) -> Iterator[str]:
        for thing in record.data.objects:
            for each in thing.identifiers:
                known = each.kind is IdentifierKind.DOCUMENT_NUMBER and each.country is not None and each.last is None
                if known and each.country and (not own or each.country == self._party):
                    yield document_key(each.country, each.value)


def _persons(record: AlertRecord) -> Iterator[str]:
    person = record.data.person
    if person is None:
        return
    for paper in record.data.documents:
        yield document_key(paper.country, paper.number)
    yield from _names(person)


def _names(person: Person) -> Iterator[str]:
    yield from _person_key(person.surnames, person.forenames, person.birth_date)
    for other in (*person.birth_names, *person.previous_names, *person.aliases):
        if not other.low_quality:
            yield from _person_key(other.surname, other.forenames or person.forenames, person.birth_date)
