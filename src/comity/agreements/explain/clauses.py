"""Clauses in words."""

from __future__ import annotations

from collections.abc import Iterator

from comity.agreements.clocks.records import Clock
from comity.agreements.explain.condition import in_words
from comity.agreements.explain.records import Line
from comity.agreements.explain.tongue import Tongue
from comity.agreements.expr.parse import parse_condition
from comity.agreements.provisions import Activation, Quota
from comity.agreements.records import Agreement, Clause
from comity.agreements.tables import tables
from comity.agreements.terms import DueRule, Effect
from comity.agreements.vocabulary import Mode, Scope

_FEW = 6
"""How many purposes are named one by one."""


def effect_of(clause: Clause) -> Effect:
    """Return what a clause does; a permission where it does not say."""
    return clause.effect.value if clause.effect is not None else Effect.PERMIT


def line_of(clause: Clause, agreement: Agreement, tongue: Tongue, *, giving: bool = True) -> Line:
    """Return a clause as a sentence with its details.

    `giving` tells whether it is said to the party that acts, or to the one that is concerned by it.
    """
    data = dict.fromkeys(_data(clause, agreement))
    told = (tongue.say("data", fields=tongue.listed("fields", data)),) if data else ()
    phrase = {
        Effect.PERMIT: "may" if giving else "other_may",
        Effect.DENY: "may_not",
        Effect.REFER: "person_decides",
    }.get(effect_of(clause), "must")
    text = tongue.say(
        phrase,
        operations=tongue.listed("operations", clause.operations.value),
        categories=tongue.listed("categories", clause.categories.value),
    )
    return Line(text=text, basis=clause.article.value, details=(*told, *_details(clause, tongue)), clause=clause.id)


def _data(clause: Clause, agreement: Agreement) -> Iterator[str]:
    """Give the data fields that pass under a clause."""
    for fields in agreement.field_lists:
        if fields.id in clause.fields:
            yield from fields.mandatory.value if fields.mandatory else ()
            for group in fields.allowed:
                yield from group.value


def condition_words(text: str, tongue: Tongue) -> str:
    """Return a written condition in words."""
    return in_words(parse_condition(text, tables().names), tongue)


def _details(clause: Clause, tongue: Tongue) -> Iterator[str]:
    purposes = clause.purposes.value
    if len(purposes) <= _FEW and effect_of(clause) is Effect.PERMIT:
        yield tongue.say("for_purposes", purposes=tongue.listed("purposes", purposes))
    if clause.roles is not None:
        yield tongue.say("by_roles", roles=tongue.joined((tongue.word("roles", r) for r in clause.roles.value), "or"))
    yield from _sides(clause, tongue)
    yield from _conditions(clause, tongue)
    yield from _limits(clause, tongue)
    if clause.mode.value in {Mode.ANONYMOUS, Mode.BLIND}:
        yield tongue.say(f"mode_{clause.mode.value.value}")
    if clause.human_confirmation is not None and clause.human_confirmation.value:
        yield tongue.say("human")
    if clause.four_eyes is not None and clause.four_eyes.value:
        yield tongue.say("four_eyes")
    if clause.degraded_checks is not None and clause.degraded_checks.value:
        yield tongue.say("degraded_checks")
    for duty in clause.obligations.value if clause.obligations else ():
        yield tongue.say("duty", duty=tongue.word("obligations", duty))


def _sides(clause: Clause, tongue: Tongue) -> Iterator[str]:
    for side in ("givers", "receivers"):
        named = getattr(clause, side).value
        if isinstance(named, Scope):
            if named is Scope.OWNER:
                yield tongue.say(f"{side}_owner")
        else:
            yield tongue.say(f"only_{side}", parties=tongue.joined(named))


def _conditions(clause: Clause, tongue: Tongue) -> Iterator[str]:
    only = "only_if" if effect_of(clause) is Effect.PERMIT else "where"
    for fact in clause.conditions.value if clause.conditions else ():
        yield tongue.say(only, condition=tongue.word("facts", fact))
    if clause.condition is not None:
        yield tongue.say(only, condition=condition_words(clause.condition.value, tongue))
    for required in clause.requires:
        refers = required.refer is not None and required.refer.value
        condition = condition_words(required.condition.value, tongue)
        yield tongue.say("refers_unless" if refers else "only_if", condition=condition)


def _limits(clause: Clause, tongue: Tongue) -> Iterator[str]:
    if clause.activation is not None:
        yield from _waiting(clause.activation, tongue)
    if clause.quota is not None:
        yield _quota(clause.quota, tongue)
    if clause.due is not None:
        yield _due(clause.due.value, tongue)
    if clause.first_day is not None:
        yield tongue.say("from_day", day=clause.first_day.value)
    if clause.last_day is not None:
        yield tongue.say("to_day", day=clause.last_day.value)
    if clause.territory is not None:
        yield tongue.say("territory", where=tongue.joined(clause.territory.value))
    for opted in clause.opt_outs:
        yield tongue.say("opted_out", party=opted.party, day=opted.since.value)


def _waiting(activation: Activation, tongue: Tongue) -> Iterator[str]:
    if activation.notifications is not None:
        yield tongue.say("sleeps_notification", words=tongue.joined(activation.notifications.value))
    if activation.arrangements is not None:
        yield tongue.say("sleeps_arrangement", words=tongue.joined(activation.arrangements.value))


def _quota(quota: Quota, tongue: Tongue) -> str:
    if quota.limit is None or quota.per is None:
        return tongue.say("quota_agreed")
    return tongue.say("quota", limit=quota.limit.value, period=period_words(quota.per.value, tongue))


def _due(due: DueRule, tongue: Tongue) -> str:
    if due.clock is Clock.AT_ONCE or due.limit is None:
        return tongue.say("due_at_once")
    start = tongue.say("name_at") if due.start == "at" else tongue.word("facts", due.start)
    limit = period_words(due.limit, tongue) if due.limit.startswith("P") else tongue.word("facts", due.limit)
    return tongue.say("due", limit=limit, start=start, clock=tongue.say(f"clock_{due.clock.name.lower()}"))


def period_words(period: str, tongue: Tongue) -> str:
    """Return an ISO 8601 period in words: `P6M` is six months."""
    parts: list[str] = []
    number, hours = "", False
    for sign in period[1:]:
        if sign == "T":
            hours = True
        elif sign.isdigit():
            number += sign
        else:
            unit = {"Y": "year", "M": "minute" if hours else "month", "W": "week", "D": "day", "H": "hour"}[sign]
            parts.append(tongue.say(unit if number == "1" else f"{unit}s", number=number))
            number = ""
    return tongue.joined(parts)
