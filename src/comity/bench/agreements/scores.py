"""Scenarios of law and cases of a treaty from the reference material, answered and scored; and what law there is."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from comity.agreements.cases.file import read_cases
from comity.agreements.cases.score import answer_cases
from comity.agreements.floor import floor_rules
from comity.agreements.law.compile import house_rulebook
from comity.agreements.law.load import house_law
from comity.agreements.law.scenarios import scenario_problems
from comity.agreements.ready import instrument_names, load_instrument
from comity.agreements.scenarios import judge, read_scenarios, score
from comity.bench.harness import Measure, Setting
from comity.bench.records import Figure, measured

_RULES, _READY, _SCENARIOS, _CASES = "law.rules", "agreements.ready", "scenarios.right", "cases.right"
_GOAL_RULES: Final = 250
_GOAL_READY: Final = 7
_PROJECT: Final = Path(__file__).resolve().parents[4]
_TREATY: Final = "che-usa-serious-crime"


def _run(setting: Setting) -> Iterable[Figure]:
    setting.progress.step(0, 4, _RULES)
    rules = (*floor_rules(), *house_law())
    sound = sum(not scenario_problems(rule) for rule in rules)
    beside = {"rows": len(rules), "scenarios": sum(len(rule.scenarios) for rule in rules)}
    yield measured(_RULES, sound, "rules", goal=_GOAL_RULES, better="higher", beside=beside)
    yield measured(_READY, len(instrument_names()), "agreements", goal=_GOAL_READY, better="higher")
    yield _scenarios()
    yield _cases()


def _data() -> Path:
    return Path(os.environ.get("COMITY_DATA") or _PROJECT.parent / "shared") / "data"


def _scenarios() -> Figure:
    """Score the table of scenarios on outcome, reason and due together; unmet where the table is not at hand."""
    table = _data() / "law" / "scenarios.csv"
    if not table.is_file():
        return measured(_SCENARIOS, None, "%", goal=100, better="higher")
    rows = read_scenarios(table.read_bytes())
    scored = score(rows, [judge(row) for row in rows])
    if scored is None or not scored.rows:
        return measured(_SCENARIOS, None, "%", goal=100, better="higher")
    beside = {"right": scored.matched, "rows": scored.rows}
    return measured(_SCENARIOS, scored.matched / scored.rows * 100, "%", goal=100, better="higher", beside=beside)


def _cases() -> Figure:
    """Score the cases of the treaty between Switzerland and the United States (SR 0.360.336.2)."""
    file = _data() / "exchange" / "treaties" / "0.360.336.2.cases.jsonl"
    if not file.is_file():
        return measured(_CASES, None, "%", goal=100, better="higher")
    answers = answer_cases(read_cases(file.read_bytes()), load_instrument(_TREATY), house_rulebook())
    right = sum(answer.right is True for answer in answers)
    beside = {"right": right, "cases": len(answers)}
    return measured(_CASES, right / len(answers) * 100, "%", goal=100, better="higher", beside=beside)


MEASURE = Measure((_RULES, _READY, _SCENARIOS, _CASES), _run)
