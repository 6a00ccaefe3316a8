"""What one agreement says of a question: the slices that permit, or the reasons that stand against the nearest ones.

Facts and roles are judged where they can be known: at ACT and USE a condition must hold and a role be given; between
nodes (the act itself was judged at home) both are judged if given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.agreements.asked import Asked
from comity.agreements.reasons import Code, reason
from comity.agreements.registry import Standing
from comity.agreements.roles import category_open_to, purpose_open_to
from comity.agreements.slices import EXCHANGE_STAGES, Bound, Compiled, Slice
from comity.agreements.special import stands_against
from comity.agreements.vocabulary import FULL_STATE_OPERATIONS, OWNER_OPERATIONS, Onward
from comity.core.decision import Question, Reason, Stage
from comity.core.time import Instant

ISSUER_FACT: Final = "issuer"
"""Fact that names the party which entered the record a report is about."""
CONSENT_FACT: Final = "issuer_consent"

_OWNER_BASIS: Final = "Reg (EU) 2018/1862 Art 59(3)"
_REST: Final = {Code.SUSPENDED}
_SENDING: Final = frozenset({Stage.ENQUEUE, Stage.TRANSMIT})
_WITH_OWNER: Final = frozenset({Stage.USE, Stage.ONWARD})
_WHOLE: Final = frozenset({Stage.RECEIPT, Stage.ACT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one agreement says. `refers` holds reasons where nothing but a person's decision is lacking.

    `resting` would permit but for a suspension.
    """

    standing: Standing
    permits: tuple[Slice, ...]
    against: frozenset[Reason]
    refers: frozenset[Reason] = frozenset()
    resting: tuple[Slice, ...] = ()


def pair_of(question: Question) -> tuple[str, str | None]:
    """Name the parties concerned: sender and receiver, the user and the record's owner, the actor and the addressee."""
    actor = question.actor.party
    if question.stage in EXCHANGE_STAGES:
        return question.sender or actor, question.receiver or ""
    if question.stage in _WITH_OWNER:
        return actor, question.owner.party if question.owner else question.receiver
    return actor, question.receiver


def concerned(question: Question, compiled: Compiled) -> tuple[str, str | None]:
    """Name those between whom an agreement would act: two parties, or two authorities inside one."""
    if not compiled.internal:
        return pair_of(question)
    return question.actor.authority, None if question.owner is None else question.owner.authority


def binding(bound: Bound, category: str, at: Instant) -> bool:
    """Say whether the party is bound for the category at that time."""
    return bound.since <= at < bound.until and category not in bound.excluded


def verdict_of(asked: Asked, standing: Standing, known_at: Instant) -> Verdict:
    """Judge a question by one agreement that stands."""
    question, compiled = asked.question, standing.compiled
    against = _party_reasons(question, asked.at, compiled)
    if compiled.guests:
        against |= _guest_reasons(asked, compiled)
    slices = compiled.staged.get((question.stage, question.operation, question.category), ())
    if question.stage is Stage.ONWARD and not slices:
        return Verdict(standing, (), frozenset(against | _onward_reasons(asked, compiled)))
    if not slices:
        against.add(reason(Code.OUT_OF_SCOPE, compiled.basis))
        return Verdict(standing, (), frozenset(against))
    purpose = question.purpose
    serving = [each for each in slices if each.purposes is None or purpose in each.purposes]
    permitting = tuple([each for each in serving if permits(asked, each, standing, known_at)])
    if permitting:
        return Verdict(standing, permitting, frozenset(against))
    judged = [_slice_reasons(asked, each, standing, known_at) for each in slices]
    waiting = [refers for denies, refers in judged if not denies]
    if waiting and not against:
        return Verdict(standing, (), frozenset(), frozenset().union(*waiting))
    # What refers stands against it too, once something else denies.
    whole = [denies | refers for denies, refers in judged]
    resting: list[Slice] = []
    if standing.pauses and not against:
        resting = [each for each, said in zip(slices, whole, strict=True) if {one.code for one in said} == _REST]
    nearest = min(map(len, whole))
    against.update(*(reasons for reasons in whole if len(reasons) == nearest))
    return Verdict(standing, (), frozenset(against), resting=tuple(resting))


def _party_reasons(question: Question, at: Instant, compiled: Compiled) -> set[Reason]:
    found: set[Reason] = set()
    first, second = pair_of(question)
    concerned = {first} if second is None else {first, second}
    if question.stage in _SENDING:
        concerned.add(question.actor.party)
    for party in concerned:
        bound = compiled.parties.get(party)
        if bound is None:
            found.add(reason(Code.NOT_PARTY, compiled.basis))
        elif not binding(bound, question.category, at):
            found.add(reason(Code.NOT_BOUND, bound.basis))
    if first == second and not compiled.internal:
        found.add(reason(Code.OUT_OF_SCOPE, compiled.basis, detail=" Nothing is exchanged with oneself."))
    return found


