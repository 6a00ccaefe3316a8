"""Looks answer as the decision point does: at every moment, its eve and its morrow, whatever was asked before."""

from __future__ import annotations

import itertools

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import decide
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.python import compile_condition
from comity.agreements.law.compile import house_rulebook
from comity.agreements.looks import Looks, moments_of
from comity.agreements.ready import instrument_names, load_instrument
from comity.agreements.reasons import reason
from comity.agreements.registry import Arrival, Departure, Pause, Registry, Standing
from comity.agreements.rulebook import ReadyRule, Rulebook
from comity.agreements.tables import tables
from comity.agreements.terms import Answer, Effect
from comity.core.decision import Outcome, Question, Stage
from comity.core.time import DAY_US, Instant, parse_instant
from tests.property.agreements.test_law_at_once import asked_of_law
from tests.support.agreements import AT, border_search, schengen_compiled, schengen_registry

COMPILED = [schengen_compiled(), *(compile_agreement(load_instrument(name)) for name in instrument_names())]
PARTIES = sorted({party for each in COMPILED for party in each.parties})
NOON = parse_instant("2026-03-01T12:00:00Z")
BY_THE_CLOCK = ReadyRule(
    id="test.by-the-clock",
    version="1",
    effect=Effect.DENY,
    answer=Answer.DENY,
    reason=reason("SUSPENDED", "a rule of the tests that reads the clock"),
    operations=frozenset({"search"}),
    test=compile_condition(parse_condition('at >= "2026-03-01T12:00:00Z" and category == "ARR"', tables().names)),
)
LAW = Rulebook((*house_rulebook().rules, BY_THE_CLOCK))
DAYS = [Instant(AT + step * DAY_US) for step in range(-3, 4)]
FEW = st.sampled_from(DAYS)
MAYBE = st.one_of(st.none(), FEW)
CLAUSES = sorted({piece.clause for each in COMPILED for pieces in each.slices.values() for piece in pieces})
PAIRS = st.frozensets(st.sampled_from(PARTIES), min_size=2, max_size=2)
PAUSES = st.builds(
    Pause,
    since=FEW,
    until=MAYBE,
    clauses=st.one_of(st.none(), st.frozensets(st.sampled_from(CLAUSES), min_size=1, max_size=4)),
    known_from=FEW,
    end_known_from=FEW,
    parties=st.one_of(st.none(), PAIRS),
)
STANDINGS = st.builds(
    Standing,
    compiled=st.one_of(st.just(COMPILED[0]), st.sampled_from(COMPILED)),
    since=FEW,
    until=MAYBE,
    known_from=FEW,
    pauses=st.lists(PAUSES, max_size=2).map(tuple),
    arrivals=st.lists(st.builds(Arrival, name=st.just("USA.art29.2"), at=FEW, known_from=FEW), max_size=1).map(tuple),
    ended=st.booleans(),
    end_known_from=FEW,
    departures=st.lists(st.builds(Departure, party=st.sampled_from(PARTIES), at=FEW, known_from=FEW), max_size=1).map(
        tuple
    ),
)


LOOKS = st.one_of(
    st.builds(border_search, st.sampled_from(("ARR", "REF", "REFX", "MIS-N"))),
    asked_of_law().map(lambda question: msgspec.structs.replace(question, stage=Stage.USE, facts=())),
)
"""Looks of a guard at the border, which the law of the tests lets through at some times, and any others."""


@settings(max_examples=30)
@given(standings=st.lists(STANDINGS, min_size=1, max_size=3), question=LOOKS)
def test_looks_say_what_the_decision_point_says(standings: list[Standing], question: Question) -> None:
    agreements = Registry.of(standings)
    looks = Looks(agreements, LAW)
    turns = [Instant(each + step) for each in {*moments_of(agreements.by_id), NOON} for step in (-1, 0, 1)]

    for at, known_at in (*itertools.product(DAYS, DAYS), *zip(turns, turns, strict=True)):
        assert looks.answer(question, at, known_at) == decide(question, at, known_at, agreements, LAW)


def test_a_look_is_compiled_once_an_epoch() -> None:
    looks = Looks(schengen_registry(), house_rulebook())

    first = looks.answer(border_search(), AT, AT)

    assert looks.answer(border_search(), Instant(AT + 1), Instant(AT + 1)) is first


def test_what_reads_the_clock_is_asked_each_time() -> None:
    looks = Looks(schengen_registry(), LAW)
    eve, noon = Instant(NOON - 1), NOON

    assert looks.answer(border_search("ARR"), eve, eve).outcome is Outcome.PERMIT
    assert looks.answer(border_search("ARR"), noon, noon).outcome is Outcome.DENY


def test_moments_are_all_instants_that_records_hold() -> None:
    pause = Pause(since=Instant(1), until=Instant(2), known_from=Instant(3), end_known_from=Instant(4))
    standing = Standing(
        schengen_compiled(),
        since=Instant(5),
        until=None,
        known_from=Instant(6),
        pauses=(pause,),
        arrivals=(Arrival("one", Instant(7), Instant(8)),),
        departures=(Departure("FRA", Instant(9), Instant(10)),),
        end_known_from=Instant(11),
    )

    assert set(range(1, 12)) <= set(moments_of({"any": (standing,)}))
