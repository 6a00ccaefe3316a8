"""The one decision point: may this be done? Default deny, all failing reasons, the same answer in whatever order.

A question names a stage. ENQUEUE, TRANSMIT and RECEIPT ask about sender and receiver of an exchange; USE about an
authority that searches or acts on records held here; ACT about an act at home; ONWARD about handing received data on.

Permission has sources: a clause of an agreement in force between the parties concerned; national law for an act at
home that no agreement covers, narrowed by what its own authorities agreed; a rule of law that permits (never for an
exchange, which rests on clauses alone). Against it stand rules and clauses that forbid, and the floor, which nothing
overrides. What fires is joined as sets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import msgspec

from comity.agreements.asked import Asked, Watched
from comity.agreements.combine import combine, default_denial, denial, duty, surviving
from comity.agreements.floor import floor_fired
from comity.agreements.inside import between_authorities, narrowed
from comity.agreements.national import decide_at_home, has_national_basis
from comity.agreements.quick import permit_exchange
from comity.agreements.reasons import Code, reason
from comity.agreements.registry import Registry, Standing
from comity.agreements.rulebook import Fired, Rulebook
from comity.agreements.slices import EXCHANGE_STAGES
from comity.agreements.terms import Effect
from comity.agreements.verdict import ISSUER_FACT, binding, concerned, pair_of
from comity.agreements.vocabulary import OWNER_OPERATIONS
from comity.agreements.weigh import weigh
from comity.core.decision import Decision, Fact, Outcome, Question, Stage
from comity.core.time import Instant

__all__ = ["ISSUER_FACT", "answer", "decide", "decide_at_length", "decide_watched", "judge"]

_NO_BASIS: Final = "default deny: what no agreement permits is forbidden"
_AFTER_END: Final = frozenset({Stage.USE, Stage.ONWARD})
_NOTIFICATIONS: Final = "notifications"
_RESTING: Final = frozenset({Effect.PERMIT, Effect.REFER})
"""What a suspension stops: ways to get something. Prohibitions and duties on what was received go on."""
_NO_LAW: Final = Rulebook()


def decide(
    question: Question, at: Instant, known_at: Instant, agreements: Registry, law: Rulebook = _NO_LAW
) -> Decision:
    """Answer `question` by the agreements in force at `at`, as they were known at `known_at`, and by the law of `at`.

    A permit carries the clauses, the fields that may pass (of those asked about; at USE with none named, all that may
    be seen), the obligations, time limits, rule versions and the agreement. A denial carries the failing reasons of
    the clauses that come nearest and of all rules that forbid, the strictest first. Never raises for any content of a
    question.
    """
    if question.stage in EXCHANGE_STAGES:
        at_once = permit_exchange(question, at, known_at, agreements)
        if at_once is not None:
            return at_once
    return decide_at_length(question, at, known_at, agreements, law)


def decide_at_length(
    question: Question, at: Instant, known_at: Instant, agreements: Registry, law: Rulebook = _NO_LAW
) -> Decision:
    """Answer as `decide` does, by the long way."""
    standing = _standing(question, at, known_at, agreements)
    asked = Asked(_hearing(question, standing, at, known_at), at)
    return _joined(asked, known_at, agreements, standing, law)


def decide_watched(
    question: Question, at: Instant, known_at: Instant, agreements: Registry, law: Rulebook = _NO_LAW
) -> tuple[Decision, bool]:
    """Answer as `decide` does, by the long way, and say whether any condition read the clock."""
    standing = _standing(question, at, known_at, agreements)
    asked = Watched(_hearing(question, standing, at, known_at), at)
    return _joined(asked, known_at, agreements, standing, law), asked.clock_read


def judge(
    question: Question, at: Instant, known_at: Instant, agreements: Registry, law: Rulebook = _NO_LAW
) -> Decision:
    """Answer which duties, time limits and retention rules fire; the outcome is `duty`, which allows nothing.

    `effect` is the word of the strictest (`delete`, `notify`, `overdue` ...), or `none` where nothing fires.
    """
    standing = _standing(question, at, known_at, agreements)
    asked = Asked(_hearing(question, standing, at, known_at), at)
    return duty(_fired(asked, known_at, standing, law))


def answer(
    question: Question, at: Instant, known_at: Instant, agreements: Registry, law: Rulebook = _NO_LAW
) -> Decision:
    """Answer as `decide`; where nothing but the default stands against an act that duties speak of, as `judge`."""
    decision = decide(question, at, known_at, agreements, law)
    if decision.outcome is not Outcome.DENY or not default_denial(decision):
        return decision
    judged = judge(question, at, known_at, agreements, law)
    return judged if judged.reasons else decision


def _joined(asked: Asked, known_at: Instant, agreements: Registry, standing: list[Standing], law: Rulebook) -> Decision:
    base = _by_basis(asked, known_at, agreements, standing)
    inside: tuple[Standing, ...] = ()
    if agreements.at_home and _is_own(asked.question):
        inside = between_authorities(asked.question, asked.at, known_at, agreements)
    fired = _fired(asked, known_at, [*standing, *inside], law)
    decision = combine(asked, base, fired) if fired else base
    return surviving(decision) if _is_over(asked.question, standing, asked.at, known_at) else decision


def _fired(asked: Asked, known_at: Instant, standing: list[Standing], law: Rulebook) -> list[Fired]:
    """Return all that fires: the floor always, clauses of other effect, and law on acts that are no exchange."""
    fired = floor_fired(asked)
    bound = [each for each in standing if each.compiled.rules.rules]
    for each in bound:
        lineage = frozenset({each.compiled.lineage})
        fired += [
            one
            for one in each.compiled.rules.firing(asked, lineage)
            if one.rule.effect not in _RESTING
            or not any(pause.stops(str(one.rule.reason.clause), asked.at, known_at) for pause in each.pauses)
        ]
    if law.rules and asked.question.stage not in EXCHANGE_STAGES:
        fired += law.firing(asked, frozenset(each.compiled.lineage for each in standing))
    return fired


def _standing(question: Question, at: Instant, known_at: Instant, agreements: Registry) -> list[Standing]:
    """Return the agreements that stand for the question; for what was received, also those whose terms survive."""
    found = _standings(question, agreements)
    standing = [each for each in found if each.stands(at, known_at)]
    if any(each.pauses or each.departures for each in standing):
        standing = [each for each in (_as_between(one, question, at, known_at) for one in standing) if each is not None]
    if not standing and question.stage in EXCHANGE_STAGES:
        return _successors(found, question, at, known_at, agreements)
    if not standing and question.stage in _AFTER_END:
        return [each for each in found if each.survives(at, known_at)]
    return standing


def _successors(
    found: tuple[Standing, ...], question: Question, at: Instant, known_at: Instant, agreements: Registry
) -> list[Standing]:
    """Return what took the place of a version that an exchange names: it was lined up before the amendment began."""
    if question.agreement is None or not found:
        return []
    named = found[0].compiled
    later = [
        each
        for each in agreements.by_lineage.get(named.lineage, ())
        if each.compiled.version > named.version and each.stands(at, known_at)
    ]
    between = (_as_between(each, question, at, known_at) for each in later)
    return [each for each in between if each is not None]


def _hearing(question: Question, standing: list[Standing], at: Instant, known_at: Instant) -> Question:
    """Return the question with the notifications that have arrived, where clauses may read them and none are asserted.

    An act may not count on what it merely says has arrived: clauses that sleep are woken by what is on record alone.
    """
    if not any(each.arrivals for each in standing) or any(fact.name == _NOTIFICATIONS for fact in question.facts):
        return question
    arrived = frozenset[str]().union(*(each.arrived(at, known_at) for each in standing))
    heard = Fact(name=_NOTIFICATIONS, value=tuple(sorted(arrived)))
    return msgspec.structs.replace(question, facts=(*question.facts, heard))


def _as_between(standing: Standing, question: Question, at: Instant, known_at: Instant) -> Standing | None:
    """Return a standing as it is between the parties concerned: without pauses of others; None once one has left.

    What was received stays under the terms also of a party that left, if those survive.
    """
    pair = concerned(question, standing.compiled)
    if standing.has_left(pair, at, known_at):
        return standing if question.stage in _AFTER_END and standing.compiled.terms_survive else None
    if pair[1] is None and has_national_basis(question):
        # A suspension stops what passes between parties: at home a record is entered and kept as before.
        return replace(standing, pauses=())
    return replace(standing, pauses=tuple(pause for pause in standing.pauses if pause.between(*pair)))


def _is_over(question: Question, standing: list[Standing], at: Instant, known_at: Instant) -> bool:
    """Say whether the question rests on surviving terms alone."""
    return (
        question.stage in _AFTER_END
        and bool(standing)
        and all(
            not each.stands(at, known_at) or each.has_left(concerned(question, each.compiled), at, known_at)
            for each in standing
        )
    )


def _by_basis(asked: Asked, known_at: Instant, agreements: Registry, standing: list[Standing]) -> Decision:
    question = asked.question
    if _is_own(question):
        inside = between_authorities(question, asked.at, known_at, agreements)
        return narrowed(asked, known_at, decide_at_home(question), inside)
    if standing and standing[0].compiled.internal:
        return _by_name(asked, known_at, agreements, standing)
    if not standing and question.agreement is not None:
        return denial({reason(_why_not(_standings(question, agreements), asked.at, known_at), _NO_BASIS)})
    if question.stage is Stage.ACT and has_national_basis(question):
        standing = [each for each in standing if _binds(each, question, asked.at)]
    if not standing:
        if has_national_basis(question):
            return decide_at_home(question)
        return denial({reason(Code.NOT_PARTY, _NO_BASIS)})
    return weigh(asked, known_at, standing)


def _why_not(found: tuple[Standing, ...], at: Instant, known_at: Instant) -> Code:
    """Say why a version that is named does not stand: not known here, over for good, or not (yet) in force."""
    if not found:
        return Code.UNKNOWN_AGREEMENT
    return Code.ENDED if all(each.is_over(at, known_at) for each in found) else Code.NOT_IN_FORCE


def _by_name(asked: Asked, known_at: Instant, agreements: Registry, standing: list[Standing]) -> Decision:
    """Answer a question about one agreement inside a party: what law opens at home, narrowed by just that."""
    at_home = msgspec.structs.replace(asked.question, agreement=None)
    if not _is_own(at_home):
        return denial({reason(Code.OUT_OF_SCOPE, standing[0].compiled.basis)}, standing[0].compiled.id)
    governing = set(map(id, between_authorities(at_home, asked.at, known_at, agreements)))
    inside = [each for each in standing if id(each) in governing]
    if not inside:
        return denial({reason(Code.NOT_PARTY, standing[0].compiled.basis)}, standing[0].compiled.id)
    return narrowed(asked, known_at, decide_at_home(at_home), inside)


def _is_own(question: Question) -> bool:
    """Say whether this is about looking at a record of one's own party: no agreement is needed, national law rules."""
    owner = question.owner
    return (
        has_national_basis(question)
        and question.operation not in OWNER_OPERATIONS
        and owner is not None
        and owner.party == question.actor.party
    )


def _standings(question: Question, agreements: Registry) -> tuple[Standing, ...]:
    if question.agreement is not None:
        return agreements.by_id.get(question.agreement, ())
    first, second = pair_of(question)
    if second is None:
        return agreements.acting(first, question.operation, question.category)
    return agreements.by_pair.get((first, second), ())


def _binds(standing: Standing, question: Question, at: Instant) -> bool:
    compiled = standing.compiled
    bound = compiled.parties.get(question.actor.party)
    covered = compiled.slices.get((question.operation, question.category), ())
    return bound is not None and binding(bound, question.category, at) and bool(covered)
