"""The closed table of who may use which record categories, whatever an agreement says.

Access is a closed list of authorities (Regs (EU) 2018/1861 Art 34, 2018/1862 Arts 44-50): an agreement may narrow it,
never widen it; home gives no wider view. Roles were read in their sources; the wide category scopes are recalled.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from comity.agreements.vocabulary import Category, Confidence
from comity.core.vocabulary import Purpose, Role


class Access(NamedTuple):
    """What one role may use, and for which purposes; the source of the row and how sure we are of it."""

    categories: frozenset[Category]
    purposes: frozenset[Purpose]
    source: str
    confidence: Confidence


_PERSONS_AND_OBJECTS: Final = frozenset(Category) - {Category.PEERING}
_MIGRATION: Final = frozenset({Category.REF, Category.REFX, Category.RET})
_CHECKS: Final = frozenset({Category.DIS, Category.INQ, Category.SPE, Category.INF})
_NOTHING: Final[frozenset[Category]] = frozenset()
_RECALLED: Final = Confidence.FROM_MEMORY

ROLE_ACCESS: Final[dict[Role, Access]] = {
    Role.BORDER_GUARD: Access(
        _PERSONS_AND_OBJECTS,
        frozenset({Purpose.BORDERS, Purpose.RETURN}),
        "Reg (EU) 2018/1861 Art 34; Reg (EU) 2018/1862 Art 44; SR 362.0 Art 7(1)(e)1",
        _RECALLED,
    ),
    Role.POLICE: Access(
        _PERSONS_AND_OBJECTS,
        frozenset({Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN}),
        "Reg (EU) 2018/1861 Art 34; Reg (EU) 2018/1862 Art 44; SR 362.0 Art 7(1)(d)",
        _RECALLED,
    ),
    Role.CUSTOMS_PERSONS: Access(
        _PERSONS_AND_OBJECTS - {Category.REFX, Category.UNK},
        frozenset({Purpose.BORDERS, Purpose.POLICE}),
        "SR 362.0 Art 7(1)(e)3, first indent",
        _RECALLED,
    ),
    # Of check alerts it would see objects only; a question does not tell object from person, so it sees none.
    Role.CUSTOMS_GOODS: Access(
        frozenset({Category.OBJ}), frozenset({Purpose.BORDERS}), "SR 362.0 Art 7(1)(e)3, second indent", _RECALLED
    ),
    Role.MIGRATION_AUTHORITY: Access(
        _MIGRATION, frozenset({Purpose.BORDERS, Purpose.RETURN}), "SR 362.0 Art 7(1)(f), (i)", _RECALLED
    ),
    # Of object alerts it would see documents only, with the same consequence.
    Role.VISA_AUTHORITY: Access(
        _MIGRATION,
        frozenset({Purpose.BORDERS, Purpose.RETURN}),
        "Reg (EU) 2018/1861 Art 34; SR 362.0 Art 7(1)(g)",
        _RECALLED,
    ),
    Role.JUDICIAL_AUTHORITY: Access(
        _PERSONS_AND_OBJECTS - _MIGRATION - _CHECKS, frozenset({Purpose.POLICE}), "Reg (EU) 2018/1862 Art 44", _RECALLED
    ),
    Role.SIRENE_BUREAU: Access(
        _PERSONS_AND_OBJECTS,
        frozenset({Purpose.BORDERS, Purpose.POLICE, Purpose.RETURN}),
        "Regs (EU) 2018/1861 and 2018/1862 Arts 7-8",
        _RECALLED,
    ),
    Role.DATA_PROTECTION_SUPERVISOR: Access(
        _NOTHING,
        frozenset({Purpose.SUPERVISION}),
        "Reg (EU) 2018/1861 Arts 55-57: logs and what the control needs",
        _RECALLED,
    ),
    Role.NODE_OPERATOR: Access(
        frozenset({Category.PEERING}),
        frozenset({Purpose.PEERING, Purpose.ADMINISTRATION}),
        "house rule: operators see no records",
        Confidence.SYNTHETIC,
    ),
}
