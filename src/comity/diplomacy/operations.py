"""What diplomats and operators do: trust and distrust peers, propose and sign agreements, see what waits."""

from __future__ import annotations

from comity.core.operation import AnyOperation
from comity.diplomacy.agreement_operations import agreement_operations
from comity.diplomacy.asking import asking_operations
from comity.diplomacy.change_operations import change_operations
from comity.diplomacy.disposal import aftermath_operations
from comity.diplomacy.key_operations import key_operations
from comity.diplomacy.notice_operations import notice_operations
from comity.diplomacy.peer_operations import peer_operations
from comity.diplomacy.services import Services


def make_operations(services: Services) -> tuple[AnyOperation, ...]:
    """Return the operations of this room for one node."""
    return (
        *peer_operations(services),
        *key_operations(services),
        *agreement_operations(services),
        *change_operations(services),
        *notice_operations(services),
        *asking_operations(services),
        *aftermath_operations(services),
    )