def permits(asked: Asked, piece: Slice, standing: Standing, known_at: Instant) -> bool:
    """Say whether nothing stands against it: `_slice_reasons` without the words, what fails most often first."""
    question = asked.question
    return (
        _purpose_fits(question, piece)
        and _role_authorised(question, piece, standing.compiled)
        and sides_named(question, piece, standing.compiled)
        and _owner_gives(question, piece)
        and _receiver_entitled(question, piece)
        and not (piece.demands and _condition_reasons(question, piece))
        and _fields_fit(question, piece)
        and not ((piece.special is not None or standing.pauses) and any(_specials(asked, piece, standing, known_at)))
    )


def _slice_reasons(
    asked: Asked, piece: Slice, standing: Standing, known_at: Instant
) -> tuple[set[Reason], set[Reason]]:
    """Return what denies, and what sends to a person."""
    question = asked.question
    found: set[Reason] = set()
    if not _owner_gives(question, piece):
        found.add(reason(Code.ISSUER_ONLY, _OWNER_BASIS, piece.clause))
    if not _receiver_entitled(question, piece):
        found.add(reason(Code.ISSUER_ONLY, piece.basis, piece.clause))
    if not sides_named(question, piece, standing.compiled):
        found.add(reason(Code.NOT_PARTY, piece.basis, piece.clause))
    if not _role_authorised(question, piece, standing.compiled):
        found.add(reason(Code.ROLE_NOT_AUTHORISED, piece.basis, piece.clause))
    if not _purpose_fits(question, piece):
        found.add(reason(Code.PURPOSE_FORBIDDEN, piece.basis, piece.clause))
    if piece.demands:
        found |= _condition_reasons(question, piece)
    if question.stage is not Stage.USE:  # where fields are projected
        found |= _field_reasons(question, piece)
    if piece.special is None and not standing.pauses:
        return found, set()
    denies, refers = _specials(asked, piece, standing, known_at)
    return found | denies, refers


def _specials(asked: Asked, piece: Slice, standing: Standing, known_at: Instant) -> tuple[set[Reason], set[Reason]]:
    denies: set[Reason] = set()
    refers: set[Reason] = set()
    if (
        standing.pauses
        and not piece.spared
        and any(pause.stops(piece.clause, asked.at, known_at) for pause in standing.pauses)
    ):
        denies.add(reason(Code.SUSPENDED, piece.basis, piece.clause))
    if piece.special is not None:
        sides = sides_of(asked.question, piece, standing.compiled)
        further, refers = stands_against(asked, piece.special, sides, standing, known_at)
        denies |= further
    return denies, refers


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
    issuer = fact_of(question, ISSUER_FACT)
    if issuer is None and question.stage in {Stage.TRANSMIT, Stage.RECEIPT}:
        return True  # addressed when it was enqueued; the receiving subject is obliged to check it
    return issuer is not None and issuer == question.receiver


def sides_of(question: Question, piece: Slice, compiled: Compiled) -> tuple[str | None, str | None]:
    """Name giver and receiver of the data: of what is looked up and of what is asked, the other side gives."""
    if compiled.internal:
        user, keeper = concerned(question, compiled)
        return keeper, user
    first, second = pair_of(question)
    if question.stage is Stage.USE:
        return second or first, first
    return (second, first) if piece.asks else (first, second)


def sides_named(question: Question, piece: Slice, compiled: Compiled) -> bool:
    """Say whether the clause names both sides."""
    if piece.givers is None and piece.receivers is None:
        return True
    giver, receiver = sides_of(question, piece, compiled)
    given = piece.givers is None or giver is None or giver in piece.givers
    return given and (piece.receivers is None or receiver is None or receiver in piece.receivers)


def _role_authorised(question: Question, piece: Slice, compiled: Compiled) -> bool:
    acting = question.actor
    role = question.role
    bound = compiled.parties.get(acting.party)
    if bound is not None:
        if bound.authorities is not None and acting.authority not in bound.authorities:
            return False
        if role is not None and bound.authority_roles:
            named = bound.authority_roles.get(acting.authority)
            if named is not None and role not in named:
                return False
    if role is None:
        return piece.roles is None or question.stage in EXCHANGE_STAGES
    if bound is not None and bound.roles is not None and role not in bound.roles:
        return False
    if piece.roles is not None and role not in piece.roles:
        return False
    return question.stage is not Stage.USE or category_open_to(role, question.category)


