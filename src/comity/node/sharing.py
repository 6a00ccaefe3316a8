"""Which work of a node this process does: all of it where it is alone, its share where several have one database.

Every process answers people, programs and peers. One at a time dials a peer, and one does the housekeeping; when it
dies, another takes over within seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, Protocol

from comity.adapters.sql.place import postgres
from comity.core.vocabulary import Purpose
from comity.exchange import store as exchange_store
from comity.exchange.records import PeerState
from comity.node.bootstrap import Node

HOUSEKEEPING: Final = "housekeeping"


class Sharing(Protocol):
    """What this process holds of the work that one does at a time."""

    def start(self) -> None:
        """Begin to take part."""
        ...

    def holds(self, name: str) -> bool:
        """Say whether this process does the work of that name now."""
        ...

    def stop(self) -> None:
        """Give everything back."""
        ...


class Alone:
    """`Sharing` of the only process there is."""

    def start(self) -> None:
        """Do nothing."""

    def holds(self, name: str) -> bool:
        """Say yes: nobody else does."""
        del name
        return True

    def stop(self) -> None:
        """Do nothing."""


def dialling(node: str) -> str:
    """Return the name of the work of dialling a peer."""
    return f"peer:{node}"


def sharing_of(node: Node, changed: Callable[[], None]) -> Sharing:
    """Return how the node's work is shared; `changed` is told when this process's share changes."""
    place, process = node.config.database, node.database.process
    if place is None or process is None:
        return Alone()

    def wanted() -> Collection[str]:
        peers = node.acts.view(node.operator, Purpose.PEERING, exchange_store.peers)
        return {HOUSEKEEPING, *(dialling(peer.node) for peer in peers if peer.state is PeerState.TRUSTED)}

    shared: Sharing = postgres("leases").Leases(place, process, wanted, changed)
    return shared
