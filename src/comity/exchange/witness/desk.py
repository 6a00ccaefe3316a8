"""The witness: vouches for a peer's newest checkpoint once it is proved to continue the one seen before.

What it vouched for is durable before its signature leaves. It enters nothing in its own ledger for that, or two nodes
that witness each other would never come to rest; a contradiction is an act, with the two notes as evidence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from sqlalchemy import select

from comity.agreements.vocabulary import Operation
from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import Unreachable
from comity.core.hashing import digest
from comity.core.ports import Actor, Clock, Delete, Guard, Insert, Signer, Work
from comity.core.vocabulary import Purpose
from comity.exchange import store
from comity.exchange.peers import check_may_speak, peer_actor, set_peer_state
from comity.exchange.records import Home, Peer, PeerKey, PeerState
from comity.exchange.witness.letters import GrowthLetter, Vouched
from comity.exchange.witness.tables import split_table, witnessed_table
from comity.ledger.checkpoint import SignedCheckpoint, key_id, parse_checkpoint
from comity.ledger.cosignature import cosign, write_cosignature
from comity.ledger.errors import BadCheckpoint, OldView, SplitView, Unproved
from comity.ledger.witness import Growth, admit

T = TypeVar("T")
SPLIT_VIEW: Final = "ledger.split-view"


class Acts(Protocol):
    """Runs acts of anybody; see `comity.runtime.acts`."""

    def act(self, name: str, who: Actor, purpose: Purpose, do: Callable[[Work], T]) -> T:
        """Run and enter in the ledger."""
        ...

    def tidy(self, who: Actor, purpose: Purpose, do: Callable[[Work], None]) -> None:
        """Run without an entry."""
        ...

    def view(self, who: Actor, purpose: Purpose, do: Callable[[Work], T]) -> T:
        """Read."""
        ...


class WitnessDesk:
    """Vouches for the ledgers of peers. Safe to use from many threads."""

    def __init__(self, home: Home, signer: Signer, clock: Clock, acts: Acts) -> None:
        self._home = home
        self._signer = signer
        self._clock = clock
        self._acts = acts
        self._lock = threading.Lock()

    def answer(self, peer: Peer, body: bytes) -> bytes:
        """Return the cosignature for a peer's growth, or the size to begin from.

        Raises `BadInput`, `Refused` (`ledger.split-view`, `ledger.unproved`, no peering in force), `Unreachable` where
        it cannot be remembered: then nothing is vouched for.
        """
        letter = decode_canonical_as(body, GrowthLetter)
        note = letter.note.encode()
        growth = Growth(old=letter.old, proof=tuple(bytes.fromhex(each) for each in letter.proof), note=note)
        with self._lock:
            peer, seen = self._acts.view(peer_actor(peer), Purpose.PEERING, lambda work: self._known(work, peer))
            try:
                key = self._key(peer, note)
                signed = admit(growth, seen, peer.node, key.public, key.second)
            except OldView as behind:
                return encode(Vouched(line=None, size=behind.size))
            except (SplitView, Unproved) as contradiction:
                self._keep_evidence(peer, seen or b"", note, contradiction.code)
                raise
            if note != seen:
                self._remember(peer, signed, note)
        cosigned = cosign(signed, self._home.node, self._signer, self._clock.now())
        return encode(Vouched(line=write_cosignature(cosigned), size=signed.checkpoint.size))

    def _known(self, work: Work, peer: Peer) -> tuple[Peer, bytes | None]:
        """Return the peer with its keys of now, and the note remembered of it."""
        return store.get_peer(work, peer.node), self._seen(work, peer)

    def _seen(self, work: Work, peer: Peer) -> bytes | None:
        """Return the note remembered of this peer; refuse who is not trusted, or under no peering in force."""
        check_may_speak(work, peer, self._home, Operation.RECEIPT, "No peering lets this node witness that ledger.")
        rows = work.read(select(witnessed_table.c.note).where(witnessed_table.c.node == peer.node))
        return bytes(rows[0].note) if rows else None

    def _key(self, peer: Peer, note: bytes) -> PeerKey:
        now, named = self._clock.now(), parse_checkpoint(note).key_id
        for key in peer.card.keys:
            if key_id(peer.node, key.public) == named and key.covers(now):
                return key
        raise BadCheckpoint("line 5: signed with no key of this node that counts now")

    def _remember(self, peer: Peer, signed: SignedCheckpoint, note: bytes) -> None:
        key = {"node": peer.node}

        def change(work: Work) -> None:
            row = {**key, "size": signed.checkpoint.size, "note": note, "seen_at": work.recorded_at}
            work.change(Delete(witnessed_table, key), Insert(witnessed_table, row))

        self._acts.tidy(peer_actor(peer), Purpose.PEERING, change)
        if self._acts.view(peer_actor(peer), Purpose.PEERING, lambda work: self._seen(work, peer)) != note:
            raise Unreachable("witness.not-kept", "The witness could not remember the checkpoint.")

    def _keep_evidence(self, peer: Peer, seen: bytes, shown: bytes, code: str) -> None:
        """Keep both notes; a peer whose key signed two histories of one size is frozen until a person decides."""
        key = {"node": peer.node, "digest": digest(seen + shown)}

        def keep(work: Work) -> None:
            if work.read(select(split_table.c.code).where(split_table.c.digest == key["digest"])):
                return
            evidence = {"code": code, "seen": seen, "shown": shown, "recorded_at": work.recorded_at}
            work.change(Guard(split_table, key, None), Insert(split_table, {**key, **evidence}))
            work.record(peer=peer.node, code=code)
            if code == SPLIT_VIEW:
                set_peer_state(work, peer, PeerState.FROZEN, code)

        self._acts.act("witness.contradiction", peer_actor(peer), Purpose.PEERING, keep)
