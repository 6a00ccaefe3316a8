"""What is done with deadlines: begin one by a rule of law, note that it was met, see what runs, is due, is breached."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Final

from comity.agreements.law.load import house_law
from comity.agreements.tables import tables
from comity.core.codes import parse_party
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import Period, add_period, date_of, parse_instant, start_of_day
from comity.core.vocabulary import Permission, Purpose
from comity.deadlines import rules, store
from comity.deadlines.duties import Duties, place_of, read_place
from comity.deadlines.records import (
    DEADLINE_KIND,
    AskDeadlineFigures,
    CancelDeadline,
    Deadline,
    DeadlineFigures,
    DeadlinePage,
    DeadlineView,
    Erased,
    EraseDone,
    ListDeadlines,
    MeetDeadline,
    PartyFigures,
    Standing,
    StartDeadline,
    State,
)

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN, Purpose.SUPERVISION)
_UNION: Final = "union"
_KEPT_MONTHS: Final = 36
_ROUND: Final = 256


@operation("deadline.start", permission=Permission.DEADLINE_WORK, purposes=_PURPOSES)
def start(work: Work, command: StartDeadline) -> DeadlineView:
    """Begin the deadline that a rule of law sets for a case.

    Raises `NotFound` `deadline.unknown-rule`; `BadInput` `deadline.no-limit`, `deadline.needs-instant`, `time.*`,
    `codes.unknown-party`; `Refused` `deadline.not-law-then`, `deadline.not-bound`.
    """
    found = rules.find_limit(house_law(), command.rule)
    actor = parse_party(command.actor, field="$.actor") if command.actor else work.who.owner.party
    began = rules.read_beginning(command.began, found.due)
    rules.check_binding(found.rule, actor, rules.beginning(began), frozenset(tables().lists[_UNION]))
    due_at, due_on = rules.due_times(found.due, began, actor)
    deadline = Deadline(
        id=work.new_id(),
        owner=work.who.owner,
        version=1,
        actor=actor,
        case_kind=command.case_kind,
        case=command.case,
        rule=rules.version_of(found.rule),
        source=found.rule.source,
        began=rules.beginning(began),
        due_at=due_at,
        due_on=due_on,
        at_once=due_at is None and due_on is None,
        expiry=found.expiry,
        silence=found.silence,
        state=State.OPEN,
    )
    work.change(*store.add(deadline))
    return _shown(work, deadline)


@operation("deadline.meet", permission=Permission.DEADLINE_WORK, purposes=_PURPOSES)
def meet(work: Work, command: MeetDeadline) -> DeadlineView:
    """Note that what was due has been done; whether in time is reckoned, not said.

    Raises `NotFound` `deadline.unknown`, `Conflict` `deadline.changed-since` or `deadline.not-open`, `BadInput`
    `deadline.done-when`.
    """
    done = work.at if command.done is None else parse_instant(command.done, field="$.done")
    deadline = rules.met(store.get(work, command.id), command.version, done, work.at)
    work.change(*store.replace(deadline))
    return _shown(work, deadline)


@operation("deadline.cancel", permission=Permission.DEADLINE_WORK, purposes=_PURPOSES)
def cancel(work: Work, command: CancelDeadline) -> DeadlineView:
    """Take a deadline off the register, with the reason; raises as `deadline.meet`."""
    deadline = rules.cancelled(store.get(work, command.id), command.version, command.reason)
    work.change(*store.replace(deadline))
    return _shown(work, deadline)


def _reading(rooms: tuple[Duties, ...]) -> tuple[AnyOperation, ...]:
    @operation("deadline.list", permission=Permission.DEADLINE_READ, purposes=_PURPOSES, kind=Kind.READ)
    def list_deadlines(work: Work, command: ListDeadlines) -> DeadlinePage:
        """List deadlines by standing, party and case, what is due at once first and then by due time.

        Raises `BadInput` `deadline.cursor`.
        """
        after = read_place(command.after) if command.after is not None else None
        asked = [room for room in rooms if command.case_kind in {None, room.case_kind}]
        pages = [store.page(work, command, after), *(room.page(work, command, after) for room in asked)]
        found = sorted((each for page in pages for each in page), key=place_of)[: command.limit]
        work.record(shown=len(found))
        return DeadlinePage(
            deadlines=tuple(DeadlineView(deadline=each, standing=rules.standing_of(each, work.at)) for each in found),
            next=place_of(found[-1]).text() if len(found) == command.limit else None,
        )

    @operation("deadline.figures", permission=Permission.DEADLINE_READ, purposes=_PURPOSES, kind=Kind.READ)
    def figures(work: Work, _command: AskDeadlineFigures) -> DeadlineFigures:
        """Say how many deadlines of each party are running, due and breached now."""
        counted: dict[str, Counter[Standing]] = {}
        for actor, standing, many in chain(store.counts(work), *(room.counts(work) for room in rooms)):
            counted.setdefault(actor, Counter())[standing] += many
        first = [store.oldest_breach(work), *(room.oldest_breach(work) for room in rooms)]
        return DeadlineFigures(
            parties=tuple(
                PartyFigures(
                    actor=actor,
                    running=by[Standing.RUNNING],
                    due=by[Standing.DUE],
                    breached=by[Standing.BREACHED],
                )
                for actor, by in sorted(counted.items())
            ),
            oldest_breach=min((each for each in first if each is not None), default=None),
        )

    return list_deadlines, figures


@operation("deadline.erase-done", permission=Permission.DEADLINE_WORK, purposes=_PURPOSES)
def erase_done(work: Work, _command: EraseDone) -> Erased:
    """Erase deadlines that have been done with for three years (the period of logs: 2018/1862 Art 12)."""
    before = start_of_day(add_period(date_of(work.at), Period(months=-_KEPT_MONTHS)))
    found = store.done_before(work, before, _ROUND)
    work.change(*(store.erase(each) for each in found))
    work.record(erased=len(found))
    return Erased(erased=len(found), more=len(found) == _ROUND)


def make_operations(rooms: tuple[Duties, ...] = ()) -> tuple[AnyOperation, ...]:
    """Return the operations of this room; `rooms` are those whose own clocks the register shows."""
    return (start, meet, cancel, *_reading(rooms), erase_done)


def _shown(work: Work, deadline: Deadline) -> DeadlineView:
    work.record(RecordRef(kind=DEADLINE_KIND, id=deadline.id, version=deadline.version), rule=deadline.rule)
    return DeadlineView(deadline=deadline, standing=rules.standing_of(deadline, work.at))
