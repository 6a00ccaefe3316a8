"""An agreement document made ready to decide: dictionaries and sets, sliced by operation and category."""

from __future__ import annotations

from comity.agreements.clause_compile import (
    CONFIRM_IDENTITY,
    HUMAN_DECISION,
    LOG,
    SECOND_PERSON,
    SIGN_STATEMENT,
    clause_slices,
    consent_test,
    provision_rules,
    ready_clause,
)
from comity.agreements.load import agreement_id
from comity.agreements.provisions import GuestOfficers
from comity.agreements.records import Agreement, Party
from comity.agreements.rulebook import END, Rulebook
from comity.agreements.slices import CHECK_ISSUER, EXCHANGE_STAGES, Bound, Compiled, Guest, OnwardRule, Slice
from comity.agreements.stated import clauses_of
from comity.agreements.terms import Effect
from comity.agreements.vocabulary import Termination
from comity.core.decision import Stage
from comity.core.time import Instant, end_of_day, start_of_day

__all__ = [
    "CHECK_ISSUER",
    "CONFIRM_IDENTITY",
    "EXCHANGE_STAGES",
    "HUMAN_DECISION",
    "LOG",
    "SECOND_PERSON",
    "SIGN_STATEMENT",
    "Bound",
    "Compiled",
    "Slice",
    "compile_agreement",
]


def compile_agreement(agreement: Agreement) -> Compiled:
    """Compile a document that was read by `read_agreement` or `parse_agreement`."""
    slices: dict[tuple[str, str], list[Slice]] = {}
    version = agreement_id(agreement)
    others = []
    for clause in sorted(clauses_of(agreement), key=lambda each: each.id):
        if clause.effect is None or clause.effect.value is Effect.PERMIT:
            for operation, category, piece in clause_slices(clause, agreement):
                slices.setdefault((operation, category), []).append(piece)
        else:
            others.append(ready_clause(clause, agreement, version))
    others += provision_rules(agreement, version)
    start = agreement.in_force_from
    return Compiled(
        id=version,
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
        onward=_onward(agreement),
        rules=Rulebook.of(others),
        internal=agreement.internal_to is not None,
        guests=tuple(_guest(each) for each in agreement.guests),
        terms_survive=agreement.termination.value is Termination.TERMS_SURVIVE,
    )


def _bound(party: Party) -> Bound:
    excluded = party.excluded_categories
    since = start_of_day(party.bound_from.value)
    if party.accession is not None:
        since = max(since, start_of_day(party.accession.value))
    return Bound(
        since=since,
        excluded=frozenset(excluded.value) if excluded else frozenset(),
        roles=frozenset(party.roles.value) if party.roles else None,
        authorities=frozenset(party.authorities.value) if party.authorities else None,
        basis=(excluded or party.bound_from).source,
        until=END if party.bound_until is None else Instant(end_of_day(party.bound_until.value) + 1),
        authority_roles={each.id: frozenset(each.roles.value) for each in party.named_authorities},
    )


def _onward(agreement: Agreement) -> OnwardRule:
    stated = agreement.onward_transfer
    terms = agreement.onward
    if terms is None:
        return OnwardRule(stated.value, stated.source)
    return OnwardRule(stated.value, stated.source, consent_test(terms.form.value), terms.safeguards.value)


def _guest(officers: GuestOfficers) -> Guest:
    return Guest(
        host=officers.host,
        guest=officers.guest,
        plan=officers.plan.value,
        until=Instant(end_of_day(officers.until.value) + 1),
        roles=frozenset(officers.roles.value),
        directed=officers.under_host_direction.value,
        direct_access=officers.direct_access is not None and officers.direct_access.value,
        basis=officers.until.source,
    )
