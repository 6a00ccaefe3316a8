"""Everything that can be asked of the identity room, in the order of a node's life."""

from __future__ import annotations

from typing import Final, cast

from comity.core.operation import AnyOperation
from comity.identity.accounts import (
    create_account,
    create_authority,
    disable_account,
    grant_function,
    list_accounts,
    list_authorities,
    revoke_function,
    set_password,
)
from comity.identity.approvals import approve, list_approvals, reject
from comity.identity.own_identity import set_identity
from comity.identity.sessions import close_session, open_session, show_session

OPERATIONS: Final = cast(
    "tuple[AnyOperation, ...]",
    (
        open_session,
        close_session,
        show_session,
        create_account,
        grant_function,
        revoke_function,
        disable_account,
        set_password,
        set_identity,
        list_accounts,
        create_authority,
        list_authorities,
        list_approvals,
        approve,
        reject,
    ),
)
