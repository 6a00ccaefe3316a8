"""The quick ways by which law is asked and joined give the answers of the long ones."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.asked import ACT_NAMES, Asked, act_facts, gather_question
from comity.agreements.combine import combine, combine_at_length
from comity.agreements.decide import decide
from comity.agreements.law.compile import house_rulebook
from comity.agreements.rulebook import ReadyRule, Rulebook, fire_alone, without_displaced
from comity.agreements.tables import tables
from comity.core.decision import Decision, Outcome, Question, Stage
from comity.core.ids import Owner
from comity.core.time import Instant
from comity.core.vocabulary import Purpose, Role
from tests.property.agreements.test_decide_properties import QUESTIONS
from tests.support.agreements import AT, schengen_registry

LAW = house_rulebook()
REGISTRY = schengen_registry()
LINEAGES = st.sets(st.sampled_from(sorted({rule.lineage for rule in LAW.rules if rule.lineage is not None}))).map(
    frozenset
)


@st.composite
def asked_of_law(draw: st.DrawFn) -> Question:
    """Questions in the words of the law, half of them without facts, many of them looks at records."""
    question = draw(QUESTIONS)
    known = tables()
    changes: dict[str, Any] = {
        "operation": draw(st.one_of(st.just("search"), st.sampled_from(sorted(known.operations)))),
        "category": draw(st.sampled_from(sorted(known.categories))),
        "purpose": draw(st.sampled_from(sorted(known.purposes))),
        "role": draw(st.one_of(st.none(), st.sampled_from(sorted(known.roles)))),
        "stage": draw(st.one_of(st.just(Stage.USE), st.sampled_from(Stage))),
        "agreement": None,
    }
    if draw(st.booleans()):
        changes["facts"] = ()
    return msgspec.structs.replace(question, **changes)


def one_by_one(question: Question, at: Instant, lineages: frozenset[str]) -> list[ReadyRule]:
    asked = Asked(question, at)
    bound = (rule for rule in LAW.rules if rule.lineage is None or rule.lineage in lineages)
    fired = (fire_alone(rule, asked) for rule in bound)
    return [each.rule for each in without_displaced([each for each in fired if each is not None])]


@given(asked_of_law(), LINEAGES)
def test_a_book_fires_what_fires_when_each_rule_is_asked(question: Question, lineages: frozenset[str]) -> None:
    fired = [each.rule for each in LAW.firing(Asked(question, AT), lineages)]

    assert fired == one_by_one(question, AT, lineages)


@given(asked_of_law(), LINEAGES)
def test_joining_at_once_says_what_joining_at_length_says(question: Question, lineages: frozenset[str]) -> None:
    asked = Asked(question, AT)
    base = decide(question, AT, AT, REGISTRY)

    for each in LAW.firing(asked, lineages):
        assert combine(asked, base, [each]) == combine_at_length(asked, base, [each])


def test_every_permission_of_law_joins_a_permit_by_the_same_words_both_ways() -> None:
    asked = Asked(look(), AT)
    base = decide(asked.question, AT, AT, REGISTRY)
    fired = [dataclasses.replace(LAW.firing(asked, frozenset())[0], rule=rule) for rule in LAW.rules]

    assert base.outcome is Outcome.PERMIT
    joined: list[Decision] = [combine(asked, base, [each]) for each in fired]
    assert joined == [combine_at_length(asked, base, [each]) for each in fired]
    assert {each.outcome for each in joined} >= {Outcome.PERMIT, Outcome.DENY}


@given(asked_of_law())
def test_the_facts_of_an_act_are_those_of_its_question(question: Question) -> None:
    whole = gather_question(msgspec.structs.replace(question, facts=()), AT)

    assert act_facts(question) == {name: value for name, value in whole.items() if name in ACT_NAMES}


def test_a_book_settles_conditions_that_only_the_act_can_answer() -> None:
    settled = [rule for rule in LAW.rules if rule.settled]
    left = Rulebook.of(LAW.rules).fitting(look())

    assert settled
    assert len(left) < len(LAW.slice("search", "ARR"))


def look() -> Question:
    """Return a border guard's look at alerts for arrest."""
    return Question(
        stage=Stage.USE,
        operation="search",
        category="ARR",
        purpose=Purpose.BORDERS,
        role=Role.BORDER_GUARD,
        actor=Owner(party="FRA", authority="police"),
    )
