"""The seam of the search index: from the simple one on SQL to sharded ones, all answer alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from comity.core.ports import Row
from comity.screening.records import Found, Probe


class Read(Protocol):
    """`Work.read`: runs a select on a snapshot."""

    def __call__(self, query: object, parameters: Mapping[str, object] | None = None) -> Sequence[Row]:
        """Return all rows."""
        ...


class ScreeningIndex(Protocol):
    """Finds candidates for a probe."""

    def search(self, read: Read, probe: Probe) -> Found:
        """Return every candidate on the snapshot that `rules.is_candidate` accepts, strongest evidence first.

        Entries that expired before `probe.on` are not found. Where an index stops early it says so by `limit_reached`;
        candidates found through a document number or date of birth are never what a limit leaves out first.
        """
        ...
