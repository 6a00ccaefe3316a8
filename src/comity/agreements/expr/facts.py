"""Facts as asserted: read from text by their kind, and gathered into what a predicate reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NoReturn, TypeAlias

from comity.agreements.expr.names import Names
from comity.agreements.expr.records import FactValue, Kind
from comity.core.decision import Fact
from comity.core.errors import BadInput
from comity.core.time import parse_date, parse_instant

RawFact: TypeAlias = "str | tuple[str, ...]"
"""A fact as a text file has it."""

_TRUTHS: Final = {"true": True, "false": False}
_PYTHON: Final[dict[Kind, type]] = {
    Kind.BOOL: bool,
    Kind.INT: int,
    Kind.TEXT: str,
    Kind.DATE: str,
    Kind.INSTANT: int,
    Kind.TEXTS: tuple,
}


def read_fact(name: str, raw: RawFact, names: Names, *, field: str = "$") -> Fact:
    """Read a fact from text by the kind its vocabulary gives it.

    Raises `BadInput`: `facts.unknown` for a name outside the vocabulary, `facts.kind` for text of another kind.
    """
    kind = names.facts.get(name)
    if kind is None:
        raise BadInput("facts.unknown", "This is no fact of the closed vocabulary.", field=f"{field}.{name}")
    return Fact(name=name, value=_value(kind, raw, f"{field}.{name}"))


def has_kind(value: FactValue, kind: Kind) -> bool:
    """Say whether an asserted value is of the kind; a yes-or-no is no number, and a date must be one."""
    if type(value) is not _PYTHON[kind]:
        return False
    if kind is Kind.DATE:
        try:
            parse_date(str(value))
        except BadInput:
            return False
    return True


def gather(facts: Iterable[Fact], kinds: Mapping[str, Kind]) -> dict[str, FactValue]:
    """Return the facts by name. What is asserted in two ways, of another kind, or no fact at all, is not known."""
    found: dict[str, FactValue] = {}
    disputed: set[str] = set()
    for fact in facts:
        kind = kinds.get(fact.name)
        if kind is None or not has_kind(fact.value, kind):
            continue
        if fact.name in found and found[fact.name] != fact.value:
            disputed.add(fact.name)
        found[fact.name] = fact.value
    for name in disputed:
        del found[name]
    return found


def _value(kind: Kind, raw: RawFact, field: str) -> FactValue:  # noqa: PLR0911 - one return a kind
    if isinstance(raw, tuple):
        return raw if kind is Kind.TEXTS else _refuse(field)
    match kind:
        case Kind.BOOL:
            return _TRUTHS[raw.lower()] if raw.lower() in _TRUTHS else _refuse(field)
        case Kind.INT:
            return int(raw) if raw.removeprefix("-").isdecimal() and len(raw) < 17 else _refuse(field)  # noqa: PLR2004
        case Kind.TEXT:
            return raw
        case Kind.DATE:
            return parse_date(raw, field=field)
        case Kind.INSTANT:
            return parse_instant(raw, field=field)
        case Kind.TEXTS:
            return _refuse(field)


def _refuse(field: str) -> NoReturn:
    raise BadInput("facts.kind", "The value is not of this fact's kind.", field=field)
