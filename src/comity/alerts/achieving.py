"""The bureau tells the authority that an alert's purpose is achieved; the authority lets it go, or keeps it."""

from __future__ import annotations

from typing import Final, cast

import msgspec

from comity.alerts import achieved, rules, store
from comity.alerts.achieved import ACHIEVEMENTS, Achievement, AchievementNotice
from comity.alerts.categories import category_of
from comity.alerts.commands import AlertState, KeepAlert, TellAchieved
from comity.alerts.history import remember
from comity.alerts.operations import PURPOSES, announce, owned
from comity.alerts.records import AlertRecord
from comity.core.errors import BadInput, Conflict, Refused
from comity.core.operation import AnyOperation, operation
from comity.core.ports import Work
from comity.core.said import say
from comity.core.vocabulary import Permission


@operation("alert.tell-achieved", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def tell_achieved(work: Work, command: TellAchieved) -> AlertState:
    """Tell the authority behind an own alert that its purpose is achieved: it goes in 15 days unless kept.

    Raises `NotFound`, `Conflict` `alert.changed-since` and `alert.already-told`, `BadInput` for what does not end the
    purpose of this category.
    """
    old = store.get_alert(work, work.who.owner.party, command.id)
    if old.version != command.version:
        raise Conflict("alert.changed-since", "The alert has a newer version than the one named.", field="$.version")
    if achieved.pending(old.told) is not None:
        raise Conflict(
            "alert.already-told",
            "The authority has been told already; its time to reply is running.",
            remedy="Wait for its reply: without one the alert is deleted.",
        )
    allowed = ACHIEVEMENTS[old.category]
    if command.what not in allowed:
        raise BadInput(
            "alert.no-achievement",
            say("In this category the purpose ends by: %(names)s.", names=", ".join(allowed)),
            field="$.what",
        )
    told = (*old.told, AchievementNotice(at=work.at, what=command.what))
    return _replace(work, "tell-achieved", old, told, command.what)


@operation("alert.keep", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def keep(work: Work, command: KeepAlert) -> AlertState:
    """Reply that the purpose is not achieved: the alert stands until its review date again.

    Raises `Refused` without a reasoning, `Conflict` where nothing waits for a reply, and as `alert.change` does.
    """
    old = owned(work, command.id, command.version)
    waiting = achieved.pending(old.told)
    if waiting is None:
        raise Conflict("alert.nothing-told", "No bureau has said that this alert's purpose is achieved.")
    if not rules.is_reasoned(command.reason):
        raise Refused(
            "alert.assessment-not-recorded",
            "Say in a sentence why the alert is still needed.",
            field="$.reason",
            reasons=("ASSESSMENT_NOT_RECORDED",),
        )
    told = (*old.told[:-1], msgspec.structs.replace(waiting, kept=command.reason))
    return _replace(work, "keep", old, told, waiting.what)


def _replace(
    work: Work, act: str, old: AlertRecord, told: tuple[AchievementNotice, ...], what: Achievement
) -> AlertState:
    record = msgspec.structs.replace(
        old, version=old.version + 1, told=told, delete_by=achieved.delete_by(old.review_date, told)
    )
    work.change(*store.replace_alert(old, record))
    remember(work, act, record, record.version, what=what.value)
    return announce(work, "change", category_of(record.category), record)


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (tell_achieved, keep))
