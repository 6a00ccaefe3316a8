"""The access log: one JSON line per request on a stream, without query strings, bodies, addresses or names.

Lines of answered requests may be written a few at a time, a little late: a write for each costs a busy node more than
reading the request. What went wrong is written at once.
"""

from __future__ import annotations

import asyncio
import threading
import traceback
from pathlib import Path
from typing import TextIO

import msgspec

from comity.core.ports import Clock
from comity.core.time import format_instant


class AccessLog:
    """Writes events to `stream` as JSON lines. Safe to call from several threads."""

    def __init__(self, stream: TextIO, clock: Clock, late_s: float = 0) -> None:
        self._stream = stream
        self._late_s = late_s
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[str] = []

    def request(self, *, operation: str, status: int, trace: str, milliseconds: int) -> None:
        """Log one answered request by the name of its operation or route, never by its path; on the event loop."""
        line = self._line(event="http.request", operation=operation, status=status, trace=trace, ms=milliseconds)
        with self._lock:
            self._waiting.append(line)
            first = len(self._waiting) == 1
        if not self._late_s:
            self.flush()
        elif first:
            asyncio.get_running_loop().call_later(self._late_s, self.flush)

    def defect(self, error: BaseException, *, trace: str) -> None:
        """Log a defect: its class and where it rose. Its message may quote data, so it is left out."""
        frames = [
            f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}"
            for frame in traceback.extract_tb(error.__traceback__)[-12:]
        ]
        self._write(event="http.defect", error=type(error).__name__, frames=frames, trace=trace)

    def unsent(self, error: BaseException, *, trace: str) -> None:
        """Log that an answer could not be sent, because the connection had ended or was broken by its caller."""
        self._write(event="http.unsent", error=type(error).__name__, trace=trace)

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            self._write_out()

    def _write(self, **facts: object) -> None:
        line = self._line(**facts)
        with self._lock:
            self._waiting.append(line)
            self._write_out()

    def _write_out(self) -> None:
        lines, self._waiting = self._waiting, []
        if lines:
            self._stream.write("".join(lines))
            self._stream.flush()

    def _line(self, **facts: object) -> str:
        return f"{msgspec.json.encode({'at': format_instant(self._clock.now()), **facts}).decode()}\n"
