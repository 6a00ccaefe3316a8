"""Commands and results of searching again, and what is kept of a run."""

from __future__ import annotations

from typing import Annotated

import msgspec

from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.time import Instant
from comity.crossings.asking import CaseNumber
from comity.crossings.records import Line, PersonalProse
from comity.screening.records import Band

MOST_AT_ONCE = 200
NATIONAL = "national"
"""Stands for national law in the place of a clause: own records and own lists."""


class Rescreen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Search again for the persons of open checks, under a clause: begin a run, or go on with the one named.

    `clause` is that of an agreement in force which opens searches to this authority, or `national`; only what it opens
    is told. A run goes on where its last batch ended, whoever asked for that and whatever happened since.
    """

    clause: Line
    justification: PersonalProse
    case: CaseNumber = ""
    run: Line | None = None
    batch: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)] = 50


class ShowRescreen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show a run of the own authority and what it found."""

    run: str


class RescreenHit(msgspec.Struct, frozen=True, kw_only=True):
    """A match that the earlier check did not have: the message it rests on, and the version of the record.

    `earlier` is the check that brought the traveller's data, `check` the one in which a person decides on this.
    """

    number: int
    earlier: RecordId
    check: RecordId
    alert: RecordRef
    owner: Owner
    category: str
    evidence_mbit: int | None
    band: Band | None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did: checks searched again, without anything new, with something new, and new matches.

    `gone` were erased before their turn came.
    """

    searched: int = 0
    unchanged: int = 0
    changed: int = 0
    matches: int = 0
    gone: int = 0


class RescreenRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it stands. `done` of `total` checks that were open when it began; `place` is the last one seen."""

    run: RecordId
    owner: Owner
    purpose: str
    clause: str
    user: str
    begun_at: Instant
    updated_at: Instant
    total: int
    done: int
    finished: bool
    counts: Counts
    place: str = ""


class RescreenShown(msgspec.Struct, frozen=True, kw_only=True):
    """A run with its new matches."""

    run: RescreenRun
    hits: tuple[RescreenHit, ...]
