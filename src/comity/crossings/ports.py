"""What a check needs from outside the room beside the search index: how old the data are."""

from __future__ import annotations

from typing import Protocol

from comity.core.ports import Work
from comity.crossings.records import SourceAge


class DataSources(Protocol):
    """Knows whose data this node holds or reaches, and how fresh each is."""

    def ages(self, work: Work) -> tuple[SourceAge, ...]:
        """Return one line for each party: the own one (live), and each party of an agreement that opens its records.

        A partner that was never heard of is `nothing`, never left out: silence must not read as a no-hit.
        """
        ...
