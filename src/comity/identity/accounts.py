"""Authorities and accounts: making them, granting functions by two, passwords, shutting."""

from __future__ import annotations

from sqlalchemy import func, select

from comity.core.errors import Conflict, NotPermitted, Refused
from comity.core.operation import Kind, operation
from comity.core.ports import Delete, Guard, Insert, Row, Work
from comity.core.vocabulary import Function, Permission, Purpose, Role
from comity.identity import rules, store
from comity.identity.commands import (
    AccountCreated,
    AccountPage,
    Authorities,
    CreateAccount,
    CreateAuthority,
    DisableAccount,
    Done,
    GrantFunction,
    ListAccounts,
    ListAuthorities,
    SetPassword,
)
from comity.identity.passwords import SALT_BYTES, hash_password, verify_password
from comity.identity.records import Account, AccountState, Authority, Membership

_PURPOSES = (Purpose.ADMINISTRATION,)
_FEWEST_ADMINISTRATORS = 2


@operation("account.create", permission=Permission.ACCOUNT_MANAGE, purposes=_PURPOSES, replayable=False)
def create_account(work: Work, command: CreateAccount) -> AccountCreated:
    """Make an account without functions and tell its one-time password once.

    Raises `Conflict` `account.name-taken`, `NotPermitted` for another authority's account.
    """
    authority = managed(work, command.authority)
    if store.find_account_row(work.read, name=command.name) is not None:
        raise Conflict("account.name-taken", "There is an account of this name.", field="$.name")
    account = new_account(work, command.name, Membership(authority=authority.id, functions=()))
    password = rules.one_time_password(work.random(rules.ONE_TIME_BYTES))
    profile = store.foundation(work.read).profile
    work.change(
        Guard(store.ACCOUNT, {"name": account.name}, None),
        *store.insert_account(account, _hash(work, password, profile), work.recorded_at),
    )
    work.record(account=account.user, authority=authority.id)
    return AccountCreated(account=account, one_time_password=password)


@operation("account.grant", permission=Permission.ACCOUNT_MANAGE, purposes=_PURPOSES, four_eyes=True)
def grant_function(work: Work, command: GrantFunction) -> Account:
    """Grant a function to an account; takes effect when a second administrator approves.

    Without `authority` it is granted for the one the account belongs to. Raises `NotPermitted` for a grant to oneself,
    `Refused` `account.functions-apart`, `account.function-needs-role` and `account.function-held`.
    """
    row = store.get_account_row(work.read, command.account)
    authority = managed(work, command.authority or _only_authority(work, row))
    if row.id == work.who.account:
        raise NotPermitted("account.grant-to-self", "Nobody grants a function to themselves.")
    needs_role = command.function is Function.DATA_PROTECTION_SUPERVISOR
    if needs_role and Role.DATA_PROTECTION_SUPERVISOR not in authority.roles:
        raise Refused(
            "account.function-needs-role",
            "This function exists at the data-protection supervisor's authority only.",
            field="$.function",
        )
    member_of = store.memberships(work.read, (row.id,))[row.id]
    held = [function for member in member_of for function in member.functions]
    rules.check_functions(held, command.function)
    key = {"account": row.id, "authority": authority.id}
    present = next((member for member in member_of if member.authority == authority.id), None)
    if present is not None and command.function in present.functions:
        raise Refused(
            "account.function-held",
            "The account holds this function already.",
            field="$.function",
            remedy="Nothing to do.",
        )
    if present is None:
        work.change(Guard(store.MEMBER, key, None), Insert(store.MEMBER, key))
    granted = {**key, "function": command.function.value}
    work.change(Guard(store.GRANT, granted, None), Insert(store.GRANT, granted))
    work.record(account=row.user, authority=authority.id, function=command.function.value)
    functions = (*(present.functions if present else ()), command.function)
    others = tuple(member for member in member_of if member.authority != authority.id)
    now = Membership(authority=authority.id, functions=tuple(dict.fromkeys(functions)))
    return store.account_of(row, (*others, now))


@operation("account.revoke-function", permission=Permission.ACCOUNT_MANAGE, purposes=_PURPOSES)
def revoke_function(work: Work, command: GrantFunction) -> Done:
    """Take a function from an account, at once and in all its sessions.

    Raises `Refused` `account.last-administrators` where fewer than two administrators would remain.
    """
    authority = managed(work, command.authority)
    row = store.get_account_row(work.read, command.account)
    if command.function is Function.ADMINISTRATOR:
        _keep_two_administrators(work, row)
    key = {"account": row.id, "authority": authority.id, "function": command.function.value}
    work.change(Delete(store.GRANT, key))
    work.record(account=row.user, authority=authority.id, function=command.function.value)
    return Done()


@operation("account.disable", permission=Permission.ACCOUNT_MANAGE, purposes=_PURPOSES)
def disable_account(work: Work, command: DisableAccount) -> Done:
    """Shut an account and end its sessions; its history stays.

    Raises as `account.revoke-function`.
    """
    row = store.get_account_row(work.read, command.account)
    for member in store.memberships(work.read, (row.id,))[row.id]:
        managed(work, member.authority)
    _keep_two_administrators(work, row)
    work.change(store.update_account(row.id, state=AccountState.DISABLED.value), store.delete_sessions(row.id))
    work.record(account=row.user)
    return Done()


