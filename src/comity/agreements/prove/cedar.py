"""Conditions as Cedar policies, and questions as Cedar requests: a second judge over what was decided.

Needs the extra `prove`. Names become attributes of the context (`actor.party` is `actor_party`); what is not asserted
is absent, which `has` asks. Dates travel as days since 1970-01-01; results of date arithmetic are reckoned beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from comity.agreements.expr.names import ALWAYS_KNOWN
from comity.agreements.expr.python import calculate
from comity.agreements.expr.records import (
    And,
    Call,
    Compare,
    Condition,
    Every,
    FactValue,
    Holds,
    Kind,
    Known,
    Literal,
    Name,
    Not,
    Or,
    Some,
    Term,
    Truth,
    Within,
    calls_of,
    names_of,
)
from comity.agreements.prove.smt import kind_of
from comity.core.time import CivilDate, day_number

_REQUEST: Final = {"principal": 'Party::"asker"', "action": 'Action::"ask"', "resource": 'Record::"one"'}


def available() -> bool:
    """Say whether the second judge is installed."""
    try:
        import cedarpy  # noqa: F401, PLC0415 - an extra, imported only where it is used
    except ImportError:
        return False
    return True


def policy_text(condition: Condition) -> str:
    """Return one policy that permits where the condition holds."""
    return f"permit(principal, action, resource) when {{ {_text(condition)} }};"


def permitted(policies: str, contexts: Iterable[Mapping[str, Any]]) -> list[bool]:
    """Ask Cedar about each context, all in one batch."""
    import cedarpy  # noqa: PLC0415 - an extra

    requests = [{**_REQUEST, "context": dict(context)} for context in contexts]
    answers = cedarpy.is_authorized_batch(requests, policies, [])
    for answer in answers:
        if answer.diagnostics.errors:
            message = f"Cedar could not evaluate a policy: {answer.diagnostics.errors[0]}"
            raise RuntimeError(message)
    return [answer.decision == cedarpy.Decision.Allow for answer in answers]


def context_of(facts: Mapping[str, FactValue], kinds: Mapping[str, Kind], calls: Iterable[Call]) -> dict[str, Any]:
    """Return what Cedar reads: the facts that `kinds` names, and the results of the calls."""
    context: dict[str, Any] = {}
    for name, value in facts.items():
        if name in kinds:
            context[_attribute(name)] = _plain(value, kinds[name])
    for call in calls:
        result = calculate(call, facts)
        if result is not None:
            context[_called(call)] = result
    return context


def sliced_context(facts: Mapping[str, FactValue], condition: Condition) -> dict[str, Any]:
    """Return what Cedar reads of these facts to judge one condition."""
    kinds = {name: kind_of(name) for name in names_of(condition)}
    return context_of(facts, kinds, calls_of(condition))


def _plain(value: FactValue, kind: Kind) -> bool | int | str | list[str]:
    if kind is Kind.DATE:
        return day_number(CivilDate(str(value)))
    return sorted(set(value)) if isinstance(value, tuple) else value


def _attribute(name: str) -> str:
    return name.replace(".", "_")


def _called(call: Call) -> str:
    words = [str(each.value) if isinstance(each, Literal) else _attribute(each.name) for each in call.arguments]
    return "_".join([call.calculator.value, *("".join(filter(str.isalnum, word)) for word in words)])


def _quoted(value: bool | int | str) -> str:  # noqa: FBT001 - a literal of any kind
    return json.dumps(value, ensure_ascii=True) if not isinstance(value, str) else _string(value)


def _string(value: str) -> str:
    inner = "".join(
        character
        if character.isascii() and character.isprintable() and character not in '"\\'
        else f"\\u{{{ord(character):x}}}"
        for character in value
    )
    return f'"{inner}"'


def _text(condition: Condition) -> str:
    match condition:
        case Truth(value):
            return "true" if value else "false"
        case Known(term):
            return _known(term)
        case Not(inner):
            return f"!({_text(inner)})"
        case And(parts):
            return f"({' && '.join(map(_text, parts))})"
        case Or(parts):
            return f"({' || '.join(map(_text, parts))})"
        case _:
            return _comparison(condition)


def _comparison(condition: Condition) -> str:
    match condition:
        case Compare(comparison, left, right):
            return f"({_known(left)} && {_known(right)} && {_value(left)} {comparison.value} {_value(right)})"
        case Within(term, options, negated):
            found = f"[{', '.join(map(_quoted, options))}].contains({_value(term)})"
            return f"({_known(term)} && {'!' if negated else ''}{found})"
        case Holds(texts, term, negated):
            found = f"{_value(texts)}.contains({_value(term)})"
            return f"({_known(texts)} && {_known(term)} && {'!' if negated else ''}{found})"
        case Every(texts, options):
            return f"({_known(texts)} && [{', '.join(map(_quoted, options))}].containsAll({_value(texts)}))"
        case Some(texts, options):
            return f"({_known(texts)} && {_value(texts)}.containsAny([{', '.join(map(_quoted, options))}]))"
    message = "no such condition"
    raise TypeError(message)


def _known(term: Term) -> str:
    match term:
        case Literal():
            return "true"
        case Name(name):
            return "true" if name in ALWAYS_KNOWN else f"context has {_attribute(name)}"
        case Call():
            return f"context has {_called(term)}"


def _value(term: Term) -> str:
    match term:
        case Literal(value, kind):
            return str(_plain(value, kind)) if kind is Kind.DATE else _quoted(value)
        case Name(name):
            return f"context.{_attribute(name)}"
        case Call():
            return f"context.{_called(term)}"
