"""The floor: what no agreement, rule or suspension switches off.

Non-refoulement, the bars on torture and death penalty, the child's best interests, rescue at sea. The rules stand in
`law/floor/`; they are asked of every act that puts a person into others' hands.
"""

from __future__ import annotations

import functools
from typing import Final

from comity.agreements.asked import Asked
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.records import Condition
from comity.agreements.law.compile import compile_law
from comity.agreements.law.load import read_folder
from comity.agreements.law.records import Rule
from comity.agreements.law.rules import words_of
from comity.agreements.rulebook import Fired, Rulebook
from comity.agreements.tables import tables

_NO_LINEAGE: Final = frozenset[str]()

HANDING_OVER: Final = frozenset(row.id for row in tables().operations.values() if row.hands_over)
PROTECTED_OPERATIONS: Final = frozenset(row.id for row in tables().operations.values() if row.protects)
PROTECTED_PURPOSES: Final = frozenset(row.id for row in tables().purposes.values() if row.protects)
_AGAINST_PERSONS: Final = HANDING_OVER | frozenset(tables().lists["adverse_operations"])
FLOOR_FACTS: Final = frozenset(row.id for row in tables().facts.values() if row.floor)
FLOOR_WORDS: Final = frozenset({"non_refoulement", "torture_bar", "death_penalty_bar", "best_interests", "rescue"})
"""What a clause may not waive."""


@functools.cache
def floor_rules() -> tuple[Rule, ...]:
    """Return the floor as rules of law, read once."""
    return read_folder("floor")


@functools.cache
def _floor_book() -> Rulebook:
    return compile_law(floor_rules())


def floor_fired(asked: Asked) -> list[Fired]:
    """Return the rules of the floor that fire; none for an act that hands nobody over."""
    return _floor_book().firing(asked, _NO_LINEAGE) if asked.question.operation in HANDING_OVER else []


def floor_conditions(operation: str) -> tuple[Condition, ...]:
    """Return on what conditions the floor denies the act, or sends it to a person."""
    rules = [rule for rule in floor_rules() if operation in tables().spread(words_of(rule.operations) or ())]
    return tuple(parse_condition(rule.condition or "true", tables().names) for rule in rules)


def cannot_be_stopped(operation: str, purpose: str, category: str = "") -> bool:
    """Say whether the act saves life or protects a child, so that no clause, rule or suspension may stop it.

    A purpose is what somebody says: it protects no act against a person, and no act on records that a closed list of
    law governs, whose own rules serve that protection.
    """
    if operation in PROTECTED_OPERATIONS:
        return True
    row = tables().categories.get(category)
    return purpose in PROTECTED_PURPOSES and operation not in _AGAINST_PERSONS and (row is None or not row.closed)
