"""The decision beside its two checkers, on the same questions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from comity.agreements.asked import gather_question
from comity.agreements.compile import Compiled, compile_agreement
from comity.agreements.decide import decide
from comity.agreements.expr.records import And, Condition, FactValue, Not
from comity.agreements.floor import cannot_be_stopped, floor_conditions
from comity.agreements.prove import cedar
from comity.agreements.prove.forbids import forbidding
from comity.agreements.prove.formula import ARRIVED, permits
from comity.agreements.prove.views import acts_of, view_document
from comity.agreements.records import Agreement
from comity.agreements.registry import Arrival, Registry, Standing
from comity.bench.agreements.questions import Around
from comity.core.decision import Question, Stage
from comity.core.time import Instant

_BEGINNING = Instant(-(2**62))


@dataclass(frozen=True)
class Sample:
    """One question with all that a checker reads of it, and what was decided."""

    facts: dict[str, FactValue]
    permitted: bool


@dataclass(frozen=True)
class Act:
    """One act of one agreement: its condition, as read from the document."""

    agreement: Agreement
    compiled: Compiled
    stage: Stage
    operation: str
    category: str
    condition: Condition

    def samples(self, draw: random.Random, count: int) -> Iterator[Sample]:
        """Draw questions, and decide each."""
        around = Around(view_document(self.agreement, self.stage, self.operation, self.category), self.condition, draw)
        registries: dict[frozenset[str], Registry] = {}
        for _ in range(count):
            question, at = around.question()
            arrived = around.arrived()
            if arrived not in registries:
                arrivals = tuple(Arrival(name, _BEGINNING) for name in sorted(arrived))
                registries[arrived] = Registry.of([Standing(self.compiled, _BEGINNING, arrivals=arrivals)])
            yield self._sample(question, at, arrived, registries[arrived])

    def _sample(self, question: Question, at: Instant, arrived: frozenset[str], registry: Registry) -> Sample:
        question = msgspec.structs.replace(question, agreement=self.compiled.id)
        decision = decide(question, at, at, registry)
        facts = gather_question(question, at)
        facts[ARRIVED] = tuple(sorted(arrived))
        return Sample(facts, decision.permitted)


def acts(agreement: Agreement) -> list[Act]:
    """Return every act that the agreement speaks of, with the condition on which it is permitted."""
    compiled = compile_agreement(agreement)
    return [
        Act(agreement, compiled, stage, operation, category, _condition(agreement, stage, operation, category))
        for stage, operation, category in acts_of(agreement)
    ]


def disagreements(act: Act, draw: random.Random, count: int) -> tuple[int, int]:
    """Return how many answers of Cedar differ from the decision, and how many questions were permitted."""
    samples = list(act.samples(draw, count))
    contexts = [cedar.sliced_context(sample.facts, act.condition) for sample in samples]
    answers = cedar.permitted(cedar.policy_text(act.condition), contexts)
    wrong = sum(answer is not sample.permitted for answer, sample in zip(answers, samples, strict=True))
    return wrong, sum(sample.permitted for sample in samples)


def _condition(agreement: Agreement, stage: Stage, operation: str, category: str) -> Condition:
    """The document permits it, and neither a clause of it nor the floor forbids it or sends it to a person."""
    view = view_document(agreement, stage, operation, category)
    against = [*forbidding(agreement, operation, category), *floor_conditions(operation)]
    if cannot_be_stopped(operation, ""):
        against = list(floor_conditions(operation))
    return And((permits(view), *(Not(each) for each in against))) if against else permits(view)
