"""On which questions a clause of an agreement forbids an act, or sends it to a person."""

from __future__ import annotations

from collections.abc import Iterable

from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.records import Compare, Comparison, Condition, Kind, Known, Literal, Name, Not, Or, Within
from comity.agreements.prove.formula import both
from comity.agreements.prove.views import clauses_against, read_text
from comity.agreements.records import Agreement, Clause
from comity.agreements.vocabulary import Scope
from comity.core.time import DAY_US, start_of_day


def forbidding(agreement: Agreement, operation: str, category: str) -> tuple[Condition, ...]:
    """Return the conditions on which clauses of another effect than a permission stand against the act."""
    found = [_against(clause, agreement) for clause in clauses_against(agreement, operation, category)]
    return tuple(found)


def _against(clause: Clause, agreement: Agreement) -> Condition:
    sender, receiver = _name("sender"), _name("receiver")
    parts: list[Condition] = [_among("actor.party", [party.code for party in agreement.parties])]
    if clause.roles is not None:
        parts.append(_among("actor.role", clause.roles.value))
    if "any" not in clause.purposes.value:
        parts.append(_among("purpose", clause.purposes.value))
    if not isinstance(clause.givers.value, Scope):
        acting = both(Not(Known(sender)), _among("actor.party", clause.givers.value))
        parts.append(Or((_among("sender", clause.givers.value), acting)))
    if not isinstance(clause.receivers.value, Scope):
        parts.append(Or((Not(Known(receiver)), _among("receiver", clause.receivers.value))))
    if clause.first_day is not None:
        parts.append(_time(Comparison.AT_LEAST, start_of_day(clause.first_day.value)))
    if clause.last_day is not None:
        parts.append(_time(Comparison.LESS, start_of_day(clause.last_day.value) + DAY_US))
    if clause.condition is not None:
        parts.append(read_text(clause.condition.value))
    return both(*parts)


def _name(name: str) -> Name:
    return Name(name, RESERVED[name])


def _among(name: str, words: Iterable[str]) -> Condition:
    return Within(_name(name), tuple(sorted(words)))


def _time(comparison: Comparison, instant: int) -> Condition:
    return Compare(comparison, _name("at"), Literal(instant, Kind.INSTANT))
