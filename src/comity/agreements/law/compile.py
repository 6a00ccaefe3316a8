"""Rules of law made ready to fire."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Final

import msgspec

from comity.agreements.dues import Limit
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.python import Predicate, compile_condition
from comity.agreements.law.load import house_law
from comity.agreements.law.records import AnyOrWords, Binds, Rule
from comity.agreements.law.rules import words_of
from comity.agreements.rulebook import BEGINNING, END, ReadyRule, Rulebook
from comity.agreements.tables import Tables, tables
from comity.core.codec import encode
from comity.core.decision import Reason
from comity.core.hashing import digest
from comity.core.time import Instant, end_of_day, start_of_day

UNION: Final = "union"
_DIGITS: Final = 12


def rule_version(rule: Rule) -> str:
    """Return `id@digest`: the digest covers everything the rule says, without its scenarios and notes."""
    said = msgspec.structs.replace(rule, scenarios=(), note=None)
    return f"{rule.id}@{digest(encode(said))[:_DIGITS]}"


def ready_rule(rule: Rule, known: Tables) -> ReadyRule:
    """Make a rule that `read_law` read ready to fire."""
    binds = rule.binds
    applies = rule.applies
    return ReadyRule(
        id=rule.id,
        version=rule_version(rule),
        effect=rule.effect,
        answer=rule.says,
        reason=Reason(code=rule.code, text=known.reasons[rule.code].text, basis=rule.source, clause=rule.id),
        parties=_parties(binds, known),
        lineage=binds.treaty if isinstance(binds, Binds) else None,
        actors=_words(rule.actors, known),
        operations=_words(rule.operations, known),
        categories=_words(rule.categories, known),
        purposes=_words(rule.purposes, known),
        test=_test(rule.condition, known),
        limit=Limit.of(rule.due) if rule.due is not None else None,
        obligations=rule.obligations,
        displaces=frozenset(rule.displaces),
        since=BEGINNING if applies.start is None else start_of_day(applies.start),
        until=END if applies.end is None else Instant(end_of_day(applies.end) + 1),
    )


def compile_law(rules: Iterable[Rule], known: Tables | None = None) -> Rulebook:
    """Make rules of law ready to decide by."""
    words = known or tables()
    return Rulebook.of(ready_rule(rule, words) for rule in rules)


@functools.cache
def house_rulebook() -> Rulebook:
    """Return the law that comes with the house, ready; read and compiled once."""
    return compile_law(house_law())


def _parties(binds: str | Binds, known: Tables) -> frozenset[str] | None:
    if isinstance(binds, Binds):
        return frozenset(binds.parties) if binds.parties is not None else None
    return frozenset(known.lists[UNION]) if binds == UNION else None


def _words(scope: AnyOrWords, known: Tables) -> frozenset[str] | None:
    words = words_of(scope)
    return None if words is None else frozenset(known.spread(words))


def _test(condition: str | None, known: Tables) -> Predicate | None:
    return None if condition is None else compile_condition(parse_condition(condition, known.names))
