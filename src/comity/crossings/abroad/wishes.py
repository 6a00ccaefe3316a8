"""From the question of a check to what other parties may be asked, in the words of the table of fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.alerts.categories import CATEGORIES, Subject
from comity.core.codes import NationalityCode, party_of_nationality
from comity.core.decision import Fact
from comity.crossings.asking import ThingKind
from comity.crossings.records import Asked
from comity.exchange.modes.records import Wish

DOCUMENT_STATUS: Final = "document_status"
WANTED_OBJECT: Final = "wanted_object"
ASKING: Final = "query"
DOCUMENT, THING, PERSON = "document", "thing", "person"


def states_of(asked: Asked) -> frozenset[str]:
    """Return the States that a question about this person would tell something: of nationality, and of the document.

    Who issued the document is one of them, since a passport tells of a nationality and a permit of a residence.
    """
    named = {asked.identity.nationality, asked.document.country if asked.document else None}
    parties = (party_of_nationality(NationalityCode(each)) for each in named if each)
    return frozenset(str(party) for party in parties if party is not None)


def wishes_of(asked: Asked, party: str, category: str) -> Iterator[Wish]:
    """Give what may be asked of a party about a category: its own documents, things sought, persons in alerts."""
    document = asked.document
    if category == DOCUMENT_STATUS:
        if document is not None and document.country and _issuer(document.country) == party:
            terms: dict[str, object] = {"document": {"number": document.number, "issuer": document.country}}
            yield _wish(party, category, DOCUMENT, terms, (Fact(name="document_issuer", value=party),))
        return
    if category == WANTED_OBJECT:
        if document is not None:
            paper: dict[str, object] = {"document": _number(document.number, document.country, "issuer")}
            yield _wish(party, category, THING, paper)
        for thing in asked.things:
            if thing.kind is ThingKind.PLATE:
                yield _wish(party, category, THING, {"plate": thing.number})
        return
    rule = CATEGORIES.get(category)
    if rule is not None and Subject.PERSON in rule.subjects:
        whom = _person(asked)
        if whom:
            yield _wish(party, category, PERSON, whom)


def _wish(party: str, category: str, kind: str, terms: dict[str, object], facts: tuple[Fact, ...] = ()) -> Wish:
    return Wish(party=party, operation=ASKING, category=category, kind=kind, terms=terms, facts=facts)


def _person(asked: Asked) -> dict[str, object]:
    """Return whom to ask about: a document, or a name with a date of birth; less than that would find strangers."""
    terms: dict[str, object] = {}
    identity = asked.identity
    if identity.surnames and identity.birth_date:
        named = {"surnames": identity.surnames, "birth_date": identity.birth_date}
        terms["person"] = named | ({"forenames": identity.forenames} if identity.forenames else {})
    if asked.document is not None:
        terms["documents"] = [_number(asked.document.number, asked.document.country, "country")]
    return terms


def _number(number: str, country: str | None, name: str) -> dict[str, object]:
    return {"number": number, name: country} if country else {"number": number}


def _issuer(country: str) -> str:
    return str(party_of_nationality(NationalityCode(country)) or country)
