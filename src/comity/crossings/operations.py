"""What the officer does: check, then confirm, reject or say that it cannot be told. Advice never acts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from comity.alerts.hits import Confirmation, record_hit
from comity.alerts.records import ALERT_KIND
from comity.alerts.store import ALERT, find_alert
from comity.core.codec import encode
from comity.core.errors import Conflict, NotFound
from comity.core.ids import RecordId, RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Guard, RecordChanged, Search, Work
from comity.core.text import clean_line, clean_text
from comity.core.time import date_of
from comity.core.vocabulary import Permission, Purpose
from comity.crossings import rules, store
from comity.crossings.measures import measure_for
from comity.crossings.partners import ExchangePartners
from comity.crossings.ports import Partners
from comity.crossings.records import (
    CHECK_KIND,
    Advice,
    CannotTell,
    Check,
    CheckView,
    Confirm,
    Decide,
    Match,
    Referral,
    Reject,
    Resolution,
    ShowCheck,
    StoredCheck,
    Verdict,
)
from comity.crossings.search import look
from comity.crossings.zone import with_zone
from comity.screening.listed import FOUND_KIND, LISTING_KIND, ListedFound
from comity.screening.ports import ScreeningIndex
from comity.screening.store import ENTRY, find_version
from comity.training.records import CHECKED_KIND, DECIDED_KIND, TRAINING_KIND, Checked, Decided

_PURPOSES = (Purpose.BORDERS, Purpose.POLICE)
_INDEXED_ONLY = frozenset({LISTING_KIND, TRAINING_KIND})
"""Kinds of records that this room finds in the index and not among alerts."""


def make_operations(index: ScreeningIndex, partners: Partners | None = None) -> tuple[AnyOperation, ...]:
    """Return the operations of this room; `index` finds candidates, `partners` tells how old their data are."""
    checking = operation("crossing.check", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.SEARCH)
    return (checking(_checker(index, partners or ExchangePartners())), confirm, reject, cannot_tell, show_check)


def _checker(index: ScreeningIndex, partners: Partners) -> Callable[[Work, Check], Advice]:
    def check(work: Work, command: Check) -> Advice:
        """Search for a person or document at the border, and advise what to do; it decides nothing."""
        question = rules.clean_check(with_zone(command, date_of(work.at)), work.at)
        advice = rules.advise(question, look(work, question, index, partners), work.new_id(), work.recorded_at)
        store.add_check(work, StoredCheck(question=question, advice=advice))
        _tell_of_check(work, question, advice)
        work.log_search(
            Search(
                search=advice.check,
                operation="crossing.check",
                terms=encode(question),
                justification=question.justification,
                found=tuple(match.alert for match in advice.matches),
            )
        )
        work.record(_check_ref(advice.check), direction=question.direction.value)
        return advice

    return check


@operation("crossing.confirm", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def confirm(work: Work, command: Confirm) -> Resolution:
    """Confirm that this is the person, and record what was done; the own bureau drafts the report."""
    stored = store.get_check(work, work.who.owner, command.check)
    match = _open_match(work, stored, command)
    measure = measure_for(match.category, stored.question.direction, match.lane)
    rules.require_action(measure, command.action_taken, command.safeguards)
    confirmation = Confirmation(
        alert=match.alert.id,
        alert_owner=match.owner,
        alert_version=match.alert.version,
        place=clean_line(command.place, "$.place"),
        action_taken=command.action_taken.value,
        circumstances=clean_text(command.circumstances, "$.circumstances", 2000, may_be_empty=True) or None,
        check=stored.advice.check,
    )
    # A listing is no alert: no hit is recorded and nobody abroad waits for a report; the own bureau is told.
    hit = record_hit(work, confirmation).id if match.alert.kind == ALERT_KIND else None
    if match.alert.kind == LISTING_KIND:
        _tell_of_listed(work, match, confirmation)
    return _resolve(
        work,
        match,
        Resolution(
            check=stored.advice.check,
            alert=match.alert,
            alert_owner=match.owner,
            verdict=Verdict.CONFIRMED,
            version=1,
            user=work.who.user,
            at=work.recorded_at,
            action_taken=command.action_taken,
            safeguards=command.safeguards,
            hit=None if hit is None else RecordId(hit),
        ),
    )


@operation("crossing.reject", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def reject(work: Work, command: Reject) -> Resolution:
    """Say that this is another person, and why."""
    stored = store.get_check(work, work.who.owner, command.check)
    match = _open_match(work, stored, command)
    return _resolve(work, match, _said(work, stored, match, Verdict.REJECTED, command.reason))


@operation("crossing.cannot-tell", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def cannot_tell(work: Work, command: CannotTell) -> Resolution:
    """Send the person to the second line because it cannot be told at the counter, and why."""
    stored = store.get_check(work, work.who.owner, command.check)
    match = _open_match(work, stored, command)
    said = _said(work, stored, match, Verdict.CANNOT_TELL, command.reason)
    referral = Referral(
        referral=work.new_id(),
        check=said.check,
        alert=match.alert,
        owner=work.who.owner,
        user=work.who.user,
        at=work.recorded_at,
        crossing_point=stored.question.crossing_point,
        reason=said.reason,
    )
    store.add_referral(work, referral)
    return _resolve(work, match, msgspec.structs.replace(said, referral=referral.referral))


@operation("crossing.show", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.READ)
def show_check(work: Work, command: ShowCheck) -> CheckView:
    """Show a check of the own authority with what was decided on it; no new search is made."""
    stored = store.get_check(work, work.who.owner, command.check)
    work.record(_check_ref(stored.advice.check))
    return CheckView(
        advice=stored.advice,
        question=stored.question,
        resolutions=store.resolutions(work, stored.advice.check),
        originals=work.originals(CHECK_KIND, stored.advice.check),
    )


def _open_match(work: Work, stored: StoredCheck, command: Decide) -> Match:
    """Return the match decided on, in the version shown, not yet decided, and still held in that version."""
    named = [
        match
        for match in stored.advice.matches
        if match.alert.id == command.alert and command.party in {None, match.owner.party}
    ]
    if len(named) != 1:
        raise NotFound(
            "crossing.match-not-found",
            "This check shows no such match, or several of different owners.",
            field="$.alert",
            remedy="Name the alert as shown, with its owner's party.",
        )
    match = named[0]
    if match.alert.version != command.version or _held_version(work, match) != command.version:
        raise Conflict(
            "crossing.alert-moved-on",
            "The alert was changed or withdrawn since this check.",
            field="$.version",
            remedy="Check the person again and decide on what is shown then.",
        )
    decided = [each for each in store.resolutions(work, command.check) if each.alert == match.alert]
    if any(each.alert_owner == match.owner for each in decided):
        raise Conflict("crossing.already-decided", "This match was decided on before.", field="$.alert")
    return match


def _held_version(work: Work, match: Match) -> int | None:
    """Return the version in which the matched record is held now."""
    if match.alert.kind in _INDEXED_ONLY:
        return find_version(work.read, match.alert.kind, match.owner.party, match.alert.id)
    present = find_alert(work, match.owner.party, match.alert.id)
    return None if present is None else present.version


def _tell_of_listed(work: Work, match: Match, confirmed: Confirmation) -> None:
    found = ListedFound(
        listing=match.alert,
        owner=match.owner,
        category=match.category,
        found_by=work.who.owner,
        found_at=work.at,
        place=confirmed.place,
        action_taken=confirmed.action_taken,
        circumstances=confirmed.circumstances,
    )
    work.emit(RecordChanged(kind=FOUND_KIND, id=work.new_id(), owner=work.who.owner, version=1, record=found))


def _tell_of_check(work: Work, question: Check, advice: Advice) -> None:
    """Tell an exercise how its traveller was looked for; elsewhere nobody listens."""
    checked = Checked(
        check=advice.check,
        at=work.recorded_at,
        surnames=question.identity.surnames,
        document_number=question.document.number if question.document else None,
        matches=tuple(match.alert for match in advice.matches),
    )
    work.emit(RecordChanged(kind=CHECKED_KIND, id=advice.check, owner=work.who.owner, version=1, record=checked))


def _tell_of_decision(work: Work, resolution: Resolution) -> None:
    """Tell an exercise what was decided on its traveller; elsewhere nobody listens."""
    given = resolution.safeguards
    decided = Decided(
        check=resolution.check,
        at=work.recorded_at,
        alert=resolution.alert,
        verdict=resolution.verdict.value,
        action_taken=resolution.action_taken.value if resolution.action_taken else None,
        answers={} if given is None else {name: getattr(given, name).value for name in given.__struct_fields__},
    )
    work.emit(RecordChanged(kind=DECIDED_KIND, id=resolution.check, owner=work.who.owner, version=1, record=decided))


def _said(work: Work, stored: StoredCheck, match: Match, verdict: Verdict, reason: str) -> Resolution:
    return Resolution(
        check=stored.advice.check,
        alert=match.alert,
        alert_owner=match.owner,
        verdict=verdict,
        version=1,
        user=work.who.user,
        at=work.recorded_at,
        reason=clean_text(reason, "$.reason"),
    )


def _resolve(work: Work, match: Match, resolution: Resolution) -> Resolution:
    """Store the decision; a record that changes before the commit makes the officer look again."""
    key = {"party": match.owner.party, "id": match.alert.id}
    expected = {"version": match.alert.version}
    if match.alert.kind in _INDEXED_ONLY:
        work.change(Guard(ENTRY, {"kind": match.alert.kind, **key}, expected))
    else:
        work.change(Guard(ALERT, key, expected))
    store.add_resolution(work, resolution)
    _tell_of_decision(work, resolution)
    work.record(_check_ref(resolution.check), match.alert, verdict=resolution.verdict.value)
    return resolution


def _check_ref(check: str) -> RecordRef:
    return RecordRef(kind=CHECK_KIND, id=check, version=1)
