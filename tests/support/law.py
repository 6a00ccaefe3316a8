"""Scenarios of rules of law, put as questions to one rule alone."""

from __future__ import annotations

from comity.agreements.asked import Asked
from comity.agreements.expr.facts import read_fact
from comity.agreements.law.compile import ready_rule
from comity.agreements.law.records import AnyOrWords, Rule, Scenario
from comity.agreements.law.rules import words_of
from comity.agreements.rulebook import fire
from comity.agreements.tables import Tables
from comity.agreements.terms import Answer
from comity.core.decision import Question, Stage
from comity.core.ids import Owner
from comity.core.time import HOUR_US, Instant, parse_instant, start_of_day


def question_of(rule: Rule, scenario: Scenario, known: Tables) -> Question:
    """Put a scenario as a question; what it leaves out comes from the rule."""
    return Question(
        stage=Stage.ACT,
        operation=scenario.operation or _first(rule.operations, known),
        category=scenario.category or _first(rule.categories, known),
        purpose=scenario.purpose or _first(rule.purposes, known),
        actor=Owner(party=scenario.actor.party or "UTO", authority=scenario.actor.authority),
        role=scenario.actor.role or _first(rule.actors, known),
        owner=None
        if scenario.owner is None or scenario.owner.party is None
        else Owner(party=scenario.owner.party, authority=scenario.owner.authority),
        sender=scenario.sender,
        receiver=scenario.receiver,
        fields=scenario.fields,
        facts=tuple(read_fact(name, raw, known.names) for name, raw in scenario.facts.items()),
    )


def instant_of(rule: Rule, scenario: Scenario) -> Instant:
    """Say when a scenario is asked: as it says, or at noon of the rule's first day."""
    if scenario.at is not None:
        return parse_instant(scenario.at)
    assert rule.applies.start is not None
    return Instant(start_of_day(rule.applies.start) + 12 * HOUR_US)


def answers(rule: Rule, scenario: Scenario, known: Tables) -> Answer | None:
    """Return what the rule alone says to its scenario, None where it does not fire."""
    ready = ready_rule(rule, known)
    question = question_of(rule, scenario, known)
    if not ready.covers(question.operation, question.category):
        return None
    fired = fire(ready, Asked(question, instant_of(rule, scenario)))
    return None if fired is None else fired.rule.answer


def _first(scope: AnyOrWords, known: Tables) -> str:
    words = words_of(scope)
    return "any" if words is None else known.spread(words)[0]
