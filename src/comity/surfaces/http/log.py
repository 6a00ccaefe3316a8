"""The access log: one JSON line per request on a stream, without query strings, bodies, addresses or names."""

from __future__ import annotations

import threading
import traceback
from pathlib import Path
from typing import TextIO

import msgspec

from comity.core.ports import Clock
from comity.core.time import format_instant


class AccessLog:
    """Writes events to `stream` as JSON lines. Safe to call from several threads."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._lock = threading.Lock()

    def request(self, *, operation: str, status: int, trace: str, milliseconds: int) -> None:
        """Log one answered request by the name of its operation or route, never by its path."""
        self._write(event="http.request", operation=operation, status=status, trace=trace, ms=milliseconds)

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

    def _write(self, **facts: object) -> None:
        line = msgspec.json.encode({"at": format_instant(self._clock.now()), **facts}).decode()
        with self._lock:
            self._stream.write(line + "\n")
            self._stream.flush()
