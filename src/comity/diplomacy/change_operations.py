"""Accession, reservations and opt-outs as acts: each makes the next version and proposes it to all it concerns."""

from __future__ import annotations

from comity.agreements.load import canonical_bytes, parse_agreement
from comity.agreements.records import Agreement
from comity.core.operation import AnyOperation, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose
from comity.diplomacy import changes, rules, store
from comity.diplomacy.agreement_operations import lay_before_parties
from comity.diplomacy.change_records import Accede, OptIn, OptOutOf, Reserve, Stated, WithdrawReservation
from comity.diplomacy.records import AgreementView
from comity.diplomacy.services import Services

_PURPOSES = (Purpose.PEERING,)


def change_operations(services: Services) -> tuple[AnyOperation, ...]:
    """Return the operations by which a treaty is changed in one thing; each needs a second person."""

    @operation("agreement.accede", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def accede(work: Work, command: Accede) -> AgreementView:
        """Propose that a further party joins a treaty; it is bound once all, and it, have signed."""
        return _change(work, command, changes.acceded(_base(work, command), command), services)

    @operation("agreement.reserve", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def reserve(work: Work, command: Reserve) -> AgreementView:
        """Make a reservation of the own party; it counts, also against it, once all have signed."""
        return _change(work, command, changes.reserved(_base(work, command), command, services.party), services)

    @operation(
        "agreement.withdraw-reservation",
        permission=Permission.AGREEMENT_NEGOTIATE,
        purposes=_PURPOSES,
        four_eyes=True,
    )
    def withdraw_reservation(work: Work, command: WithdrawReservation) -> AgreementView:
        """Withdraw a reservation of the own party."""
        return _change(work, command, changes.unreserved(_base(work, command), command, services.party), services)

    @operation("agreement.opt-out", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def opt_out(work: Work, command: OptOutOf) -> AgreementView:
        """Take no part in a clause from a day on."""
        return _change(work, command, changes.opted_out(_base(work, command), command, services.party), services)

    @operation("agreement.opt-in", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def opt_in(work: Work, command: OptIn) -> AgreementView:
        """Take part in a clause again."""
        return _change(work, command, changes.opted_in(_base(work, command), command, services.party), services)

    return (accede, reserve, withdraw_reservation, opt_out, opt_in)


def _base(work: Work, command: Stated) -> Agreement:
    return store.get(work, command.agreement).agreement


def _change(work: Work, command: Stated, changed: Agreement, services: Services) -> AgreementView:
    """Propose the next version; it is read again as any other, so that nothing unsound goes out."""
    rules.check_treaty(_base(work, command), services.party)
    agreement = parse_agreement(canonical_bytes(changed))
    work.record(changes=command.agreement, confidence=command.confidence.value)
    return lay_before_parties(work, agreement, services)
