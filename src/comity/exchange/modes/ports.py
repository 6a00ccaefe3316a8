"""The seams of questions: who carries them, who answers them, who knows in which mode a clause works."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Protocol

from comity.agreements.vocabulary import Mode
from comity.core.ids import AgreementId
from comity.core.ports import Work
from comity.exchange.modes.records import Held, Sought
from comity.exchange.records import Peer


class Broker(Protocol):
    """Carries a message to one peer and its answer back, both in memory only."""

    def ask(self, peer: Peer, topic: str, body: bytes, within_s: float) -> Future[bytes]:
        """Send and return the answer to come.

        It ends with `Unreachable` where none came in time or no link stands, `Refused` with the peer's code where the
        peer does not answer. Safe from any thread; never raises itself.
        """
        ...


class Finder(Protocol):
    """Looks for what a peer asks about among the own records of a subject."""

    def fields(self, category: str, kind: str) -> tuple[str, ...] | None:
        """Return the fields that an answer may have, whatever is found; None where such questions are not answered."""
        ...

    def find(self, work: Work, sought: Sought) -> tuple[Held, ...]:
        """Return what fits, the best first. Raises `BadInput` for terms that cannot be read."""
        ...


class Terms(Protocol):
    """What agreements say about the way of an exchange, beside their decisions."""

    def modes(self, work: Work, agreement: AgreementId) -> Mapping[str, Mode]:
        """Return the mode of each clause of a version; raises `NotFound`."""
        ...

    def full_trust(self, work: Work, agreement: AgreementId) -> bool:
        """Say whether the parties of a version trust each other fully with persons at risk; raises `NotFound`."""
        ...

    def asked_about(self, work: Work, mode: Mode) -> frozenset[tuple[str, str, str]]:
        """Return (party, operation, category) of what agreements in force may let this node ask in a mode."""
        ...
