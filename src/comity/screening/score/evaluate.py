"""How good a score is on judged pairs: precision, recall, F1 at the default and at its best, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp2, sqrt
from typing import Final

import msgspec

_NORMAL_95: Final = 1.959964


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A pair's evidence in thousandths of a bit and whether it is one person."""

    evidence_mbit: int
    match: bool


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one set of judged pairs. `brier` is the mean squared error of the probability at `prior_mbit`."""

    pairs: int
    matches: int
    threshold_mbit: int
    prior_mbit: int
    precision: float
    recall: float
    recall_low: float
    recall_high: float
    f1: float
    best_f1: float
    best_threshold_mbit: int
    brier: float


def quality(judged: Sequence[Judged], threshold_mbit: int, prior_mbit: int) -> Quality:
    """Return the figures of judged pairs at a threshold. With nothing judged all are zero."""
    matches = sum(one.match for one in judged)
    found = [one for one in judged if one.evidence_mbit >= threshold_mbit]
    true = sum(one.match for one in found)
    best, best_at = best_f1(judged)
    low, high = wilson(true, matches)
    return Quality(
        pairs=len(judged),
        matches=matches,
        threshold_mbit=threshold_mbit,
        prior_mbit=prior_mbit,
        precision=_share(true, len(found)),
        recall=_share(true, matches),
        recall_low=low,
        recall_high=high,
        f1=_share(2 * true, len(found) + matches),
        best_f1=best,
        best_threshold_mbit=best_at,
        brier=_share(sum((_chance(one.evidence_mbit + prior_mbit) - one.match) ** 2 for one in judged), len(judged)),
    )


def best_f1(judged: Sequence[Judged]) -> tuple[float, int]:
    """Return the best F1 that any threshold gives, and the highest such threshold."""
    matches = sum(one.match for one in judged)
    best, best_at, true = 0.0, 0, 0
    ordered = sorted(judged, key=lambda one: -one.evidence_mbit)
    for count, one in enumerate(ordered, 1):
        true += one.match
        if count < len(ordered) and ordered[count].evidence_mbit == one.evidence_mbit:
            continue
        score = _share(2 * true, count + matches)
        if score > best:
            best, best_at = score, one.evidence_mbit
    return best, best_at


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Return the 95 % interval of a share after Wilson (1927); everything where nothing was tried."""
    if not trials:
        return 0.0, 1.0
    share, spread = hits / trials, _NORMAL_95**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    reach = _NORMAL_95 * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _chance(mbit: int) -> float:
    return 1.0 / (1.0 + exp2(max(-1000.0, min(1000.0, -mbit / 1000))))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
