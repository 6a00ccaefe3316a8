"""What a check needs from outside the room beside the search index: when partners were last heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from comity.core.ports import Work
from comity.core.time import Instant


class Partners(Protocol):
    """Knows whom this node exchanges with."""

    def heard(self, work: Work) -> Mapping[str, Instant | None]:
        """Return for each partner's party code when its node was last heard; None for never, or heard no longer.

        A silent partner is None and never left out: silence must not read as a no-hit.
        """
        ...
