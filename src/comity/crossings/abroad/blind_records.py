"""Blind look-ups of travellers: what is asked, and what is told; nothing of it is stored."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.core.personal import Personal
from comity.crossings.abroad.records import AskedAbroad
from comity.crossings.board_records import Traveller
from comity.crossings.records import PersonalProse

MOST_LOOKED_UP: Final = 500
"""Travellers in one look-up; an aircraft fits."""


class LookUpBlind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Look these travellers up at every party whose agreement has the mode `blind`."""

    persons: Annotated[tuple[Traveller, ...], msgspec.Meta(min_length=1, max_length=MOST_LOOKED_UP)]
    justification: PersonalProse = ""


class BlindHit(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a traveller is in a party's list; what stands there only that party knows."""

    party: str
    category: str


class BlindRow(msgspec.Struct, frozen=True, kw_only=True):
    """A traveller with hits, by the number of the row."""

    row: int
    hits: Annotated[tuple[BlindHit, ...], Personal]


class BlindView(msgspec.Struct, frozen=True, kw_only=True):
    """Who was asked and answered, and the rows that hit. `looked_up` counts those that have a key at all."""

    asked: tuple[AskedAbroad, ...]
    rows: tuple[BlindRow, ...]
    looked_up: int
    bad_rows: tuple[int, ...] = ()
