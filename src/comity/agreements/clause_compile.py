"""One clause made ready: a permission becomes slices by category, any other effect a rule bound to the agreement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.agreements.clause_terms import days_of, only_if, predicate, special_terms
from comity.agreements.dues import Limit
from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.python import Predicate, compile_condition
from comity.agreements.expr.records import And, Condition, Kind, Name, Within, names_of
from comity.agreements.law.records import default_answer
from comity.agreements.provisions import ConsentForm
from comity.agreements.reasons import Code, reason
from comity.agreements.records import Agreement, Clause, FieldList
from comity.agreements.rulebook import ReadyRule
from comity.agreements.slices import (
    EXCHANGE_STAGES,
    Demand,
    Need,
    Slice,
)
from comity.agreements.tables import tables
from comity.agreements.terms import Answer, Effect
from comity.agreements.vocabulary import Mode, Scope, StatementSignature
from comity.core.decision import Stage
from comity.core.ids import AgreementId

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
    since, until = days_of(clause)
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
        test=_inside(clause, agreement) if internal else predicate(clause.condition),
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
        special=special_terms(clause, agreement, operation, category),
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
            special=only_if(_consent(use.other_by_consent.value, source, clause.id), clause),
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
