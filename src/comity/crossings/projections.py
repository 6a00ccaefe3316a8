"""Keeps alerts searchable: each change of an alert is a change of the index in the same change set."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from comity.alerts.objects import AlertObject
from comity.alerts.records import ALERT_KIND, AlertRecord, Person
from comity.core.ports import RecordChanged, Work
from comity.crossings.cleared import forget_alert
from comity.screening.projection import projection
from comity.screening.records import SEXES, Subject, SubjectDocument, SubjectName, SubjectObject
from comity.training.records import TRAINING_KIND, TrainingAlert


def alert_subject(change: RecordChanged) -> Subject | None:
    """Read an alert as something to search for: names, dates of birth, nationalities, documents, things, until it goes.

    None for an alert on marks alone: whoever left them is found by nothing that is asked at a counter.
    """
    record = change.record
    if not isinstance(record, AlertRecord) or (record.data.person is None and not record.data.objects):
        return None
    person = record.data.person
    return Subject(
        category=record.category,
        names=_names(person) if person else (),
        birth_dates=(person.birth_date,) if person else (),
        nationalities=person.nationalities if person else (),
        sex=SEXES.get(person.gender.value, "") if person and person.gender else "",
        documents=tuple(SubjectDocument(country=each.country, number=each.number) for each in record.data.documents),
        objects=tuple(found for one in record.data.objects for found in _objects(one)),
        expires=record.delete_by,
    )


def _objects(one: AlertObject) -> tuple[SubjectObject, ...]:
    return tuple(
        SubjectObject(kind=each.kind.value, number=each.value, country=each.country or "", last=each.last or "")
        for each in one.identifiers
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
        sex=SEXES.get(person.gender, ""),
        documents=documents,
    )


def end_clearing(work: Work, change: RecordChanged) -> None:
    """Forget who was cleared on an alert that changed or went; a new one has cleared nobody."""
    if change.version > 1 or change.record is None:
        forget_alert(work, change.owner.party, change.id)


PROJECTIONS: Mapping[str, Callable[[Work, RecordChanged], None]] = {
    ALERT_KIND: projection(alert_subject),
    TRAINING_KIND: projection(training_subject),
}

CLEARING: Mapping[str, Callable[[Work, RecordChanged], None]] = {ALERT_KIND: end_clearing}
