"""Counters in the Prometheus text format, labelled by operation and outcome, never by person or account."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from comity.core.errors import ComityError, NotSignedIn
from comity.surfaces.failures import kind_of

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts calls by operation and outcome. Safe to call from several threads."""

    def __init__(self, writer_queue: Callable[[], int] | None = None) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, str]] = Counter()
        self._not_signed_in = 0
        self._writer_queue = writer_queue

    def done(self, operation: str, *, replayed: bool) -> None:
        """Count a call that gave its result."""
        with self._lock:
            self._calls[operation, "replayed" if replayed else "done"] += 1

    def refused(self, operation: str, error: ComityError) -> None:
        """Count a call that ended in an error; one by nobody raises only the counter of those."""
        with self._lock:
            if isinstance(error, NotSignedIn):
                self._not_signed_in += 1
            else:
                self._calls[operation, kind_of(error)] += 1

    def render(self) -> str:
        """Write all counters in the Prometheus text format."""
        with self._lock:
            calls, not_signed_in = sorted(self._calls.items()), self._not_signed_in
        lines = ["# HELP comity_calls_total Operations run, by name and outcome.", "# TYPE comity_calls_total counter"]
        lines += [
            f'comity_calls_total{{operation="{operation}",outcome="{outcome}"}} {count}'
            for (operation, outcome), count in calls
        ]
        lines += [
            "# HELP comity_not_signed_in_total Calls refused because nobody was signed in.",
            "# TYPE comity_not_signed_in_total counter",
            f"comity_not_signed_in_total {not_signed_in}",
        ]
        if self._writer_queue is not None:
            lines += [
                "# HELP comity_writer_queue Change sets that wait for the writer.",
                "# TYPE comity_writer_queue gauge",
                f"comity_writer_queue {self._writer_queue()}",
            ]
        return "\n".join(lines) + "\n"
