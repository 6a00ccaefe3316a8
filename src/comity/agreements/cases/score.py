"""Cases put to the decision point, and scored where it is known what a lawyer would answer."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from comity.agreements.cases.read import read_case
from comity.agreements.cases.records import Case, CaseAnswer
from comity.agreements.compile import compile_agreement
from comity.agreements.decide import answer
from comity.agreements.life.rules import life_of
from comity.agreements.life.standing import standings_of
from comity.agreements.load import agreement_id
from comity.agreements.records import Agreement
from comity.agreements.registry import Registry
from comity.agreements.rulebook import Rulebook
from comity.core.decision import Decision, DueTime
from comity.core.time import format_instant


def answer_cases(cases: Iterable[Case], agreement: Agreement, law: Rulebook) -> tuple[CaseAnswer, ...]:
    """Answer cases under one agreement, each with the life of it that the case tells.

    What a case expects is compared with the outcome (permit, deny, refer) or the effect (obligation,
    refuse_condition, ...). Raises as `read_case`.
    """
    compiled, name = compile_agreement(agreement), agreement_id(agreement)
    found = []
    for case in cases:
        asking = read_case(case, agreement)
        registry = Registry.of(standings_of(compiled, life_of(asking.happenings)))
        question = msgspec.structs.replace(asking.question, agreement=name)
        decision = answer(question, asking.at, asking.at, registry, law)
        found.append(_answered(case, decision, asking.unread))
    return tuple(found)


def _answered(case: Case, decision: Decision, unread: tuple[str, ...]) -> CaseAnswer:
    due = decision.due
    right = None if case.expect is None else case.expect in {decision.outcome.value, decision.effect}
    return CaseAnswer(
        id=case.id,
        outcome=decision.outcome.value,
        effect=decision.effect,
        reason_code=decision.codes[0] if decision.codes else "",
        reasons=decision.codes,
        clauses=decision.clauses,
        obligations=decision.obligations,
        basis=tuple(dict.fromkeys(reason.basis for reason in decision.reasons)),
        due=None if due is None else _written(due),
        unread=unread,
        expect=case.expect,
        right=right,
    )


def _written(due: DueTime) -> str:
    if due.day is not None:
        return due.day
    return "at-once" if due.instant is None else format_instant(due.instant)
