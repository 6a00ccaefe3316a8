"""The one decision point: may this be done? Default deny, all failing reasons, the same answer in whatever order.

A question names a stage. ENQUEUE, TRANSMIT and RECEIPT ask about sender and receiver of an exchange; USE about an
authority that searches or acts on records held here; ACT about an act at home; ONWARD about handing received data on.

Facts and roles are judged where they can be known: at ACT and USE a condition must be asserted true and a role given;
between nodes (the act itself was judged at home) both are judged if given. A question without agreement rests on those
in force between the parties concerned; an act at home that none of them covers rests on national law.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.agreements.compile import CHECK_ISSUER, EXCHANGE_STAGES, LOG, Bound, Compiled, Slice
from comity.agreements.fields import all_covered, is_covered, missing_from
from comity.agreements.national import decide_at_home, has_national_basis
from comity.agreements.reasons import Code, reason, strictest_first
from comity.agreements.registry import Registry, Standing
from comity.agreements.roles import category_open_to, purpose_open_to
from comity.agreements.vocabulary import FULL_STATE_OPERATIONS, OWNER_OPERATIONS, Onward
from comity.core.decision import Decision, Outcome, Question, Reason, Stage
from comity.core.time import Instant

ISSUER_FACT: Final = "issuer"
"""Fact that names the party which entered the record a report is about."""
CONSENT_FACT: Final = "issuer_consent"

_NO_BASIS: Final = "default deny: what no agreement permits is forbidden"
_OWNER_BASIS: Final = "Reg (EU) 2018/1862 Art 59(3)"


def decide(question: Question, at: Instant, known_at: Instant, agreements: Registry) -> Decision:
    """Answer `question` by the agreements in force at `at`, as they were known at `known_at`.

    A permit carries the clauses, the fields that may pass (of those asked about; at USE with none named, all that may
    be seen), the obligations and the agreement. A denial carries the failing reasons of the clauses that come nearest,
    the strictest first. Never raises for any content of a question.
    """
    if _is_own(question):
        return decide_at_home(question)
    found = _standings(question, agreements)
    standing = [each.compiled for each in found if each.stands(at, known_at)]
    if not standing and question.agreement is not None:
        code = Code.NOT_IN_FORCE if found else Code.UNKNOWN_AGREEMENT
        return _denial({reason(code, _NO_BASIS)})
    if question.stage is Stage.ACT and has_national_basis(question):
        standing = [each for each in standing if _binds(each, question, at)]
    if not standing:
        if has_national_basis(question):
            return decide_at_home(question)
        return _denial({reason(Code.NOT_PARTY, _NO_BASIS)})
    return _by_agreements(question, at, standing)


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
    first, second = _pair(question)
    if second is None:
        return agreements.by_act.get((first, question.operation, question.category), ())
    return agreements.by_pair.get((first, second), ())


def _pair(question: Question) -> tuple[str, str | None]:
    """Name the parties concerned: sender and receiver, the user and the record's owner, the actor and the addressee."""
    actor = question.actor.party
    if question.stage in EXCHANGE_STAGES:
        return question.sender or actor, question.receiver or ""
    if question.stage in {Stage.USE, Stage.ONWARD}:
        return actor, question.owner.party if question.owner else None
    return actor, question.receiver


def _binds(compiled: Compiled, question: Question, at: Instant) -> bool:
    bound = compiled.parties.get(question.actor.party)
    covered = compiled.slices.get((question.operation, question.category), ())
    return bound is not None and _binding(bound, question.category, at) and bool(covered)


