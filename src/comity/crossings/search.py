"""Asking the index, and letting through only what the decision point lets this officer see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from comity.agreements.vocabulary import Category
from comity.alerts.categories import CATEGORIES, Subject
from comity.alerts.flag_store import own_flags
from comity.alerts.misread import near_numbers
from comity.alerts.objects import IdentifierKind
from comity.alerts.records import ALERT_KIND, AlertRecord
from comity.alerts.store import find_alert
from comity.core.decision import Decision, Outcome, Question, Reason, Stage
from comity.core.ids import Owner, RecordRef
from comity.core.ports import Work
from comity.core.time import CivilDate, date_of
from comity.core.vocabulary import Purpose
from comity.crossings.asking import ThingKind
from comity.crossings.finding_records import Candidate, Evidence, Findings, Freshness, SourceAge
from comity.crossings.ports import Partners
from comity.crossings.records import Asked
from comity.crossings.rules import NEAR, OBJECT, source_age
from comity.crossings.victims import victim_reasons
from comity.screening.listed import LISTING_KIND
from comity.screening.ports import ScreeningIndex
from comity.screening.records import (
    SEXES,
    BirthDateRelation,
    DocumentRelation,
    Near,
    Probe,
    SubjectDocument,
    SubjectName,
    SubjectObject,
)
from comity.screening.records import Candidate as Found
from comity.screening.records import Evidence as FoundEvidence
from comity.screening.records import Found as Matches
from comity.screening.rules import NAME_AGREES
from comity.screening.store import find_subject, holds_kinds
from comity.training.records import TRAINING_KIND
from comity.training.store import find_alert as find_training_alert

_NAME_EQUAL = 1000
_IDENTIFIERS = {kind: IdentifierKind(kind.value) for kind in ThingKind if kind is not ThingKind.CONTAINER} | {
    ThingKind.CONTAINER: IdentifierKind.CONTAINER_NUMBER
}
_NOT_KNOWN = "not-known"
MOST_NEAR = 5
"""Matches on numbers one slip of reading away that are shown; where there are more, the answer says that."""
_READ_RIGHT = frozenset({DocumentRelation.EXACT, DocumentRelation.NUMBER})
_ANY_AUTHORITY = "any"
"""Stands for all authorities of a party where only the party is asked about."""
_DOCUMENT_GRADES = {
    DocumentRelation.EXACT: "exact",
    DocumentRelation.NUMBER: "number-only",
    DocumentRelation.NEAR: NEAR,
}
_BIRTH_DATE_GRADES = {
    BirthDateRelation.EXACT: "exact",
    BirthDateRelation.PARTIAL: "partial",
    BirthDateRelation.SWAP: "swapped",
    BirthDateRelation.NONE: "differs",
    BirthDateRelation.UNKNOWN: _NOT_KNOWN,
}


def probe_of(question: Asked, on: CivilDate, kind: str, categories: tuple[str, ...] = ()) -> Probe:
    """Turn a clean question into a probe of records of one kind, in these categories where any are named."""
    identity, document = question.identity, question.document
    names = (SubjectName(surname=identity.surnames, forenames=identity.forenames or ""),) if identity.surnames else ()
    return Probe(
        on=on,
        names=names,
        birth_date=identity.birth_date,
        nationality=identity.nationality,
        sex=SEXES.get(identity.gender or "", ""),
        documents=(SubjectDocument(country=document.country or "", number=document.number),) if document else (),
        objects=tuple(
            SubjectObject(kind=_IDENTIFIERS[thing.kind].value, number=thing.number) for thing in question.things
        ),
        near=tuple(_near(question)),
        categories=categories,
        kinds=(kind,),
    )


def _near(question: Asked) -> Iterator[Near]:
    """Yield the numbers that one slip of reading may have turned into those asked for."""
    for thing in question.things if question.near_things else ():
        kind = _IDENTIFIERS[thing.kind]
        yield Near(kind=kind.value, numbers=near_numbers(kind, thing.number))
    if question.near_document and (document := question.document) is not None:
        kind = IdentifierKind.DOCUMENT_NUMBER
        numbers = near_numbers(kind, document.number)
        yield Near(kind=kind.value, numbers=numbers, country=document.country or "")


def look(work: Work, question: Asked, index: ScreeningIndex, partners: Partners) -> Findings:
    """Search the categories that are open to this officer at all; of what is found, keep what each owner's law opens.

    Categories are asked about before the search, each one every time, so that neither the answer nor the ledger tells
    that something hidden was found. Where none on persons is open, there is no source on a person: the answer is not a
    no-hit.
    """
    categories = tuple(category for category in CATEGORIES if not _denied(work.decide(_question(work, category))))
    lists, training = holds_kinds(work.read, LISTING_KIND, TRAINING_KIND)
    listed, more = _look_in_lists(work, question, index) if lists else ((), False)
    listed = (*(_look_in_training(work, question, index) if training else ()), *listed)
    if not categories:
        return Findings(candidates=listed, sources=(), incomplete=more)
    found = _without_needless(index.search(work.read, probe_of(question, date_of(work.at), ALERT_KIND, categories)))
    decisions: dict[tuple[str, Owner], Decision] = {}
    seen: list[Candidate] = []
    flags = own_flags(work) if found.candidates else {}
    for place, one in enumerate(found.candidates):
        case = (one.category, one.owner)
        if case not in decisions:
            decisions[case] = work.decide(_question(work, one.category, one.owner))
        record = None if _denied(decisions[case]) else find_alert(work, one.owner.party, one.id)
        if record is not None and not _is_hidden(work, record):
            candidate = _candidate(question, one, record, decisions[case], len(found.candidates) - place)
            referred = (*candidate.referred, *victim_reasons(work, record))
            candidate = msgspec.structs.replace(candidate, referred=referred)
            flagged = (one.owner.party, one.id) in flags
            seen.append(msgspec.structs.replace(candidate, flagged=True) if flagged else candidate)
    return Findings(
        candidates=(*seen, *listed),
        sources=_sources(work, categories, partners) if _answers(question, categories) else (),
        incomplete=found.limit_reached or more,
    )


def _without_needless(found: Matches) -> Matches:
    """Leave out what only a slip of reading would find where the number itself was found, and most of a crowd."""
    near = [one for one in found.candidates if one.evidence.object is DocumentRelation.NEAR]
    if not near:
        return found
    exact = any(one.evidence.object in _READ_RIGHT for one in found.candidates)
    kept = [] if exact else near[:MOST_NEAR]
    left = tuple(one for one in found.candidates if one not in near or one in kept)
    more = not exact and len(near) > MOST_NEAR
    return Matches(candidates=left, limit_reached=found.limit_reached or more)


def _is_hidden(work: Work, record: AlertRecord) -> bool:
    """Say whether an alert is hidden for an operation: nobody finds it at a counter (2018/1862 Art 26(4))."""
    return record.hidden_until is not None and record.hidden_until > work.at


def _answers(question: Asked, categories: tuple[str, ...]) -> bool:
    """Say whether silence answers the question: who may look for things alone is told nothing about a person."""
    if question.document is None and not question.identity.surnames:
        return True
    return any(Subject.PERSON in CATEGORIES[category].subjects for category in categories)


def _look_in_lists(work: Work, question: Asked, index: ScreeningIndex) -> tuple[tuple[Candidate, ...], bool]:
    """Search the own official lists, apart from alerts, so that neither crowds out the other.

    Whoever may search alerts on travel bans at home may search the lists from which they would be entered.
    """
    if _denied(work.decide(_question(work, Category.REFX, work.who.owner))):
        return (), False
    found = index.search(work.read, probe_of(question, date_of(work.at), LISTING_KIND))
    seen: list[Candidate] = []
    for place, one in enumerate(found.candidates):
        subject = find_subject(work.read, LISTING_KIND, one.owner.party, one.id)
        if subject is not None:
            holds = _Holds(
                person=bool(subject.names), documents=bool(subject.documents), nationalities=bool(subject.nationalities)
            )
            seen.append(
                Candidate(
                    alert=RecordRef(kind=LISTING_KIND, id=one.id, version=one.version),
                    owner=one.owner,
                    category=one.category,
                    strength=len(found.candidates) - place,
                    evidence=_evidence(question, one.evidence, holds),
                    weighed=one.weighed if holds.person else None,
                )
            )
    return tuple(seen), found.limit_reached


def _look_in_training(work: Work, question: Asked, index: ScreeningIndex) -> tuple[Candidate, ...]:
    """Search the injected alerts of the own exercises."""
    found = index.search(work.read, probe_of(question, date_of(work.at), TRAINING_KIND))
    seen: list[Candidate] = []
    for place, one in enumerate(found.candidates):
        denied = _denied(work.decide(_question(work, one.category, one.owner)))
        alert = None if denied else find_training_alert(work, one.owner.party, one.id)
        if alert is not None:
            holds = _Holds(
                person=alert.about == "person",
                documents=alert.person.document is not None,
                nationalities=alert.about == "person",
            )
            seen.append(
                Candidate(
                    alert=RecordRef(kind=TRAINING_KIND, id=one.id, version=one.version),
                    owner=one.owner,
                    category=one.category,
                    strength=len(found.candidates) - place,
                    evidence=_evidence(question, one.evidence, holds),
                    warnings=alert.warnings,
                    weighed=one.weighed,
                )
            )
    return tuple(seen)


def _sources(work: Work, categories: tuple[str, ...], partners: Partners) -> tuple[SourceAge, ...]:
    """Return the own party and each partner whose records this officer may search, with the age of the data."""
    ages = [SourceAge(party=work.who.owner.party, freshness=Freshness.LIVE)]
    for party, heard in sorted(partners.heard(work).items()):
        owner = Owner(party=party, authority=_ANY_AUTHORITY)
        if any(not _denied(work.decide(_question(work, category, owner))) for category in categories):
            ages.append(source_age(party, heard, work.recorded_at))
    return tuple(ages)


def opening_clauses(work: Work, category: str, owner: Owner | None = None) -> tuple[str, ...]:
    """Return the clauses that open searches of a category to the actor, for the purpose at hand; none where denied."""
    decision = work.decide(_question(work, category, owner))
    return () if _denied(decision) else decision.clauses


def may_search(work: Work, category: str, owner: Owner) -> bool:
    """Say whether the actor may search an owner's records of a category, for the purpose at hand."""
    return not _denied(work.decide(_question(work, category, owner)))


