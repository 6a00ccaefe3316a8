"""Trusting, freezing and distrusting peers: what the diplomacy room does through the exchange."""

from __future__ import annotations

from comity.core.codec import encode
from comity.core.ids import AccountId, Owner
from comity.core.ports import Actor, Guard, Insert, Update, Work
from comity.exchange.records import Home, Peer, PeerCard, PeerState
from comity.exchange.rules import check_card
from comity.exchange.store import PEER_SCHEMA, find_peer, peer_row, peer_table


def trust_peer(work: Work, card: PeerCard, identity: bytes, home: Home) -> Peer:
    """Trust the node that this card describes, or trust it again with its newer card.

    A frozen peer thaws: a person decided. Raises `Refused` (`exchange.profiles-differ`, `exchange.own-node`).
    """
    check_card(card, home)
    found = find_peer(work, card.node)
    row = peer_row(card, identity, PeerState.TRUSTED, work.recorded_at)
    key = {"node": card.node}
    if found is None:
        work.change(Guard(peer_table, key, None), Insert(peer_table, row))
        return Peer(card=card, state=PeerState.TRUSTED)
    kept = {name: value for name, value in row.items() if name not in {"node", "kinds"}}
    work.change(Guard(peer_table, key, {"state": found.state.value}), Update(peer_table, key, kept))
    return Peer(card=card, state=PeerState.TRUSTED, kinds=found.kinds)


def set_peer_state(work: Work, peer: Peer, state: PeerState, reason: str | None = None) -> None:
    """Freeze or distrust a peer. `reason` is a code, kept for the person who decides about it."""
    values = {"state": state.value, "frozen_reason": reason, "updated_at": work.recorded_at}
    work.change(
        Guard(peer_table, {"node": peer.node}, {"state": peer.state.value}),
        Update(peer_table, {"node": peer.node}, values),
    )


def note_kinds(work: Work, peer: Peer, kinds: tuple[str, ...]) -> None:
    """Keep which `kind@schema` the peer says it can read."""
    if kinds != peer.kinds:
        work.change(Update(peer_table, {"node": peer.node}, {"kinds": encode(kinds), "schema": PEER_SCHEMA}))


def peer_actor(peer: Peer) -> Actor:
    """Return the actor that a peer's frames act as: no functions, no permissions."""
    return Actor(
        account=AccountId(f"peer:{peer.node}"),
        user=f"peer:{peer.node}",
        owner=Owner(party=peer.party, authority="node-operator"),
        role=None,
    )
