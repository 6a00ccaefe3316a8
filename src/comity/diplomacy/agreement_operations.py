"""Proposing, signing and seeing agreements."""

from __future__ import annotations

import msgspec

from comity.agreements.gate import GateReport, check_gate, require_gate
from comity.agreements.load import agreement_id, canonical_bytes, require_verified
from comity.agreements.records import Agreement
from comity.agreements.signing import AgreementSignature, Verified, in_force_since
from comity.agreements.vocabulary import Category, Operation, Profile
from comity.core.codec import encode
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Publication, Work
from comity.core.vocabulary import Permission, Purpose
from comity.diplomacy import rules, store
from comity.diplomacy.receivers import signature_record
from comity.diplomacy.records import (
    AGREEMENT_KIND,
    SCHEMA,
    SIGNATURE_KIND,
    AgreementPage,
    AgreementView,
    Draft,
    ListAgreements,
    Proposal,
    Propose,
    ShowAgreement,
    Sign,
    SignatureNotice,
)
from comity.diplomacy.services import Services
from comity.diplomacy.signatures import still_good, take_signatures, verified
from comity.diplomacy.turns import check_lineage

_PURPOSES = (Purpose.PEERING,)
_READERS = tuple(Purpose)


def agreement_operations(services: Services) -> tuple[AnyOperation, ...]:
    """Return the operations on agreements for one node."""

    @operation("agreement.draft", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def draft(work: Work, command: Draft) -> AgreementView:
        """Check an agreement and keep it here as a draft; nobody else hears of it."""
        agreement = rules.read_document(command.document)
        rules.check_treaty(agreement, services.party)
        check_lineage(work, agreement)
        name = agreement_id(agreement)
        found = store.find(work, name)
        if found is None:
            store.add_agreement(work, agreement, proposed=False)
        work.record(RecordRef(kind=AGREEMENT_KIND, id=name, version=agreement.version))
        return _view(found, work) if found else rules.view(agreement, (), (), work.at, proposed=False)

    @operation("agreement.propose", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def propose(work: Work, command: Propose) -> AgreementView:
        """Check an agreement, keep it and send it to its parties; nothing is in force before all have signed."""
        return lay_before_parties(work, rules.read_document(command.document), services)

    @operation("agreement.sign", permission=Permission.AGREEMENT_NEGOTIATE, purposes=_PURPOSES, four_eyes=True)
    def sign(work: Work, command: Sign) -> AgreementView:
        """Sign an agreement for the own party (inside it: the own authority) and send the signature to all parties."""
        found = store.get(work, command.agreement)
        agreement, name = found.agreement, agreement_id(found.agreement)
        rules.check_treaty(agreement, services.party)
        unverified = require_verified(
            agreement, profile=services.identity.profile, accept_unverified=command.accept_unverified
        )
        report = through_gate(work, agreement, services.identity.profile)
        authority = rules.speaking_authority(agreement, work.who.owner)
        mine = (services.identity.node, authority)
        own = next((each for each in found.signatures if (each.node, each.authority) == mine), None)
        signed = still_good(work, own, services) if own else services.sign(work, name, authority)
        given = Verified(signed=signed) if signed == own else verified(work, signed, services)
        state = take_signatures(work, agreement, given)
        work.record(unverified_values=len(unverified), proved=report.proved)
        _send(work, agreement, services, signed)
        signatures = found.signatures if own else (*found.signatures, signed)
        view = rules.view(agreement, signatures, found.events, work.at)
        since = view.in_force_since or in_force_since(agreement, [Verified(signed=each) for each in signatures])
        return msgspec.structs.replace(view, state=state, in_force_since=since)

    return (draft, propose, sign, list_agreements, show_agreement)


@operation("agreement.list", permission=Permission.AGREEMENT_READ, purposes=_READERS, kind=Kind.READ)
def list_agreements(work: Work, command: ListAgreements) -> AgreementPage:
    """List agreement versions, who signed them and whether they are in force."""
    found = store.page(work, peering=command.peering, after=command.cursor, limit=command.limit + 1)
    views = tuple(_view(each, work) for each in found[: command.limit])
    return AgreementPage(agreements=views, cursor=views[-1].agreement if len(found) > len(views) else None)


@operation("agreement.show", permission=Permission.AGREEMENT_READ, purposes=_READERS, kind=Kind.READ)
def show_agreement(work: Work, command: ShowAgreement) -> AgreementView:
    """Show one agreement version with its document."""
    found = store.get(work, command.agreement)
    return _view(found, work, found.document)


def lay_before_parties(work: Work, agreement: Agreement, services: Services) -> AgreementView:
    """Keep a version and send it to its parties, once it may go on; raises as `through_gate` and `check_lineage`."""
    rules.check_treaty(agreement, services.party)
    check_lineage(work, agreement)
    through_gate(work, agreement, Profile.EXERCISE)  # whoever signs proves; a proposal may go out before
    name = agreement_id(agreement)
    found = store.find(work, name)
    if found is None:
        store.add_agreement(work, agreement)
    else:
        store.note_proposed(work, found)
    work.record(RecordRef(kind=AGREEMENT_KIND, id=name, version=agreement.version))
    _send(work, agreement, services, None)
    signatures, events = (found.signatures, found.events) if found else ((), ())
    return rules.view(agreement, signatures, events, work.at)


def through_gate(work: Work, agreement: Agreement, profile: Profile) -> GateReport:
    """Check a version before it goes on; on a node of production everything is proved, or it is refused.

    Raises `Refused` `agreement.gate` and `agreement.not-proved`.
    """
    annex = agreement.annex
    parent = store.find(work, annex.of) if annex is not None else None
    report = check_gate(agreement, parent=parent.agreement if parent else None, prove=profile is Profile.PRODUCTION)
    return require_gate(report, profile)


def _view(found: store.Stored, work: Work, document: bytes | None = None) -> AgreementView:
    signatures, events = found.signatures, found.events
    return rules.view(found.agreement, signatures, events, work.at, document, proposed=found.proposed)


def _send(work: Work, agreement: Agreement, services: Services, signed: AgreementSignature | None) -> None:
    """Send the proposal, or a signature with the document it is under, to the other parties; inside one, to nobody."""
    if agreement.internal_to is not None:
        return
    name, document = agreement_id(agreement), canonical_bytes(agreement).decode()
    payload: Proposal | SignatureNotice = Proposal(document=document)
    if signed is not None:
        payload = SignatureNotice(signature=encode(signed).decode(), document=document)
    work.publish(
        Publication(
            kind=AGREEMENT_KIND if signed is None else SIGNATURE_KIND,
            id=name if signed is None else signature_record(name, services.party),
            owner=work.who.owner,
            category=Category.PEERING.value,
            operation=(Operation.PROPOSE if signed is None else Operation.SIGN).value,
            purpose=Purpose.PEERING,
            version=1,
            schema=SCHEMA,
            payload=payload,
            issued=work.recorded_at,
            recipients=rules.others(agreement, services.party),
            # What turns the force of a treaty that stands travels among the data it governs.
            stream=agreement.id if signed is not None and agreement.parent is not None else None,
        )
    )
