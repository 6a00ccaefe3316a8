"""Reading a condition: one line in a small subset of Python's expressions, every name and kind checked.

Whatever is not on the list of what may stand here is refused with its place: no attribute, call, arithmetic or
comprehension gets further than this file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from comity.agreements.expr.names import RESERVED, Names
from comity.agreements.expr.records import (
    And,
    Calculator,
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
from comity.agreements.expr.syntax import COMPARISONS
from comity.core.errors import BadInput
from comity.core.time import parse_date, parse_instant

_MARK: Final = "\u0298"  # a letter that stands for @ while Python's own parser reads the text
_LIST: Final = re.compile(r"@(?=[a-z])")
_ORDERED: Final = frozenset({Kind.INT, Kind.DATE, Kind.INSTANT})
_TIMES: Final = frozenset({Kind.DATE, Kind.INSTANT})
_ARGUMENTS: Final = {Calculator.DAYS_BETWEEN: 2, Calculator.HOURS_BETWEEN: 2, Calculator.AGE: 1}
_WORDS: Final = {"true": True, "false": False}


def parse_condition(text: str, names: Names, *, field: str = "$") -> Condition:
    """Read a condition.

    Raises `BadInput`, each with `field` and the column: `expression.malformed`, `expression.not-allowed` for a form
    outside the subset, `expression.unknown-name`, `expression.unknown-list`, `expression.kind` where kinds do not fit.
    """
    reader = _Reader(text, names, field)
    if _MARK in text:
        reader.refuse("malformed", "This character may not stand in a condition.", None)
    try:
        tree = ast.parse(_LIST.sub(_MARK, text.strip()), mode="eval")
        return reader.condition(tree.body)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        column = getattr(error, "offset", None)
        place = f"{field} column {column}" if column else field
        raise BadInput("expression.malformed", "This is no well-formed condition.", field=place) from None


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str
    names: Names
    field: str

    def refuse(self, rule: str, message: str, node: ast.AST | None) -> NoReturn:
        """Refuse the condition with the place of `node`."""
        column = getattr(node, "col_offset", 0) + 1
        raise BadInput(f"expression.{rule}", message, field=f"{self.field} column {column}")

    def condition(self, node: ast.expr) -> Condition:  # noqa: PLR0911 - one return a form
        """Turn one form into its record."""
        match node:
            case ast.BoolOp(op=operator, values=values):
                parts = tuple(self.condition(value) for value in values)
                return And(parts) if isinstance(operator, ast.And) else Or(parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.condition(operand))
            case ast.Compare():
                return self._comparisons(node)
            case ast.Call():
                return self._test(node)
            case ast.Constant(value=bool(value)):
                return Truth(value)
            case ast.Name(id=word) if word in _WORDS:
                return Truth(_WORDS[word])
            case ast.Name() | ast.Attribute():
                return self._flag(node)
            case _:
                return self.refuse("not-allowed", "This form may not stand in a condition.", node)

    def _flag(self, node: ast.Name | ast.Attribute) -> Condition:
        name = self._name(node)
        if name.kind is not Kind.BOOL:
            self.refuse("kind", "Only a yes-or-no fact may stand alone; compare the others.", node)
        return Compare(Comparison.EQUAL, name, Literal(value=True, kind=Kind.BOOL))

    def _comparisons(self, node: ast.Compare) -> Condition:
        sides = [node.left, *node.comparators]
        found = tuple(
            self._membership(left, operator, right)
            if isinstance(operator, ast.In | ast.NotIn)
            else self._comparison(left, operator, right)
            for left, operator, right in zip(sides, node.ops, sides[1:], strict=False)
        )
        return found[0] if len(found) == 1 else And(found)

    def _comparison(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Condition:
        comparison = COMPARISONS.get(type(operator))
        if comparison is None:
            self.refuse("not-allowed", "This comparison may not stand in a condition.", left)
        one, other = self._fitted(left, right)
        if one.kind is not other.kind or one.kind is Kind.TEXTS:
            self.refuse("kind", "The two sides are of different kinds, or are lists.", left)
        if comparison not in {Comparison.EQUAL, Comparison.UNEQUAL} and one.kind not in _ORDERED:
            self.refuse("kind", "Only numbers, dates and instants have an order.", left)
        return Compare(comparison, one, other)

    def _fitted(self, left: ast.expr, right: ast.expr) -> tuple[Term, Term]:
        """Read two sides; a text beside a date or an instant is read as one."""
        one, other = self._term(left), self._term(right)
        if isinstance(one, Literal) and isinstance(other, Literal):
            self.refuse("kind", "Two written values are compared with each other.", left)
        if isinstance(one, Literal):
            one = self._timed(one, other.kind, left)
        if isinstance(other, Literal):
            other = self._timed(other, one.kind, right)
        return one, other

    def _timed(self, literal: Literal, kind: Kind, node: ast.expr) -> Literal:
        if literal.kind is not Kind.TEXT or kind not in _TIMES:
            return literal
        try:
            if kind is Kind.DATE:
                return Literal(parse_date(str(literal.value)), Kind.DATE)
            return Literal(parse_instant(str(literal.value)), Kind.INSTANT)
        except BadInput:
            self.refuse("kind", "This is no date (2026-03-01), or no instant with its offset.", node)

    def _membership(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Condition:
        negated = isinstance(operator, ast.NotIn)
        term = self._term(left)
        if isinstance(right, ast.Name | ast.Attribute) and not self._is_list(right):
            texts = self._texts(right)
            if isinstance(term, Call) or term.kind is not Kind.TEXT:
                self.refuse("kind", "Only a text can be one of several texts.", left)
            return Holds(texts, term, negated)
        if isinstance(term, Literal) or term.kind not in {Kind.TEXT, Kind.INT}:
            self.refuse("kind", "A fact that is a text or a number is looked for in a list.", left)
        options = self._options(right)
        wanted = str if term.kind is Kind.TEXT else int
        if any(type(option) is not wanted for option in options):
            self.refuse("kind", "The list holds values of another kind.", right)
        return Within(term, options, negated)

    def _is_list(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id.startswith(_MARK)

    def _options(self, node: ast.expr) -> tuple[str | int, ...]:
        if isinstance(node, ast.Name) and node.id.startswith(_MARK):
            found = self.names.lists.get(node.id[1:])
            if found is None:
                self.refuse("unknown-list", "There is no closed list of that name.", node)
            return tuple(found)
        if not isinstance(node, ast.List | ast.Tuple) or not node.elts:
            self.refuse("not-allowed", "Here stands a list of written values, or @name of a closed list.", node)
        literals = [self._literal(element) for element in node.elts]
        return tuple(literal.value for literal in literals)

    def _test(self, node: ast.Call) -> Condition:
        tests: dict[str, Callable[[ast.Call], Condition]] = {
            "known": lambda call: Known(self._asked(call)),
            "unknown": lambda call: Not(Known(self._asked(call))),
            "all_in": lambda call: Every(*self._listed(call)),
            "any_in": lambda call: Some(*self._listed(call)),
        }
        test = tests.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if test is None or node.keywords:
            self.refuse("not-allowed", "A condition asks known, unknown, all_in or any_in.", node)
        return test(node)

    def _asked(self, call: ast.Call) -> Name | Call:
        if len(call.args) != 1:
            self.refuse("not-allowed", "This asks about one fact.", call)
        term = self._term(call.args[0])
        if isinstance(term, Literal):
            self.refuse("kind", "A written value is always known.", call)
        return term

    def _listed(self, call: ast.Call) -> tuple[Name, tuple[str, ...]]:
        if len(call.args) != 2:  # noqa: PLR2004 - the fact, and the list
            self.refuse("not-allowed", "This asks about a fact of several texts and a list.", call)
        options = self._options(call.args[1])
        if not all(isinstance(option, str) for option in options):
            self.refuse("kind", "The list holds texts.", call)
        return self._texts(call.args[0]), tuple(str(option) for option in options)

    def _texts(self, node: ast.expr) -> Name:
        name = self._name(node)
        if name.kind is not Kind.TEXTS:
            self.refuse("kind", "This fact does not hold several texts.", node)
        return name

    def _term(self, node: ast.expr) -> Term:
        match node:
            case ast.Name(id=word) if word in _WORDS:
                return Literal(_WORDS[word], Kind.BOOL)
            case ast.Name() | ast.Attribute():
                return self._name(node)
            case ast.Call():
                return self._calculation(node)
            case _:
                return self._literal(node)

    def _literal(self, node: ast.expr) -> Literal:
        match node:
            case ast.Constant(value=bool(truth)):
                return Literal(truth, Kind.BOOL)
            case ast.Constant(value=int(number)) if abs(number) < 1 << 53:
                return Literal(number, Kind.INT)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))) if 0 < number < 1 << 53:
                return Literal(-number, Kind.INT)
            case ast.Constant(value=str(text)):
                return Literal(text.replace(_MARK, "@"), Kind.TEXT)
            case _:
                return self.refuse("not-allowed", "Only texts, whole numbers and true or false may stand here.", node)

    def _name(self, node: ast.expr) -> Name:
        match node:
            case ast.Name(id=name):
                pass
            case ast.Attribute(value=ast.Name(id=whole), attr=part) if f"{whole}.{part}" in RESERVED:
                name = f"{whole}.{part}"
            case _:
                self.refuse("not-allowed", "Here stands the name of a fact.", node)
        kind = self.names.kind_of(name)
        if kind is None:
            self.refuse("unknown-name", "This is no fact of the closed vocabulary.", node)
        return Name(name, kind)

    def _calculation(self, node: ast.Call) -> Call:
        word = node.func.id if isinstance(node.func, ast.Name) else ""
        if word not in set(Calculator) or node.keywords or len(node.args) != _ARGUMENTS[Calculator(word)]:
            self.refuse("not-allowed", "This is no named calculator, or not with so many arguments.", node)
        return Call(Calculator(word), tuple(self._argument(each) for each in node.args))

    def _argument(self, node: ast.expr) -> Name | Literal:
        term = self._term(node)
        if isinstance(term, Literal):
            kind = Kind.INSTANT if "T" in str(term.value) else Kind.DATE
            term = self._timed(term, kind, node)
        if isinstance(term, Call) or term.kind not in _TIMES:
            self.refuse("kind", "Calculators take dates and instants.", node)
        return term
