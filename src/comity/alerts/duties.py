"""Last days of own alerts, shown in the register of deadlines from the day of the warning on.

The owner is warned four months before the review date; what is not extended by then is deleted (Reg (EU) 2018/1861 Art
39(5), 2018/1862 Art 53(7)). An alert whose purpose the bureau said is achieved is deleted without a reply in 15 days
(2018/1861 Art 39(7)). The alert itself holds these dates, and nothing is kept a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from comity.agreements.clocks.records import Silence
from comity.alerts.achieved import REPLY_PERIOD
from comity.alerts.categories import NOTICE_MONTHS
from comity.alerts.rules import notice_date
from comity.alerts.store import ALERT
from comity.core.ids import Owner, RecordId
from comity.core.ports import Row, Work
from comity.core.time import CivilDate, Instant, Period, add_period, date_of, end_of_day, parse_period, start_of_day
from comity.core.vocabulary import Permission
from comity.deadlines.duties import Place
from comity.deadlines.records import Deadline, ListDeadlines, Standing, State

_RULE: Final = "sis-retention"
_SOURCE: Final = "Reg (EU) 2018/1861 Art 39(5); Reg (EU) 2018/1862 Art 53(7)"
_TOLD_RULE: Final = "sis-purpose-achieved"
_TOLD_SOURCE: Final = "Reg (EU) 2018/1861 Art 39(7)"
_WHOLE_PARTY: Final = frozenset({Permission.BUREAU_WORK, Permission.SEARCH_LOG_READ})
_BEFORE_REPLY: Final = Period(days=-parse_period(REPLY_PERIOD).days)
_SLACK_DAYS: Final = 3
"""Months differ in length: a warning falls at most so many days before the same day of its month."""
_C: Final = ALERT.c


class ReviewDuties:
    """Own alerts whose warning has come: to be extended with reasons, or to go."""

    @property
    def case_kind(self) -> str:
        """Name the kind of case."""
        return "review"

    def page(self, work: Work, asked: ListDeadlines, after: Place | None) -> tuple[Deadline, ...]:
        """Return a page of reviews, those of the own authority or, for the bureau and the supervisor, of the party."""
        if asked.actor not in {None, work.who.owner.party} or asked.standing in {
            Standing.MET,
            Standing.MET_LATE,
            Standing.CANCELLED,
        }:
            return ()
        today = date_of(work.at)
        query = sa.select(_C.id, _C.version, _C.authority, _C.delete_by, _C.review_date).where(*_owned(work))
        query = query.order_by(_C.delete_by, _C.id)
        if asked.standing is not None:
            query = query.where(_on(asked.standing, today))
        if asked.case is not None:
            query = query.where(_C.id == asked.case)
        if after is not None:
            query = query.where(_behind(after))
        rows = work.read(query.where(_C.delete_by <= last_warned(today)).limit(asked.limit))
        return tuple(_deadline(row, work.who.owner.party) for row in rows)

    def counts(self, work: Work) -> Iterable[tuple[str, Standing, int]]:
        """Count the reviews that are running, due and passed."""
        today = date_of(work.at)
        for standing in (Standing.RUNNING, Standing.DUE, Standing.BREACHED):
            query = sa.select(sa.func.count().label("many")).where(
                *_owned(work), _on(standing, today), _C.delete_by <= last_warned(today)
            )
            many = int(work.read(query)[0].many)
            if many:
                yield work.who.owner.party, standing, many

    def oldest_breach(self, work: Work) -> Instant | None:
        """Return the end of the oldest review date that has passed; None where none has."""
        today = date_of(work.at)
        query = sa.select(sa.func.min(_C.delete_by).label("first")).where(*_owned(work), _on(Standing.BREACHED, today))
        first = work.read(query)[0].first
        return None if first is None else end_of_day(CivilDate(first))


REVIEWS: Final = ReviewDuties()


def _owned(work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    own = (_C.own.is_(True), _C.party == work.who.owner.party)
    if work.who.permissions & _WHOLE_PARTY:
        return own
    return (*own, _C.authority == work.who.owner.authority)


def last_warned(today: CivilDate) -> CivilDate:
    """Return the last review date of which the owner has been warned by today."""
    last = add_period(today, Period(months=NOTICE_MONTHS, days=_SLACK_DAYS))
    while notice_date(last) > today:
        last = add_period(last, Period(days=-1))
    return last


def _on(standing: Standing, today: CivilDate) -> sa.ColumnElement[bool]:
    match standing:
        case Standing.RUNNING:
            return _C.delete_by > today
        case Standing.DUE:
            return _C.delete_by == today
        case _:
            return _C.delete_by < today


def _behind(place: Place) -> sa.ColumnElement[bool]:
    """Say that a review stands behind a place in the register: it is in time until the end of its day."""
    if not place.dated:
        return sa.true()
    day = date_of(place.last)
    if place.last < end_of_day(day):
        return _C.delete_by >= day
    return sa.or_(_C.delete_by > day, sa.and_(_C.delete_by == day, _C.id > place.id))


def _deadline(row: Row, party: str) -> Deadline:
    last = CivilDate(row.delete_by)
    told = row.delete_by < row.review_date
    began = add_period(last, _BEFORE_REPLY) if told else notice_date(last)
    return Deadline(
        id=RecordId(row.id),
        owner=Owner(party=party, authority=row.authority),
        version=row.version,
        actor=party,
        case_kind=REVIEWS.case_kind,
        case=row.id,
        rule=_TOLD_RULE if told else _RULE,
        source=_TOLD_SOURCE if told else _SOURCE,
        began=start_of_day(began),
        due_at=None,
        due_on=last,
        at_once=False,
        expiry="delete",
        silence=Silence.DELETION if told else Silence.REVIEW,
        state=State.OPEN,
    )
