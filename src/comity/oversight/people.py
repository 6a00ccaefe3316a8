"""Who stands behind a user number: told to the data-protection supervisor only."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from comity.core.errors import NotFound
from comity.core.ports import Work
from comity.identity.store import ACCOUNT, MEMBER

_AT_ONCE = 500


def names_of(work: Work, users: Collection[str]) -> dict[str, str]:
    """Return user number -> account name for those that have an account here."""
    wanted, found = sorted(set(users)), dict[str, str]()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows = work.read(sa.select(ACCOUNT.c.user, ACCOUNT.c.name).where(ACCOUNT.c.user.in_(part)))
        found |= {row.user: row.name for row in rows}
    return found


def users_of(work: Work, *, account: str | None, authority: str | None) -> tuple[str, ...] | None:
    """Return the user numbers of one account, or of all that act for an authority; None for everybody.

    Raises `NotFound` for an account that is not there.
    """
    if account is None and authority is None:
        return None
    query = sa.select(ACCOUNT.c.user).order_by(ACCOUNT.c.user)
    if authority is not None:
        query = query.where(ACCOUNT.c.id.in_(sa.select(MEMBER.c.account).where(MEMBER.c.authority == authority)))
    if account is not None:
        query = query.where(ACCOUNT.c.name == account)
    users = tuple(row.user for row in work.read(query))
    if not users:
        raise NotFound(
            "search-log.nobody", "There is no such account here.", field="$.account" if account else "$.authority"
        )
    return users
