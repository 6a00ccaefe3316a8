"""When a copy may be opened: pure, so that a clock that was set back can be tried out."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.core.errors import Refused
from comity.core.time import SECOND_US, Instant
from comity.crossings.copies.records import LIFETIME_US, CopyHeader

SKEW_US: Final = 60 * SECOND_US
"""How far the device's clock may be behind the node's, and how far it may be corrected."""


class Moment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An instant as a device knows it: the clock on the wall, and since which start it counts, how long."""

    wall: Instant
    start: str
    ticks: int


def check_opening(header: CopyHeader, now: Moment, seen: Moment | None, *, journal: bool) -> None:
    """Refuse a copy past its time, or on a device whose clock was set back.

    `seen` is the mark left by the last use, which only the copy's key could write; `journal` says whether there was
    one. Raises `Refused`: `copy.ended`, `copy.clock-set-back`, `copy.mark-missing`.
    """
    if now.wall >= min(header.ends, header.made + LIFETIME_US):
        raise Refused(
            "copy.ended",
            "This copy is more than 48 hours old; it may not be opened any more.",
            remedy="Get a fresh copy from the node, and delete this one.",
        )
    if seen is None and journal:
        raise Refused(
            "copy.mark-missing",
            "The mark of the last use is gone, so nobody can say that the clock is right.",
            remedy="Get a fresh copy from the node.",
        )
    back = now.wall < header.made - SKEW_US
    if seen is not None:
        back = back or now.wall < seen.wall - SKEW_US
        same = now.start == seen.start
        back = back or (same and now.wall - seen.wall < now.ticks - seen.ticks - SKEW_US)
    if back:
        raise Refused(
            "copy.clock-set-back",
            "The clock of this machine was set back; the copy stays closed.",
            remedy="Set the clock right. If it is right, get a fresh copy from the node.",
        )


def later(now: Moment, seen: Moment | None) -> Moment:
    """Return the mark to leave: never behind the one that was there."""
    return now if seen is None or now.wall >= seen.wall else msgspec.structs.replace(now, wall=seen.wall)


def age_s(header: CopyHeader, now: Moment) -> int:
    """Return how old the copy is, in seconds."""
    return max(0, now.wall - header.made) // SECOND_US
