"""Joining what an agreement or national law says with the rules that fire: sets in, one answer out.

What denies goes first, then what sends to a person, then what permits; within each the strictest code is the
principal reason and gives the answer its word. Obligations and time limits are joined. Rules on a rescue or on the
protection of a child cannot deny it; the floor can deny anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from comity.agreements.asked import Asked
from comity.agreements.clause_compile import LOG
from comity.agreements.floor import cannot_be_stopped
from comity.agreements.reasons import STRICTNESS, Code, reason, strictest_first
from comity.agreements.rulebook import Fired
from comity.agreements.slices import EXCHANGE_STAGES
from comity.agreements.terms import Answer, Effect
from comity.core.decision import Decision, DueTime, Outcome, Reason
from comity.core.ids import AgreementId

_DEFAULT: Final = frozenset({Code.OUT_OF_SCOPE.value})
"""What default deny says: nothing speaks of this act."""
_NO_PARTIES: Final = frozenset({Code.NOT_PARTY.value, Code.OUT_OF_SCOPE.value})
_DUTIES: Final = frozenset({Effect.DUTY, Effect.DEADLINE, Effect.RETENTION})
_FLOOR: Final = "floor."
_SURVIVING: Final = "the agreement, on its end: its terms go on for what was received under it"


def denial(reasons: set[Reason], agreement: AgreementId | None = None) -> Decision:
    """Deny for these reasons."""
    return Decision(
        outcome=Outcome.DENY,
        effect=Answer.DENY.value,
        reasons=strictest_first(reasons),
        obligations=(LOG,),
        agreement=agreement,
    )


def default_denial(decision: Decision) -> bool:
    """Say whether nothing but the default stands against it."""
    return decision.outcome is Outcome.DENY and set(decision.codes) <= (
        _DEFAULT if decision.agreement is not None else _NO_PARTIES
    )


def combine(asked: Asked, base: Decision, fired: list[Fired]) -> Decision:
    """Join the answer of agreements or national law with what fired."""
    if len(fired) == 1 and asked.question.stage not in EXCHANGE_STAGES:
        at_once = _beside_one(base, fired[0])
        if at_once is not None:
            return at_once
    return combine_at_length(asked, base, fired)


def combine_at_length(asked: Asked, base: Decision, fired: list[Fired]) -> Decision:
    """Answer as `combine` does, by the long way."""
    denies = _of(fired, Effect.DENY)
    if cannot_be_stopped(asked.question.operation, asked.question.purpose, asked.question.category):
        denies = [each for each in denies if each.rule.id.startswith(_FLOOR)]
    if denies:
        return _deny(base, denies, fired)
    refers, permits = _of(fired, Effect.REFER), _of(fired, Effect.PERMIT)
    if asked.question.stage in EXCHANGE_STAGES:
        permits = []
    if base.outcome is Outcome.DENY and not _overridden(base, refers, permits):
        return _with(base, fired, base.reasons)
    if refers or (base.outcome is Outcome.REFER and not permits):
        said = {each.rule.reason for each in refers} | (set(base.reasons) if base.outcome is Outcome.REFER else set())
        return _answer(base, Outcome.REFER, said, fired, refers)
    carried = set(base.reasons) if base.outcome is Outcome.PERMIT else set()
    counted = [each for each in fired if each.rule.effect is Effect.PERMIT or each.rule.effect in _DUTIES]
    return _answer(base, Outcome.PERMIT, carried | {each.rule.reason for each in counted}, fired, counted)


def surviving(decision: Decision) -> Decision:
    """Return an answer that rests on the surviving terms of an ended agreement: these terms are an obligation."""
    reasons = {*decision.reasons, reason("TERMS_SURVIVE", _SURVIVING)}
    return msgspec.structs.replace(
        decision,
        effect=Answer.OBLIGATION.value,
        reasons=strictest_first(reasons),
        obligations=tuple(sorted({*decision.obligations, "terms-survive"})),
    )


def duty(fired: list[Fired]) -> Decision:
    """Answer with the duties alone."""
    duties = [each for each in fired if each.rule.effect in _DUTIES]
    if not duties:
        return Decision(outcome=Outcome.DUTY, effect=Answer.NONE.value, reasons=())
    reasons = strictest_first({each.rule.reason for each in duties})
    return Decision(
        outcome=Outcome.DUTY,
        effect=_word(reasons[0], duties, Answer.OBLIGATION.value),
        reasons=reasons,
        obligations=_obligations((LOG,), duties),
        dues=_dues(reasons[0], duties),
        rules=_versions(duties),
    )


def _of(fired: list[Fired], effect: Effect) -> list[Fired]:
    return [each for each in fired if each.rule.effect is effect]


def _beside(effect: Effect, fired: list[Fired]) -> list[Fired]:
    """Return what goes with an answer that is no permit: no duty of a rule that would have permitted it."""
    return [each for each in fired if each.rule.effect is effect or each.rule.effect in _DUTIES]


def _overridden(base: Decision, refers: list[Fired], permits: list[Fired]) -> bool:
    """Say whether a rule of law carries the act where nothing else speaks of it.

    What a clause or national law refuses (owner, role, purpose, condition) no permit of law opens again: an agreement
    and the own State may always be narrower than the law.
    """
    codes = set(base.codes)
    if base.agreement is None:
        codes -= {Code.NOT_PARTY.value}
    return bool(permits or refers) and codes <= _DEFAULT


def _deny(base: Decision, denies: list[Fired], fired: list[Fired]) -> Decision:
    reasons = {each.rule.reason for each in denies}
    if base.outcome is Outcome.DENY and not default_denial(base):
        reasons |= set(base.reasons)
    ordered = strictest_first(reasons)
    beside = _beside(Effect.DENY, fired)
    return Decision(
        outcome=Outcome.DENY,
        effect=_word(ordered[0], denies, Answer.DENY.value),
        reasons=ordered,
        obligations=_obligations((LOG,), beside),
        agreement=base.agreement,
        dues=_dues(ordered[0], beside),
        rules=_versions(fired),
    )


def _with(base: Decision, fired: list[Fired], reasons: tuple[Reason, ...]) -> Decision:
    """Keep the answer, and add what the rules that fired bring along."""
    return Decision(
        outcome=base.outcome,
        effect=base.effect,
        reasons=reasons,
        clauses=base.clauses,
        fields=base.fields,
        obligations=_obligations(base.obligations, fired),
        agreement=base.agreement,
        dues=_dues(reasons[0], fired),
        rules=_versions(fired),
    )


def _answer(base: Decision, outcome: Outcome, said: set[Reason], fired: list[Fired], counted: list[Fired]) -> Decision:
    reasons = strictest_first(said)
    beside = fired if outcome is Outcome.PERMIT else _beside(Effect.REFER, fired)
    obligations = _obligations(base.obligations or (LOG,), beside)
    plain = base.effect if base.outcome is outcome else _plain(outcome)
    return Decision(
        outcome=outcome,
        effect=_word(reasons[0], counted, plain),
        reasons=reasons,
        clauses=base.clauses if outcome is Outcome.PERMIT else (),
        fields=base.fields if outcome is Outcome.PERMIT else (),
        obligations=obligations,
        agreement=base.agreement,
        dues=_dues(reasons[0], beside),
        rules=_versions(fired),
    )


def _beside_one(base: Decision, fired: Fired) -> Decision | None:
    """Join a permit with one rule that permits too and sets no time limit: most looks at records here.

    None for all else, which `combine_at_length` answers.
    """
    rule = fired.rule
    if rule.effect is not Effect.PERMIT or fired.due is not None:
        return None
    if base.outcome is not Outcome.PERMIT or not base.obligations or base.dues or base.rules:
        return None
    own = rule.reason
    reasons = strictest_first({own, *base.reasons})
    return Decision(
        outcome=Outcome.PERMIT,
        effect=rule.answer.value if reasons[0] == own else base.effect,
        reasons=reasons,
        clauses=base.clauses,
        fields=base.fields,
        obligations=_obligations(base.obligations, (fired,)),
        agreement=base.agreement,
        rules=(rule.version,),
    )


def _plain(outcome: Outcome) -> str:
    return Answer.REFER_HUMAN.value if outcome is Outcome.REFER else Answer.ALLOW.value


def _word(principal: Reason, fired: Iterable[Fired], otherwise: str) -> str:
    """Return the word that goes with the principal reason: of several rules with it, the first by its id."""
    words = sorted((each.rule.id, each.rule.answer.value) for each in fired if each.rule.reason == principal)
    return words[0][1] if words else otherwise


def _obligations(given: tuple[str, ...], fired: Iterable[Fired]) -> tuple[str, ...]:
    return tuple(sorted({*given, *(duty for each in fired for duty in each.rule.obligations)}))


def _dues(principal: Reason, fired: Iterable[Fired]) -> tuple[DueTime, ...]:
    """Return the time limits, that of the principal reason first, the others by strictness."""
    known = [(each.rule.reason, each.due) for each in fired if each.due is not None]
    ordered = sorted(known, key=lambda each: (each[0] != principal, STRICTNESS[each[0].code], each[1].rule))
    return tuple(due for _, due in ordered)


def _versions(fired: Iterable[Fired]) -> tuple[str, ...]:
    return tuple(sorted({each.rule.version for each in fired}))
