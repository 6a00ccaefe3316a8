"""How much peers asked lately: in memory only, so that not even numbers of questions are kept anywhere."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

from comity.core.time import DAY_US, SECOND_US, Instant

_MINUTE_US: Final = 60 * SECOND_US


class Tally:
    """Counts by peer and subject over the last day, by the minute. Safe to use from many threads."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._counts: dict[tuple[str, str], deque[tuple[int, int]]] = {}
        self._lock = threading.Lock()

    def take(self, peer: str, subject: str, weight: int, now: Instant) -> int | None:
        """Count something asked; return after how many seconds it may be asked again, None where it counts now.

        A peer whose first question of a minute alone weighs too much is let through: the budget of a day sees to it.
        """
        minute = now // _MINUTE_US
        with self._lock:
            counts = self._counts.setdefault((peer, subject), deque())
            while counts and counts[0][0] <= minute - DAY_US // _MINUTE_US:
                counts.popleft()
            present = counts[-1][1] if counts and counts[-1][0] == minute else 0
            if present and present + weight > self._a_minute:
                return max(1, int(_MINUTE_US - now % _MINUTE_US) // SECOND_US)
            if present:
                counts.pop()
            counts.append((minute, present + weight))
            return None

    def today(self, peer: str, subject: str, now: Instant) -> int:
        """Return how much was asked in the 24 hours that end now."""
        oldest = now // _MINUTE_US - DAY_US // _MINUTE_US
        with self._lock:
            return sum(count for minute, count in self._counts.get((peer, subject), ()) if minute > oldest)
