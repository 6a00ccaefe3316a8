"""What can be asked of this room, and what it answers."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from comity.core.personal import Personal
from comity.core.time import Instant
from comity.core.vocabulary import Function, Permission, Role
from comity.identity.records import (
    Account,
    AccountName,
    Approval,
    Authority,
    AuthorityName,
    DisplayName,
    PasswordText,
    TokenText,
)

Limit = Annotated[int, Meta(ge=1, le=200)]


class OpenSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sign in.

    `authority` is needed where the account acts for several; `role` where another than its first is meant.
    """

    name: AccountName
    password: PasswordText
    authority: AuthorityName | None = None
    role: Role | None = None


class SessionOpened(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The session's token, told once, and until when it serves."""

    token: TokenText
    expires: Instant
    authority: str
    role: Role
    must_change_password: bool


class CloseSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """End the session of `token`; left out: every session of the account."""

    token: TokenText | None = None


class ShowSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask who is signed in."""


class SessionShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who is signed in, and what they may do."""

    name: str
    user: str
    party: str
    authority: str
    authority_name: str
    role: Role | None
    functions: tuple[Function, ...]
    permissions: tuple[Permission, ...]
    must_change_password: bool


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The act took effect."""

    done: bool = True


class CreateAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Make an account without functions; `authority` left out: the asker's own."""

    name: AccountName
    authority: AuthorityName | None = None


class AccountCreated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The account and its one-time password, told once; it must be changed at the first sign-in."""

    account: Account
    one_time_password: PasswordText


class GrantFunction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Grant or revoke a function of the account named `account`, for `authority` (left out: the asker's own)."""

    account: AccountName
    function: Function
    authority: AuthorityName | None = None


class DisableAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Shut an account and end its sessions."""

    account: AccountName


class SetPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Change one's own password; every session of the account ends."""

    current: PasswordText
    new: PasswordText


class ListAccounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List accounts by name behind `after`."""

    after: Annotated[str, Meta(max_length=64)] = ""
    limit: Limit = 100


class AccountPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One page of accounts; `next` is the cursor of the following one."""

    accounts: tuple[Account, ...]
    next: str | None


class CreateAuthority(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Add an authority of the node's party."""

    id: AuthorityName
    name: DisplayName
    roles: Annotated[tuple[Role, ...], Meta(min_length=1)]


class ListAuthorities(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List the node's authorities."""


class Authorities(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every authority of the node."""

    authorities: tuple[Authority, ...]


class ListApprovals(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List what waits for the asker's approval, behind the id `after`."""

    after: Annotated[str, Meta(max_length=26)] = ""
    limit: Limit = 50


class ApprovalPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One page of waiting acts; `next` is the cursor of the following one."""

    approvals: tuple[Approval, ...]
    next: str | None


class Decide(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Approve or reject a waiting act."""

    approval: Annotated[str, Meta(max_length=26)]


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was decided; `result` is the approved act's answer as canonical JSON text, None for a rejection."""

    approval: str
    operation: str
    approved: bool
    result: Annotated[str, Personal] | None = None
