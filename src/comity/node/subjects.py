"""How screening reads an alert: the one place where the two rooms meet."""

from __future__ import annotations

from comity.alerts.records import AlertRecord, Person
from comity.core.ports import RecordChanged
from comity.screening.records import Subject, SubjectDocument, SubjectName


def subject_of_alert(change: RecordChanged) -> Subject | None:
    """Return the searchable person of an alert, None for anything else."""
    alert = change.record
    if not isinstance(alert, AlertRecord):
        return None
    person = alert.data.person
    return Subject(
        category=alert.category,
        names=_names(person),
        birth_dates=(person.birth_date,),
        nationalities=person.nationalities,
        documents=tuple(SubjectDocument(country=held.country, number=held.number) for held in alert.data.documents),
        expires=alert.delete_by,
    )


def _names(person: Person) -> tuple[SubjectName, ...]:
    further = (*person.birth_names, *person.previous_names, *person.aliases)
    return (
        SubjectName(surname=person.surnames, forenames=person.forenames or ""),
        *(
            SubjectName(surname=name.surname, forenames=name.forenames or "", low_quality=name.low_quality)
            for name in further
        ),
    )
