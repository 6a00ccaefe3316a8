"""What this party takes in and what it does not: refusals by issuer or category, and copies that the screening stopped.

A copy of a political, military, religious or racial character is stored and searched by nobody until a person has
looked at it (INTERPOL Constitution Art 3; LAW.md 14).
"""

from __future__ import annotations

from typing import Annotated, Final, cast

import msgspec
from msgspec import Meta

from comity.alerts import held_store, rules, store
from comity.alerts.categories import category_of
from comity.alerts.character import Character
from comity.alerts.commands import AlertId, PartyCode
from comity.alerts.held_store import ANY, HeldAlert, HeldState, Refusal
from comity.alerts.operations import PURPOSES
from comity.alerts.records import ALERT_KIND, AlertRecord, LongText, ShortText
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import BadInput, Conflict, NotFound, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import RecordChanged, Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission

_Limit = Annotated[int, Meta(ge=1, le=200)]


class RefuseFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take no more alerts of an issuer, of a category, or of both; left out is all. Copies held are erased."""

    party: PartyCode | None = None
    category: Annotated[str, Meta(max_length=8)] | None = None
    basis: LongText


class AcceptFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take alerts again that were refused so."""

    party: PartyCode | None = None
    category: Annotated[str, Meta(max_length=8)] | None = None


class ListRefusals(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List from whom this party takes no alerts."""


class Refusals(msgspec.Struct, frozen=True, kw_only=True):
    """Every refusal in force. `erased`: how many copies went just now."""

    refusals: tuple[Refusal, ...]
    erased: int = 0


class ListHeld(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List copies that the screening stopped; `after` is the instant of the last one seen."""

    state: HeldState = HeldState.HELD
    after: Instant | None = None
    limit: _Limit = 50


class HeldPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page, the one that waits longest first. `next` goes on from there."""

    held: tuple[HeldAlert, ...]
    next: Instant | None


class DecideHeld(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say what a copy that was stopped is about, who looked at it, and why."""

    party: PartyCode
    id: AlertId
    found: Character
    reviewed_by: ShortText
    reasons: LongText


@operation("alert.refuse-from", permission=Permission.BUREAU_WORK, purposes=PURPOSES, four_eyes=True)
def refuse_from(work: Work, command: RefuseFrom) -> Refusals:
    """Take no more alerts of an issuer or category, and erase the copies held of them.

    Raises `Refused` without a reasoned basis, or where neither is named.
    """
    if command.party is None and command.category is None:
        raise BadInput("alert.refuse-all", "Name an issuer, a category or both.", field="$.party")
    if command.category is not None:
        category_of(command.category)
    if command.party == work.who.owner.party:
        raise BadInput("alert.refuse-own", "The own alerts are not received.", field="$.party")
    if not rules.is_reasoned(command.basis):
        raise Refused(
            "alert.assessment-not-recorded",
            "Say in a sentence on which ground these alerts are not taken.",
            field="$.basis",
            reasons=("ASSESSMENT_NOT_RECORDED",),
        )
    made = Refusal(party=command.party or ANY, category=command.category or ANY, basis=command.basis, since=work.at)
    gone = [row for row in work.read(store.received_statement()) if _is_of(store.alert_of(row), made)]
    for row in gone:
        forget(work, store.alert_of(row))
    work.change(*held_store.put_refusal(made))
    work.record(refused_party=made.party, refused_category=made.category, erased=len(gone))
    others = tuple(one for one in held_store.refusals(work) if (one.party, one.category) != (made.party, made.category))
    return Refusals(refusals=(*others, made), erased=len(gone))


@operation("alert.accept-from", permission=Permission.BUREAU_WORK, purposes=PURPOSES, four_eyes=True)
def accept_from(work: Work, command: AcceptFrom) -> Refusals:
    """Take alerts again that were refused; peers send what they have at the next comparison."""
    key = (command.party or ANY, command.category or ANY)
    standing = held_store.refusals(work)
    if key not in {(one.party, one.category) for one in standing}:
        raise NotFound("alert.not-refused", "No such refusal stands.", field="$.party")
    work.change(held_store.drop_refusal(*key))
    work.record(accepted_party=key[0], accepted_category=key[1])
    return Refusals(refusals=tuple(one for one in standing if (one.party, one.category) != key))


@operation("alert.refusals", permission=Permission.ALERT_READ, purposes=PURPOSES, kind=Kind.READ)
def list_refusals(work: Work, command: ListRefusals) -> Refusals:  # noqa: ARG001 - there is nothing to choose
    """List from whom, and of which category, this party takes no alerts."""
    return Refusals(refusals=held_store.refusals(work))


@operation("alert.held", permission=Permission.BUREAU_WORK, purposes=PURPOSES, kind=Kind.READ)
def list_held(work: Work, command: ListHeld) -> HeldPage:
    """List copies that the screening on receipt stopped, for a person to decide."""
    found = held_store.page_of_held(work, command.state, command.after, command.limit)
    work.record(*(RecordRef(kind=ALERT_KIND, id=one.id, version=one.version) for one in found))
    return HeldPage(held=found, next=found[-1].since if len(found) == command.limit else None)


@operation("alert.decide-held", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def decide_held(work: Work, command: DecideHeld) -> HeldAlert:
    """Let a copy that was stopped be searched, or erase it and take no later version.

    Raises `Conflict` where nothing is held, `Refused` without reasons.
    """
    held = held_store.find_held(work, command.party, command.id)
    if held is None or held.state is not HeldState.HELD:
        raise Conflict("alert.not-held", "No such copy waits for a decision.", field="$.id")
    if not rules.is_reasoned(command.reasons):
        raise Refused(
            "alert.assessment-not-recorded",
            "Say in a sentence what shows the character of the case.",
            field="$.reasons",
            reasons=("ASSESSMENT_NOT_RECORDED",),
        )
    copy = store.get_alert(work, command.party, command.id)
    fact = Fact(name="case_character", value=command.found.value)
    ordinary = work.decide(_receipt(work, copy, fact)).outcome.value != "refer" and command.found is Character.ORDINARY
    decided = msgspec.structs.replace(
        held,
        state=HeldState.RELEASED if ordinary else HeldState.REFUSED,
        reviewed_by=command.reviewed_by,
        reasons=command.reasons,
    )
    if ordinary:
        tell(work, copy, copy)
    else:
        forget(work, copy)
    work.change(*held_store.put_held(decided))
    work.record(RecordRef(kind=ALERT_KIND, id=copy.id, version=copy.version), found=command.found.value)
    return decided


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (refuse_from, accept_from, list_refusals, list_held, decide_held))


def forget(work: Work, copy: AlertRecord) -> None:
    """Erase a copy and tell the other rooms."""
    work.change(*store.erase_alert(copy))
    tell(work, copy, None)


def tell(work: Work, copy: AlertRecord, record: AlertRecord | None) -> None:
    """Tell the other rooms that a copy may be searched, or is gone."""
    work.emit(
        RecordChanged(
            kind=ALERT_KIND, id=copy.id, owner=copy.owner, version=copy.version, record=record, from_peer=True
        )
    )


def _is_of(copy: AlertRecord, made: Refusal) -> bool:
    return made.party in {copy.owner.party, ANY} and made.category in {copy.category, ANY}


def _receipt(work: Work, copy: AlertRecord, fact: Fact) -> Question:
    return Question(
        stage=Stage.ACT,
        operation="receive_alert",
        category=copy.category,
        purpose=work.purpose,
        actor=work.who.owner,
        role=work.who.role,
        owner=copy.owner,
        facts=(fact,),
    )
