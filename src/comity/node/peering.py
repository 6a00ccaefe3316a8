"""Peering signatures on their way: what our hello carries, and what becomes of the one a peer's hello carries."""

from __future__ import annotations

from comity.agreements.signing import AgreementSignature
from comity.core.ports import Work
from comity.diplomacy.services import Services
from comity.diplomacy.signatures import accept_peering_signature, own_peering_signature
from comity.exchange.hello import Hello
from comity.exchange.records import Peer


class Peering:
    """The hooks of the peer link into diplomacy."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def own(self, work: Work, peer: Peer) -> AgreementSignature | None:
        """Return our signature under the peering agreement with the peer."""
        return own_peering_signature(work, peer.node, self._services)

    def greeted(self, work: Work, peer: Peer, hello: Hello) -> None:
        """Take in the peer's signature, if its hello brought one; the peering comes into force with it."""
        if hello.peering is not None:
            accept_peering_signature(work, peer.node, hello.peering, self._services)
