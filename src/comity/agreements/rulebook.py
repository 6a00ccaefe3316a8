"""Rules made ready to fire: those of law, and the clauses of agreements that do other than permit.

A rule fires where it binds the party that acts, is in its time, covers the act, and its condition holds. What fires
is a set: no rule sees another, so their order cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from comity.agreements.asked import ACT_NAMES, Asked, act_facts
from comity.agreements.dues import Limit, fires_with, reckon
from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.python import Predicate, names_none_of
from comity.agreements.terms import Answer, Effect
from comity.core.decision import DueTime, Question, Reason
from comity.core.time import Instant

BEGINNING: Final = Instant(-(2**62))
END: Final = Instant(2**62)
_MOST_SLICES: Final = 20_000
_BEYOND_ACT: Final = RESERVED.keys() - ACT_NAMES


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule ready to fire. None in a scope means any; `until` is the first instant at which it is law no more."""

    id: str
    version: str
    effect: Effect
    answer: Answer
    reason: Reason
    parties: frozenset[str] | None = None
    lineage: str | None = None
    since: Instant = BEGINNING
    until: Instant = END
    actors: frozenset[str] | None = None
    operations: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    purposes: frozenset[str] | None = None
    senders: frozenset[str] | None = None
    receivers: frozenset[str] | None = None
    test: Predicate | None = None
    limit: Limit | None = None
    obligations: tuple[str, ...] = ()
    displaces: frozenset[str] = frozenset()
    settled: bool = field(init=False)
    """Whether its condition, where no fact is asserted, rests on the act alone: who, in which role, does what, why."""

    def __post_init__(self) -> None:
        """Look once at what the condition reads."""
        object.__setattr__(self, "settled", self.test is not None and names_none_of(self.test, _BEYOND_ACT))

    def covers(self, operation: str, category: str) -> bool:
        """Say whether the act lies in its scope."""
        return (self.operations is None or operation in self.operations) and (
            self.categories is None or category in self.categories
        )


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, with its time limit where it has one."""

    rule: ReadyRule
    due: DueTime | None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules by the act they cover. Slices are made when first asked for, within the words that the rules know."""

    rules: tuple[ReadyRule, ...] = ()
    _slices: dict[tuple[str, str], tuple[ReadyRule, ...]] = field(default_factory=dict)
    _fitting: dict[tuple[str, str, str, str | None, str, bool], tuple[ReadyRule, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[ReadyRule]) -> Rulebook:
        """Make a book of rules, in whatever order."""
        return cls(tuple(sorted(rules, key=lambda each: each.id)))

    def slice(self, operation: str, category: str) -> tuple[ReadyRule, ...]:
        """Return the rules whose scope covers the act."""
        key = (operation, category)
        found = self._slices.get(key)
        if found is None:
            found = tuple(rule for rule in self.rules if rule.covers(operation, category))
            if len(self._slices) < _MOST_SLICES:  # strangers' words must not fill the memory
                self._slices[key] = found
        return found

    def fitting(self, question: Question) -> tuple[ReadyRule, ...]:
        """Return the rules that speak of this act by this party in this role for this purpose, at whatever time.

        Where the question asserts no fact, those are left out whose condition the act alone settles, and does not meet.
        """
        silent = not question.facts
        key = (question.operation, question.category, question.actor.party, question.role, question.purpose, silent)
        found = self._fitting.get(key)
        if found is None:
            covering = self.slice(question.operation, question.category)
            found = tuple(rule for rule in covering if _concerns(rule, question))
            if silent:
                found = tuple(rule for rule in found if not _settled_against(rule, question))
            if len(self._fitting) < _MOST_SLICES:
                self._fitting[key] = found
        return found

    def firing(self, asked: Asked, lineages: frozenset[str]) -> list[Fired]:
        """Return the rules that fire; those bound to a treaty only where it is one of `lineages`."""
        question = asked.question
        found: list[Fired] = []
        for rule in self.fitting(question):
            if rule.lineage is None or rule.lineage in lineages:
                fired = fire(rule, asked)
                if fired is not None:
                    found.append(fired)
        return without_displaced(found)


def fire(rule: ReadyRule, asked: Asked) -> Fired | None:
    """Ask one rule that `Rulebook.fitting` gave; None where it does not fire."""
    if not _in_time(rule, asked.question, asked.at) or (rule.test is not None and not rule.test(asked.facts)):
        return None
    if rule.limit is None:
        return Fired(rule, None)
    due = reckon(rule.limit, asked.facts, rule.id)
    return Fired(rule, due) if fires_with(rule.limit, due) else None


def fire_alone(rule: ReadyRule, asked: Asked) -> Fired | None:
    """Ask one rule about any act; None where it does not fire, or the act lies outside its scope."""
    question = asked.question
    fits = rule.covers(question.operation, question.category) and _concerns(rule, question)
    return fire(rule, asked) if fits else None


def _concerns(rule: ReadyRule, question: Question) -> bool:
    return (
        (rule.parties is None or question.actor.party in rule.parties)
        and (rule.actors is None or question.role in rule.actors)
        and (rule.purposes is None or question.purpose in rule.purposes)
    )


def _settled_against(rule: ReadyRule, question: Question) -> bool:
    return rule.settled and rule.test is not None and not rule.test(act_facts(question))


def _in_time(rule: ReadyRule, question: Question, at: Instant) -> bool:
    return (
        rule.since <= at < rule.until
        and (rule.senders is None or (question.sender or question.actor.party) in rule.senders)
        and (rule.receivers is None or question.receiver is None or question.receiver in rule.receivers)
    )


def without_displaced(fired: list[Fired]) -> list[Fired]:
    """Leave out what a more special rule displaces; every rule that fired displaces, displaced or not."""
    displaced = frozenset[str]().union(*(each.rule.displaces for each in fired))
    return [each for each in fired if each.rule.id not in displaced] if displaced else fired