def _binding(bound: Bound, category: str, at: Instant) -> bool:
    return at >= bound.since and category not in bound.excluded


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What one agreement says: the slices that permit, or the reasons that stand against the nearest ones."""

    compiled: Compiled
    permits: tuple[Slice, ...]
    against: frozenset[Reason]


def _by_agreements(question: Question, at: Instant, standing: list[Compiled]) -> Decision:
    verdicts = []
    for compiled in standing:
        verdict = _verdict(question, at, compiled)
        if not verdict.against:
            return _permit(question, verdict)
        verdicts.append(verdict)
    nearest = min(len(verdict.against) for verdict in verdicts)
    close = [verdict for verdict in verdicts if len(verdict.against) == nearest]
    reasons = {each for verdict in close for each in verdict.against}
    return _denial(reasons, close[0].compiled if len(standing) == 1 else None)


def _verdict(question: Question, at: Instant, compiled: Compiled) -> _Verdict:
    against = _party_reasons(question, at, compiled)
    if question.stage is Stage.ONWARD:
        return _Verdict(compiled, (), frozenset(against | _onward_reasons(question, compiled)))
    slices = compiled.staged.get((question.stage, question.operation, question.category), ())
    if not slices:
        against.add(reason(Code.OUT_OF_SCOPE, compiled.basis))
        return _Verdict(compiled, (), frozenset(against))
    permits = tuple([each for each in slices if _permits(question, each, compiled)])
    if not permits:
        judged = [_slice_reasons(question, each, compiled) for each in slices]
        nearest = min(map(len, judged))
        against.update(*(reasons for reasons in judged if len(reasons) == nearest))
    return _Verdict(compiled, permits, frozenset(against))


def _party_reasons(question: Question, at: Instant, compiled: Compiled) -> set[Reason]:
    found: set[Reason] = set()
    first, second = _pair(question)
    concerned = {first} if second is None else {first, second}
    if question.stage in {Stage.ENQUEUE, Stage.TRANSMIT}:
        concerned.add(question.actor.party)
    for party in concerned:
        bound = compiled.parties.get(party)
        if bound is None:
            found.add(reason(Code.NOT_PARTY, compiled.basis))
        elif not _binding(bound, question.category, at):
            found.add(reason(Code.NOT_BOUND, bound.basis))
    if first == second:
        found.add(reason(Code.OUT_OF_SCOPE, compiled.basis, detail=" Nothing is exchanged with oneself."))
    return found


def _permits(question: Question, piece: Slice, compiled: Compiled) -> bool:
    """Say whether nothing stands against it: `_slice_reasons` without the words, what fails most often first."""
    return (
        _purpose_fits(question, piece)
        and _role_authorised(question, piece, compiled)
        and _sides_named(question, piece)
        and _owner_gives(question, piece)
        and _receiver_entitled(question, piece)
        and not (piece.demands and _condition_reasons(question, piece))
        and (question.stage is Stage.USE or not _field_reasons(question, piece))
    )


def _slice_reasons(question: Question, piece: Slice, compiled: Compiled) -> set[Reason]:
    found: set[Reason] = set()
    if not _owner_gives(question, piece):
        found.add(reason(Code.ISSUER_ONLY, _OWNER_BASIS, piece.clause))
    if not _receiver_entitled(question, piece):
        found.add(reason(Code.ISSUER_ONLY, piece.basis, piece.clause))
    if not _sides_named(question, piece):
        found.add(reason(Code.NOT_PARTY, piece.basis, piece.clause))
    if not _role_authorised(question, piece, compiled):
        found.add(reason(Code.ROLE_NOT_AUTHORISED, piece.basis, piece.clause))
    if not _purpose_fits(question, piece):
        found.add(reason(Code.PURPOSE_FORBIDDEN, piece.basis, piece.clause))
    found |= _condition_reasons(question, piece)
    return found | _field_reasons(question, piece)


def _owner_gives(question: Question, piece: Slice) -> bool:
    if not piece.owner_gives and question.operation not in OWNER_OPERATIONS:
        return True
    if question.owner is None:
        return False
    if question.stage in EXCHANGE_STAGES:
        return question.owner.party == question.sender and (
            question.stage is Stage.RECEIPT or question.actor.party == question.sender
        )
    return question.owner == question.actor


def _receiver_entitled(question: Question, piece: Slice) -> bool:
    if not piece.owner_receives:
        return True
    issuer = _fact(question, ISSUER_FACT)
    if issuer is None and question.stage in {Stage.TRANSMIT, Stage.RECEIPT}:
        return True  # addressed when it was enqueued; the receiving subject is obliged to check it
    return issuer is not None and issuer == question.receiver


def _sides_named(question: Question, piece: Slice) -> bool:
    giver, receiver = _pair(question)
    if question.stage is Stage.USE:
        giver, receiver = receiver or giver, giver
    given = piece.givers is None or giver in piece.givers
    return given and (piece.receivers is None or receiver is None or receiver in piece.receivers)


def _role_authorised(question: Question, piece: Slice, compiled: Compiled) -> bool:
    acting = question.actor
    bound = compiled.parties.get(acting.party)
    if bound is not None and bound.authorities is not None and acting.authority not in bound.authorities:
        return False
    role = question.role
    if role is None:
        return piece.roles is None or question.stage in EXCHANGE_STAGES
    if bound is not None and bound.roles is not None and role not in bound.roles:
        return False
    if piece.roles is not None and role not in piece.roles:
        return False
    return question.stage is not Stage.USE or category_open_to(role, question.category)


def _purpose_fits(question: Question, piece: Slice) -> bool:
    if question.purpose not in piece.purposes:
        return False
    role = question.role
    return question.stage is not Stage.USE or role is None or purpose_open_to(role, question.category, question.purpose)


def _condition_reasons(question: Question, piece: Slice) -> set[Reason]:
    between_nodes = question.stage in EXCHANGE_STAGES
    found: set[Reason] = set()
    for demand in piece.demands:
        asserted = _fact(question, demand.fact)
        if asserted is not True and not (asserted is None and between_nodes):
            found.add(reason(demand.code, demand.basis, piece.clause, f" It is: {demand.fact}."))
    return found


def _field_reasons(question: Question, piece: Slice) -> set[Reason]:
    """At USE and before sending, fields are projected; what is entered or received must be allowed whole."""
    found: set[Reason] = set()
    stage, fields = question.stage, frozenset(question.fields)
    if stage in {Stage.RECEIPT, Stage.ACT} and not all_covered(fields, piece.allowed):
        found.add(reason(Code.FIELD_NOT_ALLOWED, piece.basis, piece.clause))
    whole = stage in EXCHANGE_STAGES and (question.operation in FULL_STATE_OPERATIONS or piece.owner_receives)
    entered = stage is Stage.ACT and question.operation == "enter" and bool(fields)
    missing = missing_from(fields, piece.mandatory) if whole or entered else ()
    if missing:
        detail = f" They are: {', '.join(missing)}."
        found.add(reason(Code.MIN_DATA_MISSING, piece.basis, piece.clause, detail))
    return found


def _onward_reasons(question: Question, compiled: Compiled) -> set[Reason]:
    if compiled.onward is Onward.OWNER_CONSENT:
        if _fact(question, CONSENT_FACT) is True:
            return set()
        return {reason(Code.CONSENT_REQUIRED, compiled.onward_basis)}
    return {reason(Code.THIRD_COUNTRY_BAR, compiled.onward_basis)}


def _fact(question: Question, name: str) -> str | int | bool | tuple[str, ...] | None:
    """Return the asserted fact; None if it is not asserted, or asserted in two ways."""
    values = {(type(fact.value), fact.value) for fact in question.facts if fact.name == name}
    return next(iter(values))[1] if len(values) == 1 else None


def _permit(question: Question, verdict: _Verdict) -> Decision:
    permits, compiled = verdict.permits, verdict.compiled
    if len(permits) == 1 and not permits[0].owner_receives:
        return _permit_by(permits[0], question, compiled)
    duties: set[str] = {LOG}.union(*(piece.duties for piece in permits))
    if any(piece.owner_receives for piece in permits) and _fact(question, ISSUER_FACT) is None:
        duties.add(CHECK_ISSUER)
    reasons = {piece.authorised for piece in permits} or {reason(Code.BOUND_AND_AUTHORISED, compiled.onward_basis)}
    return Decision(
        outcome=Outcome.PERMIT,
        effect="allow" if duties == {LOG} else "allow_conditions",
        reasons=tuple(reasons) if len(reasons) == 1 else strictest_first(reasons),
        clauses=tuple(sorted([piece.clause for piece in permits])),
        fields=_passing(question, permits),
        obligations=tuple(sorted(duties)),
        agreement=compiled.id,
    )


def _permit_by(piece: Slice, question: Question, compiled: Compiled) -> Decision:
    """Permit by one clause alone: as `_permit`, with nothing to be joined."""
    return Decision(
        outcome=Outcome.PERMIT,
        effect="allow" if piece.duties == (LOG,) else "allow_conditions",
        reasons=(piece.authorised,),
        clauses=(piece.clause,),
        fields=_passing(question, (piece,)),
        obligations=piece.duties,
        agreement=compiled.id,
    )


def _passing(question: Question, permits: tuple[Slice, ...]) -> tuple[str, ...]:
    """Return the fields that may pass: at USE with none named, all that may be seen."""
    if question.stage is Stage.USE and not question.fields and len(permits) == 1:
        return permits[0].in_order
    allowed: frozenset[str] = frozenset().union(*(piece.allowed for piece in permits))
    if question.stage is Stage.USE and not question.fields:
        return tuple(sorted(allowed))
    return tuple(sorted({name for name in question.fields if is_covered(name, allowed)}))


def _denial(reasons: set[Reason], compiled: Compiled | None = None) -> Decision:
    return Decision(
        outcome=Outcome.DENY,
        effect="deny",
        reasons=strictest_first(reasons),
        obligations=(LOG,),
        agreement=compiled.id if compiled else None,
    )
