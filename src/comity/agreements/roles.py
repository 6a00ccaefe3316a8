"""The closed table of who may use which record categories, whatever an agreement says.

Access to the categories that the table of categories marks as closed is a closed list of authorities (Regs (EU)
2018/1861 Art 34, 2018/1862 Arts 44-50): an agreement may narrow it, never widen it; home gives no wider view.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from comity.agreements.sourced import Confidence
from comity.agreements.tables import tables


class Access(NamedTuple):
    """What one role may use, and for which purposes; the source of the row and how sure we are of it."""

    categories: frozenset[str]
    purposes: frozenset[str]
    source: str
    confidence: Confidence


CLOSED_CATEGORIES: Final = frozenset(row.id for row in tables().categories.values() if row.closed)
"""Categories that only the roles of this table may use; other categories are their treaties' own affair."""

ROLE_ACCESS: Final[dict[str, Access]] = {
    row.id: Access(
        frozenset(tables().spread(row.categories)),
        frozenset(tables().spread(row.purposes)),
        row.source,
        row.confidence,
    )
    for row in tables().roles.values()
}


def category_open_to(role: str, category: str) -> bool:
    """Say whether the table lets the role use the category; a role it does not know uses no closed one."""
    access = ROLE_ACCESS.get(role)
    return category not in CLOSED_CATEGORIES or (access is not None and category in access.categories)


def purpose_open_to(role: str, category: str, purpose: str) -> bool:
    """Say whether the table lets the role use the category for that purpose."""
    access = ROLE_ACCESS.get(role)
    return category not in CLOSED_CATEGORIES or (access is not None and purpose in access.purposes)
