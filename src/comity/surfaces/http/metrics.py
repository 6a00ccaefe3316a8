"""Counters in the Prometheus text format, labelled by operation and outcome, never by person or account."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from comity.core.errors import ComityError, NotSignedIn
from comity.surfaces.failures import kind_of

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Gauge(NamedTuple):
    """A number that goes up and down: its name, what it tells, and the peer node that it is about, if any."""

    name: str
    help: str
    peer: str = ""


class Metrics:
    """Counts calls by operation and outcome. Safe to call from several threads."""

    def __init__(
        self,
        writer_queue: Callable[[], int] | None = None,
        gauges: Callable[[], Mapping[Gauge, float]] | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, str]] = Counter()
        self._not_signed_in = 0
        self._writer_queue = writer_queue
        self._gauges = gauges

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
        if self._gauges is not None:
            lines += _gauge_lines(self._gauges())
        return "\n".join(lines) + "\n"


def _gauge_lines(gauges: Mapping[Gauge, float]) -> list[str]:
    lines: list[str] = []
    told: set[str] = set()
    for gauge, value in sorted(gauges.items()):
        if gauge.name not in told:
            told.add(gauge.name)
            lines += [f"# HELP {gauge.name} {gauge.help}", f"# TYPE {gauge.name} gauge"]
        label = f'{{peer="{gauge.peer}"}}' if gauge.peer else ""
        lines.append(f"{gauge.name}{label} {value:g}")
    return lines
