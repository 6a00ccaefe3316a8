"""All tables of the room, gathered from its stores."""

from __future__ import annotations

from typing import Final

from comity.crossings.cleared import CROSSING_CLEARED
from comity.crossings.desk.store import CROSSING_DESK, CROSSING_POINT
from comity.crossings.store import CROSSING_CHECK, CROSSING_REFERRAL, CROSSING_RESOLUTION, METADATA

TABLES: Final = (
    CROSSING_CHECK,
    CROSSING_RESOLUTION,
    CROSSING_REFERRAL,
    CROSSING_POINT,
    CROSSING_DESK,
    CROSSING_CLEARED,
)

__all__ = ["METADATA", "TABLES"]
