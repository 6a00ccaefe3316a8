"""Weighing whom a search found; what that takes is loaded when somebody is found."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from comity.screening import rules
from comity.screening.records import Band, Evidence, Probe, Subject, Weighed

if TYPE_CHECKING:
    from comity.screening.score.records import Prepared
    from comity.screening.weigher import Weigher

LEAST_BASE: Final = 1024


def base_of(entries: int) -> int:
    """Return how many persons an index of so many entries is taken to hold: a power of two, 1,024 at least.

    So a probability does not move with each entry that comes or goes, and two indexes of one store say the same.
    """
    return max(LEAST_BASE, 1 << max(0, entries - 1).bit_length())


class Weighing:
    """Weighs those whom one search found. `entries` tells how many the index holds, and is asked only if need be."""

    def __init__(self, probe: Probe, entries: Callable[[], int]) -> None:
        self._probe = probe
        self._entries = entries

    def weigh(self, subject: Subject, evidence: Evidence) -> Weighed | None:
        """Return the weight of a subject; None where the two have nothing of persons to compare."""
        asked = self._asked
        return None if asked is None else self._weigher.weigh(self._probe, asked, (subject, evidence), self._persons)

    def accepts_across_scripts(self, subject: Subject, evidence: Evidence) -> Weighed | None:
        """Return the weight of a subject whose date agrees and whose name is in another script, if it is enough."""
        if not rules.may_agree_across_scripts(self._probe, subject, evidence):
            return None
        weighed = self.weigh(subject, evidence)
        return None if weighed is None or weighed.band is Band.NO_HIT else weighed

    @cached_property
    def _asked(self) -> Prepared | None:
        return self._weigher.asked(self._probe)

    @cached_property
    def _weigher(self) -> Weigher:
        return shipped_weigher()

    @cached_property
    def _persons(self) -> int:
        return base_of(self._entries())


def shipped_weigher() -> Weigher:
    """Return the weigher of the model that the product ships, loaded when it is asked for first."""
    from comity.screening import weigher  # noqa: PLC0415 - readings of all scripts take a quarter of a second to load

    return weigher.shipped_weigher()
