"""A passage without a check, and what is asked about it."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.core.ids import RecordId
from comity.core.personal import Personal
from comity.core.time import DAY_US, Instant
from comity.crossings.records import Direction

SCHEMA: Final = 1
KIND: Final = "unchecked-passage"
KEPT_US: Final = 7 * DAY_US
"""How long a passage waits to be checked after the fact; our own choice."""

Line = Annotated[str, Personal, Meta(max_length=200)]


@unique
class WhyUnchecked(StrEnum):
    """Why nobody could be searched for."""

    LINK_CUT = "link-cut"
    NODE_DOWN = "node-down"
    READER_BROKEN = "reader-broken"
    RESCUE = "rescue"
    OTHER = "other"


class NotePassage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Note a passage without a check, as it stands on the paper sheet. `at` carries its offset from UTC."""

    at: Annotated[str, Meta(max_length=40)]
    crossing_point: Annotated[str, Meta(max_length=32)]
    direction: Direction
    why: WhyUnchecked
    document: Line | None = None
    surnames: Line | None = None
    forenames: Line | None = None
    birth_date: Annotated[str, Personal, Meta(max_length=10)] | None = None
    note: Line | None = None


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that waits to be checked after the fact; `until` is when it is erased in any case."""

    id: RecordId
    at: Instant
    crossing_point: str
    direction: Direction
    why: WhyUnchecked
    noted: Instant
    until: Instant
    document: Line | None = None
    surnames: Line | None = None
    forenames: Line | None = None
    birth_date: Annotated[str, Personal, Meta(max_length=10)] | None = None
    note: Line | None = None


class ListPassages(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The passages of the own authority that still wait, the oldest first."""

    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class Passages(msgspec.Struct, frozen=True, kw_only=True):
    """Passages that wait, and how many do in all."""

    passages: tuple[Passage, ...]
    waiting: int


class SettlePassage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say that a passage was made good by `check`, a check of one's own made since, or why none was made."""

    id: Annotated[str, Meta(max_length=26)]
    check: Annotated[str, Meta(max_length=26)] | None = None
    reason: Annotated[str, Meta(max_length=200)] | None = None


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What the passage was is erased."""

    id: str
    waiting: int
