"""What the room needs of its node: who it is, and the hand that signs. Bootstrap makes it once."""

from __future__ import annotations

from dataclasses import dataclass

from comity.agreements.identity import Identity
from comity.agreements.signing import AgreementSignature, sign_agreement
from comity.core.ids import AgreementId, Owner
from comity.core.ports import Signer, Work
from comity.exchange.records import Home


@dataclass(frozen=True, slots=True)
class Services:
    """`identity` is the node's own document as exported, `home` the same for the wire, `signer` its key."""

    identity: Identity
    home: Home
    signer: Signer

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
