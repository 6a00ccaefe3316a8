"""The way of an exchange that one clause permits, which is nearly every exchange: the same answer by fewer steps.

It never denies and never joins: where anything needs a second look, it answers None and the long way is gone. That
both ways say the same is held by a property test.
"""

from __future__ import annotations

from typing import Final

from comity.agreements.asked import Asked
from comity.agreements.clause_compile import LOG
from comity.agreements.floor import HANDING_OVER
from comity.agreements.registry import Registry, Standing
from comity.agreements.slices import Slice
from comity.agreements.verdict import ISSUER_FACT, fact_of, permits
from comity.core.decision import Decision, Outcome, Question
from comity.core.time import Instant

_PLAIN: Final = (LOG,)


def permit_exchange(question: Question, at: Instant, known_at: Instant, agreements: Registry) -> Decision | None:
    """Permit an exchange by exactly one clause of the first agreement that permits it; None for all else."""
    sender, receiver = question.sender or question.actor.party, question.receiver
    if receiver is None or sender == receiver or question.operation in HANDING_OVER:
        return None
    if question.agreement is None:
        found = agreements.by_pair.get((sender, receiver), ())
    else:
        found = agreements.by_id.get(question.agreement, ())
    key = (question.stage, question.operation, question.category)
    concerned = (sender, receiver, question.actor.party)
    asked = Asked(question, at)
    carrying = None
    for standing in found:
        if not standing.stands(at, known_at):
            continue
        compiled = standing.compiled
        if compiled.guests or compiled.internal or standing.pauses or standing.departures:
            return None
        if compiled.rules.rules and compiled.rules.slice(question.operation, question.category):
            return None
        if carrying is None and key in compiled.staged and _all_bound(standing, concerned, question.category, at):
            carried = [each for each in compiled.staged[key] if permits(asked, each, standing, known_at)]
            if carried:
                carrying = (standing, carried)
    if carrying is None or len(carrying[1]) != 1:
        return None
    return permit_by(carrying[1][0], question, question.fields, carrying[0])


def permit_by(piece: Slice, question: Question, fields: tuple[str, ...], standing: Standing) -> Decision:
    """Permit by one clause alone, for the fields of those asked about that it lets pass."""
    duties = piece.duties
    if piece.owner_receives and fact_of(question, ISSUER_FACT) is None:
        duties = piece.duties_unaddressed
    return Decision(
        outcome=Outcome.PERMIT,
        effect="allow" if duties == _PLAIN else "allow_conditions",
        reasons=piece.reasons,
        clauses=piece.clauses,
        fields=piece.shape(fields).passing,
        obligations=duties,
        agreement=standing.compiled.id,
    )


def _all_bound(standing: Standing, concerned: tuple[str, str, str], category: str, at: Instant) -> bool:
    parties = standing.compiled.parties
    for code in concerned:
        bound = parties.get(code)
        if bound is None or not bound.since <= at < bound.until or category in bound.excluded:
            return False
    return True
