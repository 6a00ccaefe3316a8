"""Which alerts on one subject go together, as data (LAW: SIRENE Manual 2008 as read; newer manual not seen).

Asked at entry about the own State's alerts. What is not in the table is not known to be incompatible.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_CHECKS: Final = frozenset({"DIS", "INQ", "SPE"})
_PERSONS: Final = frozenset({"ARR", "REF", "REFX", "RET", "MIS-P", "MIS-N", "CHI-A", "CHI-T", "VUL", "JUD"})


class Exclusion(NamedTuple):
    """Categories of which each excludes each of `others` on one subject, with source and confidence."""

    categories: frozenset[str]
    others: frozenset[str]
    source: str
    confidence: str


EXCLUSIONS: Final[tuple[Exclusion, ...]] = (
    Exclusion(_CHECKS, _PERSONS & {"ARR", "REF", "MIS-P", "MIS-N", "JUD"}, "SIRENE Manual 2008, 2.2", "verified"),
    Exclusion(_CHECKS, _PERSONS - {"ARR", "REF", "MIS-P", "MIS-N", "JUD"}, "by analogy with the above", "synthetic"),
    Exclusion(frozenset({"DIS"}), frozenset({"SPE"}), "SIRENE Manual 2008, 2.2", "verified"),
    Exclusion(frozenset({"INQ"}), frozenset({"DIS", "SPE"}), "by analogy with discreet and specific", "synthetic"),
    Exclusion(_CHECKS, frozenset({"OBJ"}), "SIRENE Manual 2008, 2.2: object checks go with nothing else", "verified"),
    Exclusion(frozenset({"INF"}), _PERSONS | _CHECKS, "2018/1862 Art 37a: no other alert on the person", "verified"),
)


def excluded_by(category: str) -> frozenset[str]:
    """Return the categories of which the same subject may have no alert beside one of `category`."""
    found: set[str] = set()
    for rule in EXCLUSIONS:
        if category in rule.categories:
            found |= rule.others
        if category in rule.others:
            found |= rule.categories
    return frozenset(found) - {category}
