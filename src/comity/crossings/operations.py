"""What the officer does: check, then confirm, reject or say that it cannot be told. Advice never acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from comity.alerts.flag_store import own_flags
from comity.alerts.hits import Confirmation, record_hit
from comity.alerts.records import ALERT_KIND
from comity.alerts.store import ALERT
from comity.alerts.warning_marks import MarkPlace
from comity.core.codec import encode
from comity.core.errors import Conflict, Refused
from comity.core.ids import RecordId, RecordRef
from comity.core.operation import AnyOperation, Kind, Operation, operation
from comity.core.ports import Guard, RecordChanged, Search, Work
from comity.core.text import clean_line, clean_text
from comity.core.time import date_of
from comity.core.vocabulary import Permission, Purpose
from comity.crossings import cleared, referral_store, rules, second_line, store
from comity.crossings.abroad.asking import AskedNow
from comity.crossings.abroad.blind import Blind
from comity.crossings.abroad.blind import make_operations as blind_operations
from comity.crossings.abroad.operations import make_operations as abroad_operations
from comity.crossings.abroad.rules import with_answers
from comity.crossings.abroad.shown import ShownAnswers
from comity.crossings.deciding import INDEXED_ONLY, earlier_decision, named_match, open_match
from comity.crossings.desk.operations import OPERATIONS as DESK_OPERATIONS
from comity.crossings.desk.store import find_desk
from comity.crossings.partners import ExchangePartners
from comity.crossings.ports import Abroad, Oneself, Partners
from comity.crossings.question import clean_question, needs_desk
from comity.crossings.records import (
    CHECK_KIND,
    Advice,
    Asked,
    CannotTell,
    Check,
    CheckView,
    Confirm,
    Match,
    Reject,
    Resolution,
    ShowCheck,
    StoredCheck,
    Undo,
    Verdict,
)
from comity.crossings.referral_records import ReferralReason
from comity.crossings.reporting import hit_details
from comity.crossings.safeguards import duties_from
from comity.crossings.scan import FIELD as SCAN_FIELD
from comity.crossings.scan import Scan, with_scan
from comity.crossings.search import look
from comity.crossings.telling import told_of
from comity.crossings.undoing import take_back
from comity.crossings.zone import with_zone
from comity.screening.listed import FOUND_KIND, LISTING_KIND, ListedFound
from comity.screening.ports import ScreeningIndex
from comity.screening.store import ENTRY
from comity.training.records import CHECKED_KIND, DECIDED_KIND, Checked, Decided

_PURPOSES = (Purpose.BORDERS, Purpose.POLICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a check beside the index.

    `partners` tells how old copies are; `oneself` knows a search for whoever makes it; `abroad` asks other parties,
    `blind` without their learning whom; `shown` has answers at hand; `degraded`: the ledger cannot be written.
    `sends_on`: chance and discreet matches go to the second line; not from where chance picks nobody, as at a camera.
    """

    partners: Partners = field(default_factory=ExchangePartners)
    oneself: Oneself | None = None
    abroad: Abroad | None = None
    blind: Blind | None = None
    degraded: Callable[[], bool] = lambda: False
    sends_on: bool = True
    shown: ShownAnswers = field(default_factory=ShownAnswers)


def make_operations(index: ScreeningIndex, around: Around | None = None) -> tuple[AnyOperation, ...]:
    """Return the operations of this room; `index` finds candidates."""
    around = around or Around()
    asking = () if around.abroad is None else abroad_operations(around.abroad, around.shown)
    blindly = () if around.blind is None else blind_operations(around.blind)
    deciding = (make_check(index, around), confirm, reject, cannot_tell, undo, _shower(around.shown))
    return (*deciding, *asking, *blindly, *DESK_OPERATIONS)


def make_check(index: ScreeningIndex, around: Around) -> Operation[Check, Advice]:
    """Return the check itself."""
    checking = operation("crossing.check", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.SEARCH)
    return checking(_checker(index, around))


