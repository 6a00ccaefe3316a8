"""What is exchanged in the measurements: a null subject, whose receiver keeps nothing, and real alerts."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Annotated, Final, TypeAlias

import msgspec

from comity.alerts.records import ALERT_KIND, FIRST_SCHEMA, AlertPayload
from comity.bench.exchange.stage import AUTHORITY, CATEGORY, SENDER
from comity.core import codec
from comity.core.ids import Owner, RecordRef, make_record_id
from comity.core.personal import Personal
from comity.core.ports import Publication, Work
from comity.core.time import CivilDate, Instant, date_of
from comity.core.vocabulary import Purpose
from comity.exchange.ports import Applied, Item, stored
from comity.exercise.faults import numbered_alert
from comity.screening.records import Probe, SubjectDocument

Make: TypeAlias = Callable[[int, Instant], list[Publication]]
"""Returns the next so many publications."""

NULL_KIND: Final = "bench-null"
_OWNER: Final = Owner(party=SENDER, authority=AUTHORITY)


class NullPayload(msgspec.Struct, frozen=True, kw_only=True):
    """Some 150 bytes with the minimum data of an inquiry check."""

    action: str
    reason: Annotated[str, Personal]
    offence: str


class NullReceiver:
    """`comity.exchange.ports.Receiver` of a subject that keeps nothing: what is measured is the exchange alone."""

    schemas = (1,)

    def apply(self, work: Work, item: Item) -> Applied:
        """Take it as it is."""
        del work, item
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Hold nothing."""
        del work
        return ()

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Hold nothing, so erase nothing."""


class Source:
    """Publications of new records; ids are random over all of their space, so that no index grows at its edge."""

    def __init__(self, seed: int, *, alerts: bool) -> None:
        self._chance = random.Random(seed)
        self._alerts = alerts
        self._number = 0
        self._made: list[Publication] = []

    def make(self, count: int, now: Instant) -> list[Publication]:
        """Return the next publications."""
        return [self._alert(now) if self._alerts else self._null(now) for _ in range(count)]

    def make_and_remember(self, count: int, now: Instant) -> list[Publication]:
        """Return the next publications, to be taken back some time."""
        made = self.make(count, now)
        self._made += made
        return made

    def take_back(self, count: int, now: Instant) -> list[Publication]:
        """Return what takes back so many of those remembered, the oldest first."""
        gone, self._made = self._made[:count], self._made[count:]
        return [
            msgspec.structs.replace(each, operation="delete", version=2, payload=None, delete_by=None, issued=now)
            for each in gone
        ]

    def _id(self) -> str:
        return make_record_id(self._chance.getrandbits(46), self._chance.randbytes(10))

    def _null(self, now: Instant) -> Publication:
        self._number += 1
        return Publication(
            kind=NULL_KIND,
            id=self._id(),
            owner=_OWNER,
            category=CATEGORY,
            operation="enter",
            purpose=Purpose.POLICE,
            version=1,
            schema=1,
            payload=NullPayload(
                action="inquiry_check",
                reason=f"Synthetic reason of a measurement, number {self._number:09}",
                offence="Synthetic: none; only the length of this text matters",
            ),
            issued=now,
        )

    def _alert(self, now: Instant) -> Publication:
        self._number += 1
        command = numbered_alert(self._number)
        data = codec.convert(command["data"], AlertPayload)
        return Publication(
            kind=ALERT_KIND,
            id=self._id(),
            owner=_OWNER,
            category="ARR",
            operation="enter",
            purpose=Purpose.POLICE,
            version=1,
            schema=FIRST_SCHEMA,
            payload=data,
            issued=now,
            delete_by=CivilDate(_year_later(date_of(now))),
        )


def probe_of(number: int) -> Probe:
    """Return what looks for the made-up person of this number by their passport."""
    data = codec.convert(numbered_alert(number)["data"], AlertPayload)
    document = data.documents[0]
    return Probe(
        on=CivilDate("2026-01-01"),
        documents=(SubjectDocument(country=document.country or "", number=document.number),),
    )


def _year_later(day: str) -> str:
    return f"{int(day[:4]) + 1}{day[4:8]}{min(int(day[8:]), 28):02}"
