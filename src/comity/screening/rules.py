"""How subjects are found and compared, pure: keys, evidence, what counts as a candidate, order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from rapidfuzz import fuzz

from comity.screening.normalise import name_tokens, normal_name, normal_number, token_key
from comity.screening.objects import DOCUMENT_KIND, is_near, object_keys, object_relation, probe_keys
from comity.screening.records import (
    BirthDateRelation,
    Candidate,
    DocumentRelation,
    Evidence,
    Probe,
    Subject,
    SubjectDocument,
    SubjectName,
)

_PREFIX: Final = 4
_FULL_DATE: Final = 10
_MONTH: Final = 12
THOUSANDTHS: Final = 10

_DOCUMENT: Final = "doc:"
_ANY_DOCUMENT: Final = "doc:*:"
_DATE: Final = "dob:"
_BY_NAME: Final = (_DATE, "yn:", "tok:")

# Thresholds are our own choice (synthetic): name alone must be nearly equal, a date of birth that agrees forgives more,
# one that contradicts forgives nothing but a slip.
NAME_AGREES: Final = 700
NAME_ALONE: Final = 850
NAME_AGAINST_DATE: Final = 930
_DOCUMENT_NAME_FLOOR: Final = 500
_BY_DATE: Final = {
    BirthDateRelation.EXACT: NAME_AGREES,
    BirthDateRelation.SWAP: NAME_AGREES,
    BirthDateRelation.PARTIAL: NAME_AGREES,
    BirthDateRelation.UNKNOWN: NAME_ALONE,
    BirthDateRelation.NONE: NAME_AGAINST_DATE,
}
_DOCUMENT_RANK: Final = (
    DocumentRelation.EXACT,
    DocumentRelation.NUMBER,
    DocumentRelation.NEAR,
    DocumentRelation.NONE,
)
_AGREES: Final = frozenset({DocumentRelation.EXACT, DocumentRelation.NUMBER})
_DATE_RANK: Final = (
    BirthDateRelation.EXACT,
    BirthDateRelation.SWAP,
    BirthDateRelation.PARTIAL,
    BirthDateRelation.UNKNOWN,
    BirthDateRelation.NONE,
)


# --- keys -------------------------------------------------------------------------------------------------------


def keys_of(subject: Subject) -> tuple[str, ...]:
    """Return every key a subject is found by: documents, things, dates of birth, year with name beginnings, words."""
    found: list[str] = []
    for document in subject.documents:
        found += document_key(document)
    for one in subject.objects:
        found += object_keys(one)
    words = _words(subject.names)
    for date in subject.birth_dates:
        if len(date) == _FULL_DATE:
            found.append(f"dob:{date}")
        found += [f"yn:{date[:4]}:{word[:_PREFIX]}" for word in words]
    found += [f"tok:{word}" for word in words]
    return tuple(dict.fromkeys(found))


def document_key(document: SubjectDocument) -> tuple[str, ...]:
    """Return the key of a document's number, whatever its country: the evidence says whether that agrees as well."""
    number = normal_number(document.number)
    return (f"{_ANY_DOCUMENT}{number}",) if number else ()


def strong_keys(probe: Probe) -> tuple[str, ...]:
    """Return the keys of a probe that few subjects share: numbers, dates of birth, year with name beginnings."""
    found = [key for document in probe.documents for key in document_key(document)]
    found += probe_keys(probe)
    found += [
        f"{_ANY_DOCUMENT}{number}" for near in probe.near if near.kind == DOCUMENT_KIND for number in near.numbers
    ]
    if probe.birth_date is not None:
        if len(probe.birth_date) == _FULL_DATE:
            found.append(f"dob:{probe.birth_date}")
            swapped = swap_day_and_month(probe.birth_date)
            found += [f"dob:{swapped}"] if swapped else []
        found += [f"yn:{probe.birth_date[:4]}:{word[:_PREFIX]}" for word in _words(probe.names)]
    return tuple(dict.fromkeys(found))


