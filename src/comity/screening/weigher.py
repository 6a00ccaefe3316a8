"""Weighing persons by one model: from what the index holds and what was asked to bits with every line of the sum."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

from comity.core.errors import BadInput
from comity.screening import rules
from comity.screening.model.files import default_model
from comity.screening.model.records import Model
from comity.screening.records import Evidence, Line, Person, Probe, Subject, Weighed
from comity.screening.score.dates import parse_birth_date
from comity.screening.score.prepare import MOST_DATES, MOST_NAMES, names_in, prepare
from comity.screening.score.records import Feature, Prepared
from comity.screening.score.rules import Base, Scorer, bands_of, prior_mbit
from comity.screening.score.subjects import person_of_probe, person_of_subject

_MOST_NAMES: Final = 32
_MILLION: Final = 1_000_000


class Weigher:
    """Weighs who was found by one model. One serves all threads: what it keeps are caches of words."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._scorer = Scorer(model)

    def weigh(self, probe: Probe, asked: Prepared, found: tuple[Subject, Evidence], persons: int) -> Weighed | None:
        """Return the weight of a subject as one out of a base of so many persons, without what it was made of."""
        held = _held(probe, *found)
        return None if held is None else self.between(asked, held, persons)[0]

    def between(self, asked: Prepared, held: Prepared, persons: int) -> tuple[Weighed, tuple[Feature, ...]]:
        """Return the weight of two persons as one out of a base of so many, and what each line of it was made of."""
        base = Base(persons)
        scored = self._scorer.compare(asked, held, base)
        prior = prior_mbit(self.model.costs, base)
        weighed = Weighed(
            evidence_mbit=scored.evidence_mbit,
            prior_mbit=prior,
            probability_ppm=round(scored.probability(prior) * _MILLION),
            band=bands_of(self.model.costs, base).band(scored.evidence_mbit),
            lines=tuple(Line(code=one.code, weight_mbit=one.weight_mbit) for one in scored.features),
            persons=persons,
            model=self.model.version,
            flags=tuple(dict.fromkeys((*asked.flags, *held.flags))),
        )
        return weighed, scored.features

    def but_names_mbit(self, asked: Prepared, held: Prepared) -> int:
        """Return what all but the names of two persons weighs."""
        return self._scorer.but_names_mbit(asked, held)

    def inputs(self, probe: Probe, subject: Subject, weighed: Weighed) -> tuple[Feature, ...]:
        """Return the lines of a weight with what they were made of; none where another model or record gave it."""
        asked = self.asked(probe)
        held = _held(probe, subject, rules.compare(probe, subject))
        if asked is None or held is None or weighed.model != self.model.version:
            return ()
        scored = self._scorer.compare(asked, held, Base(weighed.persons))
        same = tuple(Line(code=one.code, weight_mbit=one.weight_mbit) for one in scored.features) == weighed.lines
        return scored.features if same else ()

    @staticmethod
    def asked(probe: Probe) -> Prepared | None:
        """Return whom a search looks for, made ready; None where there is neither a word of a name nor a document."""
        return prepared(person_of_probe(probe))


@cache
def shipped_weigher() -> Weigher:
    """Return the weigher of the model that the product ships; it is read when somebody is weighed first."""
    return Weigher(default_model())


def _held(probe: Probe, subject: Subject, evidence: Evidence) -> Prepared | None:
    """Return a subject made ready, by the names nearest to those asked for where it has very many."""
    if len(subject.names) > _MOST_NAMES or len(subject.birth_dates) > _MOST_NAMES:
        subject = rules.nearest_part(probe, subject, _MOST_NAMES)
    return prepared(person_of_subject(subject, low_quality=evidence.low_quality_name))


def prepared(person: Person) -> Prepared | None:
    """Make ready what can be read of records held: what cannot be is left out and flagged, never a search lost."""
    if len(person.names) <= MOST_NAMES and len(person.birth_dates) <= MOST_DATES:
        with contextlib.suppress(BadInput):
            return prepare(person)
    return _prepared_in_part(person)


def _prepared_in_part(person: Person) -> Prepared | None:
    names, odd_names = _readable(person.names, names_in)
    dates, odd_dates = _readable(person.birth_dates, parse_birth_date)
    if not person.papers and not any(name.tokens for text in names for name in names_in(text)):
        return None
    ready = prepare(
        Person(
            names=names[:MOST_NAMES],
            birth_dates=dates[:MOST_DATES],
            countries=person.countries,
            sex=person.sex,
            papers=person.papers,
        )
    )
    many = ("person.too-much",) if len(names) > MOST_NAMES or len(dates) > MOST_DATES else ()
    left_out = tuple(dict.fromkeys((*odd_names, *odd_dates, *many)))
    if not left_out:
        return ready
    return Prepared(
        names=ready.names,
        dates=ready.dates,
        countries=ready.countries,
        sex=ready.sex,
        papers=ready.papers,
        flags=(*ready.flags, *left_out),
    )


def _readable(texts: Iterable[str], read: Callable[[str], object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kept: list[str] = []
    flags: dict[str, None] = {}
    for text in texts:
        try:
            read(text)
        except BadInput as error:
            flags[error.code] = None
        else:
            kept.append(text)
    return tuple(kept), tuple(flags)
