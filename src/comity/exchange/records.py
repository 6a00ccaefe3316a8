"""What the exchange knows: this node, its peers and their keys, outcomes of items, states of queues."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

import msgspec

from comity.core.ids import NodeId
from comity.core.time import Instant

PEERING_STREAM: Final = "peering"
"""The stream of identities, proposals and signatures; every other stream is named by its agreement's lineage."""


@unique
class Profile(StrEnum):
    """What a node is for; exercise and production never peer."""

    EXERCISE = "exercise"
    PRODUCTION = "production"


@unique
class PeerState(StrEnum):
    """How far a peer is trusted. A frozen peer contradicted itself: nothing passes until a person decides."""

    TRUSTED = "trusted"
    FROZEN = "frozen"
    DISTRUSTED = "distrusted"


@unique
class Status(StrEnum):
    """The receiver's say on one item. Only `stored` and `refused` are final."""

    STORED = "stored"
    REFUSED = "refused"
    DEFERRED = "deferred"


@unique
class QueueState(StrEnum):
    """Where one item of the outbox stands; the last three are the receiver's say.

    `put-off`: a suspension stops it, and it is lined up again when that is over.
    """

    WAITING = "waiting"
    PUT_OFF = "put-off"
    STORED = "stored"
    REFUSED = "refused"
    DEFERRED = "deferred"


class Home(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """This node as the wire shows it, and the key its statements name."""

    node: NodeId
    party: str
    profile: Profile
    key: str
    suite: str

    def sign_with(self, key: str) -> None:
        """Name another key from now on: the one exception to being frozen, so that all who hold this see the turn."""
        msgspec.structs.force_setattr(self, "key", key)


class PeerKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One signing key of a peer and when it counts: from `valid_from` until before `valid_until` and `revoked_at`.

    `second` is the ML-DSA-65 half of a pair.
    """

    id: str
    suite: str
    public: bytes
    valid_from: Instant
    valid_until: Instant | None = None
    revoked_at: Instant | None = None
    second: bytes | None = None

    def covers(self, moment: Instant) -> bool:
        """Say whether the key may have signed at this moment."""
        if moment < self.valid_from or (self.valid_until is not None and moment >= self.valid_until):
            return False
        return self.revoked_at is None or moment < self.revoked_at

    def is_revoked(self, now: Instant) -> bool:
        """Say whether the key was taken back by now: whoever stole it writes any date he likes."""
        return self.revoked_at is not None and self.revoked_at <= now


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a node's peer port listens."""

    host: str
    port: int


class PeerCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a trusted identity document says about a peer, as far as the exchange needs it.

    `fingerprint` is the SHA-256 of the TLS leaf certificate's DER in lower-case hex: the one thing that names a caller.
    """

    node: NodeId
    party: str
    profile: Profile
    fingerprint: str
    certificate: str
    addresses: tuple[Address, ...]
    keys: tuple[PeerKey, ...]


class Peer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A peer and where it stands with us.

    `kinds` are the `kind@schema` it said it can read; None before its first hello.
    """

    card: PeerCard
    state: PeerState
    frozen_reason: str | None = None
    kinds: tuple[str, ...] | None = None

    @property
    def node(self) -> NodeId:
        """The peer's node id."""
        return self.card.node

    @property
    def party(self) -> str:
        """The party the peer speaks for."""
        return self.card.party

    def key(self, name: str, moment: Instant) -> PeerKey | None:
        """Return the key of this name if it counts at the moment."""
        for key in self.card.keys:
            if key.id == name and key.covers(moment):
                return key
        return None

    def is_revoked(self, name: str, now: Instant) -> bool:
        """Say whether the key of this name was taken back by now; what it signed is taken from nobody any more."""
        return any(key.id == name and key.is_revoked(now) for key in self.card.keys)


class ItemOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The receiver's say on the item at one sequence; `retry_after_s` on deferrals only."""

    sequence: int
    status: Status
    reasons: tuple[str, ...] = ()
    retry_after_s: int | None = None


class StreamPosition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last sequence of a stream that is durably decided at the receiver; 0 before the first.

    `epoch` says in which life of the stream it counts: a sender that was restored from a backup begins the next one.
    """

    stream: str
    received: int
    epoch: int = 1
