"""The bureau's own clocks, shown in the register of deadlines: reports to send, messages to react to.

The bureau keeps when a duty began, is due and was done with its cases (`clocks`); here they are told, not kept again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from comity.agreements.clocks.records import Silence
from comity.bureau.forms import HIT_FORM, form_of
from comity.bureau.records import CaseState
from comity.bureau.tables import BUREAU_CASE, BUREAU_MESSAGE
from comity.core.ids import Owner, RecordId
from comity.core.ports import Row, Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission
from comity.deadlines.duties import Columns, Place, behind, in_order, standing_in
from comity.deadlines.records import Cancelled, Deadline, ListDeadlines, Standing, State

RULE_AT_ONCE: Final = "sirene.8.at-once"
RULE_HOURS: Final = "sirene.8.reply"
"""The rules of law behind the bureau's clocks; the hours themselves stand with the forms."""
_READERS: Final = frozenset({Permission.BUREAU_WORK, Permission.SEARCH_LOG_READ})
"""The bureau, and whoever supervises: nobody else is told of its cases."""
_OPEN: Final = (Standing.RUNNING, Standing.DUE, Standing.BREACHED)


def _columns(table: sa.Table, cancelled: sa.ColumnElement[bool]) -> Columns:
    """Say where a table of the bureau keeps its clock; what has no period and is not urgent has none."""
    c = table.c
    done = c.ended.is_not(None)
    return Columns(
        open=sa.and_(sa.not_(done), sa.not_(cancelled)),
        met=sa.and_(done, sa.not_(cancelled)),
        cancelled=cancelled,
        at_once=c.urgent,
        last=sa.case((c.urgent, c.since), else_=c.due),
        id=c.id,
    )


class BureauDuties:
    """Hit reports that the bureau must send, or messages that it must react to."""

    def __init__(self, case_kind: str, table: sa.Table, party: sa.Column[str], columns: Columns) -> None:
        self._case_kind = case_kind
        self._table = table
        self._party = party
        self._columns = columns

    @property
    def case_kind(self) -> str:
        """Name the kind of case."""
        return self._case_kind

    def page(self, work: Work, asked: ListDeadlines, after: Place | None) -> tuple[Deadline, ...]:
        """Return a page of the bureau's clocks; empty for who is neither of the bureau nor supervises it."""
        own = work.who.owner.party
        if not work.who.permissions & _READERS or asked.actor not in {None, own}:
            return ()
        c, columns = self._table.c, self._columns
        found = (c.id, c.version, c.urgent, c.since, c.due, c.ended, columns.cancelled.label("cancelled"))
        query = sa.select(*found).where(*self._mine(work)).order_by(*in_order(columns)).limit(asked.limit)
        if asked.standing is not None:
            query = query.where(*standing_in(columns, asked.standing, work.at))
        if asked.case is not None:
            query = query.where(c.id == asked.case)
        if after is not None:
            query = query.where(behind(columns, after))
        return tuple(self._deadline(row, work.who.owner) for row in work.read(query))

    def counts(self, work: Work) -> Iterable[tuple[str, Standing, int]]:
        """Count the bureau's open clocks."""
        if not work.who.permissions & _READERS:
            return
        for standing in _OPEN:
            query = sa.select(sa.func.count().label("many")).where(
                *self._mine(work), *standing_in(self._columns, standing, work.at)
            )
            many = int(work.read(query)[0].many)
            if many:
                yield work.who.owner.party, standing, many

    def oldest_breach(self, work: Work) -> Instant | None:
        """Return when the clock was over that ran out first; None where none did."""
        if not work.who.permissions & _READERS:
            return None
        query = sa.select(sa.func.min(self._columns.last).label("first")).where(
            *self._mine(work), *standing_in(self._columns, Standing.BREACHED, work.at)
        )
        first = work.read(query)[0].first
        return None if first is None else Instant(first)

    def _mine(self, work: Work) -> tuple[sa.ColumnElement[bool], ...]:
        c = self._table.c
        return self._party == work.who.owner.party, sa.or_(c.urgent, c.due.is_not(None))

    def _deadline(self, row: Row, owner: Owner) -> Deadline:
        state = State.CANCELLED if row.cancelled else State.OPEN if row.ended is None else State.MET
        return Deadline(
            id=RecordId(row.id),
            owner=owner,
            version=row.version,
            actor=owner.party,
            case_kind=self._case_kind,
            case=row.id,
            rule=RULE_AT_ONCE if row.urgent else RULE_HOURS,
            source=form_of(HIT_FORM).source,
            began=Instant(row.since),
            due_at=None if row.urgent else Instant(row.due),
            due_on=None,
            at_once=bool(row.urgent),
            expiry="overdue",
            silence=Silence.BREACH,
            state=state,
            done=None if row.ended is None else Instant(row.ended),
            cancelled=Cancelled.WITHDRAWN if row.cancelled else None,
        )


REPORTS: Final = BureauDuties(
    "hit-report",
    BUREAU_CASE,
    BUREAU_CASE.c.party,
    _columns(BUREAU_CASE, BUREAU_CASE.c.state == CaseState.WITHDRAWN.value),
)
MESSAGES: Final = BureauDuties(
    "message", BUREAU_MESSAGE, BUREAU_MESSAGE.c.recipient_party, _columns(BUREAU_MESSAGE, sa.false())
)
