"""Clauses that overlap and contradict: a permission that a prohibition of the same document leaves nothing of.

A prohibition as an exception to a wider permission is sound drafting. Where it covers all that a permission covers,
one of the two cannot be meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.agreements.clause_rules import problem
from comity.agreements.records import Agreement, Clause
from comity.agreements.terms import Effect
from comity.agreements.vocabulary import Scope
from comity.core.errors import FieldProblem

_ANY = "any"


def contradictions(agreement: Agreement) -> Iterator[FieldProblem]:
    """Give each permission of which a prohibition leaves nothing, for some operation and category."""
    forbids = [each for each in agreement.clauses if effect_of(each) is Effect.DENY]
    for index, clause in enumerate(agreement.clauses):
        if effect_of(clause) is Effect.PERMIT and any(covers(each, clause) for each in forbids):
            message = "Another clause forbids all that this one permits, for some operation and category."
            yield problem(f"$.clauses[{index}]", "contradiction", message)


def effect_of(clause: Clause) -> Effect:
    """Return what a clause does; a permission unless it says otherwise."""
    return Effect.PERMIT if clause.effect is None else clause.effect.value


def covers(forbids: Clause, permits: Clause) -> bool:
    """Say whether a prohibition covers a permission whole: scope, sides, roles, days, and its condition if it has one.

    Two conditions are compared as written; that one follows from the other is the provers' business.
    """
    return covers_scope(forbids, permits) and (
        forbids.condition is None
        or (permits.condition is not None and forbids.condition.value == permits.condition.value)
    )


def covers_scope(forbids: Clause, permits: Clause) -> bool:
    """Say whether a prohibition covers a permission for some operation and category, conditions aside."""
    return (
        _overlap(forbids.operations.value, permits.operations.value)
        and _overlap(forbids.categories.value, permits.categories.value)
        and _within(permits.purposes.value, forbids.purposes.value)
        and _side_within(permits.givers.value, forbids.givers.value)
        and _side_within(permits.receivers.value, forbids.receivers.value)
        and (forbids.roles is None or (permits.roles is not None and _within(permits.roles.value, forbids.roles.value)))
        and _days_within(permits, forbids)
    )


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return _ANY in one or _ANY in other or not set(one).isdisjoint(other)


def _within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    return _ANY in outer or set(inner) <= set(outer)


def _side_within(inner: Scope | tuple[str, ...], outer: Scope | tuple[str, ...]) -> bool:
    if outer is Scope.ANY_PARTY:
        return True
    if isinstance(inner, Scope) or isinstance(outer, Scope):
        return inner == outer
    return set(inner) <= set(outer)


def _days_within(inner: Clause, outer: Clause) -> bool:
    begins = outer.first_day is None or (inner.first_day is not None and outer.first_day.value <= inner.first_day.value)
    ends = outer.last_day is None or (inner.last_day is not None and inner.last_day.value <= outer.last_day.value)
    return begins and ends
