"""Taking in signatures, from whichever side: when the last one is there, the version comes into force."""

from __future__ import annotations

from comity.agreements.identity import Identity, parse_identity
from comity.agreements.life.terms import terms_of
from comity.agreements.load import agreement_id
from comity.agreements.peering import make_peering
from comity.agreements.records import Agreement
from comity.agreements.signing import AgreementSignature, Verified, counts_under, in_force_since, verify_signature
from comity.core.errors import BadInput, Refused
from comity.core.ids import AgreementId, RecordRef
from comity.core.ports import Work
from comity.diplomacy import notice_store, rules, store
from comity.diplomacy.records import AGREEMENT_KIND, AgreementState
from comity.diplomacy.services import Services
from comity.diplomacy.turns import begin, follow, replace_older
from comity.exchange.keys.store import identity_of, with_deeds

_BEGUN = frozenset({AgreementState.IN_FORCE, AgreementState.SIGNED, AgreementState.SUSPENDED})


def take_signatures(work: Work, agreement: Agreement, *given: Verified, resume: bool = False) -> AgreementState:
    """Store the version and checked signatures where they are new, and bring the version into force with the last one.

    Ends the version that it amends. A version that enters into force by notification waits for those too. A version
    that ended stays ended, whoever sends its signatures again, unless a person wants to `resume` it. Returns where the
    version stands then. Raises `Refused` `agreement.suite` for a signature that is not by the suite it states.
    """
    name = agreement_id(agreement)
    if not all(counts_under(agreement, each.signed) for each in given):
        raise Refused(
            "agreement.suite",
            "The agreement is signed by pairs of the hybrid suite; this signature has one half.",
            field="$.suite",
            remedy="Have the root certify a pair (keys request --hybrid), and sign again.",
        )
    found = store.find(work, name)
    if found is None:
        store.add_agreement(work, agreement)
    held = found.signatures if found else ()
    there = {(signed.node, signed.authority) for signed in held}
    fresh = [each for each in given if (each.signed.node, each.signed.authority) not in there]
    for each in fresh:
        store.add_signature(work, each.signed)
    state, _ = rules.state_of(found.events if found else (), work.recorded_at)
    since = in_force_since(agreement, [*(Verified(signed=signed) for signed in held), *fresh])
    work.record(RecordRef(kind=AGREEMENT_KIND, id=name, version=agreement.version))
    ended = state is AgreementState.ENDED
    if found is not None and (fresh or resume):
        store.claim(work, found)
        store.note_proposed(work, found)
    if since is None or state in _BEGUN or (ended and not resume):
        return state
    together = store.Stored(
        agreement=agreement,
        document=b"",
        signatures=(*held, *(each.signed for each in fresh)),
        events=found.events if found else (),
        changes=0,
        proposed=True,
    )
    if terms_of(agreement).entry is not None and not ended:
        follow(work, together, notice_store.notices(work, name))
        return AgreementState.SIGNED
    since = max(since, work.recorded_at) if ended else since
    begin(work, name, since, "resumed" if ended else "signed-by-all-parties")
    replace_older(work, together, since)
    return AgreementState.IN_FORCE if since <= work.recorded_at else AgreementState.SIGNED


def is_signed(found: store.Stored) -> bool:
    """Say whether every party (inside one: every authority) has signed the version."""
    return in_force_since(found.agreement, [Verified(signed=each) for each in found.signatures]) is not None


def verified(work: Work, signed: AgreementSignature, services: Services) -> Verified:
    """Check a signature against the identity document of its node, own or trusted.

    Raises `Refused` `agreement.signer-unknown` for a node that was never trusted here, `BadInput` `signature.*` for a
    signature that does not hold.
    """
    if signed.node == services.identity.node:
        return verify_signature(signed, with_deeds(work, services.identity))
    signer = identity_of(work, signed.node)
    if signer is None:
        raise Refused(
            "agreement.signer-unknown",
            "The signature is by a node that was never trusted here.",
            field="$.node",
            remedy="Trust the node first.",
        )
    return verify_signature(signed, signer)


def peering_with(peer: Identity, services: Services) -> Agreement:
    """Return the peering agreement with a node; both sides compute the same bytes."""
    return make_peering(services.identity, peer)


def own_peering_signature(work: Work, node: str, services: Services) -> AgreementSignature | None:
    """Return our signature under the peering agreement with a node: what our hello carries. None if never trusted.

    One by a key that was taken back since is made anew: who meets us only now would not take it.
    """
    document = store.identity_bytes(work, node)
    if document is None:
        return None
    found = store.find(work, agreement_id(peering_with(parse_identity(document), services)))
    if found is None:
        return None
    own = next((signed for signed in found.signatures if signed.node == services.identity.node), None)
    return None if own is None else still_good(work, own, services)


def still_good(work: Work, own: AgreementSignature, services: Services) -> AgreementSignature:
    """Return an own signature as it was made; made anew where its key was taken back since."""
    span = with_deeds(work, services.identity).chain.span(own.key)
    if span is None or span.compromised_at is None:
        return own
    return services.sign(work, AgreementId(own.agreement), own.authority)


def accept_peering_signature(work: Work, node: str, signed: AgreementSignature, services: Services) -> AgreementState:
    """Take in the signature that a trusted peer's hello carried; the peering is in force with it.

    Raises `Refused` `agreement.signer-unknown`, `BadInput` `signature.*`, also for a signature under anything else or
    by another node.
    """
    if signed.node != node:
        raise BadInput("signature.signer", "The signature names another party, node or key.", field="$.node")
    agreement = peering_with(parse_identity(store.identity_bytes(work, node) or b""), services)
    if signed.agreement != agreement_id(agreement):
        raise BadInput("signature.agreement", "The signature is not under our peering agreement.", field="$.agreement")
    found = store.find(work, signed.agreement)
    if found is not None and signed in found.signatures:
        # It was checked when it came first; its key may have been followed by another since.
        return take_signatures(work, agreement, Verified(signed=signed))
    return take_signatures(work, agreement, verified(work, signed, services))
