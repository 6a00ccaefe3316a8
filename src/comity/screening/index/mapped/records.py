"""What goes into a mapped index and what comes out."""

from __future__ import annotations

from typing import Annotated

import msgspec

from comity.core.personal import Personal
from comity.screening.index.mapped.dates import PartialDate


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as the index takes it: the number its records are found by, its names, its dates of birth.

    A row is made of each name with each date; without dates it is found by its name.
    """

    number: int
    names: Annotated[tuple[str, ...], Personal]
    dates: Annotated[tuple[str, ...], Personal] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Who is looked for: one or more names, and a date of birth, which may be partial.

    `agreeing`: only those whose date agrees as far as it is known are wanted; others are not looked at.
    """

    names: Annotated[tuple[str, ...], Personal]
    date: Annotated[PartialDate | None, Personal] = None
    agreeing: bool = False


class Near(msgspec.Struct, frozen=True):
    """An entry that may be meant: its number, the row that agreed best, and how well in eighths of a bit.

    `value` orders candidates; it is no probability and no score to decide by.
    """

    number: int
    row: int
    value: int


class Nearest(msgspec.Struct, frozen=True, kw_only=True):
    """Who may be meant, the nearest first. `limit_reached`: somebody as near may have been left out; say so.

    `looked_at`: how many rows that took.
    """

    found: tuple[Near, ...]
    limit_reached: bool
    looked_at: int


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How far a search goes. `candidates`: entries returned. `expansions`: meanings of a name part.

    `run`: rows of one date beyond which parts of names are used inside it. `singles`: rows looked at that share one
    part of the name only. `postings`: entries of lists read for a date that is wrong
    altogether. `kept`: name parts whose meanings are kept in memory, about two kilobytes each.
    """

    candidates: int = 200
    expansions: int = 384
    run: int = 60_000
    singles: int = 3_000
    kept: int = 16_384
    postings: int = 60_000
