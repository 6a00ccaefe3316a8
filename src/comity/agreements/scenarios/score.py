"""Scoring a scenario file: outcome, reason code and due time count together, since always to deny gets half."""

from __future__ import annotations

from collections.abc import Iterable

from comity.agreements.scenarios.records import Miss, Row, Score, Verdict


def score(rows: Iterable[Row], verdicts: Iterable[Verdict]) -> Score | None:
    """Hold the verdicts against what the rows expect; None where no row expects anything."""
    misses: list[Miss] = []
    counted = outcomes = 0
    for row, verdict in zip(rows, verdicts, strict=True):
        if row.expected is None:
            continue
        counted += 1
        expected = (row.expected.outcome, row.expected.reason_code, row.expected.due)
        got = (verdict.outcome, verdict.reason_code, verdict.due)
        outcomes += expected[0] == got[0]
        if expected != got:
            misses.append(Miss(id=row.id, expected=expected, got=got))
    if not counted:
        return None
    return Score(rows=counted, matched=counted - len(misses), outcome_alone=outcomes, misses=tuple(misses))
