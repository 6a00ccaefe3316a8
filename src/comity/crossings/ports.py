"""What a check needs from outside the room beside the search index: when partners were last heard, who is asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


class Oneself(Protocol):
    """Knows, in some sparing way, who the person at the account is."""

    def __call__(self, work: Work, numbers: Iterable[str], surnames: str | None, birth_date: str | None, /) -> bool:
        """Say whether a search by these is a search for whoever makes it; unknown is no."""
        ...
