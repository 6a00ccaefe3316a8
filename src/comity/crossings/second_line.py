"""How a check reaches the second line: by the house at the check itself, or by an officer afterwards."""

from __future__ import annotations

import msgspec

from comity.core.errors import Conflict
from comity.core.ids import RecordId, RecordRef
from comity.core.ports import Work
from comity.core.text import clean_text
from comity.crossings import referral_rules, referral_store
from comity.crossings.finding_records import Findings
from comity.crossings.records import Advice, Asked, Match, StoredCheck
from comity.crossings.referral_records import Origin, Referral, ReferralReason


def send_on(work: Work, question: Asked, findings: Findings, advice: Advice) -> StoredCheck:
    """Return the check to keep; where chance or a discreet match sends the person on, with a referral opened.

    Discreet matches are sent on only where chance sends others too: alone they would stand out, and stay a matter of
    the counter. One that is flagged sends nobody anywhere, and is not shown where the others are not. Chance is asked
    first and knows nothing but the rate, so that whom it picks depends on nobody's data.
    """
    per_thousand, _ = referral_store.find_rate(work, question.crossing_point)
    if per_thousand == 0:
        return StoredCheck(question=question, advice=advice)
    drawn = referral_rules.is_drawn(work.random(referral_rules.DRAW_BYTES), per_thousand)
    kept_back = [one for one in findings.candidates if referral_rules.is_discreet(question, one)]
    discreet = any(not one.flagged for one in kept_back)
    if not drawn and not discreet:
        shown = referral_rules.without_discreet(question, findings, advice, work.recorded_at) if kept_back else None
        return StoredCheck(question=question, advice=advice, shown=shown)
    referral = Referral(
        referral=work.new_id(),
        check=advice.check,
        owner=work.who.owner,
        user=work.who.user,
        at=work.recorded_at,
        crossing_point=question.crossing_point,
        code=ReferralReason.SECOND_LINE,
        origin=Origin.DISCREET if discreet else Origin.RANDOM,
    )
    referral_store.add_referral(work, referral, advice.expires)
    shown = referral_rules.at_the_counter(question, findings, advice, referral.referral, work.recorded_at)
    return StoredCheck(
        question=question, advice=msgspec.structs.replace(advice, referral=referral.referral), shown=shown
    )


def refer(
    work: Work, stored: StoredCheck, reason: ReferralReason, words: str, alert: RecordRef | None = None
) -> Referral:
    """Send the person of a check to the second line; where a referral of it is open, add the reason to that one."""
    words = clean_text(words, "$.words", 4000, may_be_empty=True)
    before = referral_store.open_referral(work, stored.advice.check)
    if before is not None:
        after = referral_rules.raised(before, reason, words)
        after = msgspec.structs.replace(after, alert=alert or after.alert)
        referral_store.put_referral(work, before, after)
        return after
    referral = Referral(
        referral=work.new_id(),
        check=RecordId(stored.advice.check),
        alert=alert,
        owner=work.who.owner,
        user=work.who.user,
        at=work.recorded_at,
        crossing_point=stored.question.crossing_point,
        reason=words,
        code=reason,
    )
    referral_store.add_referral(work, referral, stored.advice.expires)
    return referral


def withdraw(work: Work, referral: str) -> None:
    """Take a referral out of the queue where an undone decision was its one reason.

    Raises `Conflict` `crossing.referral-taken` where the second line has it already.
    """
    present = referral_store.find_waiting(work, referral)
    if present is None:
        raise Conflict(
            "crossing.referral-taken",
            "The second line has taken this person on.",
            field="$.alert",
            remedy="Tell the second line, who settles the match.",
        )
    if present.code is ReferralReason.CANNOT_TELL and present.version == 1:
        referral_store.withdraw_referral(work, present)


def matches_open_to(work: Work, stored: StoredCheck) -> tuple[Match, ...]:
    """Return the matches the actor may decide on: all of them for who took the referral, else the counter's."""
    if stored.shown is not None and referral_store.holds(work, stored.advice.check):
        return stored.advice.matches
    return stored.at_the_counter.matches
