"""Letters that wait for an answer, here or abroad, as the register of deadlines shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from comity.bureau.letters.records import Letter, LetterState
from comity.bureau.letters.tables import BUREAU_LETTER
from comity.core.codec import decode_own_as
from comity.core.ports import Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission
from comity.deadlines.duties import Columns, Place, behind, in_order, standing_in
from comity.deadlines.records import Deadline, ListDeadlines, Standing, State

_READERS: Final = frozenset({Permission.BUREAU_WORK, Permission.SEARCH_LOG_READ})
_OPEN: Final = (Standing.RUNNING, Standing.DUE, Standing.BREACHED)
_C: Final = BUREAU_LETTER.c
_COLUMNS: Final = Columns(
    open=_C.ended.is_(None),
    met=_C.ended.is_not(None),
    cancelled=sa.false(),
    at_once=_C.urgent,
    last=sa.case((_C.urgent, _C.since), else_=_C.due),
    id=_C.id,
)


class LetterDuties:
    """Letters with a clock: those that this bureau must answer, and those that others owe it an answer to."""

    @property
    def case_kind(self) -> str:
        """Name the kind of case."""
        return "letter-answer"

    def page(self, work: Work, asked: ListDeadlines, after: Place | None) -> tuple[Deadline, ...]:
        """Return a page of the letters' clocks; empty for who is neither of the bureau nor supervises it."""
        if not work.who.permissions & _READERS:
            return ()
        query = sa.select(_C.body).where(*_clocked()).order_by(*in_order(_COLUMNS)).limit(asked.limit)
        if asked.standing is not None:
            query = query.where(*standing_in(_COLUMNS, asked.standing, work.at))
        if asked.actor is not None:
            query = query.where(_C.recipient_party == asked.actor)
        if asked.case is not None:
            query = query.where(_C.id == asked.case)
        if after is not None:
            query = query.where(behind(_COLUMNS, after))
        return tuple(_deadline(decode_own_as(bytes(row.body), Letter)) for row in work.read(query))

    def counts(self, work: Work) -> Iterable[tuple[str, Standing, int]]:
        """Count what is open, per party that must answer."""
        if not work.who.permissions & _READERS:
            return
        for standing in _OPEN:
            query = sa.select(_C.recipient_party, sa.func.count().label("many")).where(
                *_clocked(), *standing_in(_COLUMNS, standing, work.at)
            )
            for row in work.read(query.group_by(_C.recipient_party)):
                yield str(row.recipient_party), standing, int(row.many)

    def oldest_breach(self, work: Work) -> Instant | None:
        """Return when the clock was over that ran out first; None where none did."""
        if not work.who.permissions & _READERS:
            return None
        query = sa.select(sa.func.min(_COLUMNS.last).label("first")).where(
            *_clocked(), *standing_in(_COLUMNS, Standing.BREACHED, work.at)
        )
        first = work.read(query)[0].first
        return None if first is None else Instant(first)


def _clocked() -> tuple[sa.ColumnElement[bool], ...]:
    return (sa.or_(_C.urgent, _C.due.is_not(None)),)


def _deadline(letter: Letter) -> Deadline:
    done = letter.answered or letter.closed
    return Deadline(
        id=letter.id,
        owner=letter.sender,
        version=letter.version,
        actor=letter.recipient,
        case_kind=LETTERS.case_kind,
        case=letter.id,
        rule=letter.rule or "",
        source=letter.source,
        began=letter.since,
        due_at=letter.due_at,
        due_on=letter.due_on,
        at_once=letter.at_once,
        expiry="overdue",
        silence=letter.silence,
        state=State.OPEN if done is None and letter.state is not LetterState.WITHDRAWN else State.MET,
        done=done,
    )


LETTERS: Final = LetterDuties()
