"""Flagging another party's alert, lifting the flag, and seeing which flags stand (Reg (EU) 2018/1862 Arts 24-25)."""

from __future__ import annotations

from typing import Final, cast

from comity.agreements.decide import ISSUER_FACT
from comity.alerts import flag_store, rules, store, vetting
from comity.alerts.failure import Failure
from comity.alerts.flag_records import (
    FLAG_KIND,
    FLAG_SCHEMA,
    FlagAlert,
    FlaggedAlert,
    FlagNotice,
    FlagPage,
    FlagRecord,
    FlagState,
    LiftFlag,
    ListFlags,
)
from comity.alerts.flag_words import FlagGround, JudicialGround
from comity.alerts.records import ALERT_KIND, AlertRecord
from comity.core.decision import Decision, Fact, Question, Stage
from comity.core.errors import BadInput, Conflict, NotFound, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Publication, Work
from comity.core.text import clean_line, clean_text
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE,)
_LINE, _TEXT = 200, 2000


@operation("alert.flag", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def flag(work: Work, command: FlagAlert) -> FlagState:
    """Flag another party's alert: its action is not taken here, and its owner is told (form F).

    Raises `Refused` for a category that cannot be flagged, an arrest without a judicial ground, and a vetting without
    reasons; `Conflict` `alert.flagged-before`; `NotFound` where no such alert of another party is held.
    """
    alert = store.get_alert(work, command.party, command.id)
    if alert.owner.party == work.who.owner.party:
        raise Refused(
            "alert.flag-own",
            "An own alert is not flagged.",
            field="$.party",
            remedy="Change or delete it instead.",
        )
    decision = _asked(work, alert, command.ground, command.judicial)
    rules.follow(decision)
    rules.refuse(_failures(command))
    if flag_store.find_flag(work, work.who.owner.party, alert.owner.party, alert.id) is not None:
        raise Conflict(
            "alert.flagged-before",
            "This State has flagged the alert before.",
            field="$.id",
            remedy="Lift that flag first if the ground is another one now.",
        )
    made = FlagRecord(
        id=work.new_id(),
        owner=work.who.owner,
        alert=alert.id,
        alert_owner=alert.owner,
        alert_version=alert.version,
        category=alert.category,
        ground=command.ground,
        judicial=command.judicial,
        since=work.at,
        vetted_by=clean_line(command.vetted_by, "$.vetted_by", _LINE),
        vetting=clean_text(command.vetting, "$.vetting", _TEXT),
    )
    work.change(*flag_store.insert_flag(made, own=True))
    vetting.note_flag(work, alert.owner.party, alert.id, vetted_by=made.vetted_by or "", found=made.vetting or "")
    work.publish(_publication(work, made, alert, notice_of(made)))
    _record(work, made)
    return _state(work, made, instead=decision.obligations)


@operation("alert.unflag", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def unflag(work: Work, command: LiftFlag) -> FlagState:
    """Lift the own State's flag on an alert; its owner is told."""
    found = flag_store.find_flag(work, work.who.owner.party, command.party, command.id)
    if found is None:
        raise NotFound("alert.not-flagged", "This State has no flag on that alert.", field="$.id")
    alert = store.get_alert(work, command.party, command.id)
    work.change(*flag_store.delete_flag(found))
    vetting.reopen(work, alert.owner.party, alert.id)
    work.publish(_publication(work, found, alert, None))
    _record(work, found)
    return _state(work, found, lifted=True)


@operation("alert.flags", permission=Permission.ALERT_READ, purposes=_PURPOSES, kind=Kind.READ)
def list_flags(work: Work, command: ListFlags) -> FlagPage:
    """List the flags that this State set, and those that others set on its alerts."""
    found = flag_store.page(work, _read_cursor(command.after), own=command.own, limit=command.limit)
    work.record(*(RecordRef(kind=FLAG_KIND, id=each.id, version=1) for each in found))
    more = f"{found[-1].id}:{found[-1].owner.party}" if len(found) == command.limit else None
    return FlagPage(flags=tuple(_state(work, each) for each in found), next=more)


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (flag, unflag, list_flags))


def notice_of(made: FlagRecord) -> FlagNotice:
    """Return what the alert's owner is told."""
    alert = FlaggedAlert(id=made.alert, version=made.alert_version, owner=made.alert_owner, category=made.category)
    return FlagNotice(alert=alert, flag_ground=made.ground, flagged_since=made.since, judicial_ground=made.judicial)


def _asked(work: Work, alert: AlertRecord, ground: FlagGround, judicial: JudicialGround | None) -> Decision:
    facts = [Fact(name="stated_ground", value=ground.value)]
    facts += [Fact(name=one.value, value=one is judicial) for one in JudicialGround]
    return work.decide(
        Question(
            stage=Stage.ACT,
            operation="request_flag",
            category=alert.category,
            purpose=work.purpose,
            actor=work.who.owner,
            role=work.who.role,
            owner=alert.owner,
            facts=tuple(facts),
        )
    )


def _failures(command: FlagAlert) -> tuple[Failure, ...]:
    if rules.is_reasoned(command.vetting):
        return ()
    text = "Say in a sentence what the vetting authority found (Reg (EU) 2018/1862 Art 24(1))."
    return (Failure(code="ASSESSMENT_NOT_RECORDED", field="$.vetting", text=text),)


def _publication(work: Work, made: FlagRecord, alert: AlertRecord, payload: FlagNotice | None) -> Publication:
    return Publication(
        kind=FLAG_KIND,
        id=made.id,
        owner=made.owner,
        category=made.category,
        operation="tell_flag" if payload is not None else "delete",
        purpose=Purpose.POLICE,
        version=1 if payload is not None else 2,
        schema=FLAG_SCHEMA,
        payload=payload,
        issued=work.recorded_at,
        delete_by=alert.delete_by,
        recipients=(made.alert_owner.party,),
        facts=(Fact(name=ISSUER_FACT, value=made.alert_owner.party),),
    )


def _record(work: Work, made: FlagRecord) -> None:
    work.record(
        RecordRef(kind=FLAG_KIND, id=made.id, version=1),
        RecordRef(kind=ALERT_KIND, id=made.alert, version=made.alert_version),
        category=made.category,
        ground=made.ground.value,
    )


def _state(work: Work, made: FlagRecord, *, instead: tuple[str, ...] = (), lifted: bool = False) -> FlagState:
    return FlagState(
        flag=made.id,
        party=made.owner.party,
        alert=made.alert,
        alert_party=made.alert_owner.party,
        category=made.category,
        ground=made.ground,
        judicial=made.judicial,
        since=made.since,
        own=made.owner.party == work.who.owner.party,
        instead=instead,
        lifted=lifted,
    )


def _read_cursor(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    made, colon, party = cursor.partition(":")
    if not colon:
        raise BadInput("alert.cursor", "This is not a cursor that a list gave.", field="$.after")
    return made, party
