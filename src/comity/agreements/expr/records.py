"""The intermediate form of a condition: what Python decides by, and what Cedar and z3 check.

It is two-valued. A comparison in which something is not asserted is false, whatever its operator; so `a != 1` and
`not a == 1` differ exactly where `a` is not known. `Known` asks.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TypeAlias

import msgspec

FactValue: TypeAlias = "bool | int | str | tuple[str, ...]"
"""A fact as asserted: instants are microseconds (int), dates ISO text, several texts a tuple."""


@unique
class Kind(StrEnum):
    """What a fact holds."""

    BOOL = "bool"
    INT = "int"
    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"
    TEXTS = "texts"


@unique
class Comparison(StrEnum):
    """How two values of one kind are compared; the last four need an order (int, date, instant)."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@unique
class Calculator(StrEnum):
    """The named date arithmetic: whole days, whole elapsed hours, completed years of age at the instant asked about."""

    DAYS_BETWEEN = "days_between"
    HOURS_BETWEEN = "hours_between"
    AGE = "age"


class _Node(msgspec.Struct, frozen=True, kw_only=False, forbid_unknown_fields=True, tag=True):
    """A frozen, comparable, hashable piece of a condition."""


class Name(_Node, frozen=True):
    """A fact or a reserved name."""

    name: str
    kind: Kind


class Literal(_Node, frozen=True):
    """A value written in the condition."""

    value: bool | int | str
    kind: Kind


class Call(_Node, frozen=True):
    """Date arithmetic; not known where an argument is not."""

    calculator: Calculator
    arguments: tuple[Name | Literal, ...]
    kind: Kind = Kind.INT


Term: TypeAlias = Name | Literal | Call


class Truth(_Node, frozen=True):
    """Always, or never."""

    value: bool


class Known(_Node, frozen=True):
    """Whether the fact is asserted, or the arithmetic has a result."""

    term: Name | Call


class Compare(_Node, frozen=True):
    """Both sides known, and the comparison holds."""

    comparison: Comparison
    left: Term
    right: Term


class Within(_Node, frozen=True):
    """The value known, and among the options (or, negated, not among them)."""

    term: Name | Call
    options: tuple[str | int, ...]
    negated: bool = False


class Holds(_Node, frozen=True):
    """Several texts known, and the value known and one of them (or, negated, none of them)."""

    texts: Name
    term: Name | Literal
    negated: bool = False


class Every(_Node, frozen=True):
    """Several texts known, and each of them among the options; true of none."""

    texts: Name
    options: tuple[str, ...]


class Some(_Node, frozen=True):
    """Several texts known, and at least one of them among the options."""

    texts: Name
    options: tuple[str, ...]


class Not(_Node, frozen=True):
    """Not so."""

    inner: Condition


class And(_Node, frozen=True):
    """All of them."""

    parts: tuple[Condition, ...]


class Or(_Node, frozen=True):
    """At least one of them."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = "Truth | Known | Compare | Within | Holds | Every | Some | Not | And | Or"


def names_of(condition: Condition) -> frozenset[str]:  # noqa: PLR0911 - one return a form
    """Return the names that the condition reads."""
    match condition:
        case Truth():
            return frozenset()
        case Known(term):
            return _names(term)
        case Compare(_, left, right):
            return _names(left) | _names(right)
        case Within(term):
            return _names(term)
        case Holds(texts, term):
            return _names(texts) | _names(term)
        case Every(texts) | Some(texts):
            return _names(texts)
        case Not(inner):
            return names_of(inner)
        case And(parts) | Or(parts):
            return frozenset[str]().union(*map(names_of, parts))


def calls_of(condition: Condition) -> frozenset[Call]:
    """Return the date arithmetic that a condition does."""
    match condition:
        case Known(Call() as call) | Within(Call() as call):
            return frozenset({call})
        case Compare(_, left, right):
            return frozenset(term for term in (left, right) if isinstance(term, Call))
        case Not(inner):
            return calls_of(inner)
        case And(parts) | Or(parts):
            return frozenset[Call]().union(*map(calls_of, parts))
        case _:
            return frozenset()


def _names(term: Term) -> frozenset[str]:
    match term:
        case Name(name):
            return frozenset({name})
        case Call(_, arguments):
            return frozenset[str]().union(*map(_names, arguments))
        case Literal():
            return frozenset()
