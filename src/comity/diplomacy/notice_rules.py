"""What follows from notices: who may give which when, and from when it counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comity.agreements.life.clocks import effect_of, runs_out
from comity.agreements.life.records import PROTECTION_LOST, Count, Happening, NoticeClock, Turn
from comity.agreements.life.rules import life_of
from comity.agreements.life.terms import Terms
from comity.core.errors import BadInput, Refused
from comity.core.said import say
from comity.core.time import Instant
from comity.diplomacy.notices import Notice, NoticeKind, NoticeView
from comity.diplomacy.records import AgreementState, Event

_BILATERAL = 2
_STANDING = frozenset({AgreementState.IN_FORCE, AgreementState.SUSPENDED})
_AT_RECEIPT = NoticeClock(counted_from=Count.RECEIPT)


def check_notice(notice: Notice, terms: Terms, state: AgreementState, events: Iterable[Event]) -> None:
    """Refuse a notice that the treaty does not know, that comes too early, or that would stop what is never stopped.

    Raises `Refused` `agreement.not-in-force` (also a termination before entry into force), `agreement.not-signed`,
    `agreement.no-unilateral-suspension`, `agreement.not-in-parts`, `agreement.floor`, `agreement.no-termination`,
    `agreement.not-suspended`, `agreement.no-entry-by-notice`; `BadInput` `agreement.unknown-clause`,
    `agreement.unknown-word`.
    """
    unknown = sorted(set(notice.clauses) - terms.clauses)
    if unknown:
        raise BadInput(
            "agreement.unknown-clause", say("No such clauses: %(names)s.", names=", ".join(unknown)), field="$.clauses"
        )
    match notice.kind:
        case NoticeKind.COMPLETE:
            _check_complete(terms, state)
        case NoticeKind.NOTIFY:
            _check_word(notice, terms, state)
        case NoticeKind.SUSPEND:
            _require_standing(state)
            _check_suspension(notice, terms)
        case NoticeKind.RESUME:
            _require_standing(state)
            _check_resumption(notice, events)
        case NoticeKind.LOSE_PROTECTION | NoticeKind.RESTORE_PROTECTION:
            _require_standing(state)
            _check_protection(notice, terms, events)
        case NoticeKind.TERMINATE:
            _require_standing(state)
            if terms.termination is None:
                raise Refused(
                    "agreement.no-termination",
                    "This agreement does not say how a party leaves it.",
                    remedy="Agree on an amendment, or on an end by consent of all parties.",
                )


def _require_standing(state: AgreementState) -> None:
    if state not in _STANDING:
        raise Refused(
            "agreement.not-in-force",
            "The agreement is not in force, so it can be neither suspended, resumed nor terminated.",
            field="$.agreement",
            remedy="Name the version that is in force; a proposal is simply not signed.",
        )


def _check_complete(terms: Terms, state: AgreementState) -> None:
    if terms.entry is None:
        raise Refused(
            "agreement.no-entry-by-notice",
            "This agreement enters into force by signature; there is nothing to notify.",
            field="$.agreement",
        )
    if state not in {AgreementState.PROPOSED, AgreementState.SIGNED}:
        raise Refused("agreement.not-signed", "Only a version that waits for entry into force is notified.")


def _check_word(notice: Notice, terms: Terms, state: AgreementState) -> None:
    if notice.word not in terms.words | terms.joint_words:
        known = ", ".join(sorted(terms.words | terms.joint_words)) or "none"
        raise BadInput(
            "agreement.unknown-word",
            "No clause waits for this.",
            field="$.word",
            remedy=say("Clauses wait for: %(known)s.", known=known),
        )
    if state not in _STANDING | {AgreementState.SIGNED}:
        raise Refused("agreement.not-in-force", "Sign the agreement before its clauses are woken.", field="$.agreement")


def _check_suspension(notice: Notice, terms: Terms) -> None:
    if terms.suspension is None:
        raise Refused(
            "agreement.no-unilateral-suspension",
            "No party can suspend this agreement alone.",
            field="$.agreement",
            remedy="Use its dispute ladder, or agree on an amendment.",
        )
    if notice.clauses and not terms.parts:
        raise Refused("agreement.not-in-parts", "It is suspended as a whole or not at all.", field="$.clauses")
    if set(notice.clauses) & terms.protected:
        raise Refused(
            "agreement.floor",
            "Rescue and the protection of children are never suspended.",
            field="$.clauses",
            remedy=say("Leave out: %(names)s.", names=", ".join(sorted(set(notice.clauses) & terms.protected))),
        )


def _check_protection(notice: Notice, terms: Terms, events: Iterable[Event]) -> None:
    if terms.unprotected is None:
        raise Refused(
            "agreement.no-protection-terms",
            "This agreement rests on no level of protection, so that no loss of it stops anything.",
            field="$.agreement",
            remedy="Suspend it, if its terms allow that.",
        )
    if notice.of not in _others(notice.speaker, terms):
        raise BadInput("agreement.not-a-party", "Name another party, whose protection it is.", field="$.of")
    stopped = _is_stopped(notice, events)
    if notice.kind is NoticeKind.RESTORE_PROTECTION and not stopped:
        raise Refused("agreement.protection-not-lost", "The own side has stopped nothing for that.", field="$.of")
    if notice.kind is NoticeKind.LOSE_PROTECTION and stopped:
        raise Refused("agreement.protection-lost-already", "That has been stated before.", field="$.of")


def _is_stopped(notice: Notice, events: Iterable[Event]) -> bool:
    between = frozenset({notice.speaker, notice.of})
    return any(
        pause.unprotected and pause.by == notice.speaker and pause.parties == between and pause.span.until is None
        for pause in life_of(events).pauses
    )


def _check_resumption(notice: Notice, events: Iterable[Event]) -> None:
    life = life_of(events)
    own = (pause for pause in life.pauses if pause.by == notice.speaker and not pause.unprotected)
    if not any(pause.span.until is None for pause in own):
        raise Refused("agreement.not-suspended", "The own side has suspended nothing of this agreement.")


def happenings(
    notices: Iterable[NoticeView], terms: Terms, *, signed: bool, now: Instant
) -> tuple[tuple[str, Happening], ...]:
    """Return every turn that follows from the notices and receipts so far, each with the notice it follows from.

    The same at every node that knows the same notices and receipts, whatever the order in which they came, but for
    `recorded_at`, which is `now`.
    """
    found: list[tuple[str, Happening]] = []
    given = tuple(notices)
    for view in given:
        received = _received(view, terms)
        if view.notice.kind in {NoticeKind.SUSPEND, NoticeKind.RESUME}:
            found.extend((view.notice.id, each) for each in _pauses(view.notice, received, terms, now))
        elif view.notice.kind in {NoticeKind.LOSE_PROTECTION, NoticeKind.RESTORE_PROTECTION}:
            found.append((view.notice.id, _unprotected(view.notice, terms, now)))
        elif view.notice.kind is NoticeKind.TERMINATE:
            found.extend((view.notice.id, each) for each in _ending(view.notice, received, terms, now))
        elif view.notice.kind is NoticeKind.NOTIFY:
            found.extend(_hearing(view, given, terms, now))
    if signed:
        found.extend(_entry(given, terms, now))
    return tuple(found)


def _pauses(notice: Notice, received: Mapping[str, Instant], terms: Terms, now: Instant) -> Iterable[Happening]:
    turn = Turn.SUSPEND if notice.kind is NoticeKind.SUSPEND else Turn.RESUME
    for party in _others(notice.speaker, terms):
        since = effect_of(terms.suspension or _AT_RECEIPT, notice.sent_at, received.get(party))
        if since is not None:
            yield Happening(
                turn=turn,
                since=since,
                recorded_at=now,
                reason=notice.ground.value,
                clauses=notice.clauses,
                by=notice.speaker,
                towards=party,
            )


def _unprotected(notice: Notice, terms: Terms, now: Instant) -> Happening:
    """Tell what a loss of protection stops: from the moment it is stated, since no data may go where it is gone."""
    lost = notice.kind is NoticeKind.LOSE_PROTECTION
    return Happening(
        turn=Turn.SUSPEND if lost else Turn.RESUME,
        since=notice.sent_at,
        recorded_at=now,
        reason=PROTECTION_LOST,
        clauses=tuple(sorted(terms.unprotected or ())),
        by=notice.speaker,
        towards=notice.of,
    )


def _ending(notice: Notice, received: Mapping[str, Instant], terms: Terms, now: Instant) -> Iterable[Happening]:
    if terms.termination is None:
        return
    since = runs_out(terms.termination, notice.sent_at, _last(notice.speaker, received, terms))
    if since is None:
        return
    alone = len(terms.parties) > _BILATERAL
    yield Happening(
        turn=Turn.LEAVE if alone else Turn.END,
        since=since,
        recorded_at=now,
        reason="terminated",
        by=notice.speaker,
    )


def _hearing(
    view: NoticeView, given: tuple[NoticeView, ...], terms: Terms, now: Instant
) -> Iterable[tuple[str, Happening]]:
    """Tell when a word was heard: the first that says it, or for an arrangement the last of all parties."""
    notice = view.notice
    same = [each for each in given if each.notice.kind is NoticeKind.NOTIFY and each.notice.word == notice.word]
    if view is not same[0]:
        return
    moments = {each.notice.speaker: _reached(each, terms) for each in reversed(same)}
    wanted = terms.parties if notice.word in terms.joint_words else (notice.speaker,)
    reached = [moments.get(party) for party in wanted]
    known = [moment for moment in reached if moment is not None]
    if len(known) == len(wanted):
        heard = Happening(
            turn=Turn.HEAR, since=max(known), recorded_at=now, reason="notified", by=notice.speaker, word=notice.word
        )
        yield notice.id, heard


def _entry(given: tuple[NoticeView, ...], terms: Terms, now: Instant) -> Iterable[tuple[str, Happening]]:
    """Tell when the version enters into force: counted from the last party's notification."""
    if terms.entry is None:
        return
    first: dict[str, NoticeView] = {}
    for view in given:
        if view.notice.kind is NoticeKind.COMPLETE:
            first.setdefault(view.notice.speaker, view)
    if set(first) < set(terms.parties):
        return
    sent = max(view.notice.sent_at for view in first.values())
    reached = [_reached(view, terms) for view in first.values()]
    known = [moment for moment in reached if moment is not None]
    received = max(known) if len(known) == len(reached) else None
    since = effect_of(terms.entry, sent, received)
    if since is not None:
        last = max(first.values(), key=lambda view: (view.notice.sent_at, view.notice.id))
        yield last.notice.id, Happening(turn=Turn.BEGIN, since=since, recorded_at=now, reason="notified-by-all-parties")


def _reached(view: NoticeView, terms: Terms) -> Instant | None:
    return _last(view.notice.speaker, _received(view, terms), terms)


def _received(view: NoticeView, terms: Terms) -> dict[str, Instant]:
    """Return when each of the others received a notice; inside one party all do when it is given."""
    if terms.internal:
        return dict.fromkeys(_others(view.notice.speaker, terms), view.notice.sent_at)
    return {receipt.party: receipt.received_at for receipt in view.receipts}


def _last(sender: str, received: Mapping[str, Instant], terms: Terms) -> Instant | None:
    """Return when the last of the other parties received it; None while one has not."""
    moments = [received.get(party) for party in _others(sender, terms)]
    known = [moment for moment in moments if moment is not None]
    return max(known) if len(known) == len(moments) else None


def _others(party: str, terms: Terms) -> tuple[str, ...]:
    return tuple(each for each in terms.parties if each != party)
