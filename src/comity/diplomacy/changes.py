"""The next version of a treaty with one thing changed. Pure: all parties sign it, and then it governs."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from comity.agreements.load import agreement_id
from comity.agreements.provisions import OptOut, Reservation
from comity.agreements.records import Agreement, Clause, Party
from comity.agreements.sourced import Sourced
from comity.core.errors import BadInput, Refused
from comity.diplomacy.change_records import Accede, OptIn, OptOutOf, Reserve, Stated, WithdrawReservation

T = TypeVar("T")


def acceded(base: Agreement, said: Accede) -> Agreement:
    """Return the version in which a further party is bound; raises `Refused` `agreement.already-a-party`."""
    if base.party(said.party) is not None:
        raise Refused(
            "agreement.already-a-party",
            "This party is bound by the agreement already.",
            field="$.party",
            remedy="Change how it is bound by a version of your own: `agreement propose`.",
        )
    day = _leaf(said, said.accession)
    party = Party(
        code=said.party,
        bound_from=day,
        accession=day,
        roles=_some(said, said.roles),
        authorities=_some(said, said.authorities),
        excluded_categories=_some(said, said.excluded_categories),
    )
    return _next(base, parties=(*base.parties, party))


def reserved(base: Agreement, said: Reserve, own: str) -> Agreement:
    """Return the version with one more reservation of `own`; raises `Refused` `agreement.reservation-there`."""
    party = _party(base, own)
    if any(each.id == said.id for each in party.reservations):
        raise Refused(
            "agreement.reservation-there",
            "The own party has a reservation of that name.",
            field="$.id",
            remedy="Name it otherwise, or withdraw the first one.",
        )
    reservation = Reservation(
        id=said.id,
        side=_leaf(said, said.side),
        mirrored=_leaf(said, said.mirrored),
        clauses=_some(said, said.clauses),
        categories=_some(said, said.categories),
        operations=_some(said, said.operations),
        condition=None if said.condition is None else _leaf(said, said.condition),
    )
    return _with_party(base, msgspec.structs.replace(party, reservations=(*party.reservations, reservation)))


def unreserved(base: Agreement, said: WithdrawReservation, own: str) -> Agreement:
    """Return the version without a reservation of `own`; raises `BadInput` `agreement.no-such-reservation`."""
    party = _party(base, own)
    left = tuple(each for each in party.reservations if each.id != said.id)
    if len(left) == len(party.reservations):
        raise BadInput("agreement.no-such-reservation", "The own party has no reservation of that name.", field="$.id")
    return _with_party(base, msgspec.structs.replace(party, reservations=left))


def opted_out(base: Agreement, said: OptOutOf, own: str) -> Agreement:
    """Return the version in which `own` takes no part in a clause.

    Raises `BadInput` `agreement.unknown-clause`, `Refused` `agreement.opted-out-already`.
    """
    clause = _clause(base, said.clause)
    if any(each.party == own and each.until is None for each in clause.opt_outs):
        raise Refused("agreement.opted-out-already", "The own party takes no part in it already.", field="$.clause")
    until = None if said.until is None else _leaf(said, said.until)
    away = OptOut(party=own, since=_leaf(said, said.since), until=until)
    return _with_clause(base, msgspec.structs.replace(clause, opt_outs=(*clause.opt_outs, away)))


def opted_in(base: Agreement, said: OptIn, own: str) -> Agreement:
    """Return the version in which `own` takes part in a clause again.

    Raises `BadInput` `agreement.unknown-clause`, `Refused` `agreement.not-opted-out`.
    """
    clause = _clause(base, said.clause)
    left = tuple(each for each in clause.opt_outs if each.party != own)
    if len(left) == len(clause.opt_outs):
        raise Refused("agreement.not-opted-out", "The own party takes part in it already.", field="$.clause")
    return _with_clause(base, msgspec.structs.replace(clause, opt_outs=left))


def _leaf(said: Stated, value: T) -> Sourced[T]:
    return Sourced(value=value, source=said.source, confidence=said.confidence)


def _some(said: Stated, words: tuple[str, ...]) -> Sourced[tuple[str, ...]] | None:
    return _leaf(said, words) if words else None


def _party(base: Agreement, code: str) -> Party:
    found = base.party(code)
    if found is None or base.internal_to is not None:
        raise Refused(
            "agreement.not-a-party",
            "Only a party of an agreement between parties changes how it is bound.",
            field="$.agreement",
        )
    return found


def _clause(base: Agreement, name: str) -> Clause:
    found = next((each for each in base.clauses if each.id == name), None)
    if found is None:
        raise BadInput("agreement.unknown-clause", "There is no such clause.", field="$.clause")
    return found


def _with_party(base: Agreement, party: Party) -> Agreement:
    return _next(base, parties=tuple(party if each.code == party.code else each for each in base.parties))


def _with_clause(base: Agreement, clause: Clause) -> Agreement:
    return _next(base, clauses=tuple(clause if each.id == clause.id else each for each in base.clauses))


def _next(base: Agreement, **changes: object) -> Agreement:
    return msgspec.structs.replace(base, version=base.version + 1, parent=agreement_id(base), **changes)
