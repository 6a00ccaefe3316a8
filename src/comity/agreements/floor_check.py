"""Whether an agreement goes below the floor: waives it, forbids what saves life, permits because of a risk."""

from __future__ import annotations

from collections.abc import Iterator

from comity.agreements.clause_rules import problem
from comity.agreements.contradictions import effect_of
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.records import (
    And,
    Compare,
    Comparison,
    Condition,
    Every,
    Holds,
    Known,
    Literal,
    Name,
    Not,
    Or,
    Some,
    Truth,
    Within,
)
from comity.agreements.floor import FLOOR_FACTS, FLOOR_WORDS, PROTECTED_OPERATIONS, PROTECTED_PURPOSES
from comity.agreements.records import Agreement, Clause
from comity.agreements.sourced import Sourced
from comity.agreements.tables import tables
from comity.agreements.terms import Effect
from comity.core.errors import FieldProblem

_AGAINST = frozenset({Effect.DENY, Effect.REFER})
_GUARDS = frozenset({"best_interests_assessed", "death_penalty_assurance", "rescue_coordinated"})
"""Facts of the floor that protect where they are true; the others endanger."""
_CODE = "floor"


def floor_problems(agreement: Agreement) -> Iterator[FieldProblem]:
    """Give each place at which the agreement goes below the floor; such an agreement is never activated."""
    for index, clause in enumerate(agreement.clauses):
        path = f"$.clauses[{index}]"
        if clause.waives is not None and not FLOOR_WORDS.isdisjoint(clause.waives.value):
            yield problem(f"{path}.waives.value", _CODE, "The floor of protection cannot be waived.")
        if effect_of(clause) in _AGAINST and _stops_protection(clause):
            yield problem(f"{path}.effect.value", _CODE, "No clause stops rescue or the protection of a child.")
        for place, leaf in _conditions(path, clause):
            if effect_of(clause) is Effect.PERMIT and _leans_on_risk(leaf):
                yield problem(place, _CODE, "A permission may not rest on a risk that the floor bars.")
        if clause.activation is not None and _protective(clause):
            yield problem(f"{path}.activation", _CODE, "Rescue and the protection of a child wait for nothing.")
    for index, clause in enumerate(agreement.clauses):
        for opted, _ in enumerate(clause.opt_outs if _protective(clause) else ()):
            message = "No party opts out of rescue or the protection of a child."
            yield problem(f"$.clauses[{index}].opt_outs[{opted}]", _CODE, message)


def _stops_protection(clause: Clause) -> bool:
    operations, purposes = clause.operations.value, clause.purposes.value
    return not PROTECTED_OPERATIONS.isdisjoint(operations) or (
        "any" not in purposes and not PROTECTED_PURPOSES.isdisjoint(purposes)
    )


def _protective(clause: Clause) -> bool:
    return set(clause.operations.value) <= PROTECTED_OPERATIONS or set(clause.purposes.value) <= PROTECTED_PURPOSES


def _conditions(path: str, clause: Clause) -> Iterator[tuple[str, Sourced[str]]]:
    if clause.condition is not None:
        yield f"{path}.if.value", clause.condition
    for index, required in enumerate(clause.requires):
        yield f"{path}.requires[{index}].if.value", required.condition


def _leans_on_risk(leaf: Sourced[str]) -> bool:
    """Say whether the condition is helped by a danger, or by the lack of a guard: it holds with, and not without."""
    return any(_helped(parse_condition(leaf.value, tables().names), fact) for fact in sorted(FLOOR_FACTS))


def _helped(condition: Condition, fact: str) -> bool:
    """Say whether turning the fact to its dangerous side can make the condition true.

    Read off the form: the fact stands, un-negated if it endangers (negated if it guards), where it adds to the truth.
    """
    return _polarity(condition, fact, positive=True, dangerous=fact not in _GUARDS)


def _polarity(condition: Condition, fact: str, *, positive: bool, dangerous: bool) -> bool:
    match condition:
        case Not(inner):
            return _polarity(inner, fact, positive=not positive, dangerous=dangerous)
        case And(parts) | Or(parts):
            return any(_polarity(part, fact, positive=positive, dangerous=dangerous) for part in parts)
        case Compare(comparison, Name(name), Literal(value)) if name == fact:
            asks_true = bool(value) is (comparison is Comparison.EQUAL)
            return (asks_true is positive) is dangerous
        case Known(Name(name)) if name == fact:
            return False
        case Compare(_, left, right):
            return Name(fact, tables().facts[fact].type) in {left, right}
        case Within() | Holds() | Every() | Some() | Known() | Truth():
            return False
