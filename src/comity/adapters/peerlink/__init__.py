"""Peer links: mutually authenticated TLS streams on which frames and receipts travel."""

from comity.adapters.peerlink.certificates import Identity, fingerprint_of, make_certificate
from comity.adapters.peerlink.link import Files, PeerLink
from comity.adapters.peerlink.side import Limits, LinkState, Side

__all__ = ["Files", "Identity", "Limits", "LinkState", "PeerLink", "Side", "fingerprint_of", "make_certificate"]
