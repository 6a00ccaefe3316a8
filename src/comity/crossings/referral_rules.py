"""Rules of the second line: who is served first, whom chance picks, what the counter sees, which outcome is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from comity.alerts.warning_marks import MarkPlace, seen_marks
from comity.core.errors import BadInput, Refused
from comity.core.ids import RecordId
from comity.core.text import clean_line, clean_text
from comity.core.time import HOUR_US, SECOND_US, Instant
from comity.crossings import rules
from comity.crossings.finding_records import Candidate, Findings
from comity.crossings.records import Action, Advice, Answer, Asked, Direction, Outcome, Safeguards, Sentence
from comity.crossings.referral_records import (
    Origin,
    Referral,
    ReferralOutcome,
    ReferralReason,
    ResolveReferral,
    Urgency,
    WrittenRefusal,
)
from comity.crossings.safeguards import require_safeguards

SECOND_LINE: Final = Sentence(code="second-line", text="Send the person to the second line.")
"""What the counter reads for chance and for a discreet match alike."""

DRAW_BYTES: Final = 8
KEPT_US: Final = 12 * HOUR_US
"""How long a resolved referral stays for the officer who sent the person: the rest of the shift. House rule."""
LEFT_US: Final = HOUR_US
"""After this time anybody of the second line may put back what a colleague took."""
RAISE_US: Final = 1800 * SECOND_US
"""Every half an hour of waiting moves a person up by one class. House rule."""
REFUSAL_KEPT: Final = "P3Y"
"""How long a written refusal is kept: as a refusal in the Entry/Exit System, Reg (EU) 2017/2226 Art 34."""

_CLASSES: Final = tuple(Urgency)
_URGENCY: Final = {
    ReferralReason.FEAR_EXPRESSED: Urgency.PROTECTION,
    ReferralReason.CHILD_ALONE: Urgency.PROTECTION,
    ReferralReason.VULNERABLE: Urgency.PROTECTION,
    ReferralReason.HEALTH: Urgency.PROTECTION,
    ReferralReason.CANNOT_TELL: Urgency.ENFORCEMENT,
    ReferralReason.POSSIBLE_MATCH: Urgency.ENFORCEMENT,
    ReferralReason.DOCUMENT_DOUBT: Urgency.ENFORCEMENT,
    # Chance and a discreet match share a class, else the place in the queue would tell them apart.
    ReferralReason.SECOND_LINE: Urgency.ENFORCEMENT,
    ReferralReason.OFFICERS_DOUBT: Urgency.ROUTINE,
    ReferralReason.ENTRY_CONDITIONS: Urgency.ROUTINE,
}
_CALL_LENGTH: Final = 4
# What would tell the counter whether chance or a match chose the person.
_TELLING: Final = frozenset(
    {ReferralOutcome.IDENTITY_CONFIRMED, ReferralOutcome.OTHER_PERSON, ReferralOutcome.ALLOWED_ON}
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What decides on the place of one who waits; nothing about the person."""

    referral: str
    urgency: Urgency
    since: Instant


# --- the queue ---------------------------------------------------------------------------------------------------


def urgency_of(reason: ReferralReason) -> Urgency:
    """Return the class of a reason: protection before enforcement before routine."""
    return _URGENCY[reason]


def rank_of(urgency: Urgency) -> int:
    """Return the class as a number, 0 first."""
    return _CLASSES.index(urgency)


def class_now(one: Waiting, now: Instant) -> Urgency:
    """Return the class in which one waits now: one higher for each half an hour, so that nobody waits for ever.

    After an hour at most everybody stands in the first class, where whoever came earlier is served earlier: from then
    on no newcomer is served before.
    """
    risen = max(0, now - one.since) // RAISE_US
    return _CLASSES[max(0, rank_of(one.urgency) - risen)]


def order_of(waiting: Iterable[Waiting], now: Instant) -> tuple[Waiting, ...]:
    """Return those who wait in the order of serving: by class, then by arrival."""
    return tuple(sorted(waiting, key=lambda one: (rank_of(class_now(one, now)), one.since, one.referral)))


def call_of(referral: str) -> str:
    """Return the short mark by which somebody is called up: the end of the referral's id, which is random."""
    return referral[-_CALL_LENGTH:].upper()


