"""What the second line does: take those who wait in their order, and say what came of it; what the counter sees of it.

The second line is never the officer who sent the person. One person takes a referral; nobody else can then.
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.alerts.warning_marks import MarkPlace
from comity.core.decision import Outcome, Question, Stage
from comity.core.errors import Conflict, NotPermitted, Refused
from comity.core.ids import RecordId, RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.text import clean_line, clean_text
from comity.core.time import SECOND_US, Instant, add_period, date_of
from comity.core.vocabulary import Permission, Purpose
from comity.crossings import referral_rules, referral_store, rules, store
from comity.crossings.operations import confirm, reject
from comity.crossings.records import CheckView, Confirm, Match, Reject, StoredCheck
from comity.crossings.referral_records import (
    ListMine,
    ListReferrals,
    NameReferral,
    NameRefusal,
    OpenReferral,
    Origin,
    Queue,
    QueueEntry,
    Referral,
    ReferralOutcome,
    ReferralResolution,
    ReferralState,
    ReferralView,
    Refusal,
    ResolveReferral,
    SentReferral,
    SentReferrals,
)
from comity.crossings.referral_rules import Waiting
from comity.crossings.second_line import refer
from comity.crossings.telling import told_of

PURPOSES: Final = (Purpose.BORDERS, Purpose.POLICE)


@operation("referral.open", permission=Permission.CROSSING_CHECK, purposes=PURPOSES)
def open_referral(work: Work, command: OpenReferral) -> SentReferral:
    """Send the person of a check to the second line, with the reason; a match is not needed."""
    stored = store.get_check(work, work.who.owner, command.check)
    referral_rules.require_open_reason(command.reason)
    alert = _named_match(stored, command).alert if command.alert else None
    referral = refer(work, stored, command.reason, command.words, alert)
    work.record(_ref(referral))
    return _sent(referral, work.recorded_at, ())


@operation("referral.mine", permission=Permission.CROSSING_CHECK, purposes=PURPOSES, kind=Kind.READ)
def list_mine(work: Work, command: ListMine) -> SentReferrals:
    """Show those whom I sent to the second line: place, waiting time, and what came of it."""
    mine = referral_store.sent_by(work, command.check)
    waiting = referral_store.open_referrals(work) if any(one.resolution is None for one in mine) else ()
    return SentReferrals(referrals=tuple(_sent(one, work.recorded_at, waiting) for one in mine))


@operation("referral.queue", permission=Permission.REFERRAL_WORK, purposes=PURPOSES, kind=Kind.READ)
def show_queue(work: Work, command: ListReferrals) -> Queue:
    """Show who waits for the second line in the order of serving, and what I have taken."""
    everybody = referral_store.open_referrals(work)
    point = clean_line(command.crossing_point, "$.crossing_point") if command.crossing_point else None
    shown = [one for one in everybody if point in {None, one.crossing_point}]
    by_id = {one.referral: one for one in shown}
    ordered = referral_rules.order_of((_waiting(one) for one in shown if _waits(one)), work.recorded_at)
    taken = [one for one in shown if one.state is ReferralState.TAKEN]
    mine = [one for one in taken if one.taken_by == work.who.user]
    return Queue(
        waiting=tuple(_entry(work, by_id[RecordId(one.referral)], place) for place, one in enumerate(ordered, 1)),
        mine=tuple(_entry(work, one, 0) for one in mine),
        taken_by_others=len(taken) - len(mine),
    )


@operation("referral.take", permission=Permission.REFERRAL_WORK, purposes=PURPOSES)
def take(work: Work, command: NameReferral) -> ReferralView:
    """Take one who waits; nobody else can then, and the officer who sent the person never can."""
    referral, _ = referral_store.get_referral(work, command.referral)
    if referral.user == work.who.user:
        raise NotPermitted(
            "referral.own",
            "Whoever sent the person is not the second line.",
            remedy="Leave this one to a colleague of the second line.",
        )
    if referral.state is not ReferralState.WAITING:
        raise Conflict("referral.taken", "A colleague took this one before.", remedy="Take the next in the queue.")
    taken = msgspec.structs.replace(
        referral,
        state=ReferralState.TAKEN,
        taken_by=work.who.user,
        taken_at=work.recorded_at,
        version=referral.version + 1,
    )
    referral_store.put_referral(work, referral, taken)
    return _view(work, taken)


@operation("referral.release", permission=Permission.REFERRAL_WORK, purposes=PURPOSES)
def release(work: Work, command: NameReferral) -> QueueEntry:
    """Put one back into the queue at its old place: what I took, or what a colleague took over an hour ago."""
    referral, _ = referral_store.get_referral(work, command.referral)
    left = referral.taken_at is not None and work.recorded_at - referral.taken_at >= referral_rules.LEFT_US
    if referral.state is not ReferralState.TAKEN or (referral.taken_by != work.who.user and not left):
        raise _not_yours()
    back = msgspec.structs.replace(
        referral, state=ReferralState.WAITING, taken_by=None, taken_at=None, version=referral.version + 1
    )
    referral_store.put_referral(work, referral, back)
    work.record(_ref(back))
    return _entry(work, back, 0)


@operation("referral.show", permission=Permission.REFERRAL_WORK, purposes=PURPOSES, kind=Kind.READ)
def show(work: Work, command: NameReferral) -> ReferralView:
    """Show a referral that I took, with its whole check as far as law opens it to me."""
    referral, _ = referral_store.get_referral(work, command.referral)
    decided_by_me = referral.resolution is not None and referral.resolution.user == work.who.user
    if referral.taken_by != work.who.user and not decided_by_me:
        raise _not_yours()
    return _view(work, referral)


@operation("referral.resolve", permission=Permission.REFERRAL_WORK, purposes=PURPOSES)
def resolve(work: Work, command: ResolveReferral) -> Referral:
    """Say what came of a referral that I took; a refusal of entry needs its safeguards and its written form."""
    referral, expires = referral_store.get_referral(work, command.referral)
    if referral.state is not ReferralState.TAKEN or referral.taken_by != work.who.user:
        raise _not_yours()
    stored = store.get_check(work, work.who.owner, referral.check)
    referral_rules.require_outcome(command, referral, stored.question.direction)
    hit = _decide_match(work, command, referral)
    refusal = _write_refusal(work, command, referral, stored) if referral_rules.refuses_entry(command) else None
    done = msgspec.structs.replace(
        referral,
        state=ReferralState.RESOLVED,
        version=referral.version + 1,
        resolution=ReferralResolution(
            outcome=command.outcome,
            reason=clean_text(command.reason, "$.reason", 4000),
            safeguards=command.safeguards,
            user=work.who.user,
            at=work.recorded_at,
            hit=hit,
            refusal=None if refusal is None else refusal.refusal,
        ),
    )
    kept = Instant(min(expires, work.recorded_at + referral_rules.KEPT_US))
    referral_store.put_referral(work, referral, done, expires=kept)
    work.record(_ref(done), outcome=command.outcome.value)
    return done


@operation("referral.refusal", permission=Permission.REFERRAL_WORK, purposes=PURPOSES, kind=Kind.READ)
def show_refusal(work: Work, command: NameRefusal) -> Refusal:
    """Show a written refusal of entry, to be printed and handed over."""
    refusal = referral_store.get_refusal(work, command.refusal)
    work.record(RecordRef(kind="refusal", id=refusal.refusal, version=1))
    return refusal


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    open_referral,
    list_mine,
    show_queue,
    take,
    release,
    show,
    resolve,
    show_refusal,
)


def _named_match(stored: StoredCheck, command: OpenReferral) -> Match:
    for match in stored.at_the_counter.matches:
        if match.alert.id == command.alert and command.party in {None, match.owner.party}:
            return match
    raise Conflict("crossing.match-not-found", "This check shows no such match.", field="$.alert")


def _decide_match(work: Work, command: ResolveReferral, referral: Referral) -> RecordId | None:
    """Confirm or reject the named match by the same rules as at the counter; return the hit where one was made."""
    match = command.match
    if match is None:
        return None
    if command.outcome is ReferralOutcome.IDENTITY_CONFIRMED and match.action_taken is not None:
        confirmed = Confirm(
            check=referral.check,
            alert=match.alert,
            version=match.version,
            party=match.party,
            place=match.place or referral.crossing_point,
            circumstances=match.circumstances,
            action_taken=match.action_taken,
            safeguards=command.safeguards,
        )
        return confirm.run(work, confirmed).hit
    if command.outcome is ReferralOutcome.OTHER_PERSON:
        rejected = Reject(
            check=referral.check,
            alert=match.alert,
            version=match.version,
            party=match.party,
            reason=command.reason,
        )
        reject.run(work, rejected)
        return None
    raise Refused(
        "referral.match-not-decided",
        "A match is decided on by confirming the identity or by saying that it is another person.",
        field="$.match",
        remedy="Choose one of these two outcomes, or leave the match out.",
    )


def _write_refusal(work: Work, command: ResolveReferral, referral: Referral, stored: StoredCheck) -> Refusal | None:
    if command.refusal is None:
        return None
    written = referral_rules.clean_refusal(command.refusal)
    refusal = Refusal(
        refusal=work.new_id(),
        referral=referral.referral,
        owner=work.who.owner,
        user=work.who.user,
        at=work.recorded_at,
        crossing_point=referral.crossing_point,
        identity=stored.question.identity,
        document=stored.question.document,
        grounds=written.grounds,
        facts=written.facts,
        appeal=written.appeal,
        interpreter=written.interpreter,
        delete_by=add_period(date_of(work.recorded_at), referral_rules.REFUSAL_KEPT),
    )
    referral_store.add_refusal(work, refusal)
    work.record(RecordRef(kind="refusal", id=refusal.refusal, version=1))
    return refusal


def _view(work: Work, referral: Referral) -> ReferralView:
    """Return the referral with its check; of the matches, those that law opens to the one who looks."""
    stored = store.get_check(work, work.who.owner, referral.check)
    matches = tuple(match for match in stored.advice.matches if _may_see(work, match))
    advice = stored.advice
    if len(matches) != len(advice.matches):
        # What stays hidden from this officer too is told no more than at the counter.
        advice = msgspec.structs.replace(stored.at_the_counter, matches=matches)
    advice = rules.with_marks_seen(advice, MarkPlace.SECOND_LINE, work.who.role)
    shown = referral
    if referral.origin is Origin.DISCREET and not matches:
        shown = msgspec.structs.replace(referral, origin=Origin.HOUSE)
    work.record(_ref(referral), RecordRef(kind="crossing-check", id=referral.check, version=1))
    return ReferralView(
        referral=shown,
        urgency=referral_rules.urgency_of(referral.code),
        direction=stored.question.direction,
        check=CheckView(
            advice=advice,
            question=stored.question,
            resolutions=store.resolutions(work, referral.check),
            told=told_of(work, stored.question, advice.matches),
        ),
    )


def _may_see(work: Work, match: Match) -> bool:
    question = Question(
        stage=Stage.USE,
        operation="search",
        category=match.category,
        purpose=work.purpose,
        actor=work.who.owner,
        role=work.who.role,
        owner=match.owner,
    )
    return work.decide(question).outcome is not Outcome.DENY


def _sent(referral: Referral, now: Instant, everybody: tuple[Referral, ...]) -> SentReferral:
    until = referral.taken_at or (referral.resolution.at if referral.resolution else now)
    return SentReferral(
        referral=referral.referral,
        call=referral_rules.call_of(referral.referral),
        check=referral.check,
        code=referral.code,
        state=referral.state,
        crossing_point=referral.crossing_point,
        sent_at=referral.at,
        waiting_s=_seconds(referral.at, until),
        position=_position(referral, now, everybody),
        outcome=referral_rules.outcome_at_the_counter(referral),
        resolved_at=referral.resolution.at if referral.resolution else None,
    )


def _position(referral: Referral, now: Instant, everybody: tuple[Referral, ...]) -> int | None:
    """Return the place among those who wait at the same crossing point."""
    beside = (one for one in everybody if _waits(one) and one.crossing_point == referral.crossing_point)
    ordered = referral_rules.order_of((_waiting(one) for one in beside), now)
    places = {one.referral: place for place, one in enumerate(ordered, 1)}
    return places.get(referral.referral)


def _entry(work: Work, referral: Referral, position: int) -> QueueEntry:
    now = work.recorded_at
    urgency = referral_rules.urgency_of(referral.code)
    return QueueEntry(
        referral=referral.referral,
        call=referral_rules.call_of(referral.referral),
        code=referral.code,
        urgency=urgency,
        crossing_point=referral.crossing_point,
        sent_at=referral.at,
        waiting_s=_seconds(referral.at, referral.taken_at or now),
        position=position,
        own=referral.user == work.who.user,
        raised=_waits(referral) and referral_rules.class_now(_waiting(referral), now) is not urgency,
    )


def _waits(referral: Referral) -> bool:
    return referral.state is ReferralState.WAITING


def _waiting(referral: Referral) -> Waiting:
    urgency = referral_rules.urgency_of(referral.code)
    return Waiting(referral=referral.referral, urgency=urgency, since=referral.at)


def _seconds(since: Instant, until: Instant) -> int:
    return max(0, until - since) // SECOND_US


def _ref(referral: Referral) -> RecordRef:
    return RecordRef(kind="referral", id=referral.referral, version=referral.version)


def _not_yours() -> NotPermitted:
    return NotPermitted(
        "referral.not-yours",
        "Only the one who took a referral works on it.",
        remedy="Take it from the queue first.",
    )
