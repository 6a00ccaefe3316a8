"""Trusting, freezing and distrusting peers: what the diplomacy room does through the exchange."""

from __future__ import annotations

from comity.agreements.vocabulary import Category, Operation
from comity.core.codec import encode
from comity.core.decision import Question, Stage
from comity.core.errors import Refused
from comity.core.ids import AccountId, Owner
from comity.core.ports import Actor, Guard, Insert, Update, Work
from comity.core.vocabulary import Purpose
from comity.exchange.records import Home, Peer, PeerCard, PeerState
from comity.exchange.rules import check_card
from comity.exchange.store import PEER_SCHEMA, find_peer, get_peer, peer_row, peer_table


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


def check_may_speak(work: Work, peer: Peer, home: Home, operation: Operation, detail: str) -> None:
    """Insist that the peer is trusted and that a peering in force opens this operation on its receipt here.

    Raises `Refused`: `exchange.peer-not-trusted`, or the decision's first reason with `detail`.
    """
    if get_peer(work, peer.node).state is not PeerState.TRUSTED:
        raise Refused("exchange.peer-not-trusted", "This peer is not trusted any more.")
    decision = work.decide(
        Question(
            stage=Stage.RECEIPT,
            operation=operation,
            category=Category.PEERING,
            purpose=Purpose.PEERING,
            actor=Owner(party=peer.party, authority="node-operator"),
            sender=peer.party,
            receiver=home.party,
        )
    )
    if not decision.permitted:
        raise Refused(decision.codes[0], detail)
