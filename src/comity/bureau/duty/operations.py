"""Rosters, hand-overs accepted by name, and alarms that somebody must acknowledge by name."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.bureau import store as bureau_store
from comity.bureau.duty import store
from comity.bureau.duty.commands import (
    AcceptHandOver,
    AcknowledgeAlarm,
    Alarms,
    AskRoster,
    DropDuty,
    HandOvers,
    HandShiftOver,
    ListAlarms,
    ListHandOvers,
    PlanDuty,
    Roster,
)
from comity.bureau.duty.records import ALARM_KIND, HAND_OVER_KIND, Alarm, Duty, Figures, HandOver
from comity.core.errors import BadInput, Conflict, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.text import clean_line, clean_text
from comity.core.time import parse_instant
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN)
_LINE_MAX, _PROSE_MAX = 200, 2000


@operation("duty.plan", permission=Permission.DUTY_WORK, purposes=_PURPOSES)
def plan(work: Work, command: PlanDuty) -> Duty:
    """Put somebody on the roster of the own authority: on duty, on call, or to be called when nobody acts."""
    duty = Duty(
        id=work.new_id(),
        turn=command.turn,
        name=clean_line(command.name, "$.name", _LINE_MAX),
        contact=clean_line(command.contact, "$.contact", _LINE_MAX),
        begins=parse_instant(command.begins, field="$.begins"),
        ends=parse_instant(command.ends, field="$.ends"),
    )
    if not duty.begins < duty.ends:
        raise BadInput("duty.ends-before", "A turn ends after it begins.", field="$.ends")
    store.add_duty(work, duty)
    return duty


@operation("duty.drop", permission=Permission.DUTY_WORK, purposes=_PURPOSES)
def drop(work: Work, command: DropDuty) -> Roster:
    """Take a turn off the roster."""
    store.drop_duty(work, command.id)
    left = tuple(each for each in store.roster(work, work.who.owner.authority, work.at) if each.id != command.id)
    return Roster(turns=left, now=tuple(each for each in left if each.begins <= work.at))


@operation("duty.roster", permission=Permission.DUTY_WORK, purposes=_PURPOSES, kind=Kind.READ)
def show_roster(work: Work, _command: AskRoster) -> Roster:
    """Show who is on duty now and next at the own authority, and how to reach them."""
    turns = store.roster(work, work.who.owner.authority, work.at)
    return Roster(turns=turns, now=tuple(each for each in turns if each.begins <= work.at))


@operation("duty.hand-over", permission=Permission.DUTY_WORK, purposes=_PURPOSES)
def hand_over(work: Work, command: HandShiftOver) -> HandOver:
    """Leave the shift to the next one, by name, with what is open; it stands open until somebody accepts it."""
    figures = None
    if Permission.BUREAU_WORK in work.who.permissions:
        at_once, _, overdue = bureau_store.waiting(work, work.who.owner.party, work.at)
        figures = Figures(at_once=at_once, overdue=overdue, alarms=store.open_alarms(work))
    made = HandOver(
        id=work.new_id(),
        at=work.recorded_at,
        user=work.who.user,
        name=clean_line(command.name, "$.name", _LINE_MAX),
        points=tuple(
            clean_text(point, f"$.points[{number}]", _PROSE_MAX) for number, point in enumerate(command.points)
        ),
        figures=figures,
    )
    store.add_hand_over(work, made)
    work.record(_ref(made))
    return made


@operation("duty.accept", permission=Permission.DUTY_WORK, purposes=_PURPOSES)
def accept(work: Work, command: AcceptHandOver) -> HandOver:
    """Accept a hand-over by name; whoever handed over cannot accept it."""
    made = store.hand_over(work, command.id)
    if made.version != command.version or made.accepted is not None:
        raise Conflict("duty.accepted", "Somebody accepted this hand-over already.", field="$.version")
    if made.user == work.who.user:
        raise Refused(
            "duty.own-hand-over",
            "Nobody accepts what they hand over themselves.",
            field="$.id",
            remedy="Have whoever follows accept it.",
        )
    question = clean_text(command.question, "$.question", _PROSE_MAX, may_be_empty=True) if command.question else None
    done = msgspec.structs.replace(
        made,
        accepted=work.recorded_at,
        accepted_by=clean_line(command.name, "$.name", _LINE_MAX),
        accepted_user=work.who.user,
        question=question or None,
        version=made.version + 1,
    )
    store.replace_hand_over(work, made, done)
    work.record(_ref(done))
    return done


@operation("duty.hand-overs", permission=Permission.DUTY_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_hand_overs(work: Work, command: ListHandOvers) -> HandOvers:
    """List the newest hand-overs of the own authority, with who accepted them."""
    found = store.hand_overs(work, command.limit)
    work.record(*map(_ref, found))
    return HandOvers(hand_overs=found)


@operation("duty.alarms", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_alarms(work: Work, command: ListAlarms) -> Alarms:
    """List alarms: duties due at once and not done, or overdue, with who was on duty when each rose."""
    found = store.alarms(work, command.limit, everything=command.all)
    work.record(*(_alarm_ref(each) for each in found))
    return Alarms(alarms=found, open=store.open_alarms(work))


@operation("duty.acknowledge", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def acknowledge(work: Work, command: AcknowledgeAlarm) -> Alarm:
    """Say by name that an alarm was seen, and what is done about it; the duty itself goes on."""
    risen = store.alarm(work, command.id)
    if risen.version != command.version or risen.acknowledged is not None:
        raise Conflict("duty.acknowledged", "Somebody acknowledged this alarm already.", field="$.version")
    seen = msgspec.structs.replace(
        risen,
        acknowledged=work.recorded_at,
        acknowledged_by=clean_line(command.name, "$.name", _LINE_MAX),
        reason=clean_text(command.reason, "$.reason", _PROSE_MAX),
        version=risen.version + 1,
    )
    store.replace_alarm(work, risen, seen)
    work.record(_alarm_ref(seen))
    return seen


def _ref(made: HandOver) -> RecordRef:
    return RecordRef(kind=HAND_OVER_KIND, id=made.id, version=made.version)


def _alarm_ref(alarm: Alarm) -> RecordRef:
    return RecordRef(kind=ALARM_KIND, id=alarm.id, version=alarm.version)


OPERATIONS: tuple[AnyOperation, ...] = (
    plan,
    drop,
    show_roster,
    hand_over,
    accept,
    list_hand_overs,
    list_alarms,
    acknowledge,
)
