"""An agreement made ready to decide: dictionaries and sets, sliced by operation and category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from comity.agreements.load import agreement_id
from comity.agreements.reasons import Code, reason
from comity.agreements.records import Agreement, Clause, FieldList, Party
from comity.agreements.vocabulary import Mode, Onward, Scope, StatementSignature
from comity.core.decision import Reason, Stage
from comity.core.ids import AgreementId
from comity.core.time import Instant, start_of_day

EXCHANGE_STAGES: Final = frozenset({Stage.ENQUEUE, Stage.TRANSMIT, Stage.RECEIPT})

_MOVES: Final = EXCHANGE_STAGES | {Stage.ACT}
_STAGES: Final[dict[Mode, frozenset[Stage]]] = {
    Mode.REPLICATE: _MOVES,
    Mode.MESSAGE: _MOVES,
    Mode.LOCAL: frozenset({Stage.USE, Stage.ACT}),
    Mode.QUERY: _MOVES | {Stage.USE},
    Mode.ANONYMOUS: _MOVES | {Stage.USE},
    Mode.BLIND: _MOVES | {Stage.USE},
}
IDENTITY_CONFIRMED: Final = "identity_confirmed"

LOG: Final = "log"
CONFIRM_IDENTITY: Final = "confirm_identity"
HUMAN_DECISION: Final = "human_decision"
SECOND_PERSON: Final = "second_person"
SIGN_STATEMENT: Final = "sign_statement"
CHECK_ISSUER: Final = "check_issuer"
"""The receiving subject must itself check that the report concerns a record of its own."""


class Demand(NamedTuple):
    """A condition: the fact that must be asserted true, the code where it is not, and its basis."""

    fact: str
    code: Code
    basis: str


@dataclass(frozen=True, slots=True)
class Slice:
    """One clause for one category. None in `givers`, `receivers` and `roles` means any.

    `in_order` are the allowed fields as a decision lists them, `authorised` is what it says where the clause permits.
    """

    clause: str
    basis: str
    stages: frozenset[Stage]
    givers: frozenset[str] | None
    owner_gives: bool
    receivers: frozenset[str] | None
    owner_receives: bool
    purposes: frozenset[str]
    roles: frozenset[str] | None
    allowed: frozenset[str]
    in_order: tuple[str, ...]
    mandatory: frozenset[str]
    demands: tuple[Demand, ...]
    duties: tuple[str, ...]
    authorised: Reason


@dataclass(frozen=True, slots=True)
class Bound:
    """How a party is bound: since when, not for which categories, by which roles and authorities (None: all)."""

    since: Instant
    excluded: frozenset[str]
    roles: frozenset[str] | None
    authorities: frozenset[str] | None
    basis: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """An agreement ready to decide; cache it by `id`, never its decisions."""

    id: AgreementId
    lineage: str
    version: int
    in_force_from: Instant | None
    basis: str
    parties: dict[str, Bound]
    slices: dict[tuple[str, str], tuple[Slice, ...]]
    staged: dict[tuple[Stage, str, str], tuple[Slice, ...]]
    """The same slices by the stage at which they are asked."""
    onward: Onward
    onward_basis: str


def compile_agreement(agreement: Agreement) -> Compiled:
    """Compile a document that was read by `read_agreement` or `parse_agreement`."""
    lists = {fields.id: fields for fields in agreement.field_lists}
    slices: dict[tuple[str, str], list[Slice]] = {}
    for clause in sorted(agreement.clauses, key=lambda each: each.id):
        by_category = {lists[name].category: lists[name] for name in clause.fields}
        for category in clause.categories.value:
            piece = _slice(clause, by_category.get(category))
            for operation in clause.operations.value:
                slices.setdefault((operation, category), []).append(piece)
    start = agreement.in_force_from
    return Compiled(
        id=agreement_id(agreement),
        lineage=agreement.id,
        version=agreement.version,
        in_force_from=None if start is None else start_of_day(start.value),
        basis=agreement.legal_basis[0].value,
        parties={party.code: _bound(party) for party in agreement.parties},
        slices={key: tuple(pieces) for key, pieces in slices.items()},
        staged={
            (stage, *key): tuple(piece for piece in pieces if stage in piece.stages)
            for key, pieces in slices.items()
            for stage in Stage
        },
        onward=agreement.onward_transfer.value,
        onward_basis=agreement.onward_transfer.source,
    )


def _bound(party: Party) -> Bound:
    excluded = party.excluded_categories
    return Bound(
        since=start_of_day(party.bound_from.value),
        excluded=frozenset(excluded.value) if excluded else frozenset(),
        roles=frozenset(party.roles.value) if party.roles else None,
        authorities=frozenset(party.authorities.value) if party.authorities else None,
        basis=(excluded or party.bound_from).source,
    )


def _slice(clause: Clause, fields: FieldList | None) -> Slice:
    mandatory = frozenset(fields.mandatory.value) if fields and fields.mandatory else frozenset[str]()
    optional = frozenset(name for group in fields.allowed for name in group.value) if fields else frozenset[str]()
    conditions = clause.conditions
    return Slice(
        clause=clause.id,
        basis=clause.article.value,
        stages=_STAGES[clause.mode.value],
        givers=None if isinstance(clause.givers.value, Scope) else frozenset(clause.givers.value),
        owner_gives=clause.givers.value is Scope.OWNER,
        receivers=None if isinstance(clause.receivers.value, Scope) else frozenset(clause.receivers.value),
        owner_receives=clause.receivers.value is Scope.OWNER,
        purposes=frozenset(clause.purposes.value),
        roles=frozenset(clause.roles.value) if clause.roles else None,
        allowed=mandatory | optional,
        in_order=tuple(sorted(mandatory | optional)),
        mandatory=mandatory,
        demands=tuple(Demand(each, _condition_code(each), conditions.source) for each in conditions.value)
        if conditions
        else (),
        duties=tuple(sorted(_obligations(clause))),
        authorised=reason(Code.BOUND_AND_AUTHORISED, clause.article.value, clause.id),
    )


def _condition_code(fact: str) -> Code:
    return Code.CONFIRM_HIT_FIRST if fact == IDENTITY_CONFIRMED else Code.CONDITION_UNMET


def _obligations(clause: Clause) -> frozenset[str]:
    duties = {LOG}
    if clause.human_confirmation is not None and clause.human_confirmation.value:
        duties |= {CONFIRM_IDENTITY, HUMAN_DECISION}
    if clause.four_eyes is not None and clause.four_eyes.value:
        duties.add(SECOND_PERSON)
    signature = clause.statement_signature
    if signature is not None and signature.value is StatementSignature.SINGLE:
        duties.add(SIGN_STATEMENT)
    return frozenset(duties)
