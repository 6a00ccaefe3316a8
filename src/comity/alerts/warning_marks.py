"""Who may see which warning of an alert, as data: at which place, and in which role.

A warning protects whoever meets the person, and says something grave about the person. What makes a meeting dangerous
is seen by everybody who may stand before the person; what is about health, and what a discreet check would be known by,
is not laid open where others look on. Places and roles are our own choice (synthetic): the rules that name the warnings
do not say who reads them (Reg (EU) 2018/1862 Art 20(3)(j); special categories: Reg (EU) 2016/679 Art 9, Directive (EU)
2016/680 Art 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, NamedTuple

from comity.alerts.records import WarningMark
from comity.core.vocabulary import Role


@unique
class MarkPlace(StrEnum):
    """Where a warning would be read. `withheld`: a counter from which the match itself is kept back."""

    COUNTER = "counter"
    WITHHELD = "withheld"
    BOARD = "board"
    SECOND_LINE = "second-line"
    COPY = "copy"
    OFFICE = "office"


class MarkView(NamedTuple):
    """Where a mark is seen, and by which roles there."""

    places: frozenset[MarkPlace]
    roles: frozenset[Role]


CONFIDENCE: Final = "synthetic"
_EVERYWHERE: Final = frozenset(MarkPlace)
_NOT_BEFORE_OTHERS: Final = frozenset({MarkPlace.COUNTER, MarkPlace.SECOND_LINE, MarkPlace.COPY, MarkPlace.OFFICE})
_MEET: Final = frozenset(
    {
        Role.BORDER_GUARD,
        Role.POLICE,
        Role.CUSTOMS_PERSONS,
        Role.MIGRATION_AUTHORITY,
        Role.JUDICIAL_AUTHORITY,
        Role.SIRENE_BUREAU,
    }
)
"""Roles whose officers meet the person, or prepare those who do."""

MARK_VIEWS: Final[Mapping[WarningMark, MarkView]] = MappingProxyType(
    {
        WarningMark.ARMED: MarkView(_EVERYWHERE, frozenset(Role)),
        WarningMark.VIOLENT: MarkView(_EVERYWHERE, frozenset(Role)),
        WarningMark.ABSCONDED: MarkView(_EVERYWHERE, _MEET),
        WarningMark.SUICIDE_RISK: MarkView(_NOT_BEFORE_OTHERS, _MEET),
        WarningMark.HEALTH_THREAT: MarkView(_NOT_BEFORE_OTHERS, _MEET),
        WarningMark.TERRORISM: MarkView(_NOT_BEFORE_OTHERS, _MEET - {Role.MIGRATION_AUTHORITY} | {Role.VISA_AUTHORITY}),
    }
)


def seen_marks(marks: Iterable[str], place: MarkPlace, role: Role | None) -> tuple[str, ...]:
    """Return those of an alert's marks that whoever has this role may read in this place, in their order.

    Without a role none but those that every role sees; what is no mark of the table is seen by nobody.
    """
    return tuple(str(mark) for mark in marks if _is_seen(mark, place, role))


def _is_seen(mark: str, place: MarkPlace, role: Role | None) -> bool:
    if mark not in set(WarningMark):
        return False
    view = MARK_VIEWS[WarningMark(mark)]
    return place in view.places and (role in view.roles if role is not None else view.roles == frozenset(Role))
