"""Time of the machine."""

from __future__ import annotations

import time

from comity.core.time import Instant


class SystemClock:
    """`comity.core.ports.Clock` on the system's clock."""

    def now(self) -> Instant:
        """Microseconds since 1970 UTC."""
        return Instant(time.time_ns() // 1000)
