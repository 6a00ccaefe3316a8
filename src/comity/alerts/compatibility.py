"""Which alerts on one subject go together and which comes first, as data (SIRENE Manual 2008; the newer one not seen).

Asked at entry. What is not in the table is not known to be incompatible.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from comity.agreements.tables import tables

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


def goes_with(category: str) -> frozenset[str]:
    """Return the categories of other States' alerts that may stand beside one of `category` on the same subject.

    From the lists of law, one a category; those on missing and vulnerable persons share one, and an information alert
    stands alone.
    """
    name = "mis" if category in _MISSING else category.lower()
    return frozenset(tables().lists.get(f"goes_with_{name}", ()))


_MISSING: Final = frozenset({"MIS-P", "MIS-N", "CHI-A", "CHI-T", "VUL"})

PRIORITY: Final = (
    "ARR",
    "CHI-A",
    "CHI-T",
    "VUL",
    "MIS-P",
    "REFX",
    "REF",
    "RET",
    "SPE",
    "INQ",
    "DIS",
    "INF",
    "MIS-N",
    "JUD",
    "OBJ",
    "UNK",
)
"""The order in which incompatible alerts prevail: SIRENE Manual 2008, 2.2.2 (recalled), with the protection of persons
behind arrest and before refusal, and the checks by how much they ask for. The one that gives way waits at home."""


def prevails(category: str, over: str) -> bool:
    """Say whether a new alert comes before one that is there; of equal rank the older one stays."""
    return PRIORITY.index(category) < PRIORITY.index(over)
