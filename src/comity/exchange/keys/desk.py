"""The peer: takes in deeds that continue those it holds, acknowledges them, and freezes who contradicts itself.

Deeds stand by the root's signature, so they need no frame and pass although the key that signs frames is gone. What
was taken before is answered as the first time; a letter that begins too late is answered with how far this node is.
"""

from __future__ import annotations

import threading
from typing import Final

from comity.agreements.keys import Act, Chain, Deed, deed_digest, extend, replay
from comity.agreements.vocabulary import Operation
from comity.core.codec import decode_canonical_as
from comity.core.errors import Defect, Refused
from comity.core.ports import Clock, Signer, Work, fixed
from comity.exchange import store
from comity.exchange.keys.letters import MAX_BYTES, DeedsLetter, DeedsTaken
from comity.exchange.keys.store import (
    add_deeds,
    deeds_of,
    first_key,
    in_doubt,
    keep_conflict,
    turn_card,
)
from comity.exchange.modes.letter import write_letter
from comity.exchange.peers import check_may_speak, set_peer_state
from comity.exchange.ports import Acts
from comity.exchange.records import Home, Peer, PeerState

CONTRADICTION: Final = "keys.contradiction"


class DeedDesk:
    """Takes in what peers say about their keys. Safe to use from many threads."""

    def __init__(self, home: Home, signer: Signer, clock: Clock, acts: Acts) -> None:
        self._home = home
        self._signer = signer
        self._clock = clock
        self._acts = acts
        self._lock = threading.Lock()

    def answer(self, peer: Peer, body: bytes) -> bytes:
        """Return the signed acknowledgement.

        Raises `BadInput` for a deed that does not follow, `Refused`: `keys.contradiction`, no peering in force.
        """
        letter = decode_canonical_as(body, DeedsLetter, max_bytes=MAX_BYTES)
        with self._lock:
            fresh, other = self._acts.view(peer, lambda work: self._look(work, peer, letter.deeds))
            if other is not None:
                self._acts.act("keys.contradiction", peer, lambda work: _contradicted(work, peer, other))
                raise Refused(CONTRADICTION, "Two deeds of one number were shown; a person must decide.")
            if fresh:
                self._acts.act("keys.deeds-received", peer, lambda work: take_deeds(work, peer, letter.deeds))
            chain = self._acts.view(peer, lambda work: chain_of(work, peer))
        return self._acknowledged(peer, chain)

    def _look(self, work: Work, peer: Peer, deeds: tuple[Deed, ...]) -> tuple[bool, Deed | None]:
        """Return whether something is new, and the first deed that contradicts one that is held."""
        check_may_speak(work, peer, self._home, Operation.KEY, "No peering lets that node speak of its keys.")
        held = chain_of(work, peer)
        other = contradiction(work, peer.node, deeds)
        return any(deed.number == held.length + 1 for deed in deeds), other

    def _acknowledged(self, peer: Peer, chain: Chain) -> bytes:
        hand = fixed(self._signer)
        said = DeedsTaken(
            node=peer.node,
            holder=self._home.node,
            number=chain.length,
            digest=chain.digests[-1] if chain.digests else None,
            at=self._clock.now(),
            key=hand.key_id,
            suite=hand.suite,
        )
        return write_letter(said, hand, block=1)


def chain_of(work: Work, peer: Peer) -> Chain:
    """Return a peer's keys as its deeds leave them."""
    first = first_key(work, peer.node)
    if first is None:
        raise Defect("keys.no-identity", "A peer that was trusted has no identity document.")
    return replay(peer.node, first, deeds_of(work, peer.node))


def contradiction(work: Work, node: str, deeds: tuple[Deed, ...]) -> Deed | None:
    """Return the first deed that has the number of one held and says otherwise, if its marks hold.

    One whose marks do not hold is nobody's word: `BadInput`.
    """
    held = deeds_of(work, node)
    first = first_key(work, node)
    for deed in deeds:
        if deed.number > len(held) or deed_digest(deed) == deed_digest(held[deed.number - 1]) or first is None:
            continue
        extend(replay(node, first, held[: deed.number - 1]), deed)
        return deed
    return None


def take_deeds(work: Work, peer: Peer, deeds: tuple[Deed, ...]) -> Chain:
    """Keep those deeds that continue what is held, and let the peer's card follow. Raises `BadInput` as `extend`."""
    peer = store.get_peer(work, peer.node)
    chain = before = chain_of(work, peer)
    fresh = []
    for deed in deeds:
        if deed.number > chain.length:
            chain = extend(chain, deed)
            fresh.append(deed)
    if not fresh:
        return before
    add_deeds(work, peer.node, fresh)
    turn_card(work, peer, chain)
    work.record(peer=peer.node, deeds=chain.length)
    for deed in fresh:
        if deed.act is Act.REVOKE and deed.compromised_at is not None:
            # What came since then may be somebody else's word: the owner compares, a person is told how much it is.
            work.record(revoked=deed.key.id, in_doubt=in_doubt(work, peer.node, deed.compromised_at))
    return chain


def _contradicted(work: Work, peer: Peer, deed: Deed) -> None:
    keep_conflict(work, peer.node, deed)
    set_peer_state(work, store.get_peer(work, peer.node), PeerState.FROZEN, CONTRADICTION)
    work.record(frozen=peer.node, reason=CONTRADICTION, deed=deed.number)
