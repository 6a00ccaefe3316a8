"""Answering peers from the own alerts: exact numbers and persons told apart by a date of birth, never a likeness."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from comity.alerts.categories import CATEGORIES, Subject
from comity.alerts.identifiers import compared
from comity.alerts.objects import AlertObject, Identifier, IdentifierKind
from comity.alerts.operations import payload_of
from comity.alerts.records import ALERT_KIND, AlertRecord
from comity.alerts.store import find_alert
from comity.core.codec import from_json_value
from comity.core.errors import BadInput
from comity.core.personal import Personal
from comity.core.ports import Work
from comity.core.time import CivilDate, date_of
from comity.crossings.abroad.wishes import DOCUMENT, DOCUMENT_STATUS, PERSON, THING, WANTED_OBJECT
from comity.exchange.modes.records import Held, Sought
from comity.screening.ports import ScreeningIndex
from comity.screening.records import (
    BirthDateRelation,
    Candidate,
    DocumentRelation,
    Probe,
    SubjectDocument,
    SubjectName,
    SubjectObject,
)
from comity.screening.rules import NAME_AGREES

_MOST: Final = 10
_STATUS_FIELDS: Final = ("document.number", "document.issuer", "document.type", "document.status")
_THING_FIELDS: Final = ("plate", "vin", "document.number", "document.type", "document.issuer", "reason", "action")
_PERSON_FIELDS: Final = (
    "person",
    "documents",
    "reason",
    "action",
    "offence",
    "warnings",
    "decision_reference",
    "ground_category",
    "case_type",
    "category",
    "authority",
    "entered",
)

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200), Personal]


class _Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    number: Text
    issuer: Text | None = None
    country: Text | None = None


class _Who(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    surnames: Text
    birth_date: Text
    forenames: Text | None = None


class _Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    document: _Paper | None = None
    plate: Text | None = None
    person: _Who | None = None
    documents: Annotated[tuple[_Paper, ...], msgspec.Meta(max_length=5)] = ()


class AlertFinder:
    """`comity.exchange.modes.ports.Finder` on the own alerts of `party`."""

    def __init__(self, index: ScreeningIndex, party: str) -> None:
        self._index = index
        self._party = party

    def fields(self, category: str, kind: str) -> tuple[str, ...] | None:
        """Return the fields an answer may have."""
        if (category, kind) == (DOCUMENT_STATUS, DOCUMENT):
            return _STATUS_FIELDS
        if (category, kind) == (WANTED_OBJECT, THING):
            return _THING_FIELDS
        rule = CATEGORIES.get(category)
        return _PERSON_FIELDS if kind == PERSON and rule is not None and Subject.PERSON in rule.subjects else None

    def find(self, work: Work, sought: Sought) -> tuple[Held, ...]:
        """Return what fits. Raises `BadInput` `question.terms` for terms that are none of this kind."""
        terms = from_json_value(sought.terms, _Terms)
        if sought.kind == PERSON:
            return tuple(self._persons(work, sought.category, terms))[:_MOST]
        number = terms.document.number if terms.document else terms.plate
        if number is None:
            raise BadInput("question.terms", "The question names no thing.", field="$.terms")
        own = self._party if sought.category == DOCUMENT_STATUS else None
        return tuple(_things(self._alerts(work, _probe_of(terms, date_of(work.at))), terms, own))[:_MOST]

    def _alerts(self, work: Work, probe: Probe) -> Iterator[tuple[Candidate, AlertRecord]]:
        for found in self._index.search(work.read, probe).candidates:
            record = find_alert(work, found.owner.party, found.id) if found.owner.party == self._party else None
            # Hidden for an operation: whoever asks from a counter abroad does not find it either.
            if record is not None and (record.hidden_until is None or record.hidden_until <= work.at):
                yield found, record

    def _persons(self, work: Work, category: str, terms: _Terms) -> Iterator[Held]:
        if terms.person is None and not terms.documents:
            raise BadInput("question.terms", "The question names nobody.", field="$.terms")
        probe = msgspec.structs.replace(_probe_of(terms, date_of(work.at)), categories=(category,))
        for found, record in self._alerts(work, probe):
            if record.data.person is not None and _is_exact(found):
                yield Held(content=_content(record), states=_states(record))


def _probe_of(terms: _Terms, on: CivilDate) -> Probe:
    person = terms.person
    papers = (*terms.documents, *((terms.document,) if terms.document else ()))
    names = (SubjectName(surname=person.surnames, forenames=person.forenames or ""),) if person else ()
    return Probe(
        on=on,
        kinds=(ALERT_KIND,),
        names=names,
        birth_date=person.birth_date if person else None,
        documents=tuple(
            SubjectDocument(country=each.issuer or each.country or "", number=each.number) for each in papers
        ),
        objects=(SubjectObject(kind=IdentifierKind.PLATE.value, number=terms.plate),) if terms.plate else (),
    )


def _is_exact(found: Candidate) -> bool:
    evidence = found.evidence
    if evidence.document is DocumentRelation.EXACT:
        return True
    return evidence.birth_date is BirthDateRelation.EXACT and evidence.name_similarity >= NAME_AGREES


def _things(found: Iterator[tuple[Candidate, AlertRecord]], terms: _Terms, own: str | None) -> Iterator[Held]:
    for _, record in found:
        for thing in record.data.objects:
            named = _named(thing, terms, own)
            if named is not None:
                yield Held(content=_thing_content(record, thing, named), states=_countries(thing))


def _named(thing: AlertObject, terms: _Terms, own: str | None) -> Identifier | None:
    """Return the identifier by which this very thing was asked about; of `own` documents only where that is given."""
    for each in thing.identifiers:
        if terms.plate and each.kind is IdentifierKind.PLATE and compared(each.value) == compared(terms.plate):
            return each
        paper = terms.document
        if paper is None or each.kind is not IdentifierKind.DOCUMENT_NUMBER or not _covers(each, paper.number):
            continue
        issuer = own or paper.issuer
        if issuer is None or each.country == issuer:
            return each
    return None


def _covers(identifier: Identifier, number: str) -> bool:
    first, last, asked = compared(identifier.value), compared(identifier.last or ""), compared(number)
    return asked == first or (bool(last) and len(asked) == len(first) and first <= asked <= last)


def _thing_content(record: AlertRecord, thing: AlertObject, named: Identifier) -> dict[str, object]:
    content: dict[str, object] = {"action": record.data.action.value}
    if record.data.reason:
        content["reason"] = record.data.reason
    if named.kind is IdentifierKind.DOCUMENT_NUMBER:
        paper = {"number": named.value, "issuer": named.country, "type": thing.document and thing.document.value}
        paper["status"] = thing.status and thing.status.value
        content["document"] = {name: value for name, value in paper.items() if value}
    for each in thing.identifiers:
        if each.kind in {IdentifierKind.PLATE, IdentifierKind.VIN}:
            content[each.kind.value] = each.value
    return content


def _countries(thing: AlertObject) -> frozenset[str]:
    """Return whose documents the thing is: their holder may be of that State."""
    papers = (each for each in thing.identifiers if each.kind is IdentifierKind.DOCUMENT_NUMBER)
    return frozenset(each.country for each in papers if each.country)


def _content(record: AlertRecord) -> dict[str, object]:
    whole = msgspec.to_builtins(payload_of(record))
    return {name: value for name, value in whole.items() if name in _PERSON_FIELDS}


def _states(record: AlertRecord) -> frozenset[str]:
    person = record.data.person
    nationalities = person.nationalities if person is not None else ()
    return frozenset(nationalities) | {paper.country for paper in record.data.documents}
