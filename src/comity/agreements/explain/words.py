"""Which words of the closed lists an agreement uses, so that each language can be held to know them all."""

from __future__ import annotations

from typing import Final

from comity.agreements.explain.tongue import Kind
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.records import names_of
from comity.agreements.records import Agreement, Clause
from comity.agreements.stated import ANY, clauses_of
from comity.agreements.tables import tables

_ANY: Final = frozenset(ANY)


def words_of(agreement: Agreement) -> dict[Kind, frozenset[str]]:
    """Return the words that an explanation of the agreement, or an answer by it, may say."""
    known = tables()
    clauses, parties = clauses_of(agreement), agreement.parties
    roles = {role for party in parties if party.roles for role in party.roles.value}
    return {
        "operations": frozenset(word for clause in clauses for word in clause.operations.value),
        "categories": frozenset(word for clause in clauses for word in clause.categories.value) - _ANY,
        "purposes": frozenset(word for clause in clauses for word in clause.purposes.value) - _ANY,
        "roles": frozenset(roles | {role for clause in clauses if clause.roles for role in clause.roles.value}),
        "fields": frozenset(
            name
            for fields in agreement.field_lists
            for leaf in (fields.mandatory, *fields.allowed)
            if leaf is not None
            for name in leaf.value
        ),
        "facts": frozenset(name for clause in clauses for name in _facts(clause) if name in known.facts),
        "reasons": frozenset(code for clause in clauses for code in _codes(clause)),
        "obligations": frozenset(duty for clause in clauses if clause.obligations for duty in clause.obligations.value),
    }


def _facts(clause: Clause) -> set[str]:
    names = tables().names
    written = [clause.condition] if clause.condition is not None else []
    found = set(clause.conditions.value if clause.conditions else ())
    for leaf in (*written, *(required.condition for required in clause.requires)):
        found |= names_of(parse_condition(leaf.value, names))
    if clause.due is not None:
        found.add(clause.due.value.start)
    return found


def _codes(clause: Clause) -> set[str]:
    own = {clause.code.value} if clause.code is not None else set[str]()
    return own | {required.code.value for required in clause.requires}
