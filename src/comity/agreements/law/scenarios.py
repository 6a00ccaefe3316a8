"""Scenarios of a rule, run: each is a question on which the rule alone must say what its text says."""

from __future__ import annotations

from typing import Final

from comity.agreements.asked import Asked
from comity.agreements.expr.facts import read_fact
from comity.agreements.law.compile import ready_rule
from comity.agreements.law.records import Binds, Rule, Scenario, ScenarioParty
from comity.agreements.law.rules import words_of
from comity.agreements.rulebook import Fired, fire_alone
from comity.agreements.tables import Tables, tables
from comity.core.decision import DueTime, Question, Stage
from comity.core.errors import FieldProblem
from comity.core.ids import Owner
from comity.core.time import HOUR_US, Instant, format_instant, parse_instant, start_of_day

_NOON: Final = 12 * HOUR_US
_SOMEONE: Final = "FRA"
"""The party of a scenario that leaves it out, where the rule names none; bound by Union law."""


def scenario_question(rule: Rule, scenario: Scenario, known: Tables | None = None) -> tuple[Question, Instant]:
    """Return the question that a scenario asks, and when; what it leaves out is taken from the rule."""
    words = known or tables()
    owner = scenario.owner
    question = Question(
        stage=Stage.ACT,
        operation=scenario.operation or _first(rule.operations, words, "search"),
        category=scenario.category if scenario.category is not None else _first(rule.categories, words, ""),
        purpose=scenario.purpose or _first(rule.purposes, words, "police"),
        actor=Owner(party=scenario.actor.party or _party(rule), authority=scenario.actor.authority),
        role=scenario.actor.role or (None if words_of(rule.actors) is None else _first(rule.actors, words, "")),
        owner=_owner(owner) if owner is not None else None,
        sender=scenario.sender,
        receiver=scenario.receiver,
        fields=scenario.fields,
        facts=tuple(read_fact(name, raw, words.names) for name, raw in scenario.facts.items()),
    )
    return question, _at(rule, scenario)


def run_scenario(rule: Rule, scenario: Scenario, known: Tables | None = None) -> Fired | None:
    """Ask the rule alone; None where it does not fire, or where the act lies outside its scope."""
    words = known or tables()
    question, at = scenario_question(rule, scenario, words)
    return fire_alone(ready_rule(rule, words), Asked(question, at))


def scenario_problems(rule: Rule, known: Tables | None = None) -> tuple[FieldProblem, ...]:
    """Return what the scenarios of a rule say otherwise than the rule does; empty when rule and scenarios agree."""
    found = []
    for index, scenario in enumerate(rule.scenarios):
        fired = run_scenario(rule, scenario, known)
        expected = scenario.says == rule.says
        if (fired is not None) is not expected:
            message = "The rule does not fire here." if expected else "The rule fires here."
            found.append(_problem(rule, index, "scenario-wrong", message))
        elif scenario.due is not None and (fired is None or due_text(fired.due) != scenario.due):
            found.append(_problem(rule, index, "due-wrong", "Another time limit is reckoned."))
    return tuple(found)


def due_text(due: DueTime | None) -> str:
    """Write a time limit as scenario files do: a day, an instant without fractions, `at-once`, or nothing."""
    if due is None:
        return ""
    if due.at_once:
        return "at-once"
    if due.day is not None:
        return due.day
    return format_instant(due.instant).replace(".000000Z", "Z") if due.instant is not None else ""


def _problem(rule: Rule, index: int, code: str, message: str) -> FieldProblem:
    return FieldProblem(field=f"{rule.id} scenarios[{index}]", code=f"law.{code}", message=message)


def _first(scope: str | tuple[str, ...], known: Tables, otherwise: str) -> str:
    words = words_of(scope)
    return otherwise if words is None else known.spread(words)[0]


def _party(rule: Rule) -> str:
    return rule.binds.parties[0] if isinstance(rule.binds, Binds) and rule.binds.parties is not None else _SOMEONE


def _owner(stated: ScenarioParty) -> Owner:
    return Owner(party=stated.party or _SOMEONE, authority=stated.authority)


def _at(rule: Rule, scenario: Scenario) -> Instant:
    if scenario.at is not None:
        return parse_instant(scenario.at)
    if rule.applies.start is None:
        message = "a rule without a first day states the instant of its scenarios"
        raise ValueError(message)
    return Instant(start_of_day(rule.applies.start) + _NOON)
