"""Giving notice under a treaty: entry into force, waking of clauses, suspension, resumption, termination."""

from __future__ import annotations

import msgspec

from comity.agreements.life.terms import terms_of
from comity.agreements.load import agreement_id
from comity.agreements.vocabulary import Category, Operation
from comity.core.codec import encode
from comity.core.ids import AgreementId, RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Publication, Work
from comity.core.vocabulary import Permission, Purpose
from comity.diplomacy import notice_rules, notice_store, rules, store
from comity.diplomacy.notices import (
    NOTICE_KIND,
    Complete,
    Ground,
    History,
    LoseProtection,
    Notice,
    NoticeKind,
    NoticeMessage,
    NoticeView,
    Notify,
    RestoreProtection,
    Resume,
    ShowHistory,
    Suspend,
    Terminate,
    Turned,
)
from comity.diplomacy.records import AGREEMENT_KIND, SCHEMA, AgreementView, Event
from comity.diplomacy.services import Services
from comity.diplomacy.signatures import is_signed
from comity.diplomacy.turns import as_event, follow

_PURPOSES = (Purpose.PEERING,)
_READERS = tuple(Purpose)


def notice_operations(services: Services) -> tuple[AnyOperation, ...]:
    """Return the operations by which a party gives notice; each needs a second person."""

    @operation("agreement.complete", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def complete(work: Work, command: Complete) -> AgreementView:
        """Notify that the own internal procedures for a version's entry into force are completed."""
        ground = Ground.PROCEDURE_DONE
        return _give(work, _notice(work, command.agreement, NoticeKind.COMPLETE, ground, services), services)

    @operation("agreement.notify", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def notify(work: Work, command: Notify) -> AgreementView:
        """Give the notification, or conclude the arrangement, that sleeping clauses wait for."""
        notice = _notice(work, command.agreement, NoticeKind.NOTIFY, Ground.PROCEDURE_DONE, services)
        return _give(work, msgspec.structs.replace(notice, word=command.word), services)

    @operation("agreement.suspend", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def suspend(work: Work, command: Suspend) -> AgreementView:
        """Suspend a treaty, or clauses of it, from the moment the other side receives it."""
        notice = _notice(work, command.agreement, NoticeKind.SUSPEND, command.ground, services)
        return _give(work, msgspec.structs.replace(notice, clauses=command.clauses), services)

    @operation("agreement.resume", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def resume(work: Work, command: Resume) -> AgreementView:
        """End the own suspension, or that of some clauses."""
        notice = _notice(work, command.agreement, NoticeKind.RESUME, Ground.SETTLED, services)
        return _give(work, msgspec.structs.replace(notice, clauses=command.clauses), services)

    @operation("agreement.terminate", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def terminate(work: Work, command: Terminate) -> AgreementView:
        """Give notice of termination; the treaty stays in force until the notice has run."""
        return _give(work, _notice(work, command.agreement, NoticeKind.TERMINATE, command.ground, services), services)

    @operation(
        "agreement.lose-protection", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True
    )
    def lose_protection(work: Work, command: LoseProtection) -> AgreementView:
        """State that a party no longer protects data: what rests on that stops towards it at once."""
        notice = _notice(work, command.agreement, NoticeKind.LOSE_PROTECTION, Ground.PROTECTION_LOST, services)
        return _give(work, msgspec.structs.replace(notice, of=command.of), services)

    @operation(
        "agreement.restore-protection", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True
    )
    def restore_protection(work: Work, command: RestoreProtection) -> AgreementView:
        """State that a party protects data again: what was stopped for that goes on."""
        notice = _notice(work, command.agreement, NoticeKind.RESTORE_PROTECTION, Ground.SETTLED, services)
        return _give(work, msgspec.structs.replace(notice, of=command.of), services)

    return (complete, notify, suspend, resume, terminate, lose_protection, restore_protection, show_history)


@operation("agreement.history", permission=Permission.AGREEMENT_READ, purposes=_READERS, kind=Kind.READ)
def show_history(work: Work, command: ShowHistory) -> History:
    """Show everything that happened to one version: turns of its force, notices and their receipts."""
    found = store.get(work, command.agreement)
    return History(
        agreement=agreement_id(found.agreement),
        turns=tuple(_turned(event) for event in found.events),
        notices=notice_store.notices(work, command.agreement),
    )


def _turned(event: Event) -> Turned:
    return Turned(
        turn=event.turn.value,
        since=event.since,
        recorded_at=event.recorded_at,
        reason=event.reason,
        clauses=event.clauses,
        by=event.by,
        towards=event.towards,
        word=event.word,
    )


def _notice(work: Work, agreement: str, kind: NoticeKind, ground: Ground, services: Services) -> Notice:
    return Notice(
        id=work.new_id(),
        agreement=agreement,
        party=services.party,
        kind=kind,
        ground=ground,
        sent_at=work.recorded_at,
    )


def _give(work: Work, notice: Notice, services: Services) -> AgreementView:
    """Check a notice, keep it, let follow what counts from its sending, and send it in the treaty's own stream."""
    found = store.get(work, notice.agreement)
    rules.check_treaty(found.agreement, services.party)
    authority = rules.speaking_authority(found.agreement, work.who.owner)
    notice = msgspec.structs.replace(notice, authority=authority)
    terms = terms_of(found.agreement)
    state = rules.standing_of(found.events, work.recorded_at, proposed=found.proposed, signed=is_signed(found))
    notice_rules.check_notice(notice, terms, state, found.events)
    notice_store.add_notice(work, notice)
    store.claim(work, found)
    fresh = follow(work, found, (*notice_store.notices(work, notice.agreement), NoticeView(notice=notice, receipts=())))
    work.record(
        RecordRef(kind=AGREEMENT_KIND, id=notice.agreement, version=found.agreement.version),
        notice=notice.kind.value,
        ground=notice.ground.value,
    )
    if authority is None:
        _send(work, found, notice, services)
    name = AgreementId(notice.agreement)
    events = (*found.events, *(as_event(name, each) for each in fresh))
    return rules.view(found.agreement, found.signatures, events, work.recorded_at)


def _send(work: Work, found: store.Stored, notice: Notice, services: Services) -> None:
    work.publish(
        Publication(
            kind=NOTICE_KIND,
            id=notice.id,
            owner=work.who.owner,
            category=Category.PEERING.value,
            operation=Operation.SUSPEND.value,
            purpose=Purpose.PEERING,
            version=1,
            schema=SCHEMA,
            payload=NoticeMessage(notice=encode(notice).decode()),
            issued=work.recorded_at,
            recipients=rules.others(found.agreement, services.party),
            stream=found.agreement.id,
        )
    )
