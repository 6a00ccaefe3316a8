"""The first people of a node: two administrators and the data-protection supervisor, made once when it is set up."""

from __future__ import annotations

from typing import Literal

import msgspec

from comity.core.errors import Conflict, Refused
from comity.core.ports import Guard, Insert, Work
from comity.core.vocabulary import Function, Role
from comity.identity import rules, store
from comity.identity.accounts import new_account
from comity.identity.commands import AccountCreated
from comity.identity.passwords import SALT_BYTES, hash_password
from comity.identity.records import AccountName, Authority, Membership

OPERATOR = "node-operator"
SUPERVISOR = "data-protection"


class Foundation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a node starts with. Authorities that run and supervise it are added if none of those named has the role."""

    party: str
    profile: Literal["exercise", "production"]
    authorities: tuple[Authority, ...]
    administrators: tuple[AccountName, AccountName] = ("administrator-1", "administrator-2")
    supervisor: AccountName = "supervisor"


class Founded(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The authorities, and the first accounts with their one-time passwords, told once."""

    authorities: tuple[Authority, ...]
    accounts: tuple[AccountCreated, ...]


def found(work: Work, foundation: Foundation) -> Founded:
    """Make the authorities, two administrators and the supervisor, each with a password that must be changed first.

    Raises `Conflict` `identity.founded-already`, `Refused` `identity.same-name` where two of the three share a name.
    """
    if store.is_founded(work.read):
        raise Conflict("identity.founded-already", "This node has its first accounts already.")
    names = (*foundation.administrators, foundation.supervisor)
    if len(set(names)) != len(names):
        raise Refused("identity.same-name", "The first three accounts have three names.")
    authorities, operator = _with_role(
        foundation, foundation.authorities, Role.NODE_OPERATOR, OPERATOR, "Node operator"
    )
    authorities, supervisor = _with_role(
        foundation, authorities, Role.DATA_PROTECTION_SUPERVISOR, SUPERVISOR, "Data-protection supervisor"
    )
    decoy = hash_password(work.random(SALT_BYTES).hex(), profile=foundation.profile, salt=work.random(SALT_BYTES))
    key = {"party": foundation.party}
    row = {**key, "profile": foundation.profile, "decoy": decoy, "administrators_left": 0, "founded": work.recorded_at}
    work.change(Guard(store.FOUNDATION, key, None), Insert(store.FOUNDATION, row))
    work.change(*(store.insert_authority(authority) for authority in authorities))
    administrator = Membership(authority=operator, functions=(Function.ADMINISTRATOR,))
    watcher = Membership(authority=supervisor, functions=(Function.DATA_PROTECTION_SUPERVISOR,))
    accounts = tuple(
        _create(work, name, watcher if name == foundation.supervisor else administrator, foundation.profile)
        for name in names
    )
    work.record(founded=foundation.party, accounts=len(accounts))
    return Founded(authorities=authorities, accounts=accounts)


def _with_role(
    foundation: Foundation, authorities: tuple[Authority, ...], role: Role, name: str, title: str
) -> tuple[tuple[Authority, ...], str]:
    """Return the authorities and the short name of the first with the role, adding one if there is none."""
    for authority in authorities:
        if role in authority.roles:
            return authorities, authority.id
    added = Authority(id=name, name=title, party=foundation.party, roles=(role,))
    return (*authorities, added), added.id


def _create(work: Work, name: str, member: Membership, profile: str) -> AccountCreated:
    account = new_account(work, name, member)
    password = rules.one_time_password(work.random(rules.ONE_TIME_BYTES))
    hashed = hash_password(password, profile=profile, salt=work.random(SALT_BYTES))
    work.change(*store.insert_account(account, hashed, work.recorded_at))
    return AccountCreated(account=account, one_time_password=password)
