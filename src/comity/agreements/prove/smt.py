"""Conditions as z3 formulas: proved equal, implied, or possible. Needs the extra `prove`.

Texts are numbers by a table that all formulas of one `Space` share; what a question does not assert is a truth value
of its own beside the value; several texts are one truth value an option, and one for all that no formula names.
Results of date arithmetic are free numbers: the arithmetic itself is held by its own oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from comity.agreements.expr.names import ALWAYS_KNOWN, RESERVED
from comity.agreements.expr.python import calculate
from comity.agreements.expr.records import (
    And,
    Call,
    Compare,
    Comparison,
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
from comity.agreements.tables import tables
from comity.core.time import CivilDate, day_number

Formula: TypeAlias = Any
"""A formula of the prover, which comes without types."""

_TIMEOUT_MS: Final = 5_000


def available() -> bool:
    """Say whether the prover is installed."""
    try:
        import z3  # noqa: F401, PLC0415 - an extra, imported only where it is used
    except ImportError:
        return False
    return True


class Space:
    """Formulas that speak of the same question."""

    def __init__(self) -> None:
        import z3  # noqa: PLC0415 - an extra

        self._z3: Any = z3
        self._words: dict[str, int] = {}
        self._values: dict[tuple[str, Kind], Any] = {}
        self._known: dict[str, Any] = {}
        self._options: dict[str, set[str]] = {}
        self._made: dict[Condition, Any] = {}

    def learn(self, condition: Condition) -> None:
        """Take in the texts that a condition looks for in facts of several texts; before the first formula."""
        match condition:
            case Every(texts, options) | Some(texts, options):
                self._learn(texts.name, options)
            case Holds(texts, Literal(value)):
                self._learn(texts.name, (str(value),))
            case Not(inner):
                self.learn(inner)
            case And(parts) | Or(parts):
                for part in parts:
                    self.learn(part)

    def _learn(self, texts: str, options: tuple[str, ...]) -> None:
        known = self._options.setdefault(texts, set())
        if not known.issuperset(options):
            known.update(options)
            self._made.clear()

    def formula(self, condition: Condition) -> Formula:
        """Return the condition as a formula; what acts of one agreement have in common is made once."""
        found = self._made.get(condition)
        if found is None:
            found = self._made[condition] = self._make(condition)
        return found

    def _make(self, condition: Condition) -> Formula:  # noqa: PLR0911 - one return a form
        z3 = self._z3
        match condition:
            case Truth(value):
                return z3.BoolVal(value)
            case Known(term):
                return self._is_known(term)
            case Not(inner):
                return z3.Not(self.formula(inner))
            case And(parts):
                return z3.And([self.formula(part) for part in parts])
            case Or(parts):
                return z3.Or([self.formula(part) for part in parts])
            case Compare(comparison, left, right):
                return z3.And(self._is_known(left), self._is_known(right), self._compared(comparison, left, right))
            case Within():
                return self._within(condition)
            case _:
                return self._several(condition)

    def equal(self, one: Condition, other: Condition) -> bool | None:
        """Say whether two conditions hold of the same questions; None if the prover does not know."""
        return self._never(lambda left, right: left != right, one, other)

    def implies(self, one: Condition, other: Condition) -> bool | None:
        """Say whether the second holds wherever the first does; None if the prover does not know."""
        return self._never(lambda left, right: self._z3.And(left, self._z3.Not(right)), one, other)

    def possible(self, condition: Condition) -> bool | None:
        """Say whether any question meets the condition; None if the prover does not know."""
        impossible = self._never(lambda left, _right: left, condition, Truth(value=True))
        return None if impossible is None else not impossible

    def assigned(
        self, names: Mapping[str, Kind], facts: Mapping[str, FactValue], calls: Iterable[Call]
    ) -> list[tuple[Formula, Formula]]:
        """Return each variable of these names with its value in the facts; `learn` came before."""
        z3 = self._z3
        pairs: list[tuple[Formula, Formula]] = []
        for name, kind in names.items():
            value = facts.get(name)
            if name not in ALWAYS_KNOWN:
                pairs.append((self._is_known(Name(name, kind)), z3.BoolVal(name in facts)))
            if kind is Kind.TEXTS:
                held = set(value) if isinstance(value, tuple) else set()
                options = self._options.get(name, set())
                pairs += [(self._option(name, each), z3.BoolVal(each in held)) for each in options]
                pairs.append((self._option(name, None), z3.BoolVal(bool(held - options))))
            elif value is not None and not isinstance(value, tuple):
                pairs.append((self._variable(name, kind), self._written(value, kind)))
        for call in calls:
            result = calculate(call, facts)
            pairs.append((self._is_known(call), z3.BoolVal(result is not None)))
            if result is not None:
                pairs.append((self._value(call), z3.IntVal(result)))
        return pairs

    def truth(self, *, value: bool) -> Formula:
        """Return a truth value as a formula."""
        return self._z3.BoolVal(value)

    def is_true(self, formula: Formula, given: list[tuple[Formula, Formula]]) -> bool:
        """Evaluate a formula with these values."""
        z3 = self._z3
        return bool(z3.is_true(z3.simplify(z3.substitute(formula, *given))))

    def _never(self, joined: Callable[[Formula, Formula], Formula], one: Condition, other: Condition) -> bool | None:
        self.learn(one)
        self.learn(other)
        solver = self._z3.Solver()
        solver.set("timeout", _TIMEOUT_MS)
        solver.add(joined(self.formula(one), self.formula(other)))
        answer = solver.check()
        return None if answer == self._z3.unknown else bool(answer == self._z3.unsat)

    def _within(self, condition: Within) -> Formula:
        z3 = self._z3
        value = self._value(condition.term)
        found = z3.Or([value == self._constant(option) for option in condition.options])
        return z3.And(self._is_known(condition.term), z3.Not(found) if condition.negated else found)

    def _several(self, condition: Condition) -> Formula:
        z3 = self._z3
        match condition:
            case Every(texts, options):
                names = self._options.get(texts.name, set()) - set(options)
                none = [z3.Not(self._option(texts.name, name)) for name in sorted(names)]
                none.append(z3.Not(self._option(texts.name, None)))
                return z3.And([self._is_known(texts), *none])
            case Some(texts, options):
                some = [self._option(texts.name, name) for name in options]
                return z3.And(self._is_known(texts), z3.Or(some))
            case Holds(texts, Literal(value), negated):
                held = self._option(texts.name, str(value))
                return z3.And(self._is_known(texts), z3.Not(held) if negated else held)
            case Holds(texts, Name() as term, negated):
                held = self._holds_value(texts.name, term)
                known = z3.And(self._is_known(texts), self._is_known(term))
                return z3.And(known, z3.Not(held) if negated else held)
        message = "no such condition"
        raise TypeError(message)

    def _holds_value(self, texts: str, term: Name) -> Formula:
        """The value of a text is among several: one of the options named, or one that nobody names."""
        z3 = self._z3
        value = self._value(term)
        names = sorted(self._options.get(texts, set()))
        named = [z3.And(value == self._word(name), self._option(texts, name)) for name in names]
        unnamed = z3.And([value != self._word(name) for name in names])
        return z3.Or([*named, z3.And(unnamed, self._option(texts, None), self.among_others(texts, term))])

    def among_others(self, texts: str, term: Name) -> Formula:
        """The value of a text is one of several that no formula names."""
        z3 = self._z3
        return z3.Function(f"among {texts}", z3.IntSort(), z3.BoolSort())(self._value(term))

    def _compared(self, comparison: Comparison, left: Term, right: Term) -> Formula:
        one, other = self._value(left), self._value(right)
        match comparison:
            case Comparison.EQUAL:
                return one == other
            case Comparison.UNEQUAL:
                return one != other
            case Comparison.LESS:
                return one < other
            case Comparison.AT_MOST:
                return one <= other
            case Comparison.MORE:
                return one > other
            case Comparison.AT_LEAST:
                return one >= other

    def _value(self, term: Term) -> Formula:
        match term:
            case Literal(value, kind):
                return self._written(value, kind)
            case Name(name, kind):
                return self._variable(name, kind)
            case Call():
                return self._variable(_spelled(term), Kind.INT)

    def _variable(self, name: str, kind: Kind) -> Formula:
        key = (name, kind)
        if key not in self._values:
            make = self._z3.Bool if kind is Kind.BOOL else self._z3.Int
            self._values[key] = make(f"{name}:{kind}")
        return self._values[key]

    def _written(self, value: bool | int | str, kind: Kind) -> Formula:  # noqa: FBT001 - a literal of any kind
        if kind is Kind.DATE:
            return self._z3.IntVal(day_number(CivilDate(str(value))))
        if kind is Kind.BOOL:
            return self._z3.BoolVal(bool(value))
        return self._constant(value)

    def _constant(self, value: bool | int | str) -> Formula:  # noqa: FBT001 - as above
        return self._z3.IntVal(self._word(value)) if isinstance(value, str) else self._z3.IntVal(int(value))

    def _word(self, text: str) -> int:
        return self._words.setdefault(text, len(self._words))

    def _option(self, texts: str, option: str | None) -> Formula:
        name = f"{texts} holds {'another' if option is None else repr(option)}"
        return self._known.setdefault(name, self._z3.Bool(name))

    def _is_known(self, term: Term) -> Formula:
        match term:
            case Literal():
                return self._z3.BoolVal(val=True)
            case Name(name):
                if name in ALWAYS_KNOWN:
                    return self._z3.BoolVal(val=True)
                return self._known.setdefault(f"known {name}", self._z3.Bool(f"known {name}"))
            case Call():
                name = f"known {_spelled(term)}"
                return self._known.setdefault(name, self._z3.Bool(name))


def _lookups(condition: Condition) -> Iterator[tuple[str, Name]]:
    """Give each fact of several texts in which another fact's value is looked up."""
    match condition:
        case Holds(texts, Name() as term):
            yield texts.name, term
        case Not(inner):
            yield from _lookups(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _lookups(part)


def kind_of(name: str) -> Kind:
    """Return the kind of a name of the vocabulary; what has arrived is several texts."""
    return RESERVED.get(name) or tables().names.facts.get(name, Kind.TEXTS)


def _spelled(call: Call) -> str:
    arguments = ", ".join(str(each.value) if isinstance(each, Literal) else each.name for each in call.arguments)
    return f"{call.calculator.value}({arguments})"


class Oracle:
    """One condition asked about many questions, by the prover's own evaluation of its formula."""

    def __init__(self, space: Space, condition: Condition) -> None:
        space.learn(condition)
        self._space = space
        self._formula = space.formula(condition)
        self._calls = calls_of(condition)
        self._lookups = frozenset(_lookups(condition))
        self._names = {name: kind_of(name) for name in names_of(condition)}

    def holds(self, facts: Mapping[str, FactValue]) -> bool:
        """Say whether the condition holds of these facts, which must be of their kinds."""
        given = self._space.assigned(self._names, facts, self._calls)
        for texts, term in self._lookups:
            several = facts.get(texts)
            held = isinstance(several, tuple) and facts.get(term.name) in several
            given.append((self._space.among_others(texts, term), self._space.truth(value=held)))
        return self._space.is_true(self._formula, given)
