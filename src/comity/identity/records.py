"""Who acts for this node: authorities, accounts, sessions, and acts that wait for a second person."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.core.ids import Owner
from comity.core.personal import Personal
from comity.core.time import Instant
from comity.core.vocabulary import Function, Role

SECOND_US: Final = 1_000_000
SESSION_US: Final = 12 * 3600 * SECOND_US
"""A session ends twelve hours after sign-in: one shift."""
IDLE_US: Final = 30 * 60 * SECOND_US
"""A session ends after thirty minutes without a request."""
TOUCH_US: Final = 60 * SECOND_US
"""How stale the time of last use may be in the database, so that not each request writes."""
APPROVAL_US: Final = 7 * 24 * 3600 * SECOND_US
"""A held act waits seven days for its second person."""

AccountName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*([.-][a-z0-9]+)*$", max_length=64)]
AuthorityName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=48)]
DisplayName = Annotated[str, Meta(min_length=1, max_length=120)]
PasswordText = Annotated[str, Personal, Meta(min_length=1, max_length=256, extra_json_schema={"format": "password"})]
TokenText = Annotated[str, Personal, Meta(pattern=r"^[0-9a-f]{64}$", extra_json_schema={"format": "password"})]


@unique
class AccountState(StrEnum):
    """Whether an account can sign in."""

    ACTIVE = "active"
    DISABLED = "disabled"


@unique
class ApprovalState(StrEnum):
    """Life of a held act; expiry is by time and has no state of its own."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An authority of this node's party. Its first role is the one its accounts act in unless they choose another."""

    id: AuthorityName
    name: DisplayName
    party: str
    roles: tuple[Role, ...]


class Membership(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an account may do for one authority."""

    authority: str
    functions: tuple[Function, ...]


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person's account.

    `user` is the unique user number of logs (Reg (EU) 2018/1861 Art 12(2)); it names nobody.
    """

    id: str
    name: str
    user: str
    state: AccountState
    must_change_password: bool
    memberships: tuple[Membership, ...]


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A held act as those who may approve it see it. `command` is its canonical JSON text."""

    id: str
    operation: str
    asked_by: str
    owner: Owner
    asked: Instant
    expires: Instant
    command: Annotated[str, Personal]
