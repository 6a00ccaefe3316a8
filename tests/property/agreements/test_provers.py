"""Three readings of one condition agree: the predicate that decides, its text read back, and the two checkers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.agreements.decide import decide, decide_at_length
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.python import compile_condition, predicate_text
from comity.agreements.expr.records import FactValue
from comity.agreements.prove.cedar import permitted, policy_text, sliced_context
from comity.agreements.prove.reread import reread
from comity.agreements.prove.smt import Oracle, Space
from comity.agreements.prove.views import acts_of, view_document
from comity.agreements.ready import load_instrument
from comity.agreements.registry import Registry, Standing
from comity.agreements.tables import tables
from comity.bench.agreements.checking import acts, disagreements
from comity.bench.agreements.mutants import Tally, annex_faults, compiler_faults, dressed
from comity.bench.agreements.questions import Around
from comity.core.time import Instant

SEED = 20261125
ATOMS = (
    "known(issuer)",
    "unknown(quota_used)",
    "issuer == actor.party",
    "issuer != 'FRA'",
    "quota_used >= 3",
    "quota_used < quota",
    "child",
    "not torture_risk",
    "issuer in ['FRA', 'DEU']",
    "issuer not in ['FRA', 'DEU']",
    "quota_used in [1, 2]",
    "'dna' in arrangements",
    "'dna' not in arrangements",
    "issuer in notifications",
    "all_in(notifications, ['FRA', 'dna'])",
    "any_in(notifications, ['FRA', 'dna'])",
    "days_between(at, at) == 0",
    "known(sender) and sender == receiver",
    "all_in(fields, ['reason', 'action'])",
    "not any_in(fields, ['reason'])",
)
CONDITIONS = st.recursive(
    st.sampled_from(ATOMS).map(lambda text: f"({text})"),
    lambda inner: st.one_of(
        inner.map(lambda one: f"(not {one})"),
        st.tuples(inner, st.sampled_from(("and", "or")), inner).map(lambda three: f"({' '.join(three)})"),
    ),
    max_leaves=8,
)
TEXTS = st.sampled_from(("FRA", "DEU", "dna", "else"))
SEVERAL = st.lists(TEXTS, unique=True, max_size=3).map(tuple)
FACTS = st.fixed_dictionaries(
    {"actor.party": st.sampled_from(("FRA", "DEU")), "fields": st.sampled_from(((), ("reason",), ("reason", "links")))},
    optional={
        "issuer": TEXTS,
        "sender": TEXTS,
        "receiver": TEXTS,
        "quota_used": st.integers(0, 4),
        "quota": st.integers(0, 4),
        "child": st.booleans(),
        "torture_risk": st.booleans(),
        "notifications": SEVERAL,
        "arrangements": SEVERAL,
    },
)


@settings(max_examples=300)
@given(CONDITIONS, FACTS)
def test_predicate_text_and_checkers_agree_on_any_condition_and_facts(text: str, some: dict[str, FactValue]) -> None:
    condition = parse_condition(text, tables().names)
    facts: dict[str, FactValue] = {
        "actor.authority": "one",
        "stage": "act",
        "category": "OBJ",
        "operation": "query",
        "purpose": "police",
        "at": Instant(0),
        **some,
    }

    holds = compile_condition(condition)(facts)

    assert compile_condition(reread(predicate_text(condition)))(facts) is holds
    assert Oracle(Space(), condition).holds(facts) is holds
    assert permitted(policy_text(condition), [sliced_context(facts, condition)]) == [holds]


@settings(max_examples=60, deadline=None)
@given(CONDITIONS)
def test_a_condition_read_back_from_its_text_is_proved_equal_to_it(text: str) -> None:
    condition = parse_condition(text, tables().names)

    assert Space().equal(condition, reread(predicate_text(condition))) is True


def test_the_quick_way_and_the_long_way_give_one_answer() -> None:
    draw = random.Random(SEED)
    answers = set()
    for name in ("schengen-sis", "che-usa-serious-crime"):
        for act in acts(dressed(load_instrument(name))):
            registry = Registry.of([Standing(act.compiled, Instant(0))])
            around = Around(view_document(act.agreement, act.stage, act.operation, act.category), act.condition, draw)
            for _ in range(4):
                question, at = around.question()
                answer = decide(question, at, at, registry)
                assert answer == decide_at_length(question, at, at, registry), (SEED, question)
                answers.add(answer.outcome)
    assert len(answers) > 1


@pytest.mark.timeout(180)
def test_the_decision_and_cedar_agree_on_questions_by_chance() -> None:
    draw = random.Random(SEED)
    asked = permitted_ones = 0
    for name in ("che-usa-serious-crime", "bilateral-police-cooperation"):
        for act in acts(dressed(load_instrument(name))):
            wrong, permits = disagreements(act, draw, 6)
            assert wrong == 0, (SEED, name, act.stage, act.operation, act.category)
            asked, permitted_ones = asked + 6, permitted_ones + permits
    assert 0 < permitted_ones < asked


@pytest.mark.timeout(180)
def test_every_seeded_fault_is_caught() -> None:
    draw, tally = random.Random(SEED), Tally()
    agreement = dressed(load_instrument("che-usa-serious-crime"))

    compiler_faults(agreement, draw, 30, tally)
    annex_faults(agreement, draw, 3, tally)

    assert tally.missed == ()
    assert tally.made > 20
    assert tally.caught + tally.equivalent == tally.made


def test_every_act_of_a_document_is_spoken_of() -> None:
    agreement = load_instrument("che-usa-serious-crime")

    spoken = {(operation, category) for _, operation, category in acts_of(agreement)}

    for clause in agreement.clauses:
        if clause.effect is None:
            assert {(o, c) for o in clause.operations.value for c in clause.categories.value} <= spoken
