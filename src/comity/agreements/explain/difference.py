"""What an amendment changes in decisions, by example: the same questions put to both versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import answer
from comity.agreements.explain.examples import examples_of, onward_examples
from comity.agreements.explain.tongue import Tongue
from comity.agreements.life.rules import BEGINNING, always
from comity.agreements.life.standing import standings_of
from comity.agreements.records import Agreement
from comity.agreements.registry import Arrival, Registry
from comity.agreements.stated import clauses_of
from comity.core.decision import Decision, Question
from comity.core.time import Instant, start_of_day


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One version's answer to an example."""

    outcome: str
    effect: str
    reasons: tuple[str, ...]
    obligations: tuple[str, ...]
    fields: tuple[str, ...]
    clauses: tuple[str, ...]
    basis: tuple[str, ...]


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A question that the two versions answer differently."""

    question: Question
    before: Said
    after: Said


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The examples that differ, of all that were put; `left_out` of them are not told."""

    first: str
    second: str
    asked: int
    examples: tuple[Example, ...]
    left_out: int


def compare(first: Agreement, second: Agreement, *, most: int = 40) -> Difference:
    """Put examples made from both versions to both, each as if in force alone with all its clauses awake and asleep.

    What a person would not tell apart is told once: of examples that differ alike in one clause, the first.
    """
    at = _day_of(first, second)
    books = [(_registry(each, at, awake=awake)) for each in (first, second) for awake in (True, False)]
    found: dict[tuple[object, ...], Example] = {}
    asked = 0
    for question in dict.fromkeys(_questions(first, second, at)):
        asked += 1
        for before, after in ((books[0], books[2]), (books[1], books[3])):
            one, other = (_said(answer(question, at, at, book)) for book in (before, after))
            if one != other:
                key = (question.operation, question.category, one, other)
                found.setdefault(key, Example(question=question, before=one, after=other))
    told = tuple(found.values())
    return Difference(
        first=f"{first.id} v{first.version}",
        second=f"{second.id} v{second.version}",
        asked=asked,
        examples=told[:most],
        left_out=max(0, len(told) - most),
    )


def lines_of_difference(found: Difference, tongue: Tongue) -> Iterator[str]:
    """Give the difference as lines for a terminal."""
    if not found.examples:
        yield tongue.say("diff_same")
        return
    yield tongue.say("diff_head", first=found.first, second=found.second)
    for example in found.examples:
        yield ""
        yield f"- {example_words(example.question, tongue)}"
        for when, said in (("before", example.before), ("after", example.after)):
            yield tongue.say("diff_line", when=tongue.say(f"diff_{when}"), said=said_words(said, tongue))
    if found.left_out:
        yield f"(+{found.left_out})"


def example_words(question: Question, tongue: Tongue) -> str:
    """Return a question in words."""
    facts = tongue.joined(_fact_words(fact.name, fact.value, tongue) for fact in question.facts)
    return tongue.say(
        "diff_example",
        party=question.actor.party,
        operation=tongue.word("operations", question.operation),
        category=tongue.word("categories", question.category),
        purpose=tongue.word("purposes", question.purpose),
        role=tongue.say("diff_role", role=tongue.word("roles", question.role)) if question.role else "",
        facts=tongue.say("diff_facts", facts=facts) if facts else "",
        fields=tongue.say("diff_fields", fields=tongue.listed("fields", question.fields)) if question.fields else "",
    )


def said_words(said: Said, tongue: Tongue) -> str:
    """Return an answer in words."""
    reasons = " ".join(tongue.word("reasons", code) for code in said.reasons)
    text = tongue.say("diff_answer", outcome=tongue.say(f"outcome_{said.outcome}"), effect=said.effect, reasons=reasons)
    duties = " ".join(tongue.word("obligations", each) for each in said.obligations)
    basis = f" [{'; '.join(said.basis)}]" if said.basis else ""
    return text + (f" {tongue.say('diff_duties', duties=duties)}" if duties else "") + basis


def _fact_words(name: str, value: object, tongue: Tongue) -> str:
    fact = tongue.word("facts", name)
    if isinstance(value, bool):
        return tongue.say("fact_true" if value else "fact_false", fact=fact)
    shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return tongue.say("fact_value", fact=fact, value=shown or tongue.say("none"))


def _questions(first: Agreement, second: Agreement, at: Instant) -> Iterator[Question]:
    for agreement in (first, second):
        for clause in clauses_of(agreement):
            yield from examples_of(agreement, clause, at)
        yield from onward_examples(agreement)


def _day_of(first: Agreement, second: Agreement) -> Instant:
    """Return a day on which both may be asked: when every party of both is bound."""
    days = [party.bound_from.value for each in (first, second) for party in each.parties]
    days += [each.in_force_from.value for each in (first, second) if each.in_force_from is not None]
    return start_of_day(max(days))


def _registry(agreement: Agreement, at: Instant, *, awake: bool) -> Registry:
    standings = standings_of(compile_agreement(agreement), always(BEGINNING))
    arrivals = tuple(Arrival(word, at) for word in _words(agreement)) if awake else ()
    return Registry.of(replace(each, arrivals=arrivals) for each in standings)


def _words(agreement: Agreement) -> Iterator[str]:
    for clause in agreement.clauses:
        activation = clause.activation
        if activation is not None:
            yield from activation.notifications.value if activation.notifications else ()
            yield from activation.arrangements.value if activation.arrangements else ()


def _said(decision: Decision) -> Said:
    return Said(
        outcome=decision.outcome.value,
        effect=decision.effect,
        reasons=decision.codes,
        obligations=decision.obligations,
        fields=decision.fields,
        clauses=decision.clauses,
        basis=tuple(dict.fromkeys(reason.basis for reason in decision.reasons)),
    )