def name_keys(probe: Probe) -> tuple[str, ...]:
    """Return the keys of a probe's name words, which many subjects may share."""
    return tuple(f"tok:{word}" for word in _words(probe.names))


def is_searched(key: str) -> bool:
    """Say whether any search asks for such a key; entries of earlier releases hold document numbers by country too."""
    return not key.startswith(_DOCUMENT) or key.startswith(_ANY_DOCUMENT)


def is_by_name(key: str) -> bool:
    """Say whether whoever is found by such a key is a candidate only if the names agree as well."""
    return key.startswith(_BY_NAME)


def is_by_date(key: str) -> bool:
    """Say whether a key is a full date of birth."""
    return key.startswith(_DATE)


def swap_day_and_month(date: str) -> str | None:
    """Return a full date with day and month exchanged, None where that is no date or the same."""
    year, month, day = date.split("-")
    return f"{year}-{day}-{month}" if month != day and int(day) <= _MONTH else None


def _words(names: Iterable[SubjectName]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        for token in name_tokens(f"{name.surname} {name.forenames}"):
            found[token_key(token)] = None
    return tuple(found)


# --- comparing ---------------------------------------------------------------------------------------------------


def compare(probe: Probe, subject: Subject) -> Evidence:
    """Set a probe beside a subject and say what agrees."""
    document = _document_relation(probe, subject.documents)
    birth_date = _birth_date_relation(probe.birth_date, subject.birth_dates)
    similarity, low_quality = _name_similarity(probe.names, subject.names)
    thing = object_relation(probe, subject.objects)
    agreeing = {
        "document": document in _AGREES,
        "object": thing in _AGREES,
        "name": similarity >= NAME_AGREES,
        "birth_date": birth_date not in {BirthDateRelation.NONE, BirthDateRelation.UNKNOWN},
        "nationality": probe.nationality is not None and probe.nationality in subject.nationalities,
    }
    return Evidence(
        document=document,
        birth_date=birth_date,
        name_similarity=similarity,
        low_quality_name=low_quality,
        fields=tuple(field for field, agrees in agreeing.items() if agrees),
        object=thing,
    )


def is_candidate(evidence: Evidence) -> bool:
    """Say whether evidence is enough to show the record to a person.

    A document number with its country always is, and so is the identifier of a thing, whoever is with it; a document
    number alone needs a name or date that does not contradict; one that only a slip of reading away agrees says nothing
    of a person whose name or date would not be enough. A name found only in low quality needs a date of birth
    that agrees.
    """
    if evidence.document is DocumentRelation.EXACT or evidence.object is not DocumentRelation.NONE:
        return True
    if evidence.document is DocumentRelation.NUMBER:
        agrees = evidence.name_similarity >= _DOCUMENT_NAME_FLOOR or "birth_date" in evidence.fields
        return agrees or evidence.birth_date is BirthDateRelation.UNKNOWN
    if evidence.document is DocumentRelation.NEAR and "birth_date" in evidence.fields:
        return evidence.name_similarity >= _DOCUMENT_NAME_FLOOR
    if evidence.low_quality_name and "birth_date" not in evidence.fields:
        return False
    return evidence.name_similarity >= _BY_DATE[evidence.birth_date]


def may_agree_across_scripts(probe: Probe, subject: Subject, evidence: Evidence) -> bool:
    """Say whether two names are still to be weighed though their letters differ: the full date agrees, a script not.

    Letters of two scripts never look alike, so that likeness says nothing there.
    """
    if evidence.birth_date not in {BirthDateRelation.EXACT, BirthDateRelation.SWAP}:
        return False
    if not probe.names or not subject.names:
        return False
    return has_other_script(probe.names) != has_other_script(subject.names)


def has_other_script(names: Iterable[SubjectName]) -> bool:
    """Say whether any name has letters other than Latin ones."""
    return any(not _form(name).isascii() for name in names)


def nearest_part(probe: Probe, subject: Subject, most: int) -> Subject:
    """Return a subject with the names nearest to those asked for, and no more dates than so many."""
    forms = compared_names(probe.names)

    def far(name: SubjectName) -> int:
        return -max((_likeness(one, _form(name)) for one in forms), default=0)

    names = tuple(sorted(subject.names, key=far)[:most])
    return msgspec.structs.replace(subject, names=names, birth_dates=subject.birth_dates[:most])


def compared_names(names: Iterable[SubjectName]) -> list[str]:
    """Return names in the form in which they are compared."""
    return [_form(name) for name in names]


def sorted_names(names: Iterable[SubjectName]) -> list[str]:
    """Return names in the form in which they are compared, their words in order: their plain likeness is the name's."""
    return [" ".join(sorted(form.split())) for form in compared_names(names)]


def may_agree_by_name(asked: Sequence[str], held: tuple[SubjectName, ...]) -> bool:
    """Say whether a subject of these names could be a candidate though neither document nor date of birth agrees.

    `asked` are the `compared_names` of the probe. A quick first look: what it turns down, `is_candidate` would turn
    down after the whole comparison.
    """
    floor = NAME_ALONE / THOUSANDTHS
    return any(fuzz.token_sort_ratio(one, name, score_cutoff=floor) for name in compared_names(held) for one in asked)


def strength(candidate: Candidate) -> tuple[int, int, int, int, str, str, str]:
    """Return the sort key that puts the strongest evidence first and breaks ties by record."""
    evidence, weighed = candidate.evidence, candidate.weighed
    return (
        min(_DOCUMENT_RANK.index(evidence.document), _DOCUMENT_RANK.index(evidence.object)),
        0 if weighed is None else -weighed.evidence_mbit,
        _DATE_RANK.index(evidence.birth_date),
        -evidence.name_similarity,
        candidate.owner.party,
        candidate.id,
        candidate.kind,
    )


def _document_relation(probe: Probe, held: tuple[SubjectDocument, ...]) -> DocumentRelation:
    best = DocumentRelation.NONE
    for one in probe.documents:
        for other in held:
            number = normal_number(one.number)
            if number and number == normal_number(other.number):
                if one.country and one.country == other.country:
                    return DocumentRelation.EXACT
                best = DocumentRelation.NUMBER
    if best is DocumentRelation.NONE and any(is_near(probe, DOCUMENT_KIND, one.number, one.country) for one in held):
        return DocumentRelation.NEAR
    return best


def _birth_date_relation(asked: str | None, held: tuple[str, ...]) -> BirthDateRelation:
    if asked is None or not held:
        return BirthDateRelation.UNKNOWN
    relations = {_relate_dates(asked, date) for date in held}
    return next(relation for relation in _DATE_RANK if relation in relations)


def _relate_dates(one: str, other: str) -> BirthDateRelation:
    if one == other:
        return BirthDateRelation.EXACT if len(one) == _FULL_DATE else BirthDateRelation.PARTIAL
    if one.startswith(other) or other.startswith(one):
        return BirthDateRelation.PARTIAL
    if len(one) == len(other) == _FULL_DATE and swap_day_and_month(one) == other:
        return BirthDateRelation.SWAP
    return BirthDateRelation.NONE


def _name_similarity(asked: tuple[SubjectName, ...], held: tuple[SubjectName, ...]) -> tuple[int, bool]:
    """Return the best pair's likeness in thousandths, and whether only a low-quality name reaches it."""
    best, low_quality = 0, False
    forms = compared_names(asked)
    for name in held:
        score = max((_likeness(one, _form(name)) for one in forms), default=0)
        if score > best or (score == best and low_quality and not name.low_quality):
            best, low_quality = score, name.low_quality
    return best, low_quality and best > 0


def _form(name: SubjectName) -> str:
    return token_key(normal_name(f"{name.surname} {name.forenames}"))


def _likeness(one: str, other: str) -> int:
    if not one or not other:
        return 0
    return int(fuzz.token_sort_ratio(one, other) * THOUSANDTHS)
