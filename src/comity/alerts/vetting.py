"""Vetting each foreign arrest alert on arrival: may the person be arrested here, or does a flag stand against it?

Reg (EU) 2018/1862 Arts 24(2), 25; SR 362.0 Art 27. Until an authority has looked, the alert is acted on as it says:
what waits is shown in order of arrival and counted for the supervisor.
"""

from __future__ import annotations

from typing import Annotated, Final, cast

import msgspec
from msgspec import Meta

from comity.alerts import held_store, rules
from comity.alerts.commands import AlertId, PartyCode
from comity.alerts.held_store import Vetting, VettingState
from comity.alerts.records import ALERT_KIND, LongText, ShortText
from comity.core.errors import Conflict, NotFound, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose

ARREST: Final = "ARR"
_PURPOSES: Final = (Purpose.POLICE,)


class ListVettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List foreign arrest alerts by where their vetting stands; `after` is the instant of the last one seen."""

    state: VettingState = VettingState.WAITING
    after: Instant | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class VettingPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page, the one that waits longest first. `next` goes on from there."""

    vettings: tuple[Vetting, ...]
    next: Instant | None


class VetAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say that a foreign arrest alert can be executed here: which authority looked, and what it found."""

    party: PartyCode
    id: AlertId
    vetted_by: ShortText
    found: LongText


@operation("alert.vettings", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_vettings(work: Work, command: ListVettings) -> VettingPage:
    """List foreign arrest alerts that an own authority has still to look at, or has looked at."""
    found = held_store.page_of_vettings(work, command.state, command.after, command.limit)
    work.record(*(RecordRef(kind=ALERT_KIND, id=one.id, version=one.version) for one in found))
    return VettingPage(vettings=found, next=found[-1].since if len(found) == command.limit else None)


@operation("alert.vet", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def vet(work: Work, command: VetAlert) -> Vetting:
    """Record that nothing stands against a foreign arrest alert here; otherwise flag it (`alert flag`).

    Raises `NotFound` for what is no foreign arrest alert, `Conflict` `alert.vetted-before`, `Refused` without a
    finding.
    """
    waiting = held_store.find_vetting(work, command.party, command.id)
    if waiting is None:
        raise NotFound("alert.nothing-to-vet", "There is no such arrest alert of another party.", field="$.id")
    if waiting.state is not VettingState.WAITING:
        raise Conflict("alert.vetted-before", "An authority has looked at this alert already.", field="$.id")
    if not rules.is_reasoned(command.found):
        raise Refused(
            "alert.assessment-not-recorded",
            "Say in a sentence what the authority found.",
            field="$.found",
            reasons=("ASSESSMENT_NOT_RECORDED",),
        )
    done = msgspec.structs.replace(
        waiting,
        state=VettingState.EXECUTABLE,
        vetted_by=command.vetted_by,
        found=command.found,
        vetted_at=work.at,
    )
    work.change(held_store.put_vetting(done))
    work.record(RecordRef(kind=ALERT_KIND, id=done.id, version=done.version))
    return done


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (list_vettings, vet))


def line_up(work: Work, party: str, alert: str, version: int) -> None:
    """Line up a foreign arrest alert that has just arrived."""
    made = Vetting(party=party, id=alert, version=version, state=VettingState.WAITING, since=work.at)
    work.change(held_store.open_vetting(made))


def note_flag(work: Work, party: str, alert: str, *, vetted_by: str, found: str) -> None:
    """Note that the vetting ended in a flag."""
    waiting = held_store.find_vetting(work, party, alert)
    if waiting is not None:
        done = msgspec.structs.replace(
            waiting, state=VettingState.FLAGGED, vetted_by=vetted_by, found=found, vetted_at=work.at
        )
        work.change(held_store.put_vetting(done))


def reopen(work: Work, party: str, alert: str) -> None:
    """Line an alert up again whose flag was lifted."""
    done = held_store.find_vetting(work, party, alert)
    if done is not None:
        again = Vetting(party=party, id=alert, version=done.version, state=VettingState.WAITING, since=work.at)
        work.change(held_store.put_vetting(again))
