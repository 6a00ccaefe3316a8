"""Filing what is done with, undoing it, and the bureau's figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from comity.bureau import rules, store
from comity.bureau.clocks import MINUTE_US, Duty, times
from comity.bureau.commands import AskFigures, AskWaiting, Figures, File, Filed, Reopen, Tally, Waiting
from comity.bureau.records import Act, Case, CaseState, Event, Message, MessageState
from comity.bureau.sending import case_ref, message_ref
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Row, Work
from comity.core.time import Instant, end_of_day, parse_date, start_of_day
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS)


@operation("bureau.file", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def file(work: Work, command: File) -> Filed:
    """File a sent case or a message: nothing more is to be done about it."""
    event = _event(work, Act.FILED, rules.prose(command.note, "$.note"))
    if command.party is None:
        case = store.get_case(work, work.who.owner.party, command.item)
        return _file_case(work, case, rules.file_case(case, command, event))
    message = store.get_message(work, work.who.owner.party, command.party, command.item)
    return _file_message(work, message, rules.file_message(message, command, event))


@operation("bureau.reopen", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def reopen(work: Work, command: Reopen) -> Filed:
    """Undo filing: the case or message stands where it stood before."""
    event = _event(work, Act.REOPENED, None)
    if command.party is None:
        case = store.get_case(work, work.who.owner.party, command.item)
        return _file_case(work, case, rules.reopen_case(case, command.version, event))
    message = store.get_message(work, work.who.owner.party, command.party, command.item)
    return _file_message(work, message, rules.reopen_message(message, command.version, event))


@operation("bureau.waiting", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def show_waiting(work: Work, _command: AskWaiting) -> Waiting:
    """Say how much is due at once, since when the oldest of it waits, and how much is overdue."""
    return _waiting(work)


def _waiting(work: Work) -> Waiting:
    at_once, oldest, overdue = store.waiting(work, work.who.owner.party, work.at)
    minutes = None if oldest is None else max(work.at - oldest, 0) // MINUTE_US
    return Waiting(at_once=at_once, oldest=minutes, overdue=overdue)


@operation("bureau.figures", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def figures(work: Work, command: AskFigures) -> Figures:
    """Say how many cases and messages stand where, what is overdue, and how long reports and answers took."""
    since = start_of_day(parse_date(command.since, field="$.since")) if command.since else Instant(0)
    until = end_of_day(parse_date(command.until, field="$.until")) if command.until else work.recorded_at
    party = work.who.owner.party
    cases, messages = store.counts(work, party)
    reports, answers = store.done(work, party, since, until)
    waiting = _waiting(work)
    return Figures(
        cases=_tallies(tuple(CaseState), cases),
        messages=_tallies(tuple(MessageState), messages),
        waiting_at_once=waiting.at_once,
        oldest_at_once=waiting.oldest,
        overdue=waiting.overdue,
        reports_at_once=times(_urgent(reports, urgent=True)),
        reports=times(_urgent(reports, urgent=False)),
        answers_at_once=times(_urgent(answers, urgent=True)),
        answers=times(_urgent(answers, urgent=False)),
    )


def _file_case(work: Work, old: Case, new: Case) -> Filed:
    store.replace_case(work, old, new)
    work.record(case_ref(new), state=new.state.value)
    return Filed(item=new.id, state=new.state.value, version=new.version)


def _file_message(work: Work, old: Message, new: Message) -> Filed:
    store.replace_message(work, old, new)
    work.record(message_ref(new), state=new.state.value)
    return Filed(item=new.id, state=new.state.value, version=new.version)


def _tallies(states: Sequence[str], rows: Sequence[Row]) -> tuple[Tally, ...]:
    found = {row.state: row.n for row in rows}
    return tuple(Tally(state=str(state), count=found.get(str(state), 0)) for state in states)


def _urgent(duties: Sequence[Duty], *, urgent: bool) -> tuple[Duty, ...]:
    return tuple(duty for duty in duties if duty.urgent is urgent)


def _event(work: Work, act: Act, text: str | None) -> Event:
    return Event(at=work.recorded_at, user=work.who.user, act=act, text=text)


OPERATIONS: tuple[AnyOperation, ...] = (file, reopen, show_waiting, figures)
