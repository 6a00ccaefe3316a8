"""Signatures under agreements, `comity-agreement-signature/1`: all parties sign before a version is in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from comity.agreements.identity import Identity
from comity.agreements.keys import Mark, SecondText, holds, key_of, mark
from comity.agreements.load import agreement_id
from comity.agreements.records import Agreement
from comity.agreements.signatures import SignatureText
from comity.agreements.sourced import Hash, Kebab, PartyCode, Text
from comity.agreements.vocabulary import SignatureSuite
from comity.core.codec import encode
from comity.core.errors import BadInput
from comity.core.ids import AgreementId
from comity.core.ports import Signer, fixed
from comity.core.said import say
from comity.core.time import Instant, start_of_day

SIGNATURE_SCHEMA: Final = "comity-agreement-signature/1"


class SignatureBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is signed: this agreement version, for this party, by this node's key, at this time of its clock.

    Inside one party `authority` is the one that signs; between parties it is left out.
    """

    schema: Literal["comity-agreement-signature/1"]
    agreement: Hash
    party: PartyCode
    node: Text
    key: Text
    suite: Text
    at: Instant
    authority: Kebab | None = None

    @property
    def signatory(self) -> str:
        """Who signed: the party, or the authority inside it."""
        return self.authority or self.party


class AgreementSignature(SignatureBody, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One party's signature under one agreement version, as stored and sent."""

    signature: SignatureText
    second: SecondText | None = None


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that was checked against its signer's identity document; made by `verify_signature` only."""

    signed: AgreementSignature


def message_to_sign(body: SignatureBody) -> bytes:
    """Return the canonical bytes that the signature covers."""
    members = {name: getattr(body, name) for name in SignatureBody.__struct_fields__}
    return encode({name: value for name, value in members.items() if name != "authority" or value is not None})


def sign_agreement(
    agreement: AgreementId, *, party: str, node: str, at: Instant, signer: Signer, authority: str | None = None
) -> AgreementSignature:
    """Sign an agreement version for `party`, or for an authority inside it, with the node's key; by a pair, twice."""
    signer = fixed(signer)
    body = SignatureBody(
        schema=SIGNATURE_SCHEMA,
        agreement=agreement,
        party=party,
        node=node,
        key=signer.key_id,
        suite=key_of(signer).suite,
        at=at,
        authority=authority,
    )
    members = {name: getattr(body, name) for name in SignatureBody.__struct_fields__}
    left = mark(signer, message_to_sign(body))
    return AgreementSignature(**members, signature=left.first, second=left.second)


def verify_signature(signed: AgreementSignature, signer: Identity) -> Verified:
    """Check a signature against the identity document of the node that is said to have made it.

    Raises `BadInput`: `signature.signer` where party, node or key are not those of the identity; `signature.suite`
    where the key signs by another suite (both halves of a pair, always); `signature.key-revoked` for a key that was
    taken back, whatever date it bears; `signature.key-ended` where it did not count; `signature.wrong`.
    """
    span = signer.chain.span(signed.key)
    if span is None or (signed.party, signed.node) != (signer.party, signer.node):
        raise BadInput("signature.signer", "The signature names another party, node or key.", field="$.node")
    if signed.suite != span.key.suite or (signed.second is None) is not (span.key.second is None):
        said = say("This key signs by the suite %(suite)s, whole.", suite=span.key.suite)
        raise BadInput("signature.suite", said, field="$.suite")
    if span.compromised_at is not None:
        raise BadInput("signature.key-revoked", "The signature is by a key that was taken back.", field="$.key")
    if not span.covers(signed.at):
        raise BadInput("signature.key-ended", "The key did not count when it is said to have signed.", field="$.at")
    if not holds(Mark(first=signed.signature, second=signed.second), span.key, message_to_sign(signed)):
        raise BadInput(
            "signature.wrong",
            "The signature does not fit the document and the key.",
            field="$.signature",
            remedy="Ask the signer for the document again; it was changed, or signed with another key.",
        )
    return Verified(signed=signed)


def counts_under(agreement: Agreement, signed: AgreementSignature) -> bool:
    """Say whether a signature is by the suite that the agreement states; any will do where it states none."""
    stated = agreement.signature_suite
    return stated is None or stated.value is not SignatureSuite.HYBRID or signed.suite == SignatureSuite.HYBRID.value


def missing_signatures(agreement: Agreement, signatures: Iterable[Verified]) -> tuple[str, ...]:
    """Return the parties (inside one: the authorities) that have not signed this very version, in its order."""
    signed = _signed_at(agreement, signatures)
    return tuple(name for name in agreement.signatories if name not in signed)


def in_force_since(agreement: Agreement, signatures: Iterable[Verified]) -> Instant | None:
    """Return when the version came into force: its own date, or the last party's signature if that is later.

    None while a party's signature is missing. Of several signatures of one party the first counts.
    """
    signed = _signed_at(agreement, signatures)
    if any(name not in signed for name in agreement.signatories):
        return None
    last = max(signed[name] for name in agreement.signatories)
    stated = agreement.in_force_from
    return last if stated is None else max(last, start_of_day(stated.value))


def in_force(agreement: Agreement, signatures: Iterable[Verified], at: Instant) -> bool:
    """Say whether the version is in force at `at`."""
    since = in_force_since(agreement, signatures)
    return since is not None and since <= at


def _signed_at(agreement: Agreement, signatures: Iterable[Verified]) -> dict[str, Instant]:
    """Return when each first signed; where the document names nodes, only theirs count.

    Inside one party only its own authorities sign.
    """
    version = agreement_id(agreement)
    nodes = {node.party: node.node for node in agreement.nodes}
    inside = None if agreement.internal_to is None else agreement.internal_to.value
    first: dict[str, Instant] = {}
    for verified in signatures:
        signed = verified.signed
        if (
            signed.agreement == version
            and counts_under(agreement, signed)
            and nodes.get(signed.party, signed.node) == signed.node
        ):
            if (signed.authority is None) is not (inside is None) or inside not in {None, signed.party}:
                continue
            first[signed.signatory] = min(signed.at, first.get(signed.signatory, signed.at))
    return first
