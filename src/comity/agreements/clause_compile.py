"""One clause made ready: a permission becomes slices by category, any other effect a rule bound to the agreement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.agreements.dues import Limit
from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.python import Predicate, compile_condition
from comity.agreements.expr.records import And, Condition, Kind, Name, Within, names_of
from comity.agreements.law.records import default_answer
from comity.agreements.provisions import ConsentForm, Reservation, Side
from comity.agreements.reasons import Code, reason
from comity.agreements.records import Agreement, Clause, FieldList
from comity.agreements.rulebook import BEGINNING, END, ReadyRule
from comity.agreements.slices import (
    EXCHANGE_STAGES,
    Allowance,
    Away,
    Barred,
    Demand,
    Need,
    Slice,
    Special,
)
from comity.agreements.sourced import Sourced
from comity.agreements.tables import tables
from comity.agreements.terms import Answer, Effect
from comity.agreements.vocabulary import Mode, Scope, StatementSignature
from comity.core.decision import Reason, Stage
from comity.core.ids import AgreementId
from comity.core.time import Instant, end_of_day, start_of_day

LOG: Final = "log"
CONFIRM_IDENTITY: Final = "confirm_identity"
HUMAN_DECISION: Final = "human_decision"
SECOND_PERSON: Final = "second_person"
SIGN_STATEMENT: Final = "sign_statement"

IDENTITY_CONFIRMED: Final = "identity_confirmed"
ANY: Final = "any"
USE: Final = "use"
ONWARD: Final = "onward"

_MOVES: Final = EXCHANGE_STAGES | {Stage.ACT}
_STAGES: Final[dict[Mode, frozenset[Stage]]] = {
    Mode.REPLICATE: _MOVES,
    Mode.MESSAGE: _MOVES,
    Mode.LOCAL: frozenset({Stage.USE, Stage.ACT}),
    Mode.QUERY: _MOVES | {Stage.USE},
    Mode.ANONYMOUS: _MOVES | {Stage.USE},
    Mode.BLIND: _MOVES | {Stage.USE},
}
_AT_HAND: Final = frozenset({Stage.USE, Stage.ACT})


def clause_slices(clause: Clause, agreement: Agreement) -> Iterator[tuple[str, str, Slice]]:
    """Give a permission's slices with the operation and category of each, and those of the use that it allows."""
    lists = {fields.id: fields for fields in agreement.field_lists}
    by_category = {lists[name].category: lists[name] for name in clause.fields}
    terms = agreement.suspension_terms
    exempt = terms.spared.value if terms is not None and terms.spared is not None else ()
    for category in clause.categories.value:
        fields = by_category.get(category)
        for operation in clause.operations.value:
            spared = clause.id in exempt or protects((operation, category), clause.purposes.value)
            yield operation, category, _slice(clause, agreement, fields, (operation, category), spared=spared)
        if clause.use is not None:
            for piece in _use_slices(clause, fields):
                yield USE, category, piece


def ready_clause(clause: Clause, agreement: Agreement, version: AgreementId) -> ReadyRule:
    """Make a clause of another effect than a permission ready to fire for the parties of its agreement."""
    effect = clause.effect.value if clause.effect is not None else None
    if effect is None:
        message = "a clause without an effect is a permission"
        raise ValueError(message)
    due = clause.due.value if clause.due is not None else None
    code = clause.code.value if clause.code is not None else Code.DUTY
    if clause.code is None and effect == "refer":
        code = Code.REFERRED
    since, until = _days(clause)
    internal = agreement.internal_to is not None
    return ReadyRule(
        id=f"{agreement.id}.{clause.id}",
        version=f"{agreement.id}.{clause.id}@{version[:12]}",
        effect=effect,
        answer=clause.answer.value if clause.answer is not None else default_answer(effect, due),
        reason=reason(code, clause.article.value, clause.id),
        parties=frozenset(party.code for party in agreement.parties),
        lineage=agreement.id,
        since=since,
        until=until,
        actors=frozenset(clause.roles.value) if clause.roles else None,
        operations=_open(clause.operations.value),
        categories=_open(clause.categories.value),
        purposes=_open(clause.purposes.value),
        senders=None if internal or isinstance(clause.givers.value, Scope) else frozenset(clause.givers.value),
        receivers=None if internal or isinstance(clause.receivers.value, Scope) else frozenset(clause.receivers.value),
        test=_inside(clause, agreement) if internal else _predicate(clause.condition),
        limit=Limit.of(due) if due is not None else None,
        obligations=clause.obligations.value if clause.obligations is not None else (),
    )


