"""What a matched record says of the fields by which it was found, so that a person can compare; never kept.

Read anew for each showing, from the copy that is searched: what was withdrawn or changed since is not told, and no
second copy of anybody's data lies about in checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from comity.agreements.fields import is_covered
from comity.agreements.vocabulary import Category
from comity.core.decision import Decision, Outcome, Question, Stage
from comity.core.ports import Work
from comity.core.time import date_of
from comity.crossings.records import Asked, Match
from comity.crossings.rules import OBJECT
from comity.crossings.search import probe_of
from comity.crossings.told_records import Fact, Told, Traced
from comity.screening.listed import LISTING_KIND
from comity.screening.records import Subject, SubjectName
from comity.screening.store import find_subject, find_version
from comity.screening.weighing import shipped_weigher
from comity.training.records import TRAINING_KIND

MOST_VALUES: Final = 8
"""Names, dates or numbers that are told of one field; some listings have a hundred, and nobody reads them."""

_FIELDS: Final = {
    "name": "person.surnames",
    "birth_date": "person.birth_date",
    "nationality": "person.nationalities",
    "document": "documents",
    OBJECT: "objects",
    "sex": "person.gender",
}
"""The fields of evidence, and under which name law opens what a record holds of them."""


_WEIGHED: Final = {
    "name": "name",
    "birth-date": "birth_date",
    "country": "nationality",
    "sex": "sex",
    "document": "document",
}
"""Which field of the evidence a line of the weight is about, by how its code begins."""


def told_of(work: Work, asked: Asked, matches: Iterable[Match]) -> tuple[Told, ...]:
    """Return for each match that is still held as it was found what its record says, as far as law opens it."""
    return tuple(told for match in matches if (told := _told(work, asked, match)) is not None)


def _told(work: Work, question: Asked, match: Match) -> Told | None:
    decision = work.decide(_question(work, match))
    party, kind = match.owner.party, match.alert.kind
    if decision.outcome is Outcome.DENY or find_version(work.read, kind, party, match.alert.id) != match.alert.version:
        return None
    subject = find_subject(work.read, kind, party, match.alert.id)
    if subject is None:
        return None
    asked = {evidence.field for evidence in match.evidence}
    facts = tuple(fact for fact in _facts(subject) if fact.field in asked and _is_open(decision, match, fact.field))
    traced = tuple(_traced(work, question, match, subject, decision)) if match.weighed is not None else ()
    return Told(alert=match.alert, owner=match.owner, facts=facts, traced=traced)


def _traced(work: Work, question: Asked, match: Match, subject: Subject, decision: Decision) -> Iterator[Traced]:
    """Weigh again what was weighed, for what each line was made of; that is told where law opens the field."""
    if match.weighed is None:
        return
    probe = probe_of(question, date_of(work.at), match.alert.kind)
    for line in shipped_weigher().inputs(probe, subject, match.weighed):
        field = _WEIGHED[line.code.partition(".")[0]]
        inputs = line.inputs if _is_open(decision, match, field) else ()
        yield Traced(code=line.code, weight_mbit=line.weight_mbit, inputs=inputs)


def _question(work: Work, match: Match) -> Question:
    """Ask as the search did: a listing is open to whoever may search travel bans at home."""
    listing = match.alert.kind == LISTING_KIND
    return Question(
        stage=Stage.USE,
        operation="search",
        category=Category.REFX if listing else match.category,
        purpose=work.purpose,
        actor=work.who.owner,
        role=work.who.role,
        owner=work.who.owner if listing else match.owner,
    )


def _is_open(decision: Decision, match: Match, field: str) -> bool:
    # Listings and injected alerts are the node's own: no agreement reduces them.
    if match.alert.kind in {LISTING_KIND, TRAINING_KIND}:
        return True
    return is_covered(_FIELDS[field], frozenset(decision.fields))


def _facts(subject: Subject) -> Iterator[Fact]:
    held = {
        "document": (" ".join(filter(None, (each.country, each.number))) for each in subject.documents),
        OBJECT: (_range(each.number, each.last) for each in subject.objects),
        "name": map(_name, subject.names),
        "birth_date": subject.birth_dates,
        "nationality": subject.nationalities,
    }
    for field, values in held.items():
        distinct = tuple(dict.fromkeys(values))
        if distinct:
            yield Fact(field=field, values=distinct[:MOST_VALUES], more=max(0, len(distinct) - MOST_VALUES))


def _name(name: SubjectName) -> str:
    return f"{name.surname}, {name.forenames}" if name.forenames else name.surname


def _range(first: str, last: str) -> str:
    return f"{first} \N{EN DASH} {last}" if last else first
