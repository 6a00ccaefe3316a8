"""The node's own events: one JSON line each, codes and identifiers only."""

from __future__ import annotations

import threading
import traceback
from typing import TextIO

import msgspec

from comity.core.ports import Clock
from comity.core.time import format_instant


class NodeLog:
    """Writes events to `stream`. Safe from several threads."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self.stream = stream
        self._clock = clock
        self._lock = threading.Lock()

    def event(self, name: str, **facts: str | int | bool) -> None:
        """Write one event: a dotted name and facts that name nobody."""
        line = msgspec.json.encode({"at": format_instant(self._clock.now()), "event": name, **facts}).decode()
        with self._lock:
            self.stream.write(line + "\n")
            self.stream.flush()

    def defect(self, name: str, error: BaseException) -> None:
        """Write a defect by its class and place; its text may quote anything, so it stays out."""
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        self.event(name, error=type(error).__name__, at_line=" < ".join(f"{f.name}:{f.lineno}" for f in frames[::-1]))
