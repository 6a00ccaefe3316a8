"""Proofs about one agreement: what was compiled permits what the document says, and no permission is dead."""

from __future__ import annotations

from collections.abc import Iterator

from comity.agreements.clause_rules import problem
from comity.agreements.contradictions import covers_scope, effect_of
from comity.agreements.expr.records import And, Condition, Truth
from comity.agreements.prove.compiled import view_compiled
from comity.agreements.prove.formula import both, permits
from comity.agreements.prove.smt import Space
from comity.agreements.prove.views import acts_of, read_text, view_document
from comity.agreements.records import Agreement, Clause
from comity.agreements.slices import Compiled
from comity.agreements.terms import Effect
from comity.core.decision import Stage
from comity.core.errors import FieldProblem


def equality_proof(agreement: Agreement, compiled: Compiled) -> tuple[FieldProblem, ...] | None:
    """Prove for each act that what was compiled permits exactly what the document does.

    Returns the acts at which it does not, empty where it does everywhere; None if the prover gives up.
    """
    space = Space()
    found: list[FieldProblem] = []
    for act in acts_to_prove(agreement, compiled):
        equal = space.equal(permits(view_document(agreement, *act)), permits(view_compiled(compiled, *act)))
        if equal is None:
            return None
        if not equal:
            place = " ".join((act[0].value, *act[1:]))
            found.append(problem(f"$.clauses {place}", "outside", "What was compiled permits something else."))
    return tuple(found)


def acts_to_prove(agreement: Agreement, compiled: Compiled) -> tuple[tuple[Stage, str, str], ...]:
    """Return every act that the document or what was compiled speaks of."""
    return tuple(sorted({*acts_of(agreement), *(act for act, slices in compiled.staged.items() if slices)}))


def dead_permissions(agreement: Agreement) -> tuple[FieldProblem, ...] | None:
    """Prove that no prohibition leaves nothing of a permission, and that each permission can be met at all.

    Returns the permissions that are dead; None if the prover gives up.
    """
    space = Space()
    found: list[FieldProblem] = []
    forbids = [each for each in agreement.clauses if effect_of(each) is Effect.DENY]
    for index, clause in enumerate(agreement.clauses):
        if effect_of(clause) is not Effect.PERMIT:
            continue
        possible = space.possible(_condition(clause))
        dead = [_implied(space, clause, each) for each in forbids if covers_scope(each, clause)]
        if possible is None or None in dead:
            return None
        if not possible or True in dead:
            message = "No question can ever meet this permission."
            found.append(problem(f"$.clauses[{index}]", "contradiction", message))
    return tuple(found)


def _implied(space: Space, permission: Clause, prohibition: Clause) -> bool | None:
    forbidden = read_text(prohibition.condition.value) if prohibition.condition is not None else Truth(value=True)
    return space.implies(_condition(permission), forbidden)


def _condition(clause: Clause) -> Condition:
    parts = tuple(_written(clause))
    return both(*parts) if len(parts) != 1 else And(parts)


def _written(clause: Clause) -> Iterator[Condition]:
    for fact in clause.conditions.value if clause.conditions is not None else ():
        yield read_text(fact)
    if clause.condition is not None:
        yield read_text(clause.condition.value)
    for required in clause.requires:
        yield read_text(required.condition.value)
