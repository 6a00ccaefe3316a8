"""Rules of diplomacy: which peer and which document may be accepted, and where an agreement version stands."""

from __future__ import annotations

from collections.abc import Iterable

from comity.agreements.identity import Identity
from comity.agreements.load import agreement_id, parse_agreement, read_agreement
from comity.agreements.records import Agreement
from comity.agreements.signing import AgreementSignature, Verified, missing_signatures
from comity.agreements.vocabulary import Form
from comity.core.errors import Refused
from comity.core.ids import NodeId
from comity.core.time import Instant
from comity.diplomacy.records import AgreementState, AgreementView, Event, Turn
from comity.exchange.records import Address, PeerCard, PeerKey, Profile


def card_of(identity: Identity) -> PeerCard:
    """Return what the exchange needs of a checked identity document."""
    return PeerCard(
        node=NodeId(identity.node),
        party=identity.party,
        profile=Profile(identity.profile.value),
        fingerprint=identity.tls.fingerprint,
        certificate=identity.tls.certificate,
        addresses=tuple(Address(host=address.host, port=address.port) for address in identity.addresses),
        keys=(
            PeerKey(
                id=identity.key.id,
                suite=identity.key.suite,
                public=bytes.fromhex(identity.key.public),
                valid_from=identity.issued,
            ),
        ),
    )


def check_fingerprint(identity: Identity, spoken: str | None) -> None:
    """Refuse a document whose certificate is not the one that the peer's operator read out."""
    if spoken is not None and spoken != identity.tls.fingerprint:
        raise Refused(
            "peering.fingerprint-differs",
            "The document's certificate is not the one that was read out.",
            field="$.fingerprint",
            remedy="Do not trust this document; ask the peer's operator for it again by another way.",
        )


def read_document(text: str) -> Agreement:
    """Read an agreement from YAML, or from canonical JSON, and check it; raises `BadInput` with every problem."""
    document = text.strip().encode()
    return parse_agreement(document) if document.startswith(b"{") else read_agreement(document)


def check_treaty(agreement: Agreement, *parties: str) -> None:
    """Refuse a document that is no treaty, or to which one of these is no party.

    Peering agreements follow from two identity documents and are never proposed.
    """
    if agreement.form.value is Form.PEERING:
        raise Refused(
            "agreement.peering-not-proposed",
            "A peering agreement follows from mutual trust and is never proposed.",
            remedy="Trust the peer's identity document instead.",
        )
    if any(agreement.party(code) is None for code in parties):
        raise Refused(
            "agreement.not-a-party",
            "Only a party of an agreement proposes, receives or signs it.",
            field="$.document.parties",
            remedy="Add the party, or leave the agreement to its parties.",
        )


def others(agreement: Agreement, own: str) -> tuple[str, ...]:
    """Return the parties but our own, in the document's order."""
    return tuple(party.code for party in agreement.parties if party.code != own)


def state_of(events: Iterable[Event], at: Instant) -> tuple[AgreementState, Instant | None]:
    """Return where a version stands at `at`, and since when it is (or will be) in force."""
    since: Instant | None = None
    ended = False
    for event in sorted(events, key=lambda each: each.sequence):
        if event.turn is Turn.BEGIN:
            since, ended = event.since, False
        elif event.since <= at:
            ended = True
    if since is None:
        return AgreementState.PROPOSED, None
    if ended:
        return AgreementState.ENDED, since
    return (AgreementState.IN_FORCE if since <= at else AgreementState.SIGNED), since


def view(
    agreement: Agreement,
    signatures: tuple[AgreementSignature, ...],
    events: tuple[Event, ...],
    at: Instant,
    document: bytes | None = None,
) -> AgreementView:
    """Return a version as people see it; the signatures were checked when they were stored."""
    state, since = state_of(events, at)
    missing = missing_signatures(agreement, [Verified(signed=signed) for signed in signatures])
    return AgreementView(
        agreement=agreement_id(agreement),
        lineage=agreement.id,
        version=agreement.version,
        title=agreement.title.value,
        form=agreement.form.value.value,
        parties=tuple(party.code for party in agreement.parties),
        state=state,
        signed_by=tuple(party.code for party in agreement.parties if party.code not in missing),
        missing=missing,
        in_force_since=since,
        document=document.decode() if document is not None else None,
    )
