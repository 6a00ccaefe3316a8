"""Misused identities: the data of whoever really bears the name, with consent, and a view of their own.

Reg (EU) 2018/1862 Art 62; SR 362.0 Art 42. The data serve to tell the two apart and to let the victim prove who is who,
and nothing else; they go with the alert, or when the victim asks.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final, cast

import msgspec

from comity.alerts import rules, store
from comity.alerts.attached import MisusedIdentity, Victim
from comity.alerts.attached_rules import victim_fields
from comity.alerts.categories import category_of
from comity.alerts.commands import AlertId, AlertState, PartyCode, Version
from comity.alerts.history import remember
from comity.alerts.operations import PURPOSES, announce, owned
from comity.alerts.reading import may_see
from comity.alerts.records import ALERT_KIND, AlertRecord, IdentityCategory, LongText, ShortText
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import BadInput, NotFound, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import DateText, date_of, parse_date
from comity.core.vocabulary import Permission


@unique
class VictimGone(StrEnum):
    """Why a victim's data go before the alert does."""

    ASKED_BY_VICTIM = "asked_by_victim"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NOT_NEEDED = "not_needed"


class AddVictim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Add the data of whose identity is misused. `consented` is the day of the explicit consent, kept where it says."""

    id: AlertId
    version: Version
    victim: Victim
    consented: DateText | None = None
    consent_reference: ShortText | None = None


class RemoveVictim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Erase a victim's data from an own alert."""

    id: AlertId
    version: Version
    reason: VictimGone


class ShowVictim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show a victim's data, to tell the two apart in one case, which `need` names."""

    party: PartyCode
    id: AlertId
    need: LongText


class VictimShown(msgspec.Struct, frozen=True, kw_only=True):
    """Who really bears the name, and what of the alert is needed beside it: nothing but its number and owner."""

    alert: str
    party: str
    category: str
    victim: Victim
    consented: DateText


@operation("alert.add-victim", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def add_victim(work: Work, command: AddVictim) -> AlertState:
    """Add, with consent, the data of the person whose identity the alert's subject misuses.

    Raises `Refused` without consent, for an alert on no person, and for an identity that is not said to be misused.
    """
    old = owned(work, command.id, command.version)
    consented = command.consented is not None and command.consent_reference is not None
    facts = (Fact(name="victim_consent", value=consented),)
    rules.follow(work.decide(_question(work, old, victim_fields(command.victim), facts)))
    if command.consented is None or command.consent_reference is None:
        raise _no_consent()
    if old.data.person is None or not _says_misused(old):
        raise Refused(
            "alert.identity-not-misused",
            "Say first which name of this alert is a misused one.",
            field="$.id",
            reasons=("CONDITION_UNMET",),
            remedy="Change the alert: the identity, or one of its names, is of the kind `misused`.",
        )
    if parse_date(command.consented) > parse_date(date_of(work.at)):
        raise BadInput("alert.consent-day", "The day of the consent has not come yet.", field="$.consented")
    added = MisusedIdentity(
        victim=command.victim, consented=command.consented, consent_reference=command.consent_reference
    )
    return _replace(work, "add-victim", old, added, None)


@operation("alert.remove-victim", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def remove_victim(work: Work, command: RemoveVictim) -> AlertState:
    """Erase a victim's data here and at every peer; the alert stays."""
    old = owned(work, command.id, command.version)
    if old.data.misused_identity is None:
        raise NotFound("alert.no-victim", "This alert holds no victim's data.", field="$.id")
    return _replace(work, "remove-victim", old, None, command.reason.value)


@operation("alert.show-victim", permission=Permission.ALERT_READ, purposes=PURPOSES, kind=Kind.READ)
def show_victim(work: Work, command: ShowVictim) -> VictimShown:
    """Show who really bears a misused identity, to tell two people apart.

    Raises `Refused` without a reason, `NotFound` where there are none or the alert may not be seen.
    """
    alert = store.get_alert(work, command.party, command.id)
    misused = alert.data.misused_identity
    if misused is None or (alert.owner != work.who.owner and not may_see(work, alert)):
        raise NotFound("alert.no-victim", "This alert holds no victim's data.", field="$.id")
    if not rules.is_reasoned(command.need):
        raise Refused(
            "alert.no-need",
            "Say in a sentence in which case the two have to be told apart.",
            field="$.need",
            reasons=("PURPOSE_FORBIDDEN",),
        )
    work.record(RecordRef(kind=ALERT_KIND, id=alert.id, version=alert.version), victim_shown=True)
    return VictimShown(
        alert=alert.id,
        party=alert.owner.party,
        category=alert.category,
        victim=misused.victim,
        consented=misused.consented,
    )


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (add_victim, remove_victim, show_victim))


def _says_misused(record: AlertRecord) -> bool:
    person = record.data.person
    names = () if person is None else (*person.birth_names, *person.previous_names, *person.aliases)
    kinds = {record.data.identity_category, *(name.kind for name in names)}
    return IdentityCategory.MISUSED in kinds


def _no_consent() -> Refused:
    return Refused(
        "alert.consent-required",
        "Without the victim's explicit consent their data are not entered (Reg (EU) 2018/1862 Art 62(1)).",
        field="$.consented",
        reasons=("CONSENT_REQUIRED",),
    )


def _replace(work: Work, act: str, old: AlertRecord, misused: MisusedIdentity | None, what: str | None) -> AlertState:
    data = msgspec.structs.replace(old.data, misused_identity=misused)
    record = msgspec.structs.replace(old, version=old.version + 1, data=data)
    work.change(*store.replace_alert(old, record))
    remember(work, act, record, record.version, what=what)
    return announce(work, "change", category_of(record.category), record)


def _question(work: Work, alert: AlertRecord, fields: tuple[str, ...], facts: tuple[Fact, ...]) -> Question:
    return Question(
        stage=Stage.ACT,
        operation="add_misused_identity",
        category=alert.category,
        purpose=work.purpose,
        actor=work.who.owner,
        role=work.who.role,
        owner=alert.owner,
        fields=fields,
        facts=facts,
    )
