"""How much one peer may send in a minute, so that none takes the node from the others. Kept in memory only."""

from __future__ import annotations

from typing import Final

from comity.core.time import SECOND_US, Instant

_WINDOW_US: Final = 60 * SECOND_US


class Quota:
    """Counts items by peer in windows of a minute. One event loop uses it."""

    def __init__(self, items_a_minute: int) -> None:
        self._most = items_a_minute
        self._windows: dict[str, tuple[Instant, int]] = {}

    def take(self, peer: str, items: int, now: Instant) -> int | None:
        """Count items of a peer; return None, or after how many seconds they may be sent again.

        A whole minute's worth is let through whatever its size, so that no frame is too large for ever.
        """
        begun, count = self._windows.get(peer, (now, 0))
        if not 0 <= now - begun < _WINDOW_US:
            begun, count = now, 0
        if count and count + items > self._most:
            return max(1, (begun + _WINDOW_US - now) // SECOND_US)
        self._windows[peer] = (begun, count + items)
        return None
