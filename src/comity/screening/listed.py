"""Words for entries of official lists in the index: what kind of record they are, and what being listed means.

An entry is found by anyone who may search persons; its category says what it asks for, which is never a measure of an
alert (LAW.md 14: a sanctions list is not an alert).
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

LISTING_KIND: Final = "listing"


@unique
class Listed(StrEnum):
    """Categories of the index for listings; each at most eight characters, none a category of alerts."""

    TRAVEL_BAN = "L-BAN"
    INCOMPLETE = "L-INCOMP"
    DECEASED = "L-DEAD"
    NO_ACTION = "L-NOACT"
    OTHER_LAW = "L-LAW"
