"""What a check needs from outside the room beside the search index: when partners were last heard, who is asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from comity.core.ports import Work
from comity.core.time import Instant
from comity.crossings.abroad.asking import AskedNow
from comity.crossings.records import Asked


class Partners(Protocol):
    """Knows whom this node exchanges with."""

    def heard(self, work: Work) -> Mapping[str, Instant | None]:
        """Return for each partner's party code when its node was last heard; None for never, or heard no longer.

        A silent partner is None and never left out: silence must not read as a no-hit.
        """
        ...


class Abroad(Protocol):
    """Asks other parties, where agreements let it; only they hold what is asked for."""

    def ask(self, work: Work, question: Asked, party: str | None = None) -> AskedNow:
        """Ask all that may be asked, or one party that was chosen after the person was asked about fear.

        Never raises for a party that does not answer: that is UNKNOWN, and said so.
        """
        ...


class Oneself(Protocol):
    """Knows, in some sparing way, who the person at the account is."""

    def __call__(self, work: Work, numbers: Iterable[str], surnames: str | None, birth_date: str | None, /) -> bool:
        """Say whether a search by these is a search for whoever makes it; unknown is no."""
        ...
