"""From what the index holds and asks to what the score compares."""

from __future__ import annotations

from comity.screening.records import Paper, Person, Probe, Subject, SubjectDocument, SubjectName


def person_of_subject(subject: Subject, *, low_quality: bool = False) -> Person:
    """Return a searchable person; names of low quality are left out where there are others, unless asked for."""
    good = tuple(name for name in subject.names if low_quality or not name.low_quality)
    return Person(
        names=tuple(_written(name) for name in good or subject.names),
        birth_dates=subject.birth_dates,
        countries=subject.nationalities,
        sex=subject.sex,
        papers=tuple(map(_paper, subject.documents)),
    )


def person_of_probe(probe: Probe) -> Person:
    """Return whom a search looks for."""
    return Person(
        names=tuple(_written(name) for name in probe.names),
        birth_dates=(probe.birth_date,) if probe.birth_date else (),
        countries=(probe.nationality,) if probe.nationality else (),
        sex=probe.sex,
        papers=tuple(map(_paper, probe.documents)),
    )


def _paper(document: SubjectDocument) -> Paper:
    return Paper(number=document.number, country=document.country)


def _written(name: SubjectName) -> str:
    if name.surname and name.forenames:
        return f"{name.surname}, {name.forenames}"
    return name.surname or name.forenames
