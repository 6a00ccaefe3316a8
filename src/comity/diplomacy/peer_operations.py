"""Trusting and distrusting nodes, and what waits for them."""

from __future__ import annotations

from comity.agreements.identity import Identity, identity_bytes, parse_identity
from comity.agreements.load import agreement_id
from comity.agreements.peering import make_peering
from comity.core.errors import Refused
from comity.core.ids import AgreementId, RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose
from comity.diplomacy import rules, store
from comity.diplomacy.exchange_operations import exchange_operations
from comity.diplomacy.key_rules import follow_deeds
from comity.diplomacy.records import (
    AgreementState,
    Distrust,
    ListPeers,
    PeerList,
    PeerView,
    Queue,
    ShowQueue,
    Trust,
)
from comity.diplomacy.services import Services
from comity.diplomacy.signatures import peering_with, take_signatures, verified
from comity.diplomacy.turns import end_now
from comity.exchange.peers import set_peer_state, trust_peer
from comity.exchange.records import Peer, PeerState
from comity.exchange.store import get_peer, peers

_PURPOSES = (Purpose.ADMINISTRATION,)
_READERS = (Purpose.ADMINISTRATION, Purpose.PEERING, Purpose.SUPERVISION)


def trust(work: Work, command: Trust, services: Services) -> PeerView:
    """Trust a node: keep its document, make the peering agreement that follows from both documents, and sign it.

    Raises `BadInput` (`identity.*`, `signature.*`, `codec.*`) for a broken document; `Refused` `exchange.own-node`,
    `peering.profile`, `peering.same-party`, `peering.fingerprint-differs`, `keys.contradiction` for deeds other than
    those held.
    """
    identity = parse_identity(command.document.strip().encode())
    rules.check_fingerprint(identity, command.fingerprint)
    _require_other(identity, services)
    peering = make_peering(services.identity, identity)
    card = rules.card_of(follow_deeds(work, identity))
    peer = trust_peer(work, card, identity_bytes(identity), services.home)
    own = verified(work, services.sign(work, agreement_id(peering)), services)
    state = take_signatures(work, peering, own, resume=True)
    work.record(RecordRef(kind="peer", id=peer.node, version=1), peer_party=peer.party)
    return _view(peer, identity, agreement_id(peering), state)


def peer_operations(services: Services) -> tuple[AnyOperation, ...]:
    """Return the operations on peers for one node."""

    @operation("peer.trust", permission=Permission.PEER_MANAGE, purposes=_PURPOSES, four_eyes=True)
    def trust_node(work: Work, command: Trust) -> PeerView:
        """Trust a node by its identity document and sign the peering agreement with it."""
        return trust(work, command, services)

    @operation("peer.distrust", permission=Permission.PEER_MANAGE, purposes=_PURPOSES)
    def distrust_node(work: Work, command: Distrust) -> PeerView:
        """End the peering with a node at once; a person must trust it again."""
        peer = get_peer(work, command.node)
        identity = _identity(work, peer)
        name = agreement_id(peering_with(identity, services))
        set_peer_state(work, peer, PeerState.DISTRUSTED, command.reason)
        found = store.find(work, name)
        if found is not None:
            end_now(work, found, "distrusted")
        work.record(RecordRef(kind="peer", id=peer.node, version=1), peer_party=peer.party)
        gone = Peer(card=peer.card, state=PeerState.DISTRUSTED, frozen_reason=command.reason, kinds=peer.kinds)
        return _view(gone, identity, name, AgreementState.ENDED)

    @operation("peer.list", permission=Permission.PEER_READ, purposes=_READERS, kind=Kind.READ)
    def list_peers(work: Work, _command: ListPeers) -> PeerList:
        """List every node that was ever trusted, and how far the peering with it is."""
        return PeerList(peers=tuple(_shown(work, peer, services) for peer in peers(work)))

    @operation("peer.queue", permission=Permission.PEER_READ, purposes=_READERS, kind=Kind.READ)
    def show_queue(work: Work, command: ShowQueue) -> Queue:
        """List what peers have not taken yet, and why."""
        items, cursor = store.queue(work, command.node, command.cursor, command.limit)
        return Queue(items=items, cursor=cursor)

    return (trust_node, distrust_node, list_peers, show_queue, *exchange_operations(services))


def _require_other(identity: Identity, services: Services) -> None:
    if identity.node == services.identity.node:
        raise Refused(
            "exchange.own-node",
            "This is the own node's document.",
            field="$.document",
            remedy="Ask the peer's operator for theirs.",
        )


def _shown(work: Work, peer: Peer, services: Services) -> PeerView:
    identity = _identity(work, peer)
    name = agreement_id(peering_with(identity, services))
    found = store.find(work, name)
    state, _ = rules.state_of(found.events if found else (), work.recorded_at)
    return _view(peer, identity, name, state)


def _identity(work: Work, peer: Peer) -> Identity:
    return parse_identity(store.identity_bytes(work, peer.node) or b"")


def _view(peer: Peer, identity: Identity, agreement: AgreementId, state: AgreementState) -> PeerView:
    return PeerView(
        node=peer.node,
        party=peer.party,
        state=peer.state,
        frozen_reason=peer.frozen_reason,
        fingerprint=peer.card.fingerprint,
        addresses=peer.card.addresses,
        authorities=identity.authorities,
        peering=state,
        agreement=agreement,
    )