def _checker(index: ScreeningIndex, around: Around) -> Callable[[Work, Check], Advice]:
    def check(work: Work, command: Check) -> Advice:
        """Search for a person or document at the border, and advise what to do; it decides nothing."""
        question = read_question(work, command)
        _refuse_oneself(work, question, around.oneself)
        abroad = AskedNow() if around.abroad is None else around.abroad.ask(work, question)
        found = msgspec.structs.replace(look(work, question, index, around.partners), abroad=abroad.asked)
        findings = cleared.recognise(work, question, found)
        advice = rules.advise(question, findings, work.new_id(), work.recorded_at)
        stored = (
            second_line.send_on(work, question, findings, advice)
            if around.sends_on
            else StoredCheck(question=question, advice=advice)
        )
        store.add_check(work, stored)
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
        around.shown.keep(advice.check, work.who.owner, abroad.answers, work.recorded_at)
        seen = rules.with_marks_seen(stored.at_the_counter, MarkPlace.COUNTER, work.who.role)
        return with_answers(seen, abroad.answers, degraded=around.degraded())

    return check


def _refuse_oneself(work: Work, asked: Asked, oneself: Oneself | None) -> None:
    numbers = (asked.document.number,) if asked.document else ()
    if oneself is not None and oneself(work, numbers, asked.identity.surnames, asked.identity.birth_date):
        raise Refused(
            "crossing.self-search",
            "Nobody searches for themselves.",
            remedy="Ask a colleague to make the check, or the data-protection officer what is held on you.",
        )


def read_question(work: Work, command: Check) -> Asked:
    """Read what was scanned, and take from the desk what was left out."""
    today = date_of(work.at)
    scan = with_scan(with_zone(command, today))
    scanned = Scan(with_zone(scan.check, today, SCAN_FIELD), scan.taken_as)
    return clean_question(scanned, find_desk(work) if needs_desk(command) else None, work.at, work.who.role)


@operation("crossing.confirm", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def confirm(work: Work, command: Confirm) -> Resolution:
    """Confirm that this is the person, and record what was done; the own bureau drafts the report."""
    stored = store.get_check(work, work.who.owner, command.check)
    match = open_match(work, stored, command)
    rules.require_read_right(match)
    flagged = match.flagged or (match.owner.party, match.alert.id) in own_flags(work)
    measure = rules.measure_here(stored.question, match.category, match.lane, flagged=flagged)
    rules.require_action(measure, command.action_taken, command.safeguards)
    confirmation = Confirmation(
        alert=match.alert.id,
        alert_owner=match.owner,
        alert_version=match.alert.version,
        place=clean_line(command.place or stored.question.crossing_point, "$.place"),
        action_taken=command.action_taken.value,
        circumstances=clean_text(command.circumstances, "$.circumstances", 2000, may_be_empty=True) or None,
        check=stored.advice.check,
        details=hit_details(stored.question, command.observed),
    )
    # A listing is no alert: no hit is recorded and nobody abroad waits for a report; the own bureau is told.
    hit = record_hit(work, confirmation).id if match.alert.kind == ALERT_KIND else None
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
            told=_tell_of_listed(work, match, confirmation) if match.alert.kind == LISTING_KIND else None,
            obligations=duties_from(command.safeguards),
        ),
    )


