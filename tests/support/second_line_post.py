"""A border post with a second line: a house with alerts, the decision point, the index, and officers of both lines."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from comity.agreements.decide import decide
from comity.alerts.records import ALERT_KIND, AlertData, AlertRecord, HitRecord
from comity.alerts.store import HIT, hit_of, insert_alert
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.bureau.tables import METADATA as BUREAU_TABLES
from comity.core.codec import decode_as
from comity.core.decision import Decision, Question
from comity.core.ids import Owner
from comity.core.ports import Actor, RecordChanged, Work
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Function
from comity.crossings.boards import make_operations as board_operations
from comity.crossings.operations import Around, make_operations
from comity.crossings.projections import PROJECTIONS
from comity.crossings.records import Advice, Answer, Check, Direction, Document, Identity, Lane, Safeguards
from comity.crossings.referral_rates import OPERATIONS as RATES
from comity.crossings.referrals import OPERATIONS as REFERRALS
from comity.crossings.tables import METADATA as CROSSING_TABLES
from comity.runtime.run import Runtime
from comity.screening.index.simple import SimpleIndex
from comity.screening.store import METADATA as SCREENING_TABLES
from tests.support.agreements import schengen_registry
from tests.support.alerts import PASSPORT, arrest, person, refusal
from tests.support.house import NOON, House, actor, call, open_house

R = TypeVar("R", bound=msgspec.Struct)

AUTHORITY = ("FRA", "police-aux-frontieres")
OFFICER = actor(*AUTHORITY, Function.FIRST_LINE)
BOTH = actor(*AUTHORITY, Function.FIRST_LINE, Function.SECOND_LINE, name="synthetic-both")
SECOND = actor(*AUTHORITY, Function.SECOND_LINE, name="synthetic-second")
THIRD = actor(*AUTHORITY, Function.SECOND_LINE, name="synthetic-third")
LEAD = actor(*AUTHORITY, Function.SHIFT_LEAD, name="synthetic-lead")
STRANGER = actor("FRA", "douane", Function.SECOND_LINE, name="synthetic-stranger")
GERMAN = Owner(party="DEU", authority="bundespolizei")
POINT = "frcqf-1"
ANSWERED = Safeguards(
    fear_expressed=Answer.NO, child_or_age_unknown=Answer.NO, vulnerable=Answer.NO, interpreter=Answer.NO
)


def _alert(number: int, category: str, data: AlertData) -> AlertRecord:
    return AlertRecord(
        id=f"01hzzzzzzzzzzzzzzzzzzzzz{number:02d}",
        owner=GERMAN,
        category=category,
        version=1,
        data=data,
        entered=CivilDate("2026-11-01"),
        review_date=CivilDate("2029-11-01"),
        delete_by=CivilDate("2029-11-01"),
    )


REFUSAL = _alert(1, "REF", refusal(person("Synthetic-Alpha", nationalities=("UTO",))))
ARREST = _alert(2, "ARR", arrest(person("Synthetic-Beta", "1975-05-06"), PASSPORT))


class _Sources:
    def heard(self, _work: Work) -> dict[str, Instant | None]:
        return {"DEU": NOON}


class Post:
    """The post; `run` asks one operation as somebody."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.registry = schengen_registry()
        house.decide = self._decide
        checking = make_operations(SimpleIndex(), Around(partners=_Sources()))
        check = next(each for each in checking if each.name == "crossing.check")
        self.operations = (*checking, *REFERRALS, *RATES, *board_operations(check))

    def _decide(self, question: Question, at: Instant, known_at: Instant) -> Decision:
        return decide(question, at, known_at, self.registry)

    def runtime(self) -> Runtime:
        return self.house.runtime(self.operations)

    def run(self, name: str, command: object, result: type[R], who: Actor = OFFICER) -> R:
        return decode_as(self.runtime().run(call(name, command, purpose="borders"), who).body, result)

    def check(self, surnames: str, birth_date: str = "1980-02-03", who: Actor = OFFICER) -> Advice:
        question = Check(
            direction=Direction.ENTRY,
            crossing_point=POINT,
            lane=Lane.THIRD_COUNTRY,
            identity=Identity(surnames=surnames, forenames="Test Anna", birth_date=birth_date),
            justification="synthetic: no document",
            case="synthetic-1",
        )
        return self.run("crossing.check", question, Advice, who)

    def by_document(self, number: str = "SYN123456", who: Actor = OFFICER) -> Advice:
        question = Check(
            direction=Direction.ENTRY,
            crossing_point=POINT,
            lane=Lane.THIRD_COUNTRY,
            document=Document(country="XXA", number=number),
        )
        return self.run("crossing.check", question, Advice, who)

    def hits(self) -> list[HitRecord]:
        with self.house.work(OFFICER) as work:
            return [hit_of(row) for row in work.read(HIT.select())]


@contextlib.contextmanager
def open_post(folder: Path) -> Iterator[Post]:
    """Open a post that holds `REFUSAL` and `ARREST`."""
    with open_house(folder, ALERT_TABLES, SCREENING_TABLES, CROSSING_TABLES, BUREAU_TABLES) as house:
        house.projections = {kind: (project,) for kind, project in PROJECTIONS.items()}
        for record in (REFUSAL, ARREST):
            with house.work(OFFICER) as work:
                work.change(*insert_alert(record, own=False))
                work.emit(RecordChanged(kind=ALERT_KIND, id=record.id, owner=record.owner, version=1, record=record))
        yield Post(house)
