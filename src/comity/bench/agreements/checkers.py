"""How often Cedar and z3 say otherwise than what was decided, and what a proof costs."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterable, Iterator
from typing import Final

from comity.agreements.compile import compile_agreement
from comity.agreements.prove import cedar, smt
from comity.agreements.prove.compiled import view_compiled
from comity.agreements.prove.equality import acts_to_prove
from comity.agreements.prove.formula import permits
from comity.agreements.prove.views import view_document
from comity.agreements.ready import instrument_names, load_instrument
from comity.bench.agreements.checking import Act, acts, disagreements
from comity.bench.agreements.mutants import dressed
from comity.bench.harness import Measure, Setting
from comity.bench.measure import percentile
from comity.bench.records import Figure, measured

_CEDAR, _UNEQUAL, _PROOF, _SAMPLES = "cedar.disagreements", "z3.unequal", "z3.proof-cpu", "z3.disagreements"
_SEED: Final = 20260301
_BATCH: Final = 100
_MS: Final = 1000


def _cedar(setting: Setting) -> Iterable[Figure]:
    count = setting.at_scale(10_000, 1_000_000)
    if not cedar.available():
        yield measured(_CEDAR, None, "answers", goal=0)
        return
    draw = random.Random(_SEED)
    spoken = _spoken()
    each = max(1, count // len(spoken))
    wrong = permitted = asked = 0
    for number, act in enumerate(spoken):
        setting.progress.step(number, len(spoken), _CEDAR)
        for batch in _batches(each):
            differing, allowed = disagreements(act, draw, batch)
            wrong, permitted, asked = wrong + differing, permitted + allowed, asked + batch
    for act in itertools.islice(itertools.cycle(spoken), max(0, count - asked)):
        differing, allowed = disagreements(act, draw, 1)
        wrong, permitted, asked = wrong + differing, permitted + allowed, asked + 1
    beside = {"questions": asked, "permitted": permitted, "acts": len(spoken), "seed": _SEED}
    yield measured(_CEDAR, wrong, "answers", goal=0, beside=beside)


def _z3(setting: Setting) -> Iterable[Figure]:
    if not smt.available():
        for name, unit in ((_UNEQUAL, "clause sets"), (_PROOF, "ms"), (_SAMPLES, "answers")):
            yield measured(name, None, unit, goal=0)
        return
    yield from _proofs()
    yield _sampled(setting.at_scale(2_000, 10_000))


def _proofs() -> Iterator[Figure]:
    """Prove every clause set of every ready agreement: what was compiled permits exactly what the document does."""
    costs: list[float] = []
    unequal = 0
    for name in instrument_names():
        agreement = dressed(load_instrument(name))
        compiled = compile_agreement(agreement)
        space = smt.Space()
        for act in acts_to_prove(agreement, compiled):
            begun = time.process_time()
            one, other = view_document(agreement, *act), view_compiled(compiled, *act)
            unequal += space.equal(permits(one), permits(other)) is not True
            costs.append((time.process_time() - begun) * _MS)
    yield measured(_UNEQUAL, unequal, "clause sets", goal=0, beside={"clause sets": len(costs)})
    yield measured(
        _PROOF, percentile(costs, 99), "ms", goal=50, beside={"p50": percentile(costs, 50), "max": max(costs)}
    )


def _sampled(count: int) -> Figure:
    draw = random.Random(_SEED + 1)
    spoken = _spoken()
    wrong = asked = 0
    space = smt.Space()
    for act in spoken:
        oracle = smt.Oracle(space, act.condition)
        for sample in act.samples(draw, max(1, -(-count // len(spoken)))):
            asked += 1
            wrong += oracle.holds(sample.facts) is not sample.permitted
    return measured(_SAMPLES, wrong, "answers", goal=0, beside={"questions": asked, "seed": _SEED + 1})


def _spoken() -> list[Act]:
    """Return every act of every ready agreement, with reservations, opt-outs and days put in."""
    return [act for name in instrument_names() for act in acts(dressed(load_instrument(name)))]


def _batches(count: int) -> Iterator[int]:
    for begun in range(0, count, _BATCH):
        yield min(_BATCH, count - begun)


CEDAR = Measure((_CEDAR,), _cedar)
Z3 = Measure((_UNEQUAL, _PROOF, _SAMPLES), _z3)
