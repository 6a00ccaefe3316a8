"""Keeps listings searchable: each change of an entry is a change of the index in the same change set."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from comity.bureau.lists.records import Listing
from comity.bureau.lists.rules import subject_of
from comity.core.ports import RecordChanged, Work
from comity.screening.listed import LISTING_KIND
from comity.screening.projection import projection
from comity.screening.records import Subject


def listing_subject(change: RecordChanged) -> Subject | None:
    """Read a listing as somebody to search for."""
    record = change.record
    return subject_of(record.entry, record.standing) if isinstance(record, Listing) else None


PROJECTIONS: Mapping[str, Callable[[Work, RecordChanged], None]] = {LISTING_KIND: projection(listing_subject)}