def provision_rules(agreement: Agreement, version: AgreementId) -> Iterator[ReadyRule]:
    """Make the duties of correction that the agreement states for the whole ready to fire.

    Where a clause of its own speaks of the same act, that clause does.
    """
    terms = agreement.correction_terms
    if terms is None:
        return
    spoken = {
        operation
        for clause in agreement.clauses
        if clause.effect is not None and clause.effect.value != Effect.PERMIT
        for operation in clause.operations.value
    }
    at_once = terms.notice is not None and terms.notice.value == "at-once"
    stated = (
        (terms.sender_demand_binds, _ON_DEMAND, Effect.DUTY, Code.DUTY, "correct-on-demand", "demanded_by_sender"),
        (
            terms.block_where_deletion_harms,
            ("erase",),
            Effect.DENY,
            "BLOCK_INSTEAD",
            "block-instead",
            "would_harm_subject",
        ),
        (terms.notice, ("find_error",), Effect.DUTY, _AT_ONCE if at_once else Code.DUTY, "inform-other-party", None),
    )
    for leaf, operations, effect, code, duty, fact in stated:
        if leaf is None or leaf.value is False or not spoken.isdisjoint(operations):
            continue
        name = f"{agreement.id}.correction-terms.{duty}"
        yield ReadyRule(
            id=name,
            version=f"{name}@{version[:12]}",
            effect=effect,
            answer=Answer.OBLIGATION,
            reason=reason(code, leaf.source),
            parties=frozenset(party.code for party in agreement.parties),
            lineage=agreement.id,
            operations=frozenset(operations),
            test=None if fact is None else compile_condition(parse_condition(fact, tables().names)),
            obligations=(duty,),
        )


_ON_DEMAND: Final = ("correct", "block", "erase")
_AT_ONCE: Final = "INFORM_AT_ONCE"


def protects(act: tuple[str, str], purposes: tuple[str, ...]) -> bool:
    """Say whether an operation on a category is one that nobody may stop: rescue, and the protection of children."""
    known = tables()
    operation, category = act
    rows = (known.operations.get(operation), known.categories.get(category))
    return any(row is not None and row.protects for row in rows) or all(
        word in known.purposes and known.purposes[word].protects for word in purposes
    )


def _open(words: tuple[str, ...]) -> frozenset[str] | None:
    return None if ANY in words else frozenset(words)


def _predicate(condition: Sourced[str] | None) -> Predicate | None:
    if condition is None:
        return None
    return compile_condition(parse_condition(condition.value, tables().names))


def _inside(clause: Clause, agreement: Agreement) -> Predicate:
    """Return the predicate of a clause inside a party: between which authorities it speaks, and its condition."""
    parts: list[Condition] = []
    for name, leaf in (("owner.authority", clause.givers), ("actor.authority", clause.receivers)):
        named = agreement.signatories if isinstance(leaf.value, Scope) else leaf.value
        parts.append(Within(Name(name, Kind.TEXT), tuple(sorted(named))))
    if clause.condition is not None:
        parts.append(parse_condition(clause.condition.value, tables().names))
    return compile_condition(And(tuple(parts)))


def _slice(
    clause: Clause, agreement: Agreement, fields: FieldList | None, act: tuple[str, str], *, spared: bool
) -> Slice:
    operation, category = act
    mandatory = frozenset(fields.mandatory.value) if fields and fields.mandatory else frozenset[str]()
    optional = frozenset(name for group in fields.allowed for name in group.value) if fields else frozenset[str]()
    conditions = clause.conditions
    row = tables().operations.get(operation)
    return Slice(
        clause=clause.id,
        basis=clause.article.value,
        stages=frozenset({Stage.ONWARD, *_AT_HAND}) if operation == ONWARD else _STAGES[clause.mode.value],
        givers=None if isinstance(clause.givers.value, Scope) else frozenset(clause.givers.value),
        owner_gives=clause.givers.value is Scope.OWNER,
        receivers=None if isinstance(clause.receivers.value, Scope) else frozenset(clause.receivers.value),
        owner_receives=clause.receivers.value is Scope.OWNER,
        purposes=_open(clause.purposes.value),
        roles=frozenset(clause.roles.value) if clause.roles else None,
        allowed=mandatory | optional,
        in_order=tuple(sorted(mandatory | optional)),
        mandatory=mandatory,
        demands=tuple(Demand(each, _condition_code(each), conditions.source) for each in conditions.value)
        if conditions
        else (),
        duties=tuple(sorted(_obligations(clause))),
        authorised=reason(Code.BOUND_AND_AUTHORISED, clause.article.value, clause.id),
        asks=row is not None and row.asks,
        spared=spared,
        special=_special(clause, agreement, operation, category),
    )


