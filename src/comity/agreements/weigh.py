"""What agreements that stand say together: the first that permits, else who must decide, else why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from comity.agreements.asked import Asked
from comity.agreements.combine import denial
from comity.agreements.compile import CHECK_ISSUER, LOG
from comity.agreements.fields import is_covered
from comity.agreements.quick import permit_by
from comity.agreements.reasons import Code, reason, strictest_first
from comity.agreements.registry import Standing
from comity.agreements.slices import Slice
from comity.agreements.verdict import ISSUER_FACT, Verdict, fact_of, verdict_of
from comity.core.decision import Decision, Outcome, Question, Stage
from comity.core.time import Instant


def weigh(asked: Asked, known_at: Instant, standing: Iterable[Standing]) -> Decision:
    """Answer by agreements that stand, one at least; of several denials those with the fewest reasons speak."""
    verdicts = []
    for each in standing:
        verdict = verdict_of(asked, each, known_at)
        if not verdict.against and not verdict.refers:
            return _permit(asked.question, verdict)
        verdicts.append(verdict)
    referring = [verdict for verdict in verdicts if not verdict.against]
    if referring:
        reasons = frozenset[object]().union(*(verdict.refers for verdict in referring))
        return _referral(reasons, referring)
    resting = next((verdict for verdict in verdicts if verdict.resting), None)
    if resting is not None:
        return _resting(asked.question, resting)
    nearest = min(len(verdict.against) for verdict in verdicts)
    close = [verdict for verdict in verdicts if len(verdict.against) == nearest]
    against = {each for verdict in close for each in verdict.against}
    return denial(against, close[0].standing.compiled.id if len(verdicts) == 1 else None)


def _referral(reasons: frozenset[object], verdicts: list[Verdict]) -> Decision:
    return Decision(
        outcome=Outcome.REFER,
        effect="refer_human",
        reasons=strictest_first(reasons),  # type: ignore[arg-type]
        obligations=(LOG,),
        agreement=verdicts[0].standing.compiled.id if len(verdicts) == 1 else None,
    )


def _permit(question: Question, verdict: Verdict) -> Decision:
    permits, compiled = verdict.permits, verdict.standing.compiled
    if len(permits) == 1:
        fields = question.fields
        if question.stage is Stage.USE and not fields:
            fields = permits[0].in_order
        return permit_by(permits[0], question, fields, verdict.standing)
    duties: set[str] = {LOG}.union(*(piece.duties for piece in permits))
    if any(piece.owner_receives for piece in permits) and fact_of(question, ISSUER_FACT) is None:
        duties.add(CHECK_ISSUER)
    reasons = {piece.authorised for piece in permits} or {reason(Code.BOUND_AND_AUTHORISED, compiled.onward.basis)}
    return Decision(
        outcome=Outcome.PERMIT,
        effect="allow" if duties == {LOG} else "allow_conditions",
        reasons=tuple(reasons) if len(reasons) == 1 else strictest_first(reasons),
        clauses=tuple(sorted({piece.clause for piece in permits})),
        fields=_passing(question, permits),
        obligations=tuple(sorted(duties)),
        agreement=compiled.id,
    )


def _resting(question: Question, verdict: Verdict) -> Decision:
    """Deny for a suspension alone, and tell what passes by which clauses once it is over.

    What other clauses, or agreements that do not speak of it at all, lack is not what stands against it.
    """
    permit = _permit(question, replace(verdict, permits=verdict.resting))
    against = {each for each in verdict.against if each.code == Code.SUSPENDED}
    return msgspec.structs.replace(
        denial(against, permit.agreement), clauses=permit.clauses, fields=permit.fields, obligations=permit.obligations
    )


def _passing(question: Question, permits: tuple[Slice, ...]) -> tuple[str, ...]:
    """Return the fields that may pass: at USE with none named, all that may be seen."""
    allowed: frozenset[str] = frozenset().union(*(piece.allowed for piece in permits))
    if question.stage is Stage.USE and not question.fields:
        return tuple(sorted(allowed))
    return tuple(sorted({name for name in question.fields if is_covered(name, allowed)}))
