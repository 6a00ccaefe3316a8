"""The text of a predicate read back into the intermediate form, so that provers check what runs."""

from __future__ import annotations

import ast
from typing import Final

from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.records import (
    And,
    Calculator,
    Call,
    Compare,
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
from comity.agreements.tables import tables

_PYTHON: Final = {bool: Kind.BOOL, int: Kind.INT, str: Kind.TEXT}


def reread(text: str) -> Condition:
    """Read the text of a predicate; `ValueError` for text that `predicate_text` does not write."""
    return _Reader().condition(ast.parse(text, mode="eval").body)


class _Reader:
    def __init__(self) -> None:
        self._kept: dict[str, Call] = {}

    def condition(self, node: ast.expr) -> Condition:  # noqa: PLR0911 - one return a form
        """Read one form."""
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return And(tuple(self.condition(value) for value in values))
            case ast.BoolOp(op=ast.Or(), values=values):
                return Or(tuple(self.condition(value) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Attribute(attr="isdisjoint")) as call):
                return self._several(call, negated=True)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.condition(operand))
            case ast.Constant(value=bool(value)):
                return Truth(value)
            case ast.Call():
                return self._several(node, negated=False)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._comparison(left, operator, right)
        raise _strange(f"no form of a predicate: {ast.dump(node)[:80]}")

    def _several(self, call: ast.Call, *, negated: bool) -> Condition:
        match call:
            case ast.Call(func=ast.Attribute(value=options, attr="issuperset"), args=[texts]) if not negated:
                return Every(self._name(texts), tuple(map(str, self._options(options))))
            case ast.Call(func=ast.Attribute(value=options, attr="isdisjoint"), args=[texts]) if negated:
                return Some(self._name(texts), tuple(map(str, self._options(options))))
        raise _strange("no form of a predicate over several texts")

    def _comparison(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Condition:
        negated = isinstance(operator, ast.NotIn)
        if isinstance(operator, ast.IsNot):
            return Known(self._call(left))
        if isinstance(operator, ast.In | ast.NotIn):
            if isinstance(right, ast.Name) and right.id == "f":
                return Known(_named(str(ast.literal_eval(left))))
            term = self._term(left)
            if isinstance(right, ast.Subscript):
                return Holds(self._name(right), _no_call(term), negated)
            return Within(_no_literal(term), self._options(right), negated)
        one, other = self._term(left), self._term(right)
        return Compare(COMPARISONS[type(operator)], _like(one, other), _like(other, one))

    def _term(self, node: ast.expr) -> Term:
        match node:
            case ast.Subscript():
                return self._name(node)
            case ast.Name(id=kept):
                return self._kept[kept]
            case ast.NamedExpr():
                return self._call(node)
        value = ast.literal_eval(node)
        return Literal(value, _PYTHON[type(value)])

    def _name(self, node: ast.expr) -> Name:
        match node:
            case ast.Subscript(value=ast.Name(id="f"), slice=ast.Constant(value=str(name))):
                return _named(name)
        raise _strange("no reading of a fact")

    def _call(self, node: ast.expr) -> Call:
        match node:
            case ast.NamedExpr(target=ast.Name(id=kept), value=ast.Call(func=ast.Name(id=word), args=arguments)):
                calculator = Calculator(word)
                given = arguments[:-1] if calculator is Calculator.AGE else arguments
                self._kept[kept] = Call(calculator, tuple(_argument(each) for each in given))
                return self._kept[kept]
        raise _strange("no arithmetic")

    def _options(self, node: ast.expr) -> tuple[str | int, ...]:
        if isinstance(node, ast.Call):
            return ()
        return tuple(sorted(ast.literal_eval(node), key=repr))


def _no_call(term: Term) -> Name | Literal:
    if isinstance(term, Call):
        raise _strange("arithmetic among texts")
    return term


def _no_literal(term: Term) -> Name | Call:
    if isinstance(term, Literal):
        raise _strange("a written value in a written list")
    return term


def _strange(what: str) -> ValueError:
    return ValueError(f"no text of a predicate: {what}")


def _argument(node: ast.expr) -> Name | Literal:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="f"), attr="get"), args=[ast.Constant(value=str(name))]):
            return _named(name)
    value = ast.literal_eval(node)
    return Literal(value, Kind.DATE if isinstance(value, str) else Kind.INSTANT)


def _named(name: str) -> Name:
    kind = RESERVED.get(name) or tables().names.facts.get(name)
    if kind is None:
        raise _strange(f"no fact of the vocabulary: {name}")
    return Name(name, kind)


def _like(term: Term, other: Term) -> Term:
    """Give a written value the kind of what it is compared with: dates and instants are plain values in Python."""
    if isinstance(term, Literal) and not isinstance(other, Literal) and other.kind in {Kind.DATE, Kind.INSTANT}:
        return Literal(term.value, other.kind)
    return term