def _use_slices(clause: Clause, fields: FieldList | None) -> Iterator[Slice]:
    """Give what received data may be used for: the listed purposes, and any other by consent where that is stated."""
    use = clause.use
    if use is None:
        return
    allowed = frozenset(name for group in fields.allowed for name in group.value) if fields else frozenset[str]()
    if fields and fields.mandatory:
        allowed |= frozenset(fields.mandatory.value)
    listed = Slice(
        clause=clause.id,
        basis=use.purposes.source,
        stages=_AT_HAND,
        givers=None,
        owner_gives=False,
        receivers=None,
        owner_receives=False,
        purposes=_open(use.purposes.value),
        roles=None,
        allowed=allowed,
        in_order=tuple(sorted(allowed)),
        mandatory=frozenset(),
        demands=(),
        duties=(LOG,),
        authorised=reason(Code.BOUND_AND_AUTHORISED, use.purposes.source, clause.id),
    )
    yield listed
    if use.other_by_consent is not None:
        source = use.other_by_consent.source
        yield Slice(
            clause=clause.id,
            basis=source,
            stages=_AT_HAND,
            givers=None,
            owner_gives=False,
            receivers=None,
            owner_receives=False,
            purposes=None,
            roles=None,
            allowed=allowed,
            in_order=listed.in_order,
            mandatory=frozenset(),
            demands=(),
            duties=(LOG,),
            authorised=reason(Code.BOUND_AND_AUTHORISED, source, clause.id),
            special=_only(_consent(use.other_by_consent.value, source, clause.id), clause),
        )


_GIVEN: Final = "(prior_consent or issuer_consent)"
_FORMS: Final = {
    ConsentForm.ANY: f'{_GIVEN} or consent_form in ["oral", "written", "documented_prior"]',
    ConsentForm.WRITTEN: f'({_GIVEN} and unknown(consent_form)) or consent_form in ["written", "documented_prior"]',
    ConsentForm.DOCUMENTED_PRIOR: f'({_GIVEN} and unknown(consent_form)) or consent_form == "documented_prior"',
}


def consent_test(form: ConsentForm) -> Predicate:
    """Return the predicate that a consent of that form was given; a form that is asserted must be good enough."""
    return compile_condition(parse_condition(_FORMS[form], tables().names))


def _consent(form: ConsentForm, source: str, clause: str) -> Need:
    facts = names_of(parse_condition(_FORMS[form], tables().names)) - RESERVED.keys()
    return Need(consent_test(form), facts, reason(Code.CONSENT_REQUIRED, source, clause), refers=False)


def _condition_code(fact: str) -> Code:
    return Code.CONFIRM_HIT_FIRST if fact == IDENTITY_CONFIRMED else Code.CONDITION_UNMET


def _obligations(clause: Clause) -> frozenset[str]:
    duties = {LOG, *(clause.obligations.value if clause.obligations is not None else ())}
    if clause.human_confirmation is not None and clause.human_confirmation.value:
        duties |= {CONFIRM_IDENTITY, HUMAN_DECISION}
    if clause.four_eyes is not None and clause.four_eyes.value:
        duties.add(SECOND_PERSON)
    signature = clause.statement_signature
    if signature is not None and signature.value is StatementSignature.SINGLE:
        duties.add(SIGN_STATEMENT)
    return frozenset(duties)


def _days(clause: Clause) -> tuple[Instant, Instant]:
    since = BEGINNING if clause.first_day is None else start_of_day(clause.first_day.value)
    until = END if clause.last_day is None else Instant(end_of_day(clause.last_day.value) + 1)
    return since, until


