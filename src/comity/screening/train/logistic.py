"""Logistic regression in bits, by Newton's method: few features, one best answer, the same on every machine."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
BIT: Final = float(np.log(2.0))
_STEEPEST: Final = 30.0


def fit(
    rows: Floats,
    labels: Floats,
    weights: Floats | None = None,
    *,
    offset: Floats | None = None,
    ridge: float = 1.0,
    rounds: int = 40,
) -> Floats:
    """Return weights in bits, the constant last. `offset` are bits that each row has already; `ridge` shrinks."""
    table = np.hstack([rows, np.ones((len(rows), 1))])
    each = np.ones(len(labels)) if weights is None else weights
    given = np.zeros(len(labels)) if offset is None else offset * BIT
    penalty = np.append(np.full(rows.shape[1], ridge), 0.0)
    found = np.zeros(table.shape[1])
    for _ in range(rounds):
        chances = 1.0 / (1.0 + np.exp(-np.clip(table @ found + given, -_STEEPEST, _STEEPEST)))
        slope = table.T @ (each * (labels - chances)) - penalty * found
        curve = (table * (each * chances * (1 - chances) + 1e-9)[:, None]).T @ table + np.diag(penalty + 1e-9)
        found = found + np.linalg.solve(curve, slope)
    return found / BIT


def apply(learnt: Floats, rows: Floats) -> Floats:
    """Return the bits of rows under learnt weights."""
    return np.asarray(rows @ learnt[:-1] + learnt[-1], dtype=np.float64)
