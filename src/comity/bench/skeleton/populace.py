"""Synthetic persons by number, alerts on them, and the questions that a border guard would ask about them.

Names are drawn so that some are very common, as real ones are; dates of birth lie evenly over seventy years. Nobody of
this kind exists: the nationality is "stateless".
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from comity.adapters.clock import SystemClock
from comity.alerts import store
from comity.alerts.records import ALERT_KIND, Action, AlertData, AlertRecord, DocumentCategory, IdentityDocument, Person
from comity.core.ids import Owner, make_record_id
from comity.core.ports import RecordChanged, Work
from comity.core.time import Instant, date_of
from comity.core.vocabulary import Purpose
from comity.node.bootstrap import open_node
from comity.node.directory import NodeDirectory

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_SYLLABLES = len(_CONSONANTS) * len(_VOWELS)
_SURNAMES, _FORENAMES = 8000, 800
_SKEW = 2.5
_DAYS = 28
_BATCH = 500
_YEAR_US = 366 * 86400 * 1_000_000


@dataclass(frozen=True, slots=True)
class Somebody:
    """A synthetic person."""

    surname: str
    forename: str
    born: str
    document: str

    @classmethod
    def numbered(cls, number: int) -> Somebody:
        """Return the person of this number; equal numbers give equal persons."""
        chance = random.Random(number)
        return cls(
            surname=_word(int(_SURNAMES * chance.random() ** _SKEW), 3).title(),
            forename=_word(int(_FORENAMES * chance.random() ** _SKEW), 2).title(),
            born=f"{chance.randint(1940, 2009)}-{chance.randint(1, 12):02}-{chance.randint(1, _DAYS):02}",
            document=f"L{number:08}",
        )

    def question(self) -> dict[str, object]:
        """Return the command of `crossing.check` on this person with passport."""
        return {
            "direction": "entry",
            "crossing_point": "exercise-airport",
            "lane": "third-country",
            "identity": {
                "surnames": self.surname,
                "forenames": self.forename,
                "birth_date": self.born,
                "nationality": "XXA",
            },
            "document": {"category": "passport", "country": "XXA", "number": self.document},
        }


def settle(directory: NodeDirectory, owner: Owner, count: int) -> None:
    """Put copies of `owner`'s arrest alerts on persons 0 to `count` - 1 into a node that does not run.

    Written by the rooms' own statements and the node's own writer; only the journey from the peer is left out.
    """
    with directory.locked(), open_node(directory, SystemClock()) as node:
        for start in range(0, count, _BATCH):
            numbers = range(start, min(start + _BATCH, count))
            node.acts.tidy(node.operator, Purpose.ADMINISTRATION, partial(_enter, owner, numbers))


def _enter(owner: Owner, numbers: Sequence[int], work: Work) -> None:
    for number in numbers:
        record = _alert(number, owner, work.recorded_at)
        work.change(*store.insert_alert(record, own=False))
        work.emit(RecordChanged(kind=ALERT_KIND, id=record.id, owner=owner, version=1, record=record))


def _alert(number: int, owner: Owner, now: Instant) -> AlertRecord:
    somebody = Somebody.numbered(number)
    ends = date_of(Instant(now + _YEAR_US))
    person = Person(
        surnames=somebody.surname, forenames=somebody.forename, birth_date=somebody.born, nationalities=("XXA",)
    )
    passport = IdentityDocument(category=DocumentCategory.PASSPORT, country="XXA", number=somebody.document)
    return AlertRecord(
        id=make_record_id(now // 1000, number.to_bytes(10, "big")),
        owner=owner,
        category="ARR",
        version=1,
        data=AlertData(
            person=person,
            reason="Exercise: surrender on a European arrest warrant",
            action=Action.ARREST_FOR_SURRENDER,
            decision_reference=f"EXERCISE-BENCH-{number}",
            offence="Exercise: none",
            documents=(passport,),
        ),
        entered=date_of(now),
        review_date=ends,
        delete_by=ends,
    )


def _word(number: int, syllables: int) -> str:
    """Spell a number, so that neighbours begin differently."""
    word = ""
    for _ in range(syllables):
        number, place = divmod(number, _SYLLABLES)
        word += _CONSONANTS[place // len(_VOWELS)] + _VOWELS[place % len(_VOWELS)]
    return word
