"""What a rule of law must satisfy beyond its shape: words of closed lists, a sound condition, scenarios each way."""

from __future__ import annotations

from collections.abc import Iterator

from comity.agreements.clause_rules import due_problems
from comity.agreements.expr.facts import read_fact
from comity.agreements.expr.parse import parse_condition
from comity.agreements.law.records import AnyOrWords, Binds, Rule, Scenario
from comity.agreements.sourced import Confidence
from comity.agreements.tables import Tables
from comity.agreements.terms import DueRule
from comity.core.codes import parse_party
from comity.core.errors import BadInput, FieldProblem
from comity.core.time import parse_date, parse_instant

ANY = "any"


def words_of(scope: AnyOrWords) -> tuple[str, ...] | None:
    """Return the words and `@lists` of a scope, or None for `any`."""
    if scope == ANY:
        return None
    return (scope,) if isinstance(scope, str) else scope


def problems_of_rule(rule: Rule, known: Tables) -> tuple[FieldProblem, ...]:
    """Return everything that is wrong with a rule; empty when it is sound."""
    return (
        *_scope_problems(rule, known),
        *_binding_problems(rule),
        *_word_problems(rule, known),
        *_condition_problems(rule, known),
        *_due_problems(rule.due, known),
        *_scenario_problems(rule, known),
    )


def unverified(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """Return the ids of rules whose source was not read."""
    return tuple(rule.id for rule in rules if rule.confidence is not Confidence.VERIFIED)


def _problem(field: str, code: str, message: str) -> FieldProblem:
    return FieldProblem(field=f"$.{field}", code=f"law.{code}", message=message)


def _scope_problems(rule: Rule, known: Tables) -> Iterator[FieldProblem]:
    scopes = {
        "actors": (rule.actors, known.roles),
        "operations": (rule.operations, known.operations),
        "categories": (rule.categories, known.categories),
        "purposes": (rule.purposes, known.purposes),
    }
    for field, (scope, table) in scopes.items():
        words = words_of(scope)
        if words is None:
            continue
        try:
            spread = known.spread(words)
        except BadInput:
            yield _problem(field, "unknown-list", "There is no closed list of that name.")
            continue
        if not spread or any(word not in table for word in spread):
            yield _problem(field, "unknown-word", "A word here is in no table of its kind.")


def _binding_problems(rule: Rule) -> Iterator[FieldProblem]:
    if isinstance(rule.binds, Binds):
        if (rule.binds.parties is None) == (rule.binds.treaty is None):
            yield _problem("binds", "binds", "A rule binds named parties or a treaty, one of the two.")
        for code in rule.binds.parties or ():
            if not _reads(parse_party, code):
                yield _problem("binds.parties", "unknown-party-code", "This code names no party.")
    for day in (rule.applies.start, rule.applies.end):
        if day is not None and not _reads(parse_date, day):
            yield _problem("applies", "no-such-day", "There is no such day in the calendar.")


def _reads(read: object, text: str) -> bool:
    try:
        read(text)  # type: ignore[operator]  # one of the readers of core, which raise BadInput
    except BadInput:
        return False
    return True


def _word_problems(rule: Rule, known: Tables) -> Iterator[FieldProblem]:
    if rule.code not in known.reasons:
        yield _problem("code", "unknown-code", "This reason code is in no table.")
    for obligation in rule.obligations:
        if obligation not in known.obligations:
            yield _problem("obligations", "unknown-obligation", "This obligation is in no table.")


def _condition_problems(rule: Rule, known: Tables) -> Iterator[FieldProblem]:
    if rule.condition is None:
        return
    try:
        parse_condition(rule.condition, known.names, field="$.if")
    except BadInput as error:
        yield from error.problems


def _due_problems(due: DueRule | None, known: Tables) -> Iterator[FieldProblem]:
    if due is not None:
        yield from due_problems("$.due", due, known)


def _scenario_problems(rule: Rule, known: Tables) -> Iterator[FieldProblem]:
    fires = [scenario.says == rule.says for scenario in rule.scenarios]
    if True not in fires or False not in fires:
        yield _problem("scenarios", "no-scenarios", "A rule has at least one scenario in which it fires, and one not.")
    for index, scenario in enumerate(rule.scenarios):
        path = f"scenarios[{index}]"
        yield from _fact_problems(path, scenario, known)
        if scenario.at is not None and not _reads(parse_instant, scenario.at):
            yield _problem(f"{path}.at", "no-such-instant", "There is no such instant.")
        if scenario.at is None and rule.applies.start is None:
            yield _problem(f"{path}.at", "no-instant", "A rule without a first day needs an instant in its scenarios.")


def _fact_problems(path: str, scenario: Scenario, known: Tables) -> Iterator[FieldProblem]:
    for name, raw in scenario.facts.items():
        try:
            read_fact(name, raw, known.names, field=f"$.{path}.facts")
        except BadInput as error:
            yield from error.problems
