"""All tables of the room, gathered from its stores."""

from __future__ import annotations

from typing import Final

from comity.crossings.board_store import CROSSING_BOARD
from comity.crossings.cleared import CROSSING_CLEARED
from comity.crossings.copies.store import COPY, COPY_RECORD, DEVICE
from comity.crossings.desk.store import CROSSING_DESK, CROSSING_POINT
from comity.crossings.referral_store import CROSSING_RATE, CROSSING_REFUSAL
from comity.crossings.rescreen.store import CROSSING_RESCREEN, CROSSING_RESCREEN_HIT
from comity.crossings.store import CROSSING_CHECK, CROSSING_REFERRAL, CROSSING_RESOLUTION, METADATA
from comity.crossings.unchecked.store import CROSSING_UNCHECKED

TABLES: Final = (
    CROSSING_CHECK,
    CROSSING_RESOLUTION,
    CROSSING_REFERRAL,
    CROSSING_POINT,
    CROSSING_DESK,
    CROSSING_CLEARED,
    CROSSING_RATE,
    CROSSING_REFUSAL,
    CROSSING_BOARD,
    DEVICE,
    COPY,
    COPY_RECORD,
    CROSSING_RESCREEN,
    CROSSING_RESCREEN_HIT,
    CROSSING_UNCHECKED,
)

__all__ = ["METADATA", "TABLES"]
