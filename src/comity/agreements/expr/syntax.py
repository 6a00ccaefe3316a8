"""Comparisons as Python's own parser names them: conditions are written and compiled in its syntax."""

from __future__ import annotations

import ast
from typing import Final

from comity.agreements.expr.records import Comparison

COMPARISONS: Final[dict[type[ast.cmpop], Comparison]] = {
    ast.Eq: Comparison.EQUAL,
    ast.NotEq: Comparison.UNEQUAL,
    ast.Lt: Comparison.LESS,
    ast.LtE: Comparison.AT_MOST,
    ast.Gt: Comparison.MORE,
    ast.GtE: Comparison.AT_LEAST,
}
