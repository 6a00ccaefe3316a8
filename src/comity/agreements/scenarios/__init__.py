"""Scenario files: questions of law as rows of a table, answered by the rules of law and scored where they can be."""

from comity.agreements.scenarios.judge import judge
from comity.agreements.scenarios.read import read_scenarios
from comity.agreements.scenarios.records import Row, Score, Verdict
from comity.agreements.scenarios.score import score

__all__ = ["Row", "Score", "Verdict", "judge", "read_scenarios", "score"]
