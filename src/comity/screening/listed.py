"""Words for entries of official lists in the index: what kind of record they are, and what being listed means.

An entry is found by anyone who may search persons; its category says what it asks for, which is never a measure of an
alert (LAW.md 14: a sanctions list is not an alert).
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec

from comity.core.ids import Owner, RecordRef
from comity.core.personal import Personal
from comity.core.time import Instant

LISTING_KIND: Final = "listing"
FOUND_KIND: Final = "listed-found"
"""Kind of the change that tells other rooms of a `ListedFound`."""


@unique
class Listed(StrEnum):
    """Categories of the index for listings; each at most eight characters, none a category of alerts."""

    TRAVEL_BAN = "L-BAN"
    INCOMPLETE = "L-INCOMP"
    DECEASED = "L-DEAD"
    NO_ACTION = "L-NOACT"
    OTHER_LAW = "L-LAW"


@unique
class Noticed(StrEnum):
    """Categories of the index for what notices of other countries name: persons by colour, and documents.

    A document is lost, stolen or invalid by somebody's word (`DOCUMENT`), or by its issuer's (`DOCUMENT_CONFIRMED`).
    """

    RED = "N-RED"
    BLUE = "N-BLUE"
    GREEN = "N-GREEN"
    YELLOW = "N-YELLOW"
    DOCUMENT = "N-DOC"
    DOCUMENT_CONFIRMED = "N-DOCOK"


class ListedFound(msgspec.Struct, frozen=True, kw_only=True):
    """A person confirmed somebody as the one a list names; for the own bureau, which informs whoever is competent.

    It is no hit: nobody abroad waits for it. `listing` and `category` are those of the index at that moment.
    """

    listing: RecordRef
    owner: Owner
    category: str
    found_by: Owner
    found_at: Instant
    place: Annotated[str, Personal]
    action_taken: str
    circumstances: Annotated[str, Personal] | None = None
