"""Rules of diplomacy: which peer and which document may be accepted, and where an agreement version stands."""

from __future__ import annotations

from collections.abc import Iterable

from comity.agreements.identity import Identity
from comity.agreements.life.rules import FOREVER, life_of
from comity.agreements.load import agreement_id, parse_agreement, read_agreement
from comity.agreements.records import Agreement
from comity.agreements.signing import AgreementSignature, Verified, missing_signatures
from comity.agreements.vocabulary import Form
from comity.core.errors import Refused
from comity.core.ids import NodeId, Owner
from comity.core.time import Instant
from comity.diplomacy.records import AgreementState, AgreementView, Event
from comity.exchange.keys.store import peer_keys
from comity.exchange.records import Address, PeerCard, Profile


def card_of(identity: Identity) -> PeerCard:
    """Return what the exchange needs of a checked identity document."""
    return PeerCard(
        node=NodeId(identity.node),
        party=identity.party,
        profile=Profile(identity.profile.value),
        fingerprint=identity.tls.fingerprint,
        certificate=identity.tls.certificate,
        addresses=tuple(Address(host=address.host, port=address.port) for address in identity.addresses),
        keys=peer_keys(identity.chain, min((identity.issued, *(deed.issued for deed in identity.deeds[:1])))),
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


def speaking_authority(agreement: Agreement, who: Owner) -> str | None:
    """Return for which authority inside the party somebody signs or gives notice; None between parties.

    Raises `Refused` `agreement.not-a-party` for an authority that the agreement is not between.
    """
    if agreement.internal_to is None:
        return None
    if who.authority not in agreement.signatories:
        raise Refused(
            "agreement.not-a-party",
            "Only an authority that the agreement is between signs it or gives notice under it.",
            field="$.document.parties",
            remedy="Act for one of these authorities, or leave the agreement to them.",
        )
    return who.authority


def others(agreement: Agreement, own: str) -> tuple[str, ...]:
    """Return the parties but our own, in the document's order."""
    return tuple(party.code for party in agreement.parties if party.code != own)


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return turns in the order in which they were recorded."""
    return sorted(events, key=lambda each: each.sequence)


def state_of(events: Iterable[Event], at: Instant) -> tuple[AgreementState, Instant | None]:
    """Return where a version stands at `at`, and since when it is (or will be) in force."""
    life = life_of(in_order(events))
    if not life.force:
        return AgreementState.PROPOSED, None
    last = life.force[-1]
    if last.until is not None and (last.until <= at or last.until == last.since):
        return AgreementState.ENDED, last.since
    if at < last.since:
        return AgreementState.SIGNED, last.since
    whole = any(pause.clauses is None and pause.span.covers(at, FOREVER) for pause in life.pauses)
    return (AgreementState.SUSPENDED if whole else AgreementState.IN_FORCE), last.since


def check_parent(agreement: Agreement, parent: Agreement | None, *, amends: bool) -> None:
    """Refuse a version that does not follow from the one it names.

    `parent` is the version of that hash where it is known here, `amends` says whether a version of the same lineage
    is in force. Raises `Refused` `agreement.wrong-parent`.
    """
    fits = not amends if parent is None else (parent.id, parent.version + 1) == (agreement.id, agreement.version)
    if not fits:
        raise Refused(
            "agreement.wrong-parent",
            "A new version names the hash of the version it changes, and has the next number.",
            field="$.document.parent",
            remedy="Take both from `agreement show` of the version in force, or of the proposal countered.",
        )


def standing_of(found: Iterable[Event], at: Instant, *, proposed: bool, signed: bool) -> AgreementState:
    """Return where a version stands: as `state_of`, telling a draft from a proposal, and a proposal all have signed."""
    state, _ = state_of(found, at)
    if state is not AgreementState.PROPOSED:
        return state
    if signed:
        return AgreementState.SIGNED
    return AgreementState.PROPOSED if proposed else AgreementState.DRAFT


def view(
    agreement: Agreement,
    signatures: tuple[AgreementSignature, ...],
    events: tuple[Event, ...],
    at: Instant,
    document: bytes | None = None,
    *,
    proposed: bool = True,
) -> AgreementView:
    """Return a version as people see it; the signatures were checked when they were stored."""
    _, since = state_of(events, at)
    missing = missing_signatures(agreement, [Verified(signed=signed) for signed in signatures])
    state = standing_of(events, at, proposed=proposed, signed=not missing)
    return AgreementView(
        agreement=agreement_id(agreement),
        lineage=agreement.id,
        version=agreement.version,
        title=agreement.title.value,
        form=agreement.form.value.value,
        parties=tuple(party.code for party in agreement.parties),
        state=state,
        signed_by=tuple(name for name in agreement.signatories if name not in missing),
        missing=missing,
        in_force_since=since,
        internal_to=None if agreement.internal_to is None else agreement.internal_to.value,
        document=document.decode() if document is not None else None,
    )