def percentile(waits_s: Sequence[int], percent: int) -> int | None:
    """Return the smallest wait that at least `percent` of all did not exceed (nearest rank), None for no waits."""
    if not waits_s:
        return None
    rank = -(-percent * len(waits_s) // 100)
    return sorted(waits_s)[max(rank, 1) - 1]


# --- chance, and what the counter sees -----------------------------------------------------------------------------


def is_drawn(chance: bytes, per_thousand: int) -> bool:
    """Say whether chance picks this crossing: nothing but `DRAW_BYTES` random bytes and the rate has a say."""
    return int.from_bytes(chance[:DRAW_BYTES], "big") % 1000 < per_thousand


def is_discreet(question: Asked, one: Candidate) -> bool:
    """Say whether a candidate must not be known at the counter."""
    lane = rules.lane_of(question, free_movement=one.free_movement)
    return rules.measure_here(question, one.category, lane, flagged=one.flagged).discreet


def at_the_counter(question: Asked, findings: Findings, advice: Advice, referral: RecordId, at: Instant) -> Advice:
    """Return what the first line reads of a person whom the house sends on: nothing of discreet matches.

    It is the same for chance and for a discreet match, but for warnings that tell of danger to whoever meets the
    person: an officer's safety outranks the secret.
    """
    seen = without_discreet(question, findings, advice, at)
    safety = seen_marks(advice.warnings, MarkPlace.WITHHELD, question.role)
    return msgspec.structs.replace(
        seen,
        outcome=Outcome.REFER,
        sentence=seen.sentence if seen.matches else SECOND_LINE,
        warnings=tuple(mark for mark in advice.warnings if mark in seen.warnings or mark in safety),
        referral=referral,
    )


def without_discreet(question: Asked, findings: Findings, advice: Advice, at: Instant) -> Advice:
    """Return the advice as if nothing discreet had been found."""
    open_ones = tuple(one for one in findings.candidates if not is_discreet(question, one))
    return rules.advise(question, msgspec.structs.replace(findings, candidates=open_ones), advice.check, at)


def outcome_at_the_counter(referral: Referral) -> ReferralOutcome | None:
    """Return the outcome as the officer who sent the person may know it."""
    if referral.resolution is None:
        return None
    outcome = referral.resolution.outcome
    return ReferralOutcome.FINISHED if referral.origin is not Origin.OFFICER and outcome in _TELLING else outcome


# --- opening and resolving ----------------------------------------------------------------------------------------


def require_open_reason(reason: ReferralReason) -> None:
    """Refuse a reason that an officer cannot give: chance does not know whom it picks, nor who sits at the counter."""
    if reason in {ReferralReason.SECOND_LINE, ReferralReason.CANNOT_TELL}:
        raise Refused(
            "referral.reason-not-given",
            "This reason is given by the house, not by an officer.",
            field="$.reason",
            remedy="Give the reason that made you doubt; leave a match open with crossing.cannot-tell.",
        )


def raised(referral: Referral, reason: ReferralReason, words: str) -> Referral:
    """Return a referral with a further reason: the more urgent one counts, all words stay.

    Where the house sent the person, an officer's own reason takes the place of its neutral one.
    """
    neutral = referral.code is ReferralReason.SECOND_LINE
    higher = rank_of(urgency_of(reason)) < rank_of(urgency_of(referral.code))
    same = rank_of(urgency_of(reason)) == rank_of(urgency_of(referral.code))
    return msgspec.structs.replace(
        referral,
        code=reason if higher or (neutral and same) else referral.code,
        reason="\n".join(part for part in (referral.reason, words) if part),
        version=referral.version + 1,
    )


def refuses_entry(command: ResolveReferral) -> bool:
    """Say whether the outcome refuses entry, by itself or as what was done on a confirmed match."""
    done = command.match.action_taken if command.match is not None else None
    return command.outcome is ReferralOutcome.ENTRY_REFUSED or (
        command.outcome is ReferralOutcome.IDENTITY_CONFIRMED and done is Action.ENTRY_REFUSED
    )


def require_outcome(command: ResolveReferral, referral: Referral, direction: Direction) -> None:
    """Refuse an outcome that is not open.

    Raises `Refused` (`referral.outcome-not-given`, `rights.*`), `BadInput` (`referral.match-needed`,
    `referral.refusal-needed`).
    """
    if command.outcome is ReferralOutcome.FINISHED or (refuses_entry(command) and direction is not Direction.ENTRY):
        raise Refused(
            "referral.outcome-not-given",
            "This outcome cannot be given here; entry is refused on entry only.",
            field="$.outcome",
            remedy="Choose what came of it.",
        )
    if command.outcome is ReferralOutcome.IDENTITY_CONFIRMED and (
        command.match is None or command.match.action_taken is None
    ):
        raise BadInput(
            "referral.match-needed", "Say which match is confirmed and what was done.", field="$.match.action_taken"
        )
    if refuses_entry(command):
        _require_rights(command.safeguards, referral.code)
        if command.refusal is None:
            raise BadInput(
                "referral.refusal-needed",
                "A refusal of entry is given in writing, with its grounds and how to appeal.",
                field="$.refusal.grounds",
            )


def clean_refusal(written: WrittenRefusal) -> WrittenRefusal:
    """Return the written part in clean form; `BadInput` `referral.grounds-needed` or `text.*`."""
    if not written.grounds:
        raise BadInput("referral.grounds-needed", "Name at least one ground.", field="$.refusal.grounds")
    return WrittenRefusal(
        grounds=tuple(sorted(set(written.grounds))),
        facts=clean_text(written.facts, "$.refusal.facts", 4000),
        appeal=clean_text(written.appeal, "$.refusal.appeal", 4000),
        interpreter=clean_line(written.interpreter, "$.refusal.interpreter", may_be_empty=True),
    )


def _require_rights(safeguards: Safeguards, reason: ReferralReason) -> None:
    """Refuse to refuse: fear and children alone have procedures of their own, whatever an alert says."""
    if reason is ReferralReason.FEAR_EXPRESSED and safeguards.fear_expressed is Answer.NO:
        raise Refused(
            "rights.fear-expressed",
            "Fear was expressed at the counter; it is not answered away here.",
            field="$.outcome",
            remedy="Choose the asylum procedure.",
            reasons=("rights.fear-expressed",),
        )
    if reason is ReferralReason.CHILD_ALONE:
        raise Refused(
            "rights.child-alone",
            "A child alone is not refused at the border post.",
            field="$.outcome",
            remedy="Choose child protection.",
            reasons=("rights.child-alone",),
        )
    require_safeguards(safeguards)
