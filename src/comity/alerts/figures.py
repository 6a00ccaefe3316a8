"""Counts for the supervisor, of nobody: alerts, extensions, what is hidden, held back, flagged, vetted, refused.

Regs (EU) 2018/1861 Art 39(6), 2018/1862 Art 53(8): statistics on extended alerts; LAW.md 1.16, 14.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, cast

import msgspec
import sqlalchemy as sa

from comity.alerts.beside_tables import HELD, REFUSAL, VETTING
from comity.alerts.history import ALERT_HISTORY, PastAct
from comity.alerts.store import ALERT, FLAG
from comity.core.codec import decode_own_as
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose

_COUNTED: Final = ("enter", "change", "extend", "delete", "hide", "link", "add-victim", "tell-achieved", "keep")
_PAGE: Final = 1000


class AskFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Count what stands and what was done."""


class CategoryFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How many alerts of a category are own and how many are copies."""

    category: str
    own: int
    received: int


class AlertFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers without a name. `acts` are those on own alerts as far as their history is kept.

    `extended_again` counts alerts that were extended more than once: of checks, each needed another authority.
    """

    categories: tuple[CategoryFigures, ...]
    acts: dict[str, int]
    extended_again: int
    flags_set: int
    flags_told: int
    vettings: dict[str, int]
    held: dict[str, int]
    refusals: int


@operation("alert.figures", permission=Permission.SEARCH_LOG_READ, purposes=(Purpose.SUPERVISION,), kind=Kind.READ)
def figures(work: Work, command: AskFigures) -> AlertFigures:  # noqa: ARG001 - there is nothing to choose
    """Count alerts, extensions, flags, vettings and what was held back, for the supervisor."""
    acts, extended = _acts(work)
    return AlertFigures(
        categories=_categories(work),
        acts={act: acts[act] for act in _COUNTED},
        extended_again=sum(many > 1 for many in extended.values()),
        flags_set=_count(work, FLAG, FLAG.c.own.is_(True)),
        flags_told=_count(work, FLAG, FLAG.c.own.is_(False)),
        vettings=_by_state(work, VETTING),
        held=_by_state(work, HELD),
        refusals=_count(work, REFUSAL, sa.true()),
    )


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (figures,))


def _categories(work: Work) -> tuple[CategoryFigures, ...]:
    many = sa.func.count().label("many")
    query = sa.select(ALERT.c.category, ALERT.c.own, many).group_by(ALERT.c.category, ALERT.c.own)
    counted = {(row.category, bool(row.own)): int(row.many) for row in work.read(query)}
    return tuple(
        CategoryFigures(category=code, own=counted.get((code, True), 0), received=counted.get((code, False), 0))
        for code in sorted({code for code, _ in counted})
    )


def _acts(work: Work) -> tuple[Counter[str], Counter[str]]:
    """Count acts by kind, and extensions by alert, a page of the history at a time."""
    acts: Counter[str] = Counter()
    extended: Counter[str] = Counter()
    columns = ALERT_HISTORY.c
    after = ("", 0)
    while True:
        behind = sa.or_(columns.id > after[0], sa.and_(columns.id == after[0], columns.version > after[1]))
        query = sa.select(columns.id, columns.version, columns.body).where(behind)
        rows = work.read(query.order_by(columns.id, columns.version).limit(_PAGE))
        for row in rows:
            act = decode_own_as(bytes(row.body), PastAct).act
            acts[act] += 1
            extended[row.id] += act == "extend"
        if len(rows) < _PAGE:
            return acts, extended
        after = (rows[-1].id, rows[-1].version)


def _by_state(work: Work, table: sa.Table) -> dict[str, int]:
    query = sa.select(table.c.state, sa.func.count().label("many")).group_by(table.c.state).order_by(table.c.state)
    return {row.state: int(row.many) for row in work.read(query)}


def _count(work: Work, table: sa.Table, such: sa.ColumnElement[bool]) -> int:
    return int(work.read(sa.select(sa.func.count().label("many")).select_from(table).where(such))[0].many)
