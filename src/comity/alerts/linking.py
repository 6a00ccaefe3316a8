"""Linking an own alert to others: by operational need, without effect on action, retention or access (Art 63)."""

from __future__ import annotations

from typing import Final, cast

import msgspec

from comity.alerts import link_store, rules, store
from comity.alerts.attached import AlertLink
from comity.alerts.categories import category_of
from comity.alerts.commands import AlertId, AlertState, PartyCode, Version
from comity.alerts.history import remember
from comity.alerts.operations import PURPOSES, announce, owned
from comity.alerts.reading import may_see
from comity.alerts.records import ALERT_KIND, AlertRecord, LongText
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import BadInput, Conflict, NotFound, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission


class LinkAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Link an own alert to another; `need` says for which operational need."""

    id: AlertId
    version: Version
    to_party: PartyCode
    to_id: AlertId
    need: LongText


class UnlinkAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take a link of an own alert away."""

    id: AlertId
    version: Version
    to_party: PartyCode
    to_id: AlertId


class HideLinks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Do not show the links of another party's alert here, since they offend the own law; `shown` shows them again."""

    party: PartyCode
    id: AlertId
    shown: bool = False


class LinksHidden(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the links of an alert are hidden here."""

    party: str
    id: str
    hidden: bool


@operation("alert.link", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def link(work: Work, command: LinkAlert) -> AlertState:
    """Link an own alert to another; nothing else about either alert changes.

    Raises `Refused` without a reasoned need, `NotFound` for an alert that the asker may not see, `Conflict`
    `alert.linked-before`.
    """
    old = owned(work, command.id, command.version)
    other = store.get_alert(work, command.to_party, command.to_id)
    if (other.owner, other.id) == (old.owner, old.id):
        raise BadInput("alert.link-to-itself", "An alert is not linked to itself.", field="$.to_id")
    if other.owner != work.who.owner and not may_see(work, other):
        raise NotFound("alert.not-found", "There is no such alert here.", field="$.to_id")
    needed = Fact(name="operational_need", value=rules.is_reasoned(command.need))
    rules.follow(work.decide(_question(work, old, needed)))
    made = AlertLink(party=other.owner.party, id=other.id)
    if made in old.data.links:
        raise Conflict("alert.linked-before", "The two alerts are linked already.", field="$.to_id")
    return _replace(work, "link", old, (*old.data.links, made))


@operation("alert.unlink", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def unlink(work: Work, command: UnlinkAlert) -> AlertState:
    """Take a link of an own alert away."""
    old = owned(work, command.id, command.version)
    gone = AlertLink(party=command.to_party, id=command.to_id)
    if gone not in old.data.links:
        raise NotFound("alert.not-linked", "There is no such link.", field="$.to_id")
    return _replace(work, "unlink", old, tuple(each for each in old.data.links if each != gone))


@operation("alert.hide-links", permission=Permission.BUREAU_WORK, purposes=PURPOSES)
def hide_links(work: Work, command: HideLinks) -> LinksHidden:
    """Hide the links of another party's alert here, or show them again."""
    alert = store.get_alert(work, command.party, command.id)
    if alert.owner.party == work.who.owner.party:
        raise Refused("alert.own-links", "An own link is taken away, not hidden.", field="$.party")
    hidden = link_store.is_hidden(work, alert.owner.party, alert.id)
    if command.shown and hidden:
        work.change(link_store.show_links(alert.owner.party, alert.id))
    elif not command.shown and not hidden:
        work.change(link_store.hide_links(alert.owner.party, alert.id, work.at))
    work.record(RecordRef(kind=ALERT_KIND, id=alert.id, version=alert.version), hidden=not command.shown)
    return LinksHidden(party=alert.owner.party, id=alert.id, hidden=not command.shown)


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (link, unlink, hide_links))


def _replace(work: Work, act: str, old: AlertRecord, links: tuple[AlertLink, ...]) -> AlertState:
    data = msgspec.structs.replace(old.data, links=links)
    record = msgspec.structs.replace(old, version=old.version + 1, data=data)
    work.change(*store.replace_alert(old, record))
    remember(work, act, record, record.version)
    return announce(work, "change", category_of(record.category), record)


def _question(work: Work, alert: AlertRecord, *facts: Fact) -> Question:
    return Question(
        stage=Stage.ACT,
        operation="link",
        category=alert.category,
        purpose=work.purpose,
        actor=work.who.owner,
        role=work.who.role,
        owner=alert.owner,
        facts=facts,
    )