def _special(clause: Clause, agreement: Agreement, operation: str, category: str) -> Special | None:
    barred = tuple(_barred(clause, agreement, operation, category))
    plain = (clause.condition, clause.activation, clause.first_day, clause.last_day, clause.quota, clause.territory)
    if not (barred or clause.requires or clause.opt_outs or any(each is not None for each in plain)):
        return None
    since, until = _days(clause)
    return Special(
        since=since,
        until=until,
        waits=_waits(clause),
        needs=tuple(_needs(clause)),
        away=tuple(_away(clause)),
        barred=barred,
        allowance=_allowance(clause),
        territory=frozenset(clause.territory.value) if clause.territory is not None else None,
        asleep=reason(Code.NOT_ACTIVATED, _activation_source(clause), clause.id),
        not_in_time=reason(Code.NOT_IN_FORCE, clause.article.value, clause.id),
        over=reason(Code.ENDED, clause.article.value, clause.id),
        elsewhere=reason(Code.OUT_OF_SCOPE, clause.article.value, clause.id, " It is not valid in that territory."),
    )


def _allowance(clause: Clause) -> Allowance | None:
    quota = clause.quota
    if quota is None:
        return None
    stated = quota.per or quota.limit or clause.article
    said = reason(Code.QUOTA_EXCEEDED, stated.source, clause.id)
    return Allowance(None if quota.limit is None else quota.limit.value, said)


def _only(need: Need, clause: Clause) -> Special:
    return Special(
        since=BEGINNING,
        until=END,
        waits=frozenset(),
        needs=(need,),
        away=(),
        barred=(),
        allowance=None,
        territory=None,
        asleep=need.reason,
        not_in_time=reason(Code.NOT_IN_FORCE, clause.article.value, clause.id),
        over=reason(Code.ENDED, clause.article.value, clause.id),
        elsewhere=reason(Code.OUT_OF_SCOPE, clause.article.value, clause.id),
    )


def _waits(clause: Clause) -> frozenset[str]:
    activation = clause.activation
    if activation is None:
        return frozenset()
    named = (activation.notifications, activation.arrangements)
    return frozenset(name for leaf in named if leaf is not None for name in leaf.value)


def _activation_source(clause: Clause) -> str:
    activation = clause.activation
    leaf = None if activation is None else activation.notifications or activation.arrangements
    return clause.article.value if leaf is None else leaf.source


def _needs(clause: Clause) -> Iterator[Need]:
    if clause.condition is not None:
        code = clause.code.value if clause.code is not None else Code.CONDITION_UNMET
        yield _need(clause.condition, reason(code, clause.condition.source, clause.id), refers=False)
    for required in clause.requires:
        said = reason(required.code.value, required.condition.source, clause.id)
        yield _need(required.condition, said, refers=required.refer is not None and required.refer.value)


def _need(leaf: Sourced[str], said: Reason, *, refers: bool) -> Need:
    condition = parse_condition(leaf.value, tables().names)
    return Need(compile_condition(condition), names_of(condition) - RESERVED.keys(), said, refers)


def _away(clause: Clause) -> Iterator[Away]:
    for opted in clause.opt_outs:
        until = END if opted.until is None else Instant(end_of_day(opted.until.value) + 1)
        said = reason(Code.OPTED_OUT, opted.since.source, clause.id)
        yield Away(opted.party, start_of_day(opted.since.value), until, said)


def _barred(clause: Clause, agreement: Agreement, operation: str, category: str) -> Iterator[Barred]:
    for party in agreement.parties:
        for reservation in party.reservations:
            if _touches(reservation, clause.id, operation, category):
                yield from _sides_barred(party.code, reservation, clause)


def _touches(reservation: Reservation, clause: str, operation: str, category: str) -> bool:
    return (
        (reservation.clauses is None or clause in reservation.clauses.value)
        and (reservation.operations is None or operation in reservation.operations.value)
        and (reservation.categories is None or category in reservation.categories.value)
    )


def _sides_barred(party: str, reservation: Reservation, clause: Clause) -> Iterator[Barred]:
    """Give whom it bars on which side; mirrored, the other side too (Vienna Convention Art 21(1)(b))."""
    side = reservation.side
    both = side.value is Side.BOTH or reservation.mirrored.value
    test = _predicate(reservation.condition)
    said = reason(Code.RESERVATION, side.source, clause.id)
    if both or side.value is Side.GIVER:
        yield Barred(party, None, test, said)
    if both or side.value is Side.RECEIVER:
        yield Barred(None, party, test, said)
