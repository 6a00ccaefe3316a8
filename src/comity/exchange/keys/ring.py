"""The hands of this node: each holds a key, and the one certified last signs when its time comes."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from comity.agreements.keys import Chain
from comity.core.errors import Refused
from comity.core.ports import Clock, Signer
from comity.core.time import Instant
from comity.exchange.records import Home


class Ring:
    """`comity.core.ports.TurningSigner` on the keys that a node holds. Safe to use from many threads.

    It turns when it is told to look, never between two signatures of one act: `fixed` gives the hand that stays.
    """

    def __init__(self, chain: Chain, hands: Iterable[Signer], clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hands = {hand.public_key: hand for hand in hands}
        self._chain = chain
        self._present = self._hand(clock.now())
        self._homes: list[Home] = []

    @property
    def chain(self) -> Chain:
        """The node's keys, as they were taken last."""
        return self._chain

    @property
    def counts(self) -> bool:
        """Whether there is a key that may sign now."""
        return self._present is not None

    def name_in(self, home: Home) -> None:
        """Name the present key in `home`, now and after each turn."""
        self._homes.append(home)
        if self._present is not None:
            home.sign_with(self._present.key_id)

    def add(self, hand: Signer) -> None:
        """Hold one more key; it signs once it is certified."""
        with self._lock:
            self._hands = {**self._hands, hand.public_key: hand}

    def holds(self, public: bytes) -> bool:
        """Say whether the private half of a key is here."""
        return public in self._hands

    def take(self, chain: Chain) -> None:
        """Follow these keys from now on."""
        self._chain = chain

    def turn(self) -> bool:
        """Turn to the key that is to sign now; return whether it is another one than before."""
        with self._lock:
            hand = self._hand(self._clock.now())
            if hand is self._present:
                return False
            self._present = hand
            if hand is not None:
                for home in self._homes:
                    home.sign_with(hand.key_id)
            return True

    def present(self) -> Signer:
        """Return the hand that signs. Raises `Refused` `keys.none-counts` where every key has ended or was taken."""
        hand = self._present
        if hand is None:
            raise Refused(
                "keys.none-counts",
                "No signing key of this node counts at present.",
                remedy="Make a new one with `keys request`, have the root sign it, and install the deed.",
            )
        return hand

    @property
    def key_id(self) -> str:
        """Name of the present key."""
        return self.present().key_id

    @property
    def suite(self) -> str:
        """The suite of the wire."""
        return self.present().suite

    @property
    def public_key(self) -> bytes:
        """Raw Ed25519 public key of the present key."""
        return self.present().public_key

    def sign(self, message: bytes) -> bytes:
        """Sign with the present key."""
        return self.present().sign(message)

    def _hand(self, at: Instant) -> Signer | None:
        """Return the key certified last of those that count and are here."""
        for span in reversed(self._chain.spans):
            hand = self._hands.get(bytes.fromhex(span.key.public))
            if hand is not None and hand.key_id == span.key.id and span.covers(at):
                return hand
        return None
