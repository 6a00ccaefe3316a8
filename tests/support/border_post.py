"""A border post: a house with alerts, the decision point, the index, and an officer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import MetaData

from comity.agreements.decide import decide
from comity.alerts.records import ALERT_KIND, AlertData, AlertRecord, HitRecord, WarningMark
from comity.alerts.store import HIT, hit_of, insert_alert
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.core.codec import decode_as
from comity.core.decision import Decision, Question
from comity.core.ids import Owner
from comity.core.ports import Actor, RecordChanged, Work
from comity.core.time import SECOND_US, CivilDate, Instant
from comity.core.vocabulary import Function
from comity.crossings import store
from comity.crossings.operations import Around, make_operations
from comity.crossings.projections import PROJECTIONS
from comity.crossings.records import (
    Action,
    Advice,
    Answer,
    Check,
    Confirm,
    Direction,
    Document,
    Identity,
    Lane,
    Safeguards,
)
from comity.screening.index.simple import SimpleIndex
from comity.screening.store import METADATA as SCREENING_TABLES
from tests.support.agreements import schengen_registry
from tests.support.alerts import PASSPORT, arrest, person, refusal
from tests.support.house import NOON, House, actor, call, open_house

OFFICER = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
COLLEAGUE = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE, name="synthetic-2")
STRANGER = actor("FRA", "douane", Function.FIRST_LINE, name="synthetic-3")
GERMAN = Owner(party="DEU", authority="bundespolizei")
FRENCH = Owner(party="FRA", authority="prefecture")
ANSWERED = Safeguards(
    fear_expressed=Answer.NO, child_or_age_unknown=Answer.NO, vulnerable=Answer.NO, interpreter=Answer.NO
)


R = TypeVar("R")


class Sources:
    """Germany was heard a minute ago, unless a test says otherwise."""

    def __init__(self) -> None:
        self.last: dict[str, Instant | None] = {"DEU": Instant(NOON - 60 * SECOND_US)}

    def heard(self, _work: Work) -> dict[str, Instant | None]:
        return self.last


def alert(number: int, owner: Owner, category: str, data: AlertData) -> AlertRecord:
    return AlertRecord(
        id=f"01hzzzzzzzzzzzzzzzzzzzzz{number:02d}",
        owner=owner,
        category=category,
        version=1,
        data=data,
        entered=CivilDate("2026-11-01"),
        review_date=CivilDate("2029-11-01"),
        delete_by=CivilDate("2029-11-01"),
    )


REFUSAL = alert(1, GERMAN, "REF", refusal(person("Synthetic-Alpha", nationalities=("UTO",))))
ARREST = alert(
    2,
    GERMAN,
    "ARR",
    msgspec.structs.replace(
        arrest(person("Synthetic-Beta", "1975-05-06"), PASSPORT), warnings=(WarningMark.ARMED, WarningMark.VIOLENT)
    ),
)
OWN = alert(3, FRENCH, "REF", refusal(person("Synthetic-Gamma", "1990-07-08", nationalities=("UTO",))))
BENEFICIARY = alert(
    4,
    GERMAN,
    "REF",
    msgspec.structs.replace(refusal(person("Quetzal-Synthetic", "1960-01-02")), free_movement=True),
)


class Post:
    """A border post: a house with alerts, the decision point, the index, and an officer."""

    def __init__(self, house: House, sources: Sources) -> None:
        self.house = house
        self.sources = sources
        self.operations = make_operations(SimpleIndex(), Around(partners=sources))
        self.registry = schengen_registry()
        house.decide = self._decide

    def _decide(self, question: Question, at: Instant, known_at: Instant) -> Decision:
        return decide(question, at, known_at, self.registry)

    def run(self, name: str, command: msgspec.Struct, who: Actor = OFFICER, purpose: str = "borders") -> bytes:
        return self.house.runtime(self.operations).run(call(name, command, purpose=purpose), who).body

    def check(self, question: Check, who: Actor = OFFICER, purpose: str = "borders") -> Advice:
        return decode_as(self.run("crossing.check", question, who, purpose), Advice)

    def ask(self, name: str, command: msgspec.Struct, result: type[R], who: Actor = OFFICER) -> R:
        return decode_as(self.run(name, command, who), result)

    def hits(self) -> list[HitRecord]:
        with self.house.work(OFFICER) as work:
            return [hit_of(row) for row in work.read(HIT.select())]


def enter(house: House, record: AlertRecord) -> None:
    with house.work(OFFICER) as work:
        work.change(*insert_alert(record, own=record.owner.party == "FRA"))
        work.emit(RecordChanged(kind=ALERT_KIND, id=record.id, owner=record.owner, version=1, record=record))


@contextmanager
def open_post(folder: Path, *more: MetaData) -> Iterator[Post]:
    """Open the post in an empty folder, with the tables of more rooms if need be."""
    with open_house(folder, ALERT_TABLES, SCREENING_TABLES, store.METADATA, *more) as house:
        house.projections = {kind: (project,) for kind, project in PROJECTIONS.items()}
        for record in (REFUSAL, ARREST, OWN, BENEFICIARY):
            enter(house, record)
        yield Post(house, Sources())


def by_name(surnames: str, birth_date: str, lane: Lane = Lane.THIRD_COUNTRY) -> Check:
    return Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=lane,
        identity=Identity(surnames=surnames, forenames="Test Anna", birth_date=birth_date),
        justification="synthetic: no document",
        case="synthetic-1",
    )


def by_document(number: str = "SYN123456") -> Check:
    return Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        document=Document(country="XXA", number=number),
    )


def confirmation(advice: Advice, action: Action, safeguards: Safeguards = ANSWERED) -> Confirm:
    match = advice.matches[0]
    return Confirm(
        check=advice.check,
        alert=match.alert.id,
        version=match.alert.version,
        place="frcqf-1",
        circumstances="synthetic circumstances",
        action_taken=action,
        safeguards=safeguards,
    )


ALPHA = by_name("Synthetic-Alpha", "1980-02-03")