def _question(work: Work, category: str, owner: Owner | None = None) -> Question:
    return _asked_once(category, work.purpose, work.who.owner, work.who.role, owner)


# A desk puts the same twenty questions all day: made once, their hash is known too where answers are looked up.
@lru_cache(maxsize=4096)
def _asked_once(category: str, purpose: Purpose, actor: Owner, role: str | None, owner: Owner | None) -> Question:
    return Question(
        stage=Stage.USE,
        operation="search",
        category=category,
        purpose=purpose,
        actor=actor,
        role=role,
        owner=owner,
    )


def _denied(decision: Decision) -> bool:
    return decision.outcome is Outcome.DENY


def _candidate(question: Asked, one: Found, record: AlertRecord, decision: Decision, strength: int) -> Candidate:
    """Return the match with what may be seen of it; reasons travel only where a person was asked for."""
    open_fields = frozenset(decision.fields)
    referred: tuple[Reason, ...] = decision.reasons if decision.outcome is Outcome.REFER else ()
    data = record.data
    holds = _Holds(
        person=data.person is not None,
        documents=bool(data.documents),
        nationalities=bool(data.person and data.person.nationalities),
    )
    return Candidate(
        alert=RecordRef(kind=ALERT_KIND, id=record.id, version=record.version),
        owner=record.owner,
        category=record.category,
        strength=strength,
        evidence=_evidence(question, one.evidence, holds),
        warnings=tuple(mark.value for mark in record.data.warnings) if "warnings" in open_fields else (),
        free_movement="free_movement" in open_fields and record.data.free_movement,
        referred=referred,
        weighed=one.weighed if holds.person else None,
        papers=any(each.kind is IdentifierKind.DOCUMENT_NUMBER for one in data.objects for each in one.identifiers),
    )


