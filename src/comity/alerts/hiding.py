"""Hiding an arrest alert from end users during an operation: 48 hours, renewable by 48 (Reg (EU) 2018/1862 Art 26(4)).

The alert stands and travels; whoever searches at a counter does not find it until the hours are over. Its owner and the
bureaux see it all the same.
"""

from __future__ import annotations

from typing import Annotated, Final, cast

import msgspec
from msgspec import Meta

from comity.alerts import rules, store
from comity.alerts.attached import Hidden
from comity.alerts.categories import category_of
from comity.alerts.commands import AlertId, AlertState, PartyCode, Version
from comity.alerts.history import remember
from comity.alerts.operations import announce, owned
from comity.alerts.records import AlertRecord, ShortText
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import Conflict
from comity.core.operation import AnyOperation, operation
from comity.core.ports import Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE,)


class HideAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hide an own arrest alert for 48 hours from now; asked again, for 48 hours from then.

    `states_told` are the States in which the operation runs; `no_other_way`: the operation cannot be protected
    otherwise.
    """

    id: AlertId
    version: Version
    operation: ShortText
    authorised_by: ShortText
    states_told: Annotated[tuple[PartyCode, ...], Meta(max_length=40)]
    no_other_way: bool = False


class RevealAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show a hidden alert to end users before its hours are over."""

    id: AlertId
    version: Version


@operation("alert.hide", permission=Permission.ALERT_WRITE, purposes=_PURPOSES)
def hide(work: Work, command: HideAlert) -> AlertState:
    """Hide an own arrest alert from end users for 48 hours, or for 48 hours more.

    Raises `Refused` for any other category, where there is another way, or where no State was told.
    """
    old = owned(work, command.id, command.version)
    facts = (
        Fact(name="other_means_possible", value=not command.no_other_way),
        Fact(name="authorised", value=bool(command.authorised_by.strip())),
        Fact(name="states_informed", value=bool(command.states_told)),
    )
    rules.follow(work.decide(_question(work, old, facts)))
    until = Instant(work.at + rules.HIDDEN_US)
    times = 1 if old.hidden is None else old.hidden.times + 1
    hidden = Hidden(
        until=until,
        operation=command.operation,
        authorised_by=command.authorised_by,
        states_told=command.states_told,
        since=old.hidden.since if old.hidden else work.at,
        times=times,
    )
    return _replace(work, "hide", msgspec.structs.replace(old, hidden=hidden, hidden_until=until), old)


@operation("alert.reveal", permission=Permission.ALERT_WRITE, purposes=_PURPOSES)
def reveal(work: Work, command: RevealAlert) -> AlertState:
    """Show a hidden alert to end users again."""
    old = owned(work, command.id, command.version)
    if old.hidden_until is None or old.hidden_until <= work.at:
        raise Conflict("alert.not-hidden", "The alert is not hidden.", field="$.id")
    return _replace(work, "reveal", msgspec.structs.replace(old, hidden=None, hidden_until=None), old)


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (hide, reveal))


def _replace(work: Work, act: str, changed: AlertRecord, old: AlertRecord) -> AlertState:
    record = msgspec.structs.replace(changed, version=old.version + 1)
    work.change(*store.replace_alert(old, record))
    remember(work, act, record, record.version)
    return announce(work, "change", category_of(record.category), record)


def _question(work: Work, alert: AlertRecord, facts: tuple[Fact, ...]) -> Question:
    return Question(
        stage=Stage.ACT,
        operation="hide_alert",
        category=alert.category,
        purpose=work.purpose,
        actor=work.who.owner,
        role=work.who.role,
        owner=alert.owner,
        facts=facts,
    )
