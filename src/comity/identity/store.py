"""Tables and statements of identity. Passwords stand as Argon2id hashes, session tokens as SHA-256 only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, select

from comity.core.errors import Defect, NotFound
from comity.core.ids import Owner
from comity.core.ports import Change, Delete, Guard, Insert, Row, Update
from comity.core.time import Instant
from comity.core.vocabulary import Function, Role
from comity.identity.records import Account, AccountState, ApprovalState, Authority, Membership

METADATA: Final = MetaData()

FOUNDATION: Final = Table(
    "identity_foundation",
    METADATA,
    Column("party", String(12), primary_key=True),
    Column("profile", String(12), nullable=False),
    Column("decoy", String(200), nullable=False),
    Column("administrators_left", BigInteger, nullable=False),
    Column("founded", BigInteger, nullable=False),
)
"""One row: whose node this is, the hash that sign-ins under unknown names are compared with, and how often an
administrator was taken away."""

AUTHORITY: Final = Table(
    "identity_authority",
    METADATA,
    Column("id", String(48), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("party", String(12), nullable=False),
    Column("roles", String(400), nullable=False),
)

ACCOUNT: Final = Table(
    "identity_account",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("user", String(32), nullable=False, unique=True),
    Column("state", String(12), nullable=False),
    Column("password", String(200), nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
)

MEMBER: Final = Table(
    "identity_member",
    METADATA,
    Column("account", String(26), primary_key=True),
    Column("authority", String(48), primary_key=True),
    Index("identity_member_by_authority", "authority", "account"),
)
"""For which authorities an account acts, even before a function is granted."""

GRANT: Final = Table(
    "identity_grant",
    METADATA,
    Column("account", String(26), primary_key=True),
    Column("authority", String(48), primary_key=True),
    Column("function", String(40), primary_key=True),
)

SESSION: Final = Table(
    "identity_session",
    METADATA,
    Column("token", String(64), primary_key=True),
    Column("account", String(26), nullable=False, index=True),
    Column("authority", String(48), nullable=False),
    Column("role", String(40), nullable=False),
    Column("opened", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
)

APPROVAL: Final = Table(
    "identity_approval",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("operation", String(80), nullable=False),
    Column("permission", String(40), nullable=False),
    Column("party", String(12), nullable=False),
    Column("authority", String(48), nullable=False),
    Column("asker", String(26), nullable=False),
    Column("asker_user", String(32), nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("command", LargeBinary),
    Column("decided_by", String(26)),
    Column("decided", BigInteger),
    Index("identity_approval_waiting", "state", "authority", "id"),
)
"""The command is erased once decided; who asked and who decided stays."""


class Read(Protocol):
    """`Work.read`: runs a select on a snapshot."""

    def __call__(self, query: object, parameters: Mapping[str, object] | None = None) -> Sequence[Row]:
        """Return all rows."""
        ...


# --- reading ----------------------------------------------------------------------------------------------------


def foundation(read: Read) -> Row:
    """Return party, profile and decoy hash of this node."""
    rows = read(select(FOUNDATION))
    if not rows:
        raise Defect("identity.not-founded", "This node has no authorities and accounts yet.")
    return rows[0]


def claim_administrators(read: Read) -> tuple[Change, ...]:
    """Return the changes that let an administrator go only if no other went since this was read."""
    row = foundation(read)
    key, count = {"party": row.party}, row.administrators_left
    return (
        Guard(FOUNDATION, key, {"administrators_left": count}),
        Update(FOUNDATION, key, {"administrators_left": count + 1}),
    )


def is_founded(read: Read) -> bool:
    """Say whether `found` has run."""
    return bool(read(select(FOUNDATION.c.party)))


def authorities(read: Read) -> tuple[Authority, ...]:
    """Return every authority of the node, by id."""
    return tuple(_authority_of(row) for row in read(select(AUTHORITY).order_by(AUTHORITY.c.id)))


def find_authority(read: Read, authority: str) -> Authority | None:
    """Return one authority, or None."""
    rows = read(select(AUTHORITY).where(AUTHORITY.c.id == authority))
    return _authority_of(rows[0]) if rows else None


def get_authority(read: Read, authority: str) -> Authority:
    """Return one authority; raises `NotFound`."""
    found = find_authority(read, authority)
    if found is None:
        raise NotFound("authority.not-found", "This node has no such authority.", field="$.authority")
    return found


def find_account_row(read: Read, *, name: str | None = None, account: str | None = None) -> Row | None:
    """Return the row of the account with this name or id, or None."""
    condition = ACCOUNT.c.name == name if name is not None else ACCOUNT.c.id == account
    rows = read(select(ACCOUNT).where(condition))
    return rows[0] if rows else None


def get_account_row(read: Read, name: str) -> Row:
    """Return the row of the account with this name; raises `NotFound`."""
    row = find_account_row(read, name=name)
    if row is None:
        raise NotFound("account.not-found", "There is no account of this name.", field="$.account")
    return row


def memberships(read: Read, accounts: Iterable[str]) -> dict[str, tuple[Membership, ...]]:
    """Return account id -> what it may do for which authority."""
    wanted = tuple(accounts)
    functions: dict[tuple[str, str], list[Function]] = {}
    for row in read(select(MEMBER).where(MEMBER.c.account.in_(wanted)).order_by(MEMBER.c.account, MEMBER.c.authority)):
        functions[row.account, row.authority] = []
    for row in read(select(GRANT).where(GRANT.c.account.in_(wanted)).order_by(GRANT.c.function)):
        functions.setdefault((row.account, row.authority), []).append(Function(row.function))
    found: dict[str, tuple[Membership, ...]] = dict.fromkeys(wanted, ())
    for (account, authority), granted in functions.items():
        found[account] += (Membership(authority=authority, functions=tuple(granted)),)
    return found


def account_of(row: Row, member_of: tuple[Membership, ...]) -> Account:
    """Turn an account's row into its record."""
    return Account(
        id=row.id,
        name=row.name,
        user=row.user,
        state=AccountState(row.state),
        must_change_password=bool(row.must_change),
        memberships=member_of,
    )