def _purpose_fits(question: Question, piece: Slice) -> bool:
    if piece.purposes is not None and question.purpose not in piece.purposes:
        return False
    role = question.role
    return question.stage is not Stage.USE or role is None or purpose_open_to(role, question.category, question.purpose)


def _condition_reasons(question: Question, piece: Slice) -> set[Reason]:
    if_given = question.presumed or question.stage in EXCHANGE_STAGES
    found: set[Reason] = set()
    if if_given and not question.facts:
        return found
    for demand in piece.demands:
        asserted = fact_of(question, demand.fact)
        if asserted is not True and not (asserted is None and if_given):
            found.add(reason(demand.code, demand.basis, piece.clause, f" It is: {demand.fact}."))
    return found


def _fields_fit(question: Question, piece: Slice) -> bool:
    """Say whether `_field_reasons` finds nothing, by fewer steps where nothing is missing."""
    stage = question.stage
    if stage is Stage.USE:
        return True
    shape = piece.shape(question.fields)
    if not shape.missing and (shape.covered or stage not in _WHOLE):
        return True
    return not _field_reasons(question, piece)


def _field_reasons(question: Question, piece: Slice) -> set[Reason]:
    """At USE and before sending, fields are projected; what is entered or received must be allowed whole."""
    found: set[Reason] = set()
    stage, shape = question.stage, piece.shape(question.fields)
    if stage in _WHOLE and not shape.covered:
        found.add(reason(Code.FIELD_NOT_ALLOWED, piece.basis, piece.clause))
    whole = stage in EXCHANGE_STAGES and (question.operation in FULL_STATE_OPERATIONS or piece.owner_receives)
    entered = stage is Stage.ACT and question.operation == "enter" and bool(question.fields)
    if shape.missing and (whole or entered):
        detail = f" They are: {', '.join(shape.missing)}."
        found.add(reason(Code.MIN_DATA_MISSING, piece.basis, piece.clause, detail))
    return found


def _guest_reasons(asked: Asked, compiled: Compiled) -> set[Reason]:
    """Judge officers who act for a host: by plan, end date, role and direction (facts `host` and what they do)."""
    question, facts = asked.question, asked.facts
    host = facts.get("host")
    if question.stage not in {Stage.ACT, Stage.USE} or not isinstance(host, str) or host == question.actor.party:
        return set()
    plans = [each for each in compiled.guests if (each.host, each.guest) == (host, question.actor.party)]
    if not plans:
        return {reason(Code.NOT_BOUND, compiled.guests[0].basis, detail=" No plan names officers there of that party.")}
    judged = []
    for plan in plans:
        found: set[Reason] = set()
        if facts.get("plan_name", plan.plan) != plan.plan:
            found.add(reason(Code.NOT_BOUND, plan.basis, detail=" They act under another plan."))
        if asked.at >= plan.until:
            found.add(reason(Code.NOT_BOUND, plan.basis, detail=" The officers' plan has ended."))
        if question.role not in plan.roles:
            found.add(reason(Code.ROLE_NOT_AUTHORISED, plan.basis))
        if plan.directed and facts.get("directed_by_host_officer") is not True:
            found.add(reason("HOST_DIRECTION", plan.basis))
        if question.operation == "search" and not plan.direct_access:
            found.add(reason("NO_DIRECT_ACCESS", plan.basis))
        judged.append(found)
    return min(judged, key=lambda each: (len(each), sorted(one.code for one in each)))


def _onward_reasons(asked: Asked, compiled: Compiled) -> set[Reason]:
    onward = compiled.onward
    if onward.rule is not Onward.OWNER_CONSENT:
        return {reason(Code.THIRD_COUNTRY_BAR, onward.basis)}
    found: set[Reason] = set()
    facts = asked.facts
    if not (facts.get(CONSENT_FACT) is True if onward.consent is None else onward.consent(facts)):
        found.add(reason(Code.CONSENT_REQUIRED, onward.basis))
    if onward.safeguards and facts.get("safeguards") is not True:
        found.add(reason(Code.CONDITION_UNMET, onward.basis, detail=" It is: safeguards."))
    return found


def fact_of(question: Question, name: str) -> str | int | bool | tuple[str, ...] | None:
    """Return the asserted fact; None if it is not asserted, or asserted in two ways."""
    found = None
    for fact in question.facts:
        if fact.name != name:
            continue
        if found is not None and (type(found) is not type(fact.value) or found != fact.value):
            return None
        found = fact.value
    return found
