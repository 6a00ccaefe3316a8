"""Which tables hold what is known of somebody, and lose it by somebody's decision or by its day.

What goes by itself within a day (checks, boards, kept answers) is not among them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData, Table

from comity.alerts import store as alert_store
from comity.bureau import tables as bureau_tables
from comity.bureau.letters import tables as letter_tables
from comity.bureau.lists import store as list_store
from comity.crossings import cleared
from comity.oversight import store as oversight_store
from comity.runtime import originals

_ROOMS: Final[tuple[MetaData, ...]] = (
    alert_store.METADATA,
    bureau_tables.METADATA,
    letter_tables.METADATA,
    list_store.METADATA,
    oversight_store.METADATA,
    originals.METADATA,
)
_TABLES: Final = (cleared.CROSSING_CLEARED, *(table for room in _ROOMS for table in room.tables.values()))
CONTENT: Final[dict[str, Table]] = {table.name: table for table in _TABLES}
"""Tables whose rows hold what is known of somebody, and go by somebody's decision or by their day."""