@operation("crossing.reject", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def reject(work: Work, command: Reject) -> Resolution:
    """Say that this is another person, and why; on the same document the match is known as cleared next time."""
    stored = store.get_check(work, work.who.owner, command.check)
    match = open_match(work, stored, command)
    said = _said(work, stored, match, Verdict.REJECTED, command.reason)
    cleared.remember(work, stored.question, match, said.reason)
    return _resolve(work, match, said)


@operation("crossing.cannot-tell", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def cannot_tell(work: Work, command: CannotTell) -> Resolution:
    """Send the person to the second line because it cannot be told at the counter, and why."""
    stored = store.get_check(work, work.who.owner, command.check)
    match = open_match(work, stored, command)
    said = _said(work, stored, match, Verdict.CANNOT_TELL, command.reason)
    referral = second_line.refer(work, stored, ReferralReason.CANNOT_TELL, said.reason, match.alert)
    return _resolve(work, match, msgspec.structs.replace(said, referral=referral.referral))


@operation("crossing.undo", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def undo(work: Work, command: Undo) -> Resolution:
    """Take back a decision made by mistake: the match stands open again, and what was said stays on record.

    Raises `Conflict` `crossing.nothing-to-undo`, and what `take_back` raises where others have acted on it already.
    """
    stored = store.get_check(work, work.who.owner, command.check)
    match = named_match(work, stored, command)
    earlier = earlier_decision(work, command.check, match)
    if earlier is None or earlier.verdict is Verdict.UNDONE:
        raise Conflict("crossing.nothing-to-undo", "Nothing was decided on this match.", field="$.alert")
    if referral_store.settled(work, command.check, earlier.user):
        raise Conflict(
            "crossing.settled-by-second-line",
            "The second line settled this match.",
            field="$.alert",
            remedy="Tell the second line and the own bureau.",
        )
    take_back(work, stored.question, match, earlier)
    return _put(work, match, _said(work, stored, match, Verdict.UNDONE, command.reason), earlier)


def _shower(shown: ShownAnswers) -> AnyOperation:
    @operation("crossing.show", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.READ)
    def show_check(work: Work, command: ShowCheck) -> CheckView:
        """Show a check of the own authority with what was decided on it; no new search is made."""
        stored = store.get_check(work, work.who.owner, command.check)
        work.record(_check_ref(stored.advice.check))
        answers = shown.of(stored.advice.check, work.who.owner, work.recorded_at)
        return CheckView(
            advice=with_answers(
                rules.with_marks_seen(stored.at_the_counter, MarkPlace.COUNTER, work.who.role), answers
            ),
            question=stored.question,
            resolutions=_seen(stored, store.resolutions(work, stored.advice.check)),
            originals=work.originals(CHECK_KIND, stored.advice.check),
            told=told_of(work, stored.question, stored.at_the_counter.matches),
        )

    return show_check


def _seen(stored: StoredCheck, resolutions: tuple[Resolution, ...]) -> tuple[Resolution, ...]:
    """Keep what was decided on the matches that the counter sees."""
    shown = {(match.alert, match.owner) for match in stored.at_the_counter.matches}
    return tuple(each for each in resolutions if (each.alert, each.alert_owner) in shown)


def _tell_of_listed(work: Work, match: Match, confirmed: Confirmation) -> RecordId:
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
    told = work.new_id()
    work.emit(RecordChanged(kind=FOUND_KIND, id=told, owner=work.who.owner, version=1, record=found))
    return told


def _tell_of_check(work: Work, question: Asked, advice: Advice) -> None:
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
    if match.alert.kind in INDEXED_ONLY:
        work.change(Guard(ENTRY, {"kind": match.alert.kind, **key}, expected))
    else:
        work.change(Guard(ALERT, key, expected))
    return _put(work, match, resolution, earlier_decision(work, resolution.check, match))


def _put(work: Work, match: Match, resolution: Resolution, earlier: Resolution | None) -> Resolution:
    """Store the newest decision on a match, with those before it."""
    if earlier is None:
        store.add_resolution(work, resolution)
    else:
        resolution = rules.following(resolution, earlier)
        store.replace_resolution(work, resolution, earlier.version)
    _tell_of_decision(work, resolution)
    work.record(_check_ref(resolution.check), match.alert, verdict=resolution.verdict.value)
    return resolution


def _check_ref(check: str) -> RecordRef:
    return RecordRef(kind=CHECK_KIND, id=check, version=1)