@dataclass(frozen=True, slots=True)
class _Holds:
    """Which fields a record holds at all; one on a thing says nothing of whoever has it."""

    person: bool
    documents: bool
    nationalities: bool


def _evidence(question: Asked, found: FoundEvidence, holds: _Holds) -> tuple[Evidence, ...]:
    """Say for each field asked about how it agrees; what the record does not hold neither agrees nor differs."""
    said: list[Evidence] = []
    if question.document is not None:
        missing = "differs" if holds.documents else _NOT_KNOWN
        said.append(Evidence(field="document", grade=_DOCUMENT_GRADES.get(found.document, missing)))
    if found.object in _DOCUMENT_GRADES:
        said.append(Evidence(field=OBJECT, grade=_DOCUMENT_GRADES[found.object]))
    if not holds.person:
        return tuple(each for each in said if each.grade != _NOT_KNOWN)
    if question.identity.surnames:
        said.append(Evidence(field="name", grade=_name_grade(found.name_similarity)))
    if question.identity.birth_date:
        said.append(Evidence(field="birth_date", grade=_BIRTH_DATE_GRADES[found.birth_date]))
    if question.identity.nationality:
        missing = "differs" if holds.nationalities else _NOT_KNOWN
        said.append(Evidence(field="nationality", grade="exact" if "nationality" in found.fields else missing))
    return tuple(said)


def _name_grade(similarity: int) -> str:
    if similarity >= _NAME_EQUAL:
        return "exact"
    return "similar" if similarity >= NAME_AGREES else "differs"
