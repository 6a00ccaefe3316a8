"""A condition as a plain Python predicate: what decides.

The predicate is written out as the text of one Python expression and compiled once. The text itself is what the
provers read again, so that they check what runs and not what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from comity.agreements.expr.names import ALWAYS_KNOWN
from comity.agreements.expr.records import (
    And,
    Calculator,
    Call,
    Compare,
    Condition,
    Every,
    FactValue,
    Holds,
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
from comity.core.errors import BadInput
from comity.core.time import CivilDate, Instant, age_on, date_of, days_between, hours_between

Facts: TypeAlias = Mapping[str, FactValue]
Predicate: TypeAlias = Callable[[Facts], bool]


def predicate_text(condition: Condition) -> str:
    """Write the condition as a Python expression over `f`, a mapping of the names that are known."""
    return _Writer().condition(condition)


def compile_text(text: str) -> Predicate:
    """Compile the text of `predicate_text`; nothing but that may be given, since it runs."""
    scope: dict[str, object] = {
        "__builtins__": {"set": set},
        **{name.value: calc for name, calc in _CALCULATORS.items()},
    }
    # Written by `predicate_text` out of checked records alone: names of the vocabulary and `repr` of plain values.
    code = compile(f"lambda f: {text}", "<condition>", "eval")
    predicate: Predicate = eval(code, scope)  # noqa: S307 - see above
    vars(predicate)["text"] = text
    return predicate


def text_of(predicate: Predicate) -> str:
    """Return the text that a predicate of `compile_text` was compiled from."""
    return str(vars(predicate)["text"])


def names_none_of(predicate: Predicate, names: Iterable[str]) -> bool:
    """Say whether what runs names none of `names`; a text that merely holds such a word as a value counts as naming it.

    Then the answer cannot depend on them.
    """
    text = text_of(predicate)
    return not any(repr(name) in text for name in names)


def compile_condition(condition: Condition) -> Predicate:
    """Return the predicate of a condition: facts in, whether it holds out. It never raises for facts of their kinds."""
    return compile_text(predicate_text(condition))


def calculate(call: Call, facts: Facts) -> int | None:
    """Do the arithmetic of a call; None where an argument is not known."""
    values = [each.value if isinstance(each, Literal) else facts.get(each.name) for each in call.arguments]
    extra = [facts.get("at")] if call.calculator is Calculator.AGE else []
    return _CALCULATORS[call.calculator](*values, *extra)


def _day(value: FactValue | None) -> CivilDate | None:
    if isinstance(value, bool) or value is None or isinstance(value, tuple):
        return None
    return date_of(Instant(value)) if isinstance(value, int) else CivilDate(value)


def _instant(value: FactValue | None) -> Instant | None:
    return Instant(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _days_between(first: FactValue | None, second: FactValue | None) -> int | None:
    """Whole days from the first day to the second, negative backwards; an instant counts as its day in UTC."""
    one, other = _day(first), _day(second)
    try:
        return None if one is None or other is None else days_between(one, other)
    except BadInput:
        return None


def _hours_between(first: FactValue | None, second: FactValue | None) -> int | None:
    """Whole elapsed hours from one instant to another; dates have no hours."""
    one, other = _instant(first), _instant(second)
    return None if one is None or other is None else hours_between(one, other)


def _age(born: FactValue | None, at: FactValue | None) -> int | None:
    """Completed years at the day of `at` in UTC."""
    birth, day = _day(born), _day(at)
    try:
        return None if birth is None or day is None else age_on(birth, day)
    except BadInput:
        return None


_CALCULATORS: Final[dict[Calculator, Callable[..., int | None]]] = {
    Calculator.DAYS_BETWEEN: _days_between,
    Calculator.HOURS_BETWEEN: _hours_between,
    Calculator.AGE: _age,
}


class _Writer:
    """Writes one condition; counts the places where an arithmetic result is kept between asking and comparing."""

    def __init__(self) -> None:
        self._kept = 0

    def condition(self, node: Condition) -> str:
        match node:
            case Truth(value):
                return repr(value)
            case Known(term):
                known, _ = self._term(term)
                return " and ".join(known) or "True"
            case Not(inner):
                return f"(not {self.condition(inner)})"
            case And(parts):
                return f"({' and '.join(map(self.condition, parts))})"
            case Or(parts):
                return f"({' or '.join(map(self.condition, parts))})"
            case _:
                return self._comparison(node)

    def _comparison(self, node: Compare | Within | Holds | Every | Some) -> str:
        match node:
            case Compare(comparison, left, right):
                (asked, one), (also, other) = self._term(left), self._term(right)
                return _joined([*asked, *also, f"{one} {comparison.value} {other}"])
            case Within(term, options, negated):
                asked, value = self._term(term)
                return _joined([*asked, f"{value} {'not ' if negated else ''}in {_options(options)}"])
            case Holds(texts, term, negated):
                (asked, several), (also, value) = self._term(texts), self._term(term)
                return _joined([*asked, *also, f"{value} {'not ' if negated else ''}in {several}"])
            case Every(texts, options):
                asked, several = self._term(texts)
                return _joined([*asked, f"{_options(options)}.issuperset({several})"])
            case Some(texts, options):
                asked, several = self._term(texts)
                return _joined([*asked, f"not {_options(options)}.isdisjoint({several})"])

    def _term(self, term: Term) -> tuple[list[str], str]:
        """Return what must hold for the term to be known, and how its value is read."""
        match term:
            case Literal(value):
                return [], repr(value)
            case Name(name):
                return ([] if name in ALWAYS_KNOWN else [f"{name!r} in f"]), f"f[{name!r}]"
            case Call(calculator, arguments):
                kept = f"v{self._kept}"
                self._kept += 1
                values = [
                    repr(each.value) if isinstance(each, Literal) else f"f.get({each.name!r})" for each in arguments
                ]
                if calculator is Calculator.AGE:
                    values.append("f['at']")
                return [f"({kept} := {calculator.value}({', '.join(values)})) is not None"], kept


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' and '.join(parts)})"


def _options(options: tuple[str | int, ...]) -> str:
    return f"{{{', '.join(map(repr, sorted(set(options), key=repr)))}}}" if options else "set()"