def account_page(read: Read, authority: str | None, after: str, limit: int) -> Sequence[Row]:
    """Return account rows with names behind `after`, of one authority or of all."""
    query = select(ACCOUNT).where(ACCOUNT.c.name > after).order_by(ACCOUNT.c.name).limit(limit)
    if authority is not None:
        query = query.where(ACCOUNT.c.id.in_(select(MEMBER.c.account).where(MEMBER.c.authority == authority)))
    return read(query)


def find_session(read: Read, token: str) -> Row | None:
    """Return the session's row beside its account's name, user, state and flag, or None."""
    query = (
        select(SESSION, ACCOUNT.c.name, ACCOUNT.c.user, ACCOUNT.c.state, ACCOUNT.c.must_change)
        .join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account)
        .where(SESSION.c.token == token)
    )
    rows = read(query)
    return rows[0] if rows else None


def waiting_approvals(read: Read, owner: Owner, at: Instant, after: str, limit: int) -> Sequence[Row]:
    """Return the authority's undecided, unexpired approvals with ids behind `after`."""
    query = (
        select(APPROVAL)
        .where(
            APPROVAL.c.state == ApprovalState.WAITING.value,
            APPROVAL.c.party == owner.party,
            APPROVAL.c.authority == owner.authority,
            APPROVAL.c.expires > at,
            APPROVAL.c.id > after,
        )
        .order_by(APPROVAL.c.id)
        .limit(limit)
    )
    return read(query)


def get_approval(read: Read, approval: str) -> Row:
    """Return one approval's row; raises `NotFound`."""
    rows = read(select(APPROVAL).where(APPROVAL.c.id == approval))
    if not rows:
        raise NotFound("approval.not-found", "There is no such request.", field="$.approval")
    return rows[0]


# --- changing ----------------------------------------------------------------------------------------------------


def insert_authority(authority: Authority) -> Insert:
    """Return the change that adds an authority."""
    row = {
        "id": authority.id,
        "name": authority.name,
        "party": authority.party,
        "roles": " ".join(role.value for role in authority.roles),
    }
    return Insert(AUTHORITY, row)


def insert_account(account: Account, password: str, created: Instant) -> tuple[Change, ...]:
    """Return the changes that add an account with its memberships; the unique name is checked at commit."""
    row = {
        "id": account.id,
        "name": account.name,
        "user": account.user,
        "state": account.state.value,
        "password": password,
        "must_change": account.must_change_password,
        "failures": 0,
        "locked_until": 0,
        "created": created,
    }
    changes: list[Change] = [Insert(ACCOUNT, row)]
    for member in account.memberships:
        key = {"account": account.id, "authority": member.authority}
        changes.append(Insert(MEMBER, key))
        changes += [Insert(GRANT, {**key, "function": function.value}) for function in member.functions]
    return tuple(changes)


def update_account(account: str, **values: object) -> Update:
    """Return the change that sets columns of an account."""
    return Update(ACCOUNT, {"id": account}, values)


def delete_sessions(account: str) -> Delete:
    """Return the change that ends every session of an account."""
    return Delete(SESSION, {"account": account})


def _authority_of(row: Row) -> Authority:
    roles = tuple(Role(word) for word in row.roles.split())
    return Authority(id=row.id, name=row.name, party=row.party, roles=roles)
