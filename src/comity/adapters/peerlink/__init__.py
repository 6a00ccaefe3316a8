"""Peer links: mutually authenticated TLS streams on which frames and receipts travel."""

from comity.adapters.peerlink.ask import Lines, Switchboard, contexts
from comity.adapters.peerlink.certificates import Identity, fingerprint_of, make_certificate
from comity.adapters.peerlink.link import Files, PeerLink
from comity.adapters.peerlink.side import Limits, LinkState, Side
from comity.adapters.peerlink.topics import Topic

__all__ = [
    "Files",
    "Identity",
    "Limits",
    "Lines",
    "LinkState",
    "PeerLink",
    "Side",
    "Switchboard",
    "Topic",
    "contexts",
    "fingerprint_of",
    "make_certificate",
]
