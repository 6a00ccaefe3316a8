"""Keeps alerts searchable: each change of an alert is a change of the index in the same change set."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from comity.alerts.records import ALERT_KIND, AlertRecord, Person
from comity.core.ports import RecordChanged, Work
from comity.screening.projection import projection
from comity.screening.records import Subject, SubjectDocument, SubjectName
from comity.training.records import TRAINING_KIND, TrainingAlert


def alert_subject(change: RecordChanged) -> Subject | None:
    """Read an alert as somebody to search for: every name, date of birth, nationality and document, until it goes."""
    record = change.record
    if not isinstance(record, AlertRecord):
        return None
    person = record.data.person
    return Subject(
        category=record.category,
        names=_names(person),
        birth_dates=(person.birth_date,),
        nationalities=person.nationalities,
        documents=tuple(SubjectDocument(country=each.country, number=each.number) for each in record.data.documents),
        expires=record.delete_by,
    )


def _names(person: Person) -> tuple[SubjectName, ...]:
    """Return the main name first; a birth or former name without forenames is borne with the present ones."""
    own = SubjectName(surname=person.surnames, forenames=person.forenames or "")
    further = (*person.birth_names, *person.previous_names, *person.aliases)
    return (
        own,
        *(
            SubjectName(surname=name.surname, forenames=name.forenames or own.forenames, low_quality=name.low_quality)
            for name in further
        ),
    )


def training_subject(change: RecordChanged) -> Subject | None:
    """Read an injected alert of an exercise as somebody, or a document, to search for."""
    record = change.record
    if not isinstance(record, TrainingAlert):
        return None
    person, papers = record.person, record.person.document
    documents = () if papers is None else (SubjectDocument(country=papers.country, number=papers.number),)
    if record.about == "document":
        return Subject(category=record.category, names=(), documents=documents)
    return Subject(
        category=record.category,
        names=(SubjectName(surname=person.surnames, forenames=person.forenames),),
        birth_dates=(person.birth_date,),
        nationalities=(person.nationality,),
        documents=documents,
    )


PROJECTIONS: Mapping[str, Callable[[Work, RecordChanged], None]] = {
    ALERT_KIND: projection(alert_subject),
    TRAINING_KIND: projection(training_subject),
}
