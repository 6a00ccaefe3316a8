"""From what the index holds and asks to what the score compares."""

from __future__ import annotations

from comity.screening.records import Probe, Subject, SubjectName
from comity.screening.score.records import Paper, Person


def person_of_subject(subject: Subject) -> Person:
    """Return a searchable person; names of low quality are left out where there are others."""
    good = tuple(name for name in subject.names if not name.low_quality)
    return Person(
        names=tuple(_written(name) for name in good or subject.names),
        birth_dates=subject.birth_dates,
        countries=subject.nationalities,
        papers=tuple(Paper(number=one.number, country=one.country) for one in subject.documents),
    )


def person_of_probe(probe: Probe) -> Person:
    """Return whom a search looks for."""
    return Person(
        names=tuple(_written(name) for name in probe.names),
        birth_dates=(probe.birth_date,) if probe.birth_date else (),
        countries=(probe.nationality,) if probe.nationality else (),
        papers=tuple(Paper(number=one.number, country=one.country) for one in probe.documents),
    )


def _written(name: SubjectName) -> str:
    if name.surname and name.forenames:
        return f"{name.surname}, {name.forenames}"
    return name.surname or name.forenames
