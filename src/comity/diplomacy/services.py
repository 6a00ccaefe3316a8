"""What the room needs of its node: who it is, and the hand that signs. Bootstrap makes it once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from comity.agreements.identity import Identity
from comity.agreements.signing import AgreementSignature, sign_agreement
from comity.core.ids import AgreementId, Owner
from comity.core.ports import Signer, Work
from comity.exchange.records import Home


class Shelf(Protocol):
    """Where the node's private keys are."""

    def make(self, *, hybrid: bool) -> Signer:
        """Make a new key, keep it, and hold it ready; it signs once it is certified."""
        ...

    def holds(self, public: bytes) -> bool:
        """Say whether the private half of an Ed25519 key is here."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """`identity` is the node's own document as exported, `home` the same for the wire, `signer` its key.

    `first` is the key that the node began with, where it is here; `shelf` keeps all of them.
    """

    identity: Identity
    home: Home
    signer: Signer
    first: Signer | None = None
    shelf: Shelf | None = None

    @property
    def party(self) -> str:
        """The own party."""
        return self.identity.party

    @property
    def owner(self) -> Owner:
        """Who answers for what the node itself says to its peers: the first authority of its identity document."""
        return Owner(party=self.identity.party, authority=self.identity.authorities[0].id)

    def sign(self, work: Work, agreement: AgreementId, authority: str | None = None) -> AgreementSignature:
        """Sign a version for the own party, or an authority inside it, at the time of the clock."""
        return sign_agreement(
            agreement,
            party=self.party,
            node=self.identity.node,
            at=work.recorded_at,
            signer=self.signer,
            authority=authority,
        )
