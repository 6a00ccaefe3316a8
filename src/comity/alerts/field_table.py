"""The table of data fields by category: what must, may and must not stand in an alert, as data with its sources.

Columns are groups of categories. Facts: Reg (EU) 2018/1862 Art 20(3), minimum data SR 362.0 Arts 11, 11a. The columns
REFX (that of REF, with the listing act in the place of a decision) and OBJ are recalled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class Need(StrEnum):
    """Whether a category's alert must, may or must not hold a field; `if_available` where it is due once it exists."""

    MANDATORY = "mandatory"
    ALLOWED = "allowed"
    IF_AVAILABLE = "if_available"
    FORBIDDEN = "forbidden"


@unique
class Group(StrEnum):
    """Categories that share a column of the table."""

    RET = "RET"
    REF = "REF"
    REFX = "REFX"
    ARR = "ARR"
    MIS = "MIS"
    CHI_VUL = "CHI_VUL"
    JUD = "JUD"
    CHECK = "CHECK"
    INF = "INF"
    UNK = "UNK"
    OBJ = "OBJ"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One field of the closed list: its point in the tables of law, what each group needs, source and confidence."""

    field: str
    point: str
    needs: Mapping[Group, Need]
    source: str
    confidence: str


_LETTERS: Final = {"M": Need.MANDATORY, "A": Need.ALLOWED, "C": Need.IF_AVAILABLE, "-": Need.FORBIDDEN}
_SOURCE: Final = "2018/1862 Art 20(3)(a)-(x); minimum: SR 362.0 Arts 11, 11a"
_RECALLED: Final = "2018/1862 Art 20(3); 2018/1861 Art 20(2); 2018/1860 Art 4"

# Each row: field, point, and one letter a group: must (M), may (A), due if available (C), must not (-).
#                                       RET REF REFX ARR MIS CHI_VUL JUD CHECK INF UNK OBJ
_ROWS: Final = (
    ("person.surnames", "a", "            M   M   M    M   M   M       M   M     M   -   -", True),
    ("person.forenames", "b", "           A   A   A    A   A   A       A   A     A   -   -", True),
    ("person.birth_names", "c", "         A   A   A    A   A   A       A   A     A   -   -", True),
    ("person.previous_names", "d", "      A   A   A    A   A   A       A   A     A   -   -", True),
    ("person.aliases", "d", "             A   A   A    A   A   A       A   A     A   -   -", True),
    ("person.characteristics", "e", "     A   A   A    A   A   A       A   A     A   -   -", True),
    ("person.birth_place", "f", "         A   A   A    A   A   A       A   A     A   -   -", True),
    ("person.birth_date", "g", "          M   M   M    M   M   M       M   M     M   -   -", True),
    ("person.gender", "h", "              A   A   A    A   A   A       A   A     A   -   -", True),
    ("person.nationalities", "i", "       A   A   A    A   A   A       A   A     A   -   -", True),
    ("warnings", "j1", "                  A   A   A    A   A   A       A   A     A   -   -", True),
    ("reason", "k", "                     M   M   M    M   M   M       M   M     M   A   A", True),
    ("authority", "l", "                  A   A   A    A   A   M       A   A     A   A   A", True),
    ("decision_reference", "m", "         M   M   A    A   A   M       A   A     A   A   A", True),
    ("action", "n", "                     M   M   M    M   M   M       M   M     M   M   M", True),
    ("offence", "p", "                    -   A   A    M   A   A       A   A     A   M   A", True),
    ("register_number", "q", "            A   A   A    A   A   A       A   A     A   -   A", True),
    ("case_type", "r", "                  -   -   -    -   A   M       -   -     -   -   -", True),
    ("documents", "s", "                  A   A   A    A   A   A       A   A     A   -   -", True),
    ("links", "o", "                      A   A   A    A   A   A       A   A     A   A   A", True),
    ("photographs", "w", "                C   C   C    C   C   C       C   C     C   -   -", True),
    ("dna_profile", "x", "                -   -   -    -   A   -       -   -     -   -   -", True),
    ("document_copies", "z", "            A   A   A    A   A   A       A   A     A   -   -", False),
    ("dactyloscopic_data", "y", "         C   C   C    C   C   C       C   C     C   M   -", False),
    ("departure_by", "ret1", "            M   -   -    -   -   -       -   -     -   -   -", True),
    ("suspended", "ret2", "               M   -   -    -   -   -       -   -     -   -   -", False),
    ("entry_ban", "ret3", "               M   -   -    -   -   -       -   -     -   -   -", True),
    ("free_movement", "ref1", "           A   A   A    -   -   -       -   -     -   -   -", False),
    ("ground_category", "ref2", "         -   M   M    -   -   -       -   -     -   -   -", True),
)
# Fields that the tables of law do not name: end of a decision, listing act, identity category, things.
_OURS: Final = (
    ("decision_valid_until", "2018/1861 Art 39(2)", "-   A   A    -   -   -       -   -     -   -   -", "verified"),
    ("listing", "2018/1861 Art 25", "        -   -   M    -   -   -       -   -     -   -   -", "from-memory"),
    ("identity_category", "SIRENE Manual", " A   A   A    A   A   A       A   A     A   -   -", "from-memory"),
    ("offence_codes", "2018/1862 Art 20(3)(p)", " - A A A A A A A A A A", "verified"),
    ("misused_identity", "2018/1862 Art 62", " A A A A A A A A A - -", "verified"),
    ("objects", "2018/1862 Arts 36, 38; SR 362.0 Art 14a", " - - - A A A A A - - M", "verified"),
)


def _needs(letters: str) -> Mapping[Group, Need]:
    return MappingProxyType(dict(zip(Group, (_LETTERS[letter] for letter in letters.split()), strict=True)))


FIELD_RULES: Final[tuple[FieldRule, ...]] = (
    *(
        FieldRule(
            field=field,
            point=point,
            needs=_needs(letters),
            source=_SOURCE if read else _RECALLED,
            confidence="verified" if read else "from-memory",
        )
        for field, point, letters, read in _ROWS
    ),
    *(
        FieldRule(field=field, point="", needs=_needs(letters), source=source, confidence=confidence)
        for field, source, letters, confidence in _OURS
    ),
)

IF_GRANTED: Final = frozenset({"departure_by"})
"""Mandatory only where there is one: a period for voluntary departure may be refused (SR 362.0 Art 11a(c))."""
