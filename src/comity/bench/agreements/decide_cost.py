"""What a decision costs with 200 agreements and 1,000 rules of law loaded.

The least of five repeats of each question, and of these the 99th percentile over questions, in microseconds of CPU: an
exchange that one clause permits, a denial with all its reasons, and an act at home with rules of law and time limits.
"""

from __future__ import annotations

import gc
import itertools
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import decide, decide_at_length
from comity.agreements.law.compile import house_rulebook
from comity.agreements.law.load import house_law
from comity.agreements.law.records import Rule
from comity.agreements.law.scenarios import scenario_question
from comity.agreements.load import canonical_bytes, parse_agreement
from comity.agreements.prove import cedar
from comity.agreements.prove.views import view_document
from comity.agreements.ready import load_instrument
from comity.agreements.records import Agreement
from comity.agreements.registry import Registry, Standing
from comity.agreements.rulebook import Rulebook
from comity.bench.agreements.checking import acts
from comity.bench.agreements.questions import Around
from comity.bench.harness import Measure, Setting
from comity.bench.measure import percentile
from comity.bench.records import Figure, measured
from comity.core.codes import CODES, parse_party
from comity.core.decision import Decision, Outcome, Question, Stage
from comity.core.errors import BadInput
from comity.core.time import Instant

_EXCHANGE, _DENIAL, _LAW = "decide.exchange-p99", "decide.denial-p99", "decide.law-p99"
_GROWTH: Final = "decide.cost-by-number"
_AGREEMENTS: Final = 200
_RULES: Final = 1_000
_REPEATS: Final = 5
_INNER: Final = 20
_SEED: Final = 20260301
_BEGINNING: Final = Instant(-(2**62))
_EXCHANGES: Final = frozenset({Stage.ENQUEUE, Stage.TRANSMIT, Stage.RECEIPT})
_BASE: Final = "schengen-sis"
_BILATERAL: Final = "che-usa-serious-crime"

Asked = tuple[Question, Instant]


def _run(setting: Setting) -> Iterable[Figure]:
    draw = random.Random(_SEED)
    many, few = _registry(_AGREEMENTS), _registry(2)
    law = _book(_RULES)
    wanted = setting.at_scale(300, 3_000)
    exchanges, denials = _questions(draw, many, wanted)
    gc.collect()
    gc.disable()
    try:
        permitted = _costs(exchanges, lambda q, at: decide(q, at, at, many))
        fewer = _costs(exchanges, lambda q, at: decide(q, at, at, few))
        denied = _costs(denials, lambda q, at: decide_at_length(q, at, at, many))
        lawful = _costs(_acts_of_law(draw, wanted), lambda q, at: decide(q, at, at, many, law))
    finally:
        gc.enable()
    loaded = {"agreements": _AGREEMENTS, "rules": len(law.rules)}
    beside = {"p50": percentile(permitted, 50), **_cedar_beside(draw), **loaded}
    yield measured(_EXCHANGE, percentile(permitted, 99), "us", goal=5, beside=beside)
    yield measured(_DENIAL, percentile(denied, 99), "us", goal=25, beside={"p50": percentile(denied, 50), **loaded})
    yield measured(_LAW, percentile(lawful, 99), "us", goal=100, beside={"p50": percentile(lawful, 50), **loaded})
    growth = percentile(permitted, 50) / percentile(fewer, 50)
    yield measured(_GROWTH, growth, "times", goal=1.25, beside={"with 2 agreements": percentile(fewer, 50)})


def _registry(count: int) -> Registry:
    """Return the Schengen agreement and bilateral ones between other pairs of parties, all in force."""
    known = sorted(code for code in CODES if _is_party(code))
    base = load_instrument(_BASE)
    others = [code for code in known if base.party(code) is None]
    bilateral = load_instrument(_BILATERAL)
    pairs = list(itertools.islice(itertools.combinations(others, 2), count - 1))
    agreements = [base, *(_between(bilateral, *pair, n) for n, pair in enumerate(pairs))]
    return Registry.of([Standing(compile_agreement(each), _BEGINNING) for each in agreements])


def _is_party(code: str) -> bool:
    try:
        parse_party(code)
    except BadInput:
        return False
    return True


def _between(agreement: Agreement, one: str, other: str, number: int) -> Agreement:
    """Return the same treaty between two other parties."""
    first, second = (party.code for party in agreement.parties)
    text = canonical_bytes(msgspec.structs.replace(agreement, id=f"{agreement.id}-{number}")).decode()
    text = text.replace(f'"{first}"', f'"{one}"').replace(f'"{second}"', f'"{other}"')
    return parse_agreement(text.encode())


def _book(count: int) -> Rulebook:
    """Return the law of the house, filled up to `count` with rules of the same law under other ids."""
    rules = list(house_rulebook().rules)
    further = [replace(rule, id=f"{rule.id}.again", displaces=frozenset()) for rule in rules]
    return Rulebook.of([*rules, *further[: max(0, count - len(rules))]])


def _questions(draw: random.Random, registry: Registry, count: int) -> tuple[list[Asked], list[Asked]]:
    """Return exchanges that are permitted, and questions of every stage that are denied."""
    permitted: list[Asked] = []
    denied: list[Asked] = []
    agreement = load_instrument(_BASE)
    for act in _endless(draw, agreement):
        if len(permitted) >= count and len(denied) >= count:
            return permitted[:count], denied[:count]
        question, at = act.question()
        decision = decide(question, at, at, registry)
        if decision.permitted and question.stage in _EXCHANGES:
            permitted.append((question, at))
        elif decision.outcome is Outcome.DENY:
            denied.append((question, at))
    return permitted, denied


def _endless(draw: random.Random, agreement: Agreement) -> Iterator[Around]:
    spoken = [
        Around(view_document(agreement, a.stage, a.operation, a.category), a.condition, draw) for a in acts(agreement)
    ]
    while True:
        yield draw.choice(spoken)


def _acts_of_law(draw: random.Random, count: int) -> list[Asked]:
    """Return the scenarios of rules of law as questions: half of them fire a rule, many with a time limit."""
    rules: Sequence[Rule] = house_law()
    asked = [scenario_question(rule, scenario) for rule in rules for scenario in rule.scenarios]
    draw.shuffle(asked)
    return asked[:count]


def _costs(questions: Sequence[Asked], ask: Callable[[Question, Instant], Decision]) -> list[float]:
    return [min(_cost_us(question, at, ask) for _ in range(_REPEATS)) for question, at in questions]


def _cost_us(question: Question, at: Instant, ask: Callable[[Question, Instant], Decision]) -> float:
    begun = time.process_time_ns()
    for _ in range(_INNER):
        ask(question, at)
    return (time.process_time_ns() - begun) / 1000 / _INNER


def _cedar_beside(draw: random.Random) -> dict[str, float]:
    """Return what Cedar takes for the same slices, one policy each and asked in one batch."""
    if not cedar.available():
        return {}
    act = draw.choice([each for each in acts(load_instrument(_BASE)) if each.stage in _EXCHANGES])
    contexts = [cedar.sliced_context(sample.facts, act.condition) for sample in act.samples(draw, 500)]
    policy = cedar.policy_text(act.condition)
    begun = time.process_time_ns()
    cedar.permitted(policy, contexts)
    return {"cedarpy, sliced": (time.process_time_ns() - begun) / 1000 / len(contexts)}


MEASURE = Measure((_EXCHANGE, _DENIAL, _LAW, _GROWTH), _run)
