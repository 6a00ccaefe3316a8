"""Agreements between the authorities inside one party: they narrow what law opens at home, and open nothing.

Where such agreements stand between the authority that looks and the one that answers for the record, what none of them
permits is forbidden; where none stands, law alone decides. A suspended one permits nothing, so that suspending never
opens; one that has ended is gone. None of them hides what saves life or concerns a child at risk.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from comity.agreements.asked import Asked
from comity.agreements.clause_compile import protects
from comity.agreements.fields import is_covered
from comity.agreements.reasons import Code, reason, strictest_first
from comity.agreements.registry import Registry, Standing
from comity.agreements.verdict import binding, concerned
from comity.agreements.weigh import weigh
from comity.core.decision import Decision, Question, Reason
from comity.core.time import Instant


def between_authorities(
    question: Question, at: Instant, known_at: Instant, agreements: Registry
) -> tuple[Standing, ...]:
    """Return the agreements that stand between the authority that looks and the one whose record it is."""
    home = agreements.at_home.get(question.actor.party, ())
    return tuple(each for each in home if _governs(each, question, at, known_at)) if home else ()


def narrowed(asked: Asked, known_at: Instant, home: Decision, inside: Sequence[Standing]) -> Decision:
    """Return what is left of an answer by law once the agreements between the authorities have narrowed it."""
    if not home.permitted or not inside:
        return home
    said = weigh(asked, known_at, inside)
    if not said.permitted:
        return msgspec.structs.replace(said, reasons=strictest_first({_in_place(each) for each in said.reasons}))
    by_law, agreed = frozenset(home.fields), frozenset(said.fields)
    both = {name for name in agreed if is_covered(name, by_law)} | {name for name in by_law if is_covered(name, agreed)}
    return msgspec.structs.replace(
        said,
        reasons=strictest_first({*home.reasons, *said.reasons}),
        fields=tuple(sorted(both)),
        obligations=tuple(sorted({*home.obligations, *said.obligations})),
    )


def _governs(standing: Standing, question: Question, at: Instant, known_at: Instant) -> bool:
    owner, compiled = question.owner, standing.compiled
    if owner is None or owner.authority == question.actor.authority or not standing.stands(at, known_at):
        return False
    if protects((question.operation, question.category), (question.purpose,)):
        return False
    bound = compiled.parties[question.actor.party]
    pair = concerned(question, compiled)
    return (
        bound.authorities is not None
        and bound.authorities.issuperset({question.actor.authority, owner.authority})
        and binding(bound, question.category, at)
        and not standing.has_left(pair, at, known_at)
    )


def _in_place(said: Reason) -> Reason:
    """Say of what no clause covers that the authorities have not opened it: law would."""
    if said.code != Code.OUT_OF_SCOPE:
        return said
    return reason(Code.NARROWED_AT_HOME, said.basis, said.clause)
