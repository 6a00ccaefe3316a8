from __future__ import annotations

import pytest

from comity.bench.records import measured


@pytest.mark.parametrize(
    ("value", "goal", "better", "met"),
    [
        (5001.0, 5000, "higher", True),
        (5000.0, 5000, "higher", True),
        (4999.9, 5000, "higher", False),
        (24.9, 25, "lower", True),
        (25.0, 25, "lower", True),
        (25.1, 25, "lower", False),
        (0.0, 0, "lower", True),
        (None, 0, "lower", False),
        (3.0, None, "lower", None),
        (None, None, "higher", None),
    ],
)
def test_a_goal_is_met_on_its_better_side_and_never_by_what_was_not_measured(
    value: float | None, goal: float | None, better: str, met: bool | None
) -> None:
    figure = measured("a.figure", value, "ms", goal=goal, better="higher" if better == "higher" else "lower")

    assert figure.met is met
    assert figure.beside == {}
