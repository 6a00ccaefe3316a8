"""What only the node's own operator may do, from a shell on the node's machine."""

from __future__ import annotations

from comity.core.errors import NotPermitted
from comity.core.operation import AnyOperation, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose
from comity.diplomacy.peer_operations import trust
from comity.diplomacy.records import PeerView, Trust
from comity.diplomacy.services import Services
from comity.node.sign_in import OPERATOR


def make_operations(diplomacy: Services) -> tuple[AnyOperation, ...]:
    """Return the operator's operations."""

    @operation("node.trust", permission=Permission.PEER_MANAGE, purposes=(Purpose.ADMINISTRATION,))
    def trust_from_shell(work: Work, command: Trust) -> PeerView:
        """Trust a peer's identity document, from the shell of the user who runs this node.

        Whoever runs the node holds its keys already, so no second person is asked; everybody else uses `peer.trust`,
        which needs two.
        """
        if work.who.account != OPERATOR:
            raise NotPermitted(
                "node.operator-only",
                "Only the user who runs the node may do this, from a shell on its machine.",
                remedy="Use peer.trust, which a second administrator approves.",
            )
        return trust(work, command, diplomacy)

    return (trust_from_shell,)
