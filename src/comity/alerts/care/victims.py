"""Victims of trafficking: indicators, referral, time to reflect, and no punishment for what they were made to do.

Council of Europe Convention on Action against Trafficking in Human Beings, Arts 10, 13 (at least 30 days in which
nothing is enforced against the person), 26 (non-punishment); Directive 2011/36/EU Arts 8, 11 and 13(2): whose age is
unknown is a child (from memory). A record holds a digest and never a name, and stands in no list beside alerts.
"""

from __future__ import annotations

from typing import Final, cast

import msgspec

from comity.alerts.care import store
from comity.alerts.care.records import (
    EndReflection,
    ListVictims,
    ProlongReflection,
    RecordVictim,
    VictimLine,
    VictimRecord,
    Victims,
    VictimState,
)
from comity.alerts.categories import ADULT_AGE
from comity.core.errors import BadInput, Conflict, NotFound
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import CivilDate, add_period, age_on, date_of, parse_date
from comity.core.vocabulary import Permission, Purpose

REFLECTION: Final = "P30D"
"""The least time to reflect (Convention Art 13(1); from memory)."""
KEPT: Final = "P1Y"
"""How long a record stays after the time to reflect (synthetic)."""
_PURPOSES: Final = (Purpose.BORDERS, Purpose.POLICE)


@operation("victim.record", permission=Permission.REFERRAL_WORK, purposes=_PURPOSES)
def record_victim(work: Work, command: RecordVictim) -> VictimLine:
    """Record a presumed victim and who helps; from now on, for 30 days at least, nothing is enforced against them.

    Raises `Conflict` `victim.recorded-before` while such a record's time runs.
    """
    subject, today = store.digest_of(command.who), date_of(work.at)
    if store.reflecting(work, (subject,), today):
        raise Conflict("victim.recorded-before", "This person is recorded already, and the time to reflect runs.")
    until = add_period(today, REFLECTION)
    child = not command.age_known or age_on(CivilDate(command.who.birth_date), today) < ADULT_AGE
    made = VictimRecord(
        id=work.new_id(),
        owner=work.who.owner,
        subject=subject,
        indicators=tuple(dict.fromkeys(command.indicators)),
        child=child,
        age_known=command.age_known,
        referred_to=command.referred_to,
        reflection_until=until,
        recorded_at=work.at,
        state=VictimState.REFLECTING,
        erase_by=add_period(until, KEPT),
        interpreter=command.interpreter,
    )
    work.change(store.insert_victim(made))
    work.record(victim=made.id)
    return _line(made)


@operation("victim.prolong", permission=Permission.REFERRAL_WORK, purposes=_PURPOSES)
def prolong(work: Work, command: ProlongReflection) -> VictimLine:
    """Give a victim more time to reflect; it is never shortened so."""
    old = _own(work, command.id)
    if parse_date(command.until) <= parse_date(old.reflection_until):
        raise BadInput("victim.not-longer", "More time ends later than the time given before.", field="$.until")
    until = CivilDate(command.until)
    made = msgspec.structs.replace(old, reflection_until=until, erase_by=add_period(until, KEPT))
    work.change(store.replace_victim(made))
    work.record(victim=made.id)
    return _line(made)


@operation("victim.end", permission=Permission.REFERRAL_WORK, purposes=_PURPOSES, four_eyes=True)
def end(work: Work, command: EndReflection) -> VictimLine:
    """End the time to reflect before its day; two persons, and a reason."""
    old = _own(work, command.id)
    made = msgspec.structs.replace(old, state=VictimState.ENDED, ended_because=command.because)
    work.change(store.replace_victim(made))
    work.record(victim=made.id)
    return _line(made)


@operation("victim.list", permission=Permission.REFERRAL_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_victims(work: Work, command: ListVictims) -> Victims:
    """List the own authority's records of victims; no alert stands in this list, and no victim in one of alerts."""
    return Victims(victims=tuple(map(_line, store.victims(work, work.who.owner.authority, command.limit))))


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (record_victim, prolong, end, list_victims))


def _own(work: Work, victim: str) -> VictimRecord:
    found = store.find_victim(work, victim)
    if found is None or found.owner != work.who.owner or found.state is not VictimState.REFLECTING:
        raise NotFound("victim.none", "There is no such record whose time to reflect runs.", field="$.id")
    return found


def _line(made: VictimRecord) -> VictimLine:
    return VictimLine(
        id=made.id,
        indicators=made.indicators,
        child=made.child,
        referred_to=made.referred_to,
        reflection_until=made.reflection_until,
        state=made.state,
    )
