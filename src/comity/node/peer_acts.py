"""Acts of peers, run by the same runtime as everything else, on behalf of the peer's actor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from comity.core.ports import Work
from comity.core.vocabulary import Purpose
from comity.exchange.peers import peer_actor
from comity.exchange.records import Peer
from comity.runtime.acts import Acts

T = TypeVar("T")


class PeerActs:
    """`comity.exchange.ports.Acts` on the node's runtime."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    def act(self, name: str, peer: Peer, do: Callable[[Work], T]) -> T:
        """Run `do` as the peer's actor; see the port."""
        return self._acts.act(name, peer_actor(peer), Purpose.PEERING, do)

    def view(self, peer: Peer, do: Callable[[Work], T]) -> T:
        """Read as the peer's actor."""
        return self._acts.view(peer_actor(peer), Purpose.PEERING, do)