@operation("account.set-password", permission=Permission.SESSION_OWN, purposes=_PURPOSES, replayable=False)
def set_password(work: Work, command: SetPassword) -> Done:
    """Change one's own password; all sessions of the account end, also this one.

    Raises `NotPermitted` `password.wrong`, `BadInput` for a new password that is too easy.
    """
    row = store.find_account_row(work.read, account=work.who.account)
    if row is None or not verify_password(row.password, command.current):
        raise NotPermitted("password.wrong", "The current password is not right.", field="$.current")
    rules.check_new_password(command.new, name=row.name, current=command.current)
    profile = store.foundation(work.read).profile
    work.change(
        Guard(store.ACCOUNT, {"id": row.id}, {"password": row.password}),
        store.update_account(row.id, password=_hash(work, command.new, profile), must_change=False),
        store.delete_sessions(row.id),
    )
    return Done()


@operation("account.list", permission=Permission.ACCOUNT_READ, purposes=_PURPOSES, kind=Kind.READ)
def list_accounts(work: Work, command: ListAccounts) -> AccountPage:
    """List the accounts of one's authority; the node's operator and its supervisor see all."""
    own = store.get_authority(work.read, work.who.owner.authority)
    sees_all = {Role.NODE_OPERATOR, Role.DATA_PROTECTION_SUPERVISOR} & set(own.roles)
    rows = store.account_page(work.read, None if sees_all else own.id, command.after, command.limit)
    member_of = store.memberships(work.read, [row.id for row in rows])
    accounts = tuple(store.account_of(row, member_of[row.id]) for row in rows)
    return AccountPage(accounts=accounts, next=rows[-1].name if len(rows) == command.limit else None)


@operation("authority.create", permission=Permission.ACCOUNT_MANAGE, purposes=_PURPOSES)
def create_authority(work: Work, command: CreateAuthority) -> Authority:
    """Add an authority of the node's party; the node's operator only.

    Raises `Conflict` `authority.exists`.
    """
    managed(work, command.id if command.id != work.who.owner.authority else None, new=True)
    party = store.foundation(work.read).party
    authority = Authority(id=command.id, name=command.name, party=party, roles=command.roles)
    if store.find_authority(work.read, authority.id) is not None:
        raise Conflict("authority.exists", "There is an authority of this short name.", field="$.id")
    work.change(Guard(store.AUTHORITY, {"id": authority.id}, None), store.insert_authority(authority))
    work.record(authority=authority.id)
    return authority


@operation("authority.list", permission=Permission.SESSION_OWN, purposes=_PURPOSES, kind=Kind.READ)
def list_authorities(work: Work, _command: ListAuthorities) -> Authorities:
    """List the node's authorities and their legal roles."""
    return Authorities(authorities=store.authorities(work.read))


def new_account(work: Work, name: str, member: Membership) -> Account:
    """Return a fresh account record with a user number of its own and a password that must be changed."""
    return Account(
        id=work.new_id(),
        name=name,
        user=rules.user_number(work.random(rules.USER_BYTES)),
        state=AccountState.ACTIVE,
        must_change_password=True,
        memberships=(member,),
    )


def _hash(work: Work, password: str, profile: str) -> str:
    return hash_password(password, profile=profile, salt=work.random(SALT_BYTES))


def _only_authority(work: Work, row: Row) -> str | None:
    """Return the one authority an account belongs to, None where it belongs to several."""
    members = store.memberships(work.read, (row.id,))[row.id]
    return members[0].authority if len(members) == 1 else None


def managed(work: Work, authority: str | None, *, new: bool = False) -> Authority:
    """Return the authority an administrator acts on: the own one, or any for the node's operator."""
    own = store.get_authority(work.read, work.who.owner.authority)
    if authority is None or authority == own.id:
        return own
    if Role.NODE_OPERATOR not in own.roles:
        raise NotPermitted(
            "authority.not-yours",
            "Administrators act on their own authority; the node's operator on all.",
        )
    return own if new else store.get_authority(work.read, authority)


def _keep_two_administrators(work: Work, row: Row) -> None:
    """Refuse to take away an administrator where fewer than two would remain: nobody could grant anything.

    Where one goes, the foundation's count of such changes is claimed, so that two that go at once do not both count the
    other as remaining.
    """
    grants, accounts = store.GRANT, store.ACCOUNT
    query = (
        select(func.count(), func.count().filter(accounts.c.id == row.id))
        .select_from(grants.join(accounts, accounts.c.id == grants.c.account))
        .where(grants.c.function == Function.ADMINISTRATOR.value, accounts.c.state == AccountState.ACTIVE.value)
        .where(grants.c.authority == work.who.owner.authority)
    )
    total, this = work.read(query)[0]
    if this and total - this < _FEWEST_ADMINISTRATORS:
        raise Refused(
            "account.last-administrators",
            "An authority keeps two administrators, or nobody could grant a function.",
            field="$.account",
            remedy="Grant the function to another account first.",
        )
    if this:
        work.change(*store.claim_administrators(work.read))
