"""Conditions in words."""

from __future__ import annotations

from comity.agreements.explain.tongue import Tongue
from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.records import (
    And,
    Call,
    Compare,
    Comparison,
    Condition,
    Every,
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
)


def in_words(condition: Condition, tongue: Tongue) -> str:  # noqa: PLR0911 - one return a form
    """Return the condition as a phrase that follows "only if"."""
    match condition:
        case Truth(value):
            return tongue.say("always" if value else "never")
        case Known(term):
            return tongue.say("known", what=_term(term, tongue))
        case Compare():
            return _comparison(condition, tongue)
        case Within(term, options, negated):
            listed = tongue.joined((_option(option, term, tongue) for option in options), "or")
            return tongue.say("none_of" if negated else "one_of", what=_term(term, tongue), options=listed)
        case Holds(texts, term, negated):
            phrase = "lacks" if negated else "holds"
            return tongue.say(phrase, what=_term(term, tongue), options=_term(texts, tongue))
        case Every(texts, options) | Some(texts, options):
            phrase = "all_among" if isinstance(condition, Every) else "some_among"
            listed = tongue.joined((_option(option, texts, tongue) for option in options), "or")
            return tongue.say(phrase, what=_term(texts, tongue), options=listed)
        case Not(inner):
            return _negated(inner, tongue)
        case And(parts):
            return tongue.joined(_grouped(part, tongue) for part in parts)
        case Or(parts):
            return _presumed(condition, tongue) or tongue.joined((_grouped(part, tongue) for part in parts), "or")


def _presumed(condition: Or, tongue: Tongue) -> str:
    """Say shortly what holds unless the contrary is stated; empty for anything else."""
    match condition.parts:
        case (Not(Known(Name(name))), Compare(Comparison.EQUAL, Name(same), Literal(True))) if name == same:
            return tongue.say("unless_denied", what=tongue.word("facts", name))
        case _:
            return ""


def _grouped(condition: Condition, tongue: Tongue) -> str:
    text = in_words(condition, tongue)
    return f"({text})" if isinstance(condition, And | Or) else text


def _negated(inner: Condition, tongue: Tongue) -> str:
    if isinstance(inner, Known):
        return tongue.say("unknown", what=_term(inner.term, tongue))
    if isinstance(inner, Not):
        return in_words(inner.inner, tongue)
    return tongue.say("not", what=in_words(inner, tongue))


def _comparison(condition: Compare, tongue: Tongue) -> str:
    left, right = condition.left, condition.right
    if isinstance(left, Name) and isinstance(right, Literal) and right.kind is Kind.BOOL:
        positive = (condition.comparison is Comparison.EQUAL) == right.value
        what = _term(left, tongue)
        return what if positive else tongue.say("not", what=what)
    return tongue.say(
        f"compare_{condition.comparison.name.lower()}", left=_term(left, tongue), right=_side(right, left, tongue)
    )


def _side(term: Term, beside: Term, tongue: Tongue) -> str:
    return _option(term.value, beside, tongue) if isinstance(term, Literal) else _term(term, tongue)


def _option(option: bool | str | int, beside: Term, tongue: Tongue) -> str:  # noqa: FBT001 - a literal's value
    """Return a written value in words: it is of the list that the name beside it is of."""
    text = str(option)
    name = beside.name if isinstance(beside, Name) else ""
    if name in {"purpose", "barred_uses", "needed_for"}:
        return tongue.word("purposes", text)
    if name in {"category", "hit_category"}:
        return tongue.word("categories", text)
    if name == "actor.role":
        return tongue.word("roles", text)
    if name == "operation":
        return tongue.word("operations", text)
    return tongue.value(text)


def _term(term: Term, tongue: Tongue) -> str:
    match term:
        case Literal(value):
            return str(value)
        case Name(name):
            return tongue.say(f"name_{name.replace('.', '_')}") if name in RESERVED else tongue.word("facts", name)
        case Call(calculator, arguments):
            parts = [_term(argument, tongue) for argument in arguments]
            return tongue.say(calculator.value, **dict(zip(("first", "second"), parts, strict=False)))
