"""Deliveries over NATS JetStream: the same conversation as on a framed TLS link, sealed from peer to peer.

The hub carries and keeps messages; it reads and decides nothing. What is due is known by the outbox alone, and settled
by signed receipts: whatever the hub loses, doubles or holds up is sent again or taken for what it is.
"""
